// How a program is started so that the client is in it: environment, and an emulator of processors for programs of
// another machine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "emulate/program.hpp"

namespace mattock::emulate {

struct Launch {
  std::string file;
  std::vector<std::string> arguments, environment;
};

/// Where things lie for one run.
struct Places {
  std::filesystem::path folder;                  ///< of the board's files: protocol.h
  std::filesystem::path client;                  ///< link to the preloaded library, to be made
  std::vector<std::filesystem::path> libraries;  ///< folders that may hold libmattock-emulate-MACHINE.so
};

/// Folders for Places::libraries, from where this program lies.
std::vector<std::filesystem::path> library_folders();

/// `environment` is that of this process, "NAME=value" each. Errors: kNotFound (no client or no qemu for the machine),
/// kInternal.
Result<Launch> launch_of(const Program& program, const Places& places, const std::vector<std::string>& environment);

}  // namespace mattock::emulate
