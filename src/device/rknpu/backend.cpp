// The NPU itself, behind the vendor's driver.
//
// A run is one submit: the driver programs the first task, the hardware follows the chain, the call returns at the end.
// Around it stand the turn among processes and, for drivers whose wait a signal breaks off, signals held back.
// Task records are the kernel's reading, not the NPU's; their writer syncs them as it does all else.
#include "device/backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/math.hpp"
#include "device/rknpu/board.hpp"
#include "device/rknpu/errors.hpp"
#include "device/rknpu/find.hpp"
#include "device/rknpu/lock.hpp"
#include "device/rknpu/object.hpp"
#include "device/rknpu/open.hpp"

namespace mattock::device::rknpu {
namespace {

// The vendor's runtime gives every submit 6 s.
constexpr std::uint32_t kLeastMilliseconds = 6000;
// assumed: no task takes longer, at the lowest clock; settled by timing the largest ones on a board at 200 MHz.
constexpr std::uint32_t kMillisecondsPerTask = 10;

constexpr std::size_t kIntStatusOffset = 20;  // in a task record

/// No signals for this thread while it lives.
class HeldSignals {
 public:
  explicit HeldSignals(kernel::System& system) : system_(system), held_(system.hold_signals(before_) == 0) {}
  ~HeldSignals() {
    if (held_) system_.release_signals(before_);
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

 private:
  kernel::System& system_;
  sigset_t before_ = {};
  bool held_;
};

/// Powers the NPU while it lives, where the driver counts that; later drivers do it call by call.
class Power {
 public:
  explicit Power(std::shared_ptr<Driver> driver) : driver_(std::move(driver)) {
    std::uint32_t none = 0;
    if (driver_->version().generation() != Generation::kC) on_ = driver_->action(kernel::Ask::kPowerOn, none) == 0;
  }
  ~Power() {
    std::uint32_t none = 0;
    if (on_ && driver_->is_ours()) driver_->action(kernel::Ask::kPowerOff, none);
  }
  Power(const Power&) = delete;
  Power& operator=(const Power&) = delete;

 private:
  std::shared_ptr<Driver> driver_;
  bool on_ = false;
};

class RknpuBackend;

class RknpuMemory final : public Buffer::Memory {
 public:
  RknpuMemory(Object object, std::string label, BufferUse purpose, std::shared_ptr<RknpuBackend> backend)
      : Memory(object.address(), object.bytes(), std::move(label), purpose),
        backend_(std::move(backend)),
        object_(std::move(object)) {}
  ~RknpuMemory() override;

  const Object& object() const { return object_; }
  bool is_of(const RknpuBackend& backend) const { return backend_.get() == &backend; }

 private:
  std::shared_ptr<RknpuBackend> backend_;
  Object object_;  // goes first: the backend holds the driver
};

class RknpuBackend final : public Backend {
 public:
  RknpuBackend(const hw::Chip& chip, std::shared_ptr<Driver> driver, bool iommu, ProcessLock lock)
      : chip_(chip), driver_(std::move(driver)), iommu_(iommu), power_(driver_), lock_(std::move(lock)) {}

  const hw::Chip& chip() const override { return chip_; }

  DeviceIdentity identity() override {
    DeviceIdentity identity{fmt::format("rknpu {}", driver_->version().text()), driver_->path()};
    std::uint32_t value = 0;
    if (driver_->action(kernel::Ask::kHwVersion, value) == 0) identity.hardware = value;
    if (driver_->action(kernel::Ask::kFrequency, value = 0) == 0 && value != 0) identity.clock_hz = value;
    return identity;
  }

  Result<std::unique_ptr<Buffer::Memory>> allocate(std::size_t bytes, std::string name, BufferUse use,
                                                   std::shared_ptr<Backend> self) override {
    if (const auto ours = check_process(); !ours) return propagate(ours);
    auto object = Object::create(driver_, bytes, memory_flags(*driver_, iommu_, use), use, chip_.dma_limit, name);
    if (!object) return propagate(object);
    const std::scoped_lock lock(mutex_);
    // A place in the list first, so that nothing fails once the memory counts on being listed.
    memories_.reserve(memories_.size() + 1);
    auto memory = std::make_unique<RknpuMemory>(std::move(*object), std::move(name), use,
                                                std::static_pointer_cast<RknpuBackend>(std::move(self)));
    memories_.insert(place_of(memory->address), memory.get());
    return memory;
  }

