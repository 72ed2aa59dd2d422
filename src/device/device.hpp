// One interface to whatever computes: the NPU behind its kernel driver, or the emulator. Names are chosen at run
// time; nothing above this header knows which back end answers.
//
// A Device is a handle: copies share the same device, and buffers keep it alive. Calls on one device may come
// from several threads; submits then run one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "device/buffer.hpp"
#include "device/kernel/system.hpp"
#include "emulator/emulator.hpp"
#include "hw/chip.hpp"
#include "hw/command.hpp"

namespace mattock {

/// What a submit did, task by task. A chip counts nothing: its reports will hold no tasks.
using SubmitReport = emulator::SubmitReport;

struct DeviceOptions {
  /// Fresh memory of the emulator holds 0xff bytes, a NaN in every float format, as a real buffer holds
  /// anything: a program that reads what nobody wrote shows it. Off: zeros.
  bool fill_with_nan = true;
  /// Stop at anything the emulator does not model.
  bool strict = true;
  /// Register groups per block of the emulated chip. One is a negative control for tests.
  unsigned register_groups = 2;
  /// The emulated chip is another than the one that is assumed: for tests of what would find that out.
  emulator::Variation variation = {};
  /// Unsafe: submit what the checker was never asked about. A board without an IOMMU then reads and writes wherever
  /// a wrong word points, and a wrong chain hangs its bus. For whoever explores a chip and knows what is at stake.
  bool unsafe_skip_check = false;
  /// Threads that the emulator multiplies with; 0: one per processor this process may use. Results do not depend on it.
  unsigned threads = 0;
  /// Memory the emulated board has for buffers; allocate() beyond it is refused.
  std::size_t memory_bytes = std::size_t{1} << 30;
  /// The kernel that NPUs are looked for and driven through; null: the one this program runs on.
  std::shared_ptr<device::kernel::System> system = nullptr;
};

/// How the last submit that a driver gave up on ended.
struct DeviceFault {
  int error = 0;             ///< the kernel's errno, above 0
  std::size_t tasks = 0;     ///< of the submit
  std::size_t done = 0;      ///< of them, before it stopped
  std::uint32_t status = 0;  ///< the last interrupt that came and was not the one waited for; 0: none came
};

struct TaskRange {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// What a device says of itself.
struct DeviceIdentity {
  std::string driver;                          ///< "rknpu 0.9.8"; empty without one
  std::string node;                            ///< its path; empty without one
  std::optional<std::uint32_t> hardware = {};  ///< the NPU's own version
  std::optional<std::uint32_t> clock_hz = {};  ///< as the driver says it
};

/// A device, or what stands in its place.
struct DeviceEntry {
  std::string name = {};     ///< what Device::open takes
  std::string chip = {};     ///< empty if it could not be told
  std::string kind = {};     ///< "rknpu": an NPU; "emulator": software
  std::string path = {};     ///< of an NPU's node
  std::string driver = {};   ///< of the node, with its version if it says one without being powered: "rknpu 0.9.8"
  std::string why_not = {};  ///< why it cannot be opened; empty if it can, as far as looking tells
};

class Device {
 public:
  /// What can be opened here, in the order "auto" would choose. Nothing is powered.
  static std::vector<DeviceEntry> list(const DeviceOptions& options = {});
  /// The same with what cannot, and why.
  static std::vector<DeviceEntry> survey(const DeviceOptions& options = {});

  /// `name`: "rknpu" (an NPU), "rknpu:CHIP" (taken for this chip), the path of its node, "emulator" (an RK3566),
  /// "emulator:CHIP", or "auto": what the environment's MATTOCK_DEVICE names, else an NPU if one answers, else the
  /// emulator. Errors: kDevice, for a name that means nothing with those that exist.
  static Result<Device> open(std::string_view name, const DeviceOptions& options = {});

  /// The back end that answers, such as "emulator:rk3566" or "rknpu:rk3566".
  const std::string& name() const;
  /// "rknpu" or "emulator".
  const std::string& kind() const;
  /// One line for the user about the choice "auto" made; empty when there is nothing to say.
  const std::string& notice() const;
  const hw::Chip& chip() const;
  /// Asks the driver, which powers the NPU. What it does not answer is left out.
  DeviceIdentity identity() const;

  /// Memory the NPU reaches: whole pages below the chip's DMA limit. `name` stands in messages. Errors: kDevice
  /// when memory is short or the driver refuses.
  Result<Buffer> allocate(std::size_t bytes, std::string name, BufferUse use = BufferUse::kData);

  /// Make a range that the CPU wrote visible to the NPU, and the other way round. The emulator shares the
  /// CPU's memory and does nothing; an NPU sees and shows old bytes without them. Errors: kInternal when the
  /// range is not inside the buffer, kDevice.
  Result<void> sync_to_device(const Buffer& buffer, std::size_t offset, std::size_t bytes);
  Result<void> sync_from_device(const Buffer& buffer, std::size_t offset, std::size_t bytes);

  /// Checks, then runs tasks [range.first, range.first + range.count) of the task records in `records` (40
  /// bytes each, regcmd_addr a DMA address; a buffer for task records, synced) and waits for them. A submit whose
  /// records, words and buffers are what they were when it was accepted is not checked again. Errors: kBadInput and
  /// kUnsupported from the check, kNotModelled or kDevice; messages count tasks from the range's first.
  Result<SubmitReport> submit(const Buffer& records, TaskRange range);

  /// The same with the report's memory used again: repeating a submit allocates nothing. After an error the report is
  /// of no use but for `stopped_at`.
  Result<void> submit(const Buffer& records, TaskRange range, SubmitReport& report);

  /// What submit() would refuse before it runs anything, unsafe_skip_check or not.
  Result<void> check(const Buffer& records, TaskRange range);

  /// Nothing if no submit has failed in the driver; an emulator's never do.
  std::optional<DeviceFault> last_fault() const;

  /// How many submits the checker walked so far: all but repetitions.
  std::uint64_t checks() const;

 private:
  struct State;
  explicit Device(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace mattock
