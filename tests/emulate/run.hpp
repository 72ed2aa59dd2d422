// Programs of tests/emulate/clients under the built `mattock emulate`.
#pragma once

#include <filesystem>
#include <string>

#include "cli/program.hpp"

namespace mattock::test {

/// The path of a client for a machine, quoted for the shell.
inline std::string client(const std::string& machine, const std::string& name) {
  return "'" MATTOCK_CLIENTS "/" + machine + "/" + name + "'";
}
inline bool has_client(const std::string& machine, const std::string& name) {
  return std::filesystem::exists(MATTOCK_CLIENTS "/" + machine + "/" + name);
}

/// `options` of emulate, then the command as a shell has it.
inline Outcome emulate(const std::string& options, const std::string& command) {
  return mattock("emulate " + options + " -- " + command);
}

/// A file of this test alone, removed with it.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name)
      : path_(testing::TempDir() + "mattock.emulate." + std::to_string(getpid()) + "." + name) {}
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace mattock::test
