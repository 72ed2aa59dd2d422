// An open node of the vendor's driver `rknpu`: its calls with the numbers and sizes that this build and version
// understand. Results are the kernel's: 0, or an errno below 0; errors.hpp makes sentences of them.
//
// DRM builds take the newest layout whatever their version (abi.hpp). Misc builds up to 0.8 compare the size, too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "device/kernel/abi.hpp"
#include "device/kernel/owned.hpp"

namespace mattock::device::rknpu {

enum class Build { kDrm, kMisc };

/// How the driver's structures grew: up to 0.7, 0.8, and since 0.9. Where in 0.9.0 to 0.9.5 the last step lies does
/// not matter: those builds honour the size they are given.
enum class Generation { kA, kB, kC };

struct Version {
  unsigned major = 0, minor = 0, patch = 0;

  Generation generation() const;
  /// As the driver numbers it: 908 is 0.9.8.
  unsigned code() const { return major * 10000 + minor * 100 + patch; }
  static Version of(unsigned code) { return {code / 10000, code / 100 % 100, code % 100}; }
  std::string text() const;
};

/// Nobody has described drivers older than this.
inline constexpr Version kOldest{0, 7, 0};

class Driver {
 public:
  Driver(std::shared_ptr<kernel::System> system, kernel::Descriptor file, std::string path, Build build,
         Version version);

  const std::string& path() const { return path_; }
  Build build() const { return build_; }
  const Version& version() const { return version_; }
  void set_version(const Version& version) { version_ = version; }
  const std::shared_ptr<kernel::System>& system() const { return system_; }
  int fd() const { return file_.get(); }

  /// Whether this process opened the node, or is a child of the one that did.
  bool is_ours() const { return system_->process() == process_; }

  // Each is made again when a signal broke it off: asked twice, they do what they do once.
  int action(kernel::Ask ask, std::uint32_t& value) const;
  int create(kernel::MemCreate& object) const;
  int map(kernel::MemMap& object) const;
  int destroy(kernel::MemDestroy& object) const;
  int sync(kernel::MemSync& range) const;

  /// Once: a submit that a signal broke off may still run, and may not run twice.
  int submit(kernel::Submit& submit) const;

 private:
  template <class Argument>
  int again(kernel::Call call, Argument& argument, std::size_t bytes = sizeof(Argument)) const;
  std::uint32_t request(kernel::Call call, std::size_t bytes) const;

  std::shared_ptr<kernel::System> system_;
  kernel::Descriptor file_;
  std::string path_;
  Build build_;
  Version version_;
  int process_;
};

}  // namespace mattock::device::rknpu
