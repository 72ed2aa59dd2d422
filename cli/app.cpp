#include "cli/app.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <exception>
#include <sstream>
#include <string>

#include "cli/console.hpp"

namespace mattock::cli {

std::optional<int> parse(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    // CLI11 prints help and version through its own exit(); everything else is a usage error.
    std::ostringstream text;
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      app.exit(error, text, text);
      return print(text.str());
    }
    const auto chosen = app.get_subcommands();
    const std::string command = chosen.empty() ? app.get_name() : app.get_name() + " " + chosen.front()->get_name();
    return report({Code::kUsage, error.what(), "", "see " + command + " --help"});
  }
}

int run_guarded(int (*run)(int, const char* const*), int argc, const char* const* argv) {
  // A reader that closes the pipe early shows as a write error, which print() knows.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    return report({Code::kInternal, error.what(), "", "this is a fault of mattock; please report it"});
  }
}

}  // namespace mattock::cli
