// What every program does around its own commands.
#pragma once

#include <optional>

namespace CLI {
class App;
}

namespace mattock::cli {

/// Parses, which runs the callbacks. An exit status if that was all: help or version, printed, or a usage error in one
/// line.
std::optional<int> parse(CLI::App& app, int argc, const char* const* argv);

/// main(): `run` gives the exit status; what it throws is a fault of ours, in one line.
int run_guarded(int (*run)(int, const char* const*), int argc, const char* const* argv);

}  // namespace mattock::cli
