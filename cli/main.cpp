// The program `mattock`: one subcommand per file. Exit status 0 done, 1 the input is at fault, 2 usage, 3 device
// or driver, 70 a fault of ours.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <exception>
#include <sstream>
#include <string>

#include "cli/command.hpp"
#include "cli/console.hpp"

namespace mattock::cli {
namespace {

// CLI11 prints help and version through its own exit(); everything else is a usage error in one line.
int finish_parsing(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream text;
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    app.exit(error, text, text);
    return print(text.str());
  }
  const auto chosen = app.get_subcommands();
  const std::string command = chosen.empty() ? "mattock" : "mattock " + chosen.front()->get_name();
  return report({Code::kUsage, error.what(), "", "see " + command + " --help"});
}

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
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return finish_parsing(app, error);
  }
  if (app.get_subcommands().empty()) return report({Code::kUsage, "a command is missing", "", "see mattock --help"});
  return status;
}

}  // namespace
}  // namespace mattock::cli

int main(int argc, char** argv) {
  // A reader that closes the pipe early shows as a write error, which print() knows.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return mattock::cli::run(argc, argv);
  } catch (const std::exception& error) {
    return mattock::cli::report(
        {mattock::Code::kInternal, error.what(), "", "this is a fault of mattock; please report it"});
  }
}
