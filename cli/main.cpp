// The program `mattock`: one subcommand per file. Exit status 0 done, 1 the input is at fault, 2 usage, 3 device
// or driver, 70 a fault of ours.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/app.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"

namespace mattock::cli {
namespace {

int run(int argc, const char* const* argv) {
  CLI::App app("Open toolchain for matrix multiplication on Rockchip NPUs (RK3566, RK3568), with an emulator.",
               "mattock");
  app.set_version_flag("--version", "mattock " MATTOCK_VERSION);
  app.require_subcommand(0, 1);  // a missing one is told below: an unknown one gets CLI11's better message
  app.footer("Each command says more with --help, for example: mattock inspect --help");
  int status = kDone;
  register_inspect(app, status);
  register_matmul(app, status);
  register_run(app, status);
  register_disassemble(app, status);
  register_replay(app, status);
  register_check(app, status);
  register_estimate(app, status);
  register_doctor(app, status);
  register_emulate(app, status);
  register_convert(app, status);
  register_export(app, status);
  register_devices(app, status);
  register_probe(app, status);
  if (const auto stopped = parse(app, argc, argv)) return *stopped;
  if (app.get_subcommands().empty()) return report({Code::kUsage, "a command is missing", "", "see mattock --help"});
  return status;
}

}  // namespace
}  // namespace mattock::cli

int main(int argc, char** argv) { return mattock::cli::run_guarded(mattock::cli::run, argc, argv); }
