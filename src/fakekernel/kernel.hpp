// An imitation of the vendor's driver `rknpu` on an RK356x: its calls to the byte, its errors, its time, with the
// emulator in place of the NPU. Written from hardware/kernel.md 2 and 4. Tests open it in their own process through
// fakekernel/system.hpp; `mattock emulate` serves it to other programs.
//
// What would crash a real kernel ends this process with a message (Options::crash): nobody should see an errno there.
//
// Threads: calls on files of one kernel may come from several threads; they run one after another.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "emulator/variation.hpp"
#include "hw/chip.hpp"
#include "hw/command.hpp"

namespace mattock::fakekernel {

struct Version {
  unsigned major = 0, minor = 9, patch = 8;
};

enum class Build { kDrm, kMisc };

/// Which node was opened. A misc build has one, and this says nothing there.
enum class Node { kCard, kRender };

/// A fault that the n-th call (from 1) meets instead of its own result.
struct Fault {
  enum class Kind {
    kErrno,      ///< the call returns -`error` and does nothing
    kTimeout,    ///< of a submit: nothing runs, ETIMEDOUT after the virtual time
    kDmaError,   ///< of a submit: a DMA error in the status, then ETIMEDOUT
    kBadStatus,  ///< of a submit: an interrupt that does not match, then ETIMEDOUT
    kNoPower,    ///< the version register reads as all ones and submits never fetch
    kReset,      ///< of a submit: another process resets the NPU while it runs, EINVAL
    kSignal,     ///< of a submit: a signal comes while it waits, EINTR before 0.9; later versions do not hear it
  };
  std::uint64_t call = 0;  ///< 0: every call
  Kind kind = Kind::kErrno;
  int error = 0;
  std::uint64_t submit = 0;  ///< not 0: the n-th submit, whatever `call` says
};

/// How the driver itself sees task records in two-copy mode, which is not known (kernel.md says nothing): through
/// the cache, or past it. kEither asks for all that either way needs: it reads past the cache and writes to both.
enum class TaskMapping { kEither, kCached, kUncached };

struct Options {
  std::string chip = "rk3566";
  Version version = {};
  Build build = Build::kDrm;
  bool iommu = true;
  bool supply = true;  ///< the device tree has rknpu-supply
  /// The CPU's and the NPU's view of a cacheable object are different memory, and only MEM_SYNC copies between them,
  /// by whole lines of 64 bytes.
  bool two_copies = false;
  TaskMapping task_mapping = TaskMapping::kEither;
  bool strict = true;                  ///< of the emulator: stop at what is not modelled
  emulator::Variation variation = {};  ///< another chip than the one that is assumed
  /// Programs run as root. Otherwise only who had the card node first is authenticated, which global names need.
  bool root = true;
  bool fences = false;  ///< built with CONFIG_ROCKCHIP_RKNPU_FENCE, which few kernels are
  std::uint32_t hw_version = 0;
  std::size_t memory_bytes = std::size_t{1} << 30;
  std::size_t most_descriptors = 1024;
  std::vector<Fault> faults = {};
  /// Called with a line that says what would have crashed the kernel; must not return, but may throw. Empty: abort.
  /// The kernel is in the middle of a call: it must not be asked anything here, nor from a Trace.
  std::function<void(const std::string&)> crash = {};
};

/// What a submit was, for recordings. Bytes and words are valid during the call only.
struct ObjectView {
  std::uint32_t handle = 0;  ///< a number from 1 up, in the order they were made
  std::uint32_t flags = 0;
  std::uint64_t address = 0;
  std::span<std::byte> bytes;  ///< as the NPU sees them
};

/// Counts of what user space holds, to find leaks with.
struct Held {
  std::size_t files = 0, objects = 0, mappings = 0, descriptors = 0;
  friend bool operator==(const Held&, const Held&) = default;
};

struct RegisterWrite {
  std::uint32_t offset = 0, value = 0;
  friend bool operator==(const RegisterWrite&, const RegisterWrite&) = default;
};

/// Memory for mmap: a descriptor that stays the kernel's (others duplicate or map it), and where in it.
struct Memory {
  int fd = -1;
  std::uint64_t offset = 0;
};

class File;

class Kernel : public std::enable_shared_from_this<Kernel> {
 public:
  /// Errors: kUnsupported (a chip or version that is not imitated).
  static Result<std::shared_ptr<Kernel>> create(const Options& options);
  virtual ~Kernel() = default;