  void release(const RknpuMemory& memory) {
    const std::scoped_lock lock(mutex_);
    const auto place = std::ranges::find(memories_, &memory);
    if (place != memories_.end()) memories_.erase(place);
  }

  Result<void> sync_to_device(const Buffer& buffer, std::size_t offset, std::size_t bytes) override {
    return sync(buffer, kernel::kToDevice, offset, bytes);
  }
  Result<void> sync_from_device(const Buffer& buffer, std::size_t offset, std::size_t bytes) override {
    return sync(buffer, kernel::kFromDevice, offset, bytes);
  }

  Result<void> inspect(const Check& check) override {
    const std::scoped_lock lock(mutex_);
    return check(memories_);
  }

  Result<void> submit(std::span<const hw::TaskRecord> tasks, const Buffer& records, TaskRange range, const Check& check,
                      SubmitReport& report) override {
    const std::scoped_lock lock(mutex_);  // release() waits for it
    report.tasks.clear();
    report.events.clear();
    report.seconds.reset();
    if (const auto good = check(memories_); !good) return good;
    if (const auto ours = check_process(); !ours) return ours;
    const auto memory = memory_of(records);
    if (!memory) return propagate(memory);

    kernel::Submit submit{
        .flags = kernel::kPc | kernel::kPingPong,
        .timeout = std::max(kLeastMilliseconds, narrow<std::uint32_t>(range.count) * kMillisecondsPerTask),
        .task_start = narrow<std::uint32_t>(range.first),
        .task_number = narrow<std::uint32_t>(range.count),
        .task_token = (*memory)->object().token(),
        .fence = -1,
    };
    const auto result = run(submit);
    if (!result) return propagate(result);
    if (*result == 0) return ended(submit, report);
    fault_ = {.error = -*result, .tasks = submit.task_number};
    if (*result == -ETIMEDOUT) return timed_out(tasks, **memory, submit, report);
    return tl::unexpected<Error>(call_error(Step::kSubmit, fmt::format("a submit of {} tasks", range.count), *result));
  }

  std::optional<DeviceFault> last_fault() const override { return fault_; }

 private:
  /// Where the memory at this address stands in the list, or would.
  std::vector<const Buffer::Memory*>::iterator place_of(std::uint64_t address) {
    return std::ranges::lower_bound(memories_, address, {}, &Buffer::Memory::address);
  }

  Result<void> check_process() const {
    if (driver_->is_ours()) return {};
    return fail(Code::kDevice,
                fmt::format("{} was opened by the process that this one was forked from", driver_->path()),
                "open the device again");
  }

  Result<const RknpuMemory*> memory_of(const Buffer& buffer) const {
    const auto* const memory = dynamic_cast<const RknpuMemory*>(buffer.memory());
    if (memory == nullptr || !memory->is_of(*this))
      return fail(Code::kInternal, fmt::format("buffer '{}' is another device's", buffer.name()));
    return memory;
  }

  Result<void> sync(const Buffer& buffer, std::uint32_t direction, std::size_t offset, std::size_t bytes) {
    if (const auto ours = check_process(); !ours) return ours;
    const auto memory = memory_of(buffer);
    if (!memory) return propagate(memory);
    return (*memory)->object().sync(direction, offset, bytes, buffer.name());
  }

  /// What the driver says: 0 or an errno below 0. Errors: the turn cannot be had.
  Result<int> run(kernel::Submit& submit) {
    kernel::System& system = *driver_->system();
    if (const int result = lock_.take(); result < 0)
      return tl::unexpected<Error>(call_error(Step::kLock, "the turn at the NPU cannot be had", result));
    const ProcessLock::Held turn(system, lock_.fd());
    // Since 0.9 the wait hears no signals. A broken-off job goes on, so what it reads and writes must stay.
    std::optional<HeldSignals> quiet;
    if (driver_->version().generation() != Generation::kC) quiet.emplace(system);
    return driver_->submit(submit);
  }

  /// A job that ended has its number of tasks as its count (kernel.md 2.5): a driver that came back before its end, or
  /// ran something else, says another. What older drivers count was not described.
  Result<void> ended(const kernel::Submit& submit, SubmitReport& report) const {
    // Drivers up to 0.8 do not measure.
    if (submit.elapsed > 0) report.seconds = static_cast<double>(submit.elapsed) * 1e-9;
    if (driver_->version().generation() != Generation::kC || submit.task_counter == submit.task_number) return {};
    return fail(Code::kDevice,
                fmt::format("the driver says that a submit ended, but counts {} of its {} tasks", submit.task_counter,
                            submit.task_number),
                "this driver is not as it was described: report its version");
  }

