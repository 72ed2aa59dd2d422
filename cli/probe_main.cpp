// The program mattock-probe: `mattock probe` alone, linked statically, for a board where nothing is built.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <exception>
#include <sstream>

#include "cli/console.hpp"
#include "cli/probe.hpp"

namespace mattock::cli {
namespace {

int run(int argc, const char* const* argv) {
  CLI::App app("Asks the NPU of an RK3566 or RK3568 what no recording tells, and measures it.", "mattock-probe");
  app.set_version_flag("--version", "mattock-probe " MATTOCK_VERSION);
  int status = kDone;
  set_up_probe(app, "mattock-probe", status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream text;
    if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::Success))
      return report({Code::kUsage, error.what(), "", "see mattock-probe --help"});
    app.exit(error, text, text);
    return print(text.str());
  }
  return status;
}

}  // namespace
}  // namespace mattock::cli

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return mattock::cli::run(argc, argv);
  } catch (const std::exception& error) {
    return mattock::cli::report(
        {mattock::Code::kInternal, error.what(), "", "this is a fault of mattock; please report it"});
  }
}
