// The command line of the probes: that of `mattock probe`, and of the program mattock-probe, which has no other.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace mattock::cli {

/// Options and help on `app`, and the work as its callback. `name` is how the user calls it.
void set_up_probe(CLI::App& app, const std::string& name, int& status);

}  // namespace mattock::cli
