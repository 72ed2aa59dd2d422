// The program mattock-probe: `mattock probe` alone, linked statically, for a board where nothing is built.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/app.hpp"
#include "cli/console.hpp"
#include "cli/probe.hpp"

namespace mattock::cli {
namespace {

int run(int argc, const char* const* argv) {
  CLI::App app("Asks the NPU of an RK3566 or RK3568 what no recording tells, and measures it.", "mattock-probe");
  app.set_version_flag("--version", "mattock-probe " MATTOCK_VERSION);
  int status = kDone;
  set_up_probe(app, "mattock-probe", status);
  const auto stopped = parse(app, argc, argv);
  return stopped.value_or(status);
}

}  // namespace
}  // namespace mattock::cli

int main(int argc, char** argv) { return mattock::cli::run_guarded(mattock::cli::run, argc, argv); }