  Result<void> timed_out(std::span<const hw::TaskRecord> tasks, const RknpuMemory& records,
                         const kernel::Submit& submit, SubmitReport& report) {
    // A driver counts up to the number of tasks; what cannot be is taken for the last one.
    const std::uint32_t reached = std::min(submit.task_counter, submit.task_number - 1);
    report.stopped_at = reached;
    fault_->done = reached;
    fault_->status = last_status(records, submit, tasks.back().int_mask);
    return tl::unexpected<Error>(timeout_error({.milliseconds = submit.timeout,
                                                .tasks = submit.task_number,
                                                .done = reached,
                                                .status = fault_->status,
                                                .wanted = tasks.back().int_mask,
                                                .op_index = tasks[reached].op_index}));
  }

  /// What the kernel wrote into the last record, through its own mapping. If that is cached, the CPU sees it at once
  /// and an invalidation would lose it; if not, it is seen only after one. So the record is read before and after. What
  /// would have ended the job is a status of the run before.
  /// assumed: either way of mapping; settled by a timeout on a board whose log has the status, too.
  std::uint32_t last_status(const RknpuMemory& records, const kernel::Submit& submit, std::uint32_t wanted) {
    const std::size_t last = std::size_t{submit.task_start} + submit.task_number - 1;
    const std::size_t place = last * hw::TaskRecord::kBytes + kIntStatusOffset;
    const auto read = [&] {
      const auto status = load_le<std::uint32_t>(records.bytes, place);
      return completes(status, wanted) ? 0 : status;
    };
    if (const std::uint32_t status = read(); status != 0) return status;
    if (!records.object().sync(kernel::kFromDevice, place, sizeof(std::uint32_t), records.name)) return 0;
    return read();
  }

  const hw::Chip& chip_;
  std::shared_ptr<Driver> driver_;
  bool iommu_;
  Power power_;
  std::mutex mutex_;
  std::vector<const Buffer::Memory*> memories_;  // by address
  ProcessLock lock_;
  std::optional<DeviceFault> fault_;
};

RknpuMemory::~RknpuMemory() { backend_->release(*this); }

/// Asks what the driver is; a misc node says its version only here. Each question powers the NPU.
Result<void> greet(Driver& driver, const hw::Chip& chip) {
  std::uint32_t value = 0;
  if (const int result = driver.action(kernel::Ask::kDrvVersion, value); result < 0)
    return tl::unexpected<Error>(call_error(Step::kAction, "the driver does not say its version", result));
  if (driver.build() == Build::kMisc) driver.set_version(Version::of(value));
  if (driver.version().code() < kOldest.code())
    return fail(Code::kDevice,
                fmt::format("driver rknpu {} is older than {}, the oldest that Mattock knows", driver.version().text(),
                            kOldest.text()),
                "update the board's kernel");
  if (const int result = driver.action(kernel::Ask::kHwVersion, value = 0); result < 0)
    return tl::unexpected<Error>(call_error(Step::kAction, "the NPU does not say its version", result));
  return check_hardware(chip, value);
}

}  // namespace

Result<Opened> open_node(Node node, const Board& board, std::string_view asked_chip) {
  const auto at_node = [&](Error error) {
    error.where = node.path;
    return tl::unexpected<Error>(std::move(error));
  };
  if (!node.rknpu) return at_node(node.why_not.value());
  const auto choice = chip_of(board, asked_chip);
  if (!choice) return at_node(choice.error());
  std::shared_ptr<Driver> driver = std::move(node.rknpu);
  if (const auto greeted = greet(*driver, *choice->chip); !greeted) return at_node(greeted.error());
  auto lock = ProcessLock::open(driver->system());
  if (!lock) return at_node(lock.error());
  // A driver that does not know the question has none.
  std::uint32_t iommu = 0;
  if (const int result = driver->action(kernel::Ask::kIommu, iommu); result == -EINVAL)
    iommu = 0;
  else if (result < 0)
    return at_node(call_error(Step::kAction, "the driver does not say whether there is an IOMMU", result));
  return Opened{std::make_shared<RknpuBackend>(*choice->chip, std::move(driver), iommu != 0, std::move(*lock)),
                choice->notice.empty() ? node.notice : choice->notice};
}

}  // namespace mattock::device::rknpu
