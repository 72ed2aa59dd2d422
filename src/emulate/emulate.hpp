// Runs a program so that it finds an NPU: the imitated driver in this process, a client preloaded into the program.
// protocol.h says how the two meet.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "emulate/child.hpp"
#include "emulate/recorder.hpp"
#include "fakekernel/kernel.hpp"

namespace mattock::emulate {

/// A folder of this run alone, removed with its owner.
class Folder {
 public:
  /// Errors: kInternal.
  static Result<Folder> create();
  Folder(Folder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Folder& operator=(Folder&&) = delete;
  ~Folder() { remove(); }
  const std::filesystem::path& path() const { return path_; }
  void remove();

 private:
  Folder() = default;
  std::filesystem::path path_;
};

struct Options {
  std::vector<std::string> command;  ///< a program and its arguments
  /// Stop the program at the first submit that fails.
  bool strict = false;
  Recorder* recorder = nullptr;
  /// Lines of the driver's log as they come.
  std::function<void(const std::string&)> log = {};
  /// Where the clients lie; none: where they are built or installed with this program.
  std::vector<std::filesystem::path> libraries = {};
};

/// For fakekernel::Options::crash: ends run() with an error that says what would have crashed the kernel.
[[noreturn]] void crash(const std::string& what);

/// This process leaves no core file when a signal ends it: the program has left its own.
void without_core_file();

/// Errors: those of find_program and launch_of; kDevice with `strict`.
Result<Ending> run(const std::shared_ptr<fakekernel::Kernel>& kernel, const Folder& folder, const Options& options);

}  // namespace mattock::emulate