  virtual const Options& options() const = 0;
  virtual const hw::Chip& chip() const = 0;
  /// A new open file of the driver's node; nothing when a fault says so, and then `error` is an errno below 0.
  virtual std::unique_ptr<File> open(Node node, int& error) = 0;
  /// The render node.
  std::unique_ptr<File> open();

  /// A descriptor made of what export_object() said is gone: the last one lets go of the memory.
  virtual void descriptor_closed(const Memory& memory) = 0;
  /// The sync call of dma-bufs (DMA_BUF_IOCTL_SYNC) on such a descriptor, or a duplicate: 0, or an errno below 0.
  virtual int sync_descriptor(const Memory& memory, std::uint64_t flags) = 0;
  /// A fence by the number that a submit said: 0 while its job runs, 1 when that is done, an errno below 0 when it
  /// failed. A descriptor made of one is gone: so is the fence.
  virtual int fence_state(std::uint32_t fence) const = 0;
  virtual void fence_closed(std::uint32_t fence) = 0;

  /// Driver calls so far, mappings and opens included: what Fault::call counts.
  virtual std::uint64_t calls() const = 0;
  virtual Held held() const = 0;
  /// Virtual time since the kernel began.
  virtual std::uint64_t nanoseconds() const = 0;
  /// The kernel's log, a line each.
  virtual std::vector<std::string> log() const = 0;
  /// Is told of every submit before it runs: its arguments, and all objects.
  using Trace = std::function<void(std::span<const std::byte> submit, std::span<const ObjectView> objects)>;
  virtual void set_trace(Trace trace) = 0;
  /// What the driver wrote to the NPU for the last submit that reached it, in order (kernel.md 2.6).
  virtual std::vector<RegisterWrite> register_writes() const = 0;
};

/// An open file. Closed when destroyed, which frees what it holds.
class File {
 public:
  virtual ~File() = default;

  /// `argument` is the caller's struct, as long as its request says; it is written back, after errors too. The DRM
  /// calls that hold pointers (VERSION, GET_UNIQUE) and those that make descriptors (PRIME) are the caller's business:
  /// strings() and export_object() are what they are made of. Here they are counted and may meet a fault, no more.
  /// On a misc node MEM_CREATE speaks of handles; the caller puts a descriptor in place of what it hands out, and
  /// import_object()'s handle in place of a descriptor it is given. In the same way SUBMIT speaks of fences by number;
  /// 0 stands for a descriptor that is none. 0, or an errno below 0.
  virtual int ioctl(std::uint32_t request, std::span<std::byte> argument) = 0;

  struct Strings {
    std::string name, date, description;
  };
  /// What VERSION says; nothing on a misc node.
  virtual std::optional<Strings> strings() const = 0;

  using Memory = fakekernel::Memory;
  /// The memory behind an mmap. `offset` is what MEM_MAP said. 0, or an errno below 0.
  virtual int map(std::uint64_t offset, std::size_t bytes, Memory& memory) = 0;
  virtual void unmapped() = 0;  ///< one mapping is gone

  /// The memory of a whole object by its handle (PRIME; on a misc node MEM_CREATE hands out such a descriptor), and a
  /// handle for an object that another file exported. `memory` may be a duplicate. 0, or an errno below 0.
  virtual int export_object(std::uint32_t handle, Memory& memory, std::size_t& bytes) = 0;
  virtual int import_object(const Memory& memory, std::uint32_t& handle) = 0;
};

}  // namespace mattock::fakekernel
