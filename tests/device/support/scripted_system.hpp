// A kernel that answers from a table: files, folders and nodes as a test wrote them down, and a driver `rknpu` that
// hands out memory and does what it is told at a submit. It records every call with its bytes, and counts what is held.
//
// Threads: none but the test's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "device/device.hpp"
#include "device/kernel/abi.hpp"
#include "device/kernel/system.hpp"
#include "emulator/emulator.hpp"

namespace mattock::test {

namespace kernel = device::kernel;

/// What a path opens.
struct ScriptedNode {
  unsigned major = kernel::kDrmMajor;
  std::string driver = "rknpu";
  int version[3] = {0, 9, 8};
  int open_error = 0;  ///< above 0: what opening it fails with
};

struct ScriptedCall {
  std::string name;  ///< "open PATH", "ioctl", "map", ...
  std::uint32_t request = 0;
  std::vector<std::byte> argument;  ///< of an ioctl, as it was handed over
};

class ScriptedSystem : public kernel::System {
 public:
  /// An RK3566 board with its NPU at /dev/dri/renderD129 and card1, a GPU before it.
  static std::shared_ptr<ScriptedSystem> board();
  /// The same with a misc node in place of the DRM ones; `version` as the driver numbers it.
  static std::shared_ptr<ScriptedSystem> misc_board(std::uint32_t version);
  /// A PC: no device tree, a GPU.
  static std::shared_ptr<ScriptedSystem> pc();

  std::map<std::string, ScriptedNode> nodes;
  std::map<std::string, std::string> files;
  std::map<std::string, int> file_errors;  ///< above 0
  std::uint32_t drv_version = 908, hw_version = 0, iommu = 1;
  std::uint64_t next_end = std::uint64_t{1} << 32;  ///< memory is handed out downwards from here
  int process_id = 1;
  /// What a submit does: 0 or an errno below 0. `records` is the memory of the task records.
  std::function<int(kernel::Submit&, std::byte* records)> on_submit = [](kernel::Submit& s, std::byte*) {
    s.task_counter = s.task_number;
    return 0;
  };
  /// The call with this number (from 1) fails, unless it gives something back; or every ioctl with this request.
  std::uint64_t fail_call = 0;
  std::uint32_t fail_request = 0;
  int fail_error = 0;

  bool records_calls = true;  ///< off: no call fails, and none allocates
  std::vector<ScriptedCall> calls;
  std::size_t open_files = 0, mappings = 0, objects = 0, locks = 0, powered = 0;
  bool holds_nothing() const { return open_files + mappings + objects + locks + powered == 0; }
  std::size_t count(const std::string& name) const;
  /// The argument of the last ioctl with this request.
  std::vector<std::byte> last(std::uint32_t request) const;
  std::size_t count_requests(std::uint32_t request) const;
  /// All objects, as the NPU sees them. They stay until the next one is made or given back.
  std::vector<emulator::Mapping> memory() const;

  int open(const std::string& path, int flags) override;
  int close(int fd) override;
  int ioctl(int fd, std::uint32_t request, void* argument) override;
  int map(int fd, std::uint64_t offset, std::size_t bytes, void*& address) override;
  int unmap(void* address, std::size_t bytes) override;
  int kind(int fd, kernel::FileKind& kind) override;
  int lock(int fd) override;
  int unlock(int fd) override;
  int list(const std::string& folder, std::vector<std::string>& names) override;
  int read(const std::string& path, std::string& text) override;
  int hold_signals(sigset_t& before) override;
  int release_signals(const sigset_t& before) override;
  int process() override { return process_id; }

 private:
  struct Object {
    kernel::MemCreate made;
    std::shared_ptr<std::vector<std::byte>> bytes;
  };
  /// Records the call; an errno below 0 if it is the one that fails.
  int begin(std::string name, std::uint32_t request = 0, const void* argument = nullptr);
  int drm_version(const ScriptedNode& node, kernel::DrmVersion& version);
  int driver_call(const ScriptedNode& node, std::uint32_t number, void* argument);
  int action(kernel::Action& action);
  int create(const ScriptedNode& node, kernel::MemCreate& made);
  Object* by_handle(std::uint32_t handle);
  Object* by_token(std::uint64_t token);

  std::uint64_t faultable_ = 0;
  int next_fd_ = 3;
  std::map<int, std::string> fds_;
  std::map<std::uint32_t, Object> objects_;
  std::uint32_t next_handle_ = 1;
};

}  // namespace mattock::test
