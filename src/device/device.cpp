#include "device/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/math.hpp"
#include "check/verdicts.hpp"
#include "device/backend.hpp"
#include "device/choice.hpp"

namespace mattock {
namespace {

Result<void> check_range(const Buffer& buffer, std::size_t offset, std::size_t bytes) {
  const std::size_t size = buffer.bytes().size();
  if (offset > size || bytes > size - offset)
    return fail(Code::kInternal, fmt::format("sync of bytes {} to {} of buffer '{}', which has {}", offset,
                                             offset + bytes, buffer.name(), size));
  return {};
}

/// The records of the range into `tasks`, or why it is none.
Result<void> load_records(const Buffer& records, TaskRange range, const hw::Chip& chip,
                          std::vector<hw::TaskRecord>& tasks) {
  if (records.use() != BufferUse::kTaskRecords)
    return fail(Code::kInternal,
                fmt::format("a submit of tasks in buffer '{}', which was not made for task records", records.name()));
  const std::size_t available = records.bytes().size() / hw::TaskRecord::kBytes;
  if (range.count == 0 || range.count > chip.max_tasks)
    return fail(Code::kBadInput,
                fmt::format("a submit of {} tasks: the {} takes 1 to {}", range.count, chip.name, chip.max_tasks));
  if (range.first > available || range.count > available - range.first)
    return fail(Code::kBadInput, fmt::format("tasks {} to {} are not in buffer '{}', which has room for {}",
                                             range.first, range.first + range.count, records.name(), available));
  tasks.clear();
  for (std::size_t i = 0; i < range.count; ++i) {
    tasks.push_back(hw::TaskRecord::load(records.bytes().subspan((range.first + i) * hw::TaskRecord::kBytes)));
    tasks.back().int_status = 0;  // of the run before: the kernel's answer, no part of the job
  }
  return {};
}

}  // namespace

struct Device::State {
  /// Of `tasks`.
  Result<void> check(std::span<const Buffer::Memory* const> memories) {
    buffers.clear();
    for (const Buffer::Memory* memory : memories) buffers.push_back({memory->address, memory->bytes, memory->name});
    return verdicts.check({backend->chip(), tasks, buffers});
  }

  std::string name, kind, notice;
  bool skip_check = false;
  std::shared_ptr<device::Backend> backend;
  std::mutex mutex;  // held by one submit from its beginning to its end; guards all below
  check::Verdicts verdicts;
  std::vector<hw::TaskRecord> tasks;   // of the submit
  std::vector<check::Memory> buffers;  // that it may use
};

Device::Device(std::shared_ptr<State> state) : state_(std::move(state)) {}

std::vector<DeviceEntry> Device::survey(const DeviceOptions& options) { return device::survey(options); }

std::vector<DeviceEntry> Device::list(const DeviceOptions& options) {
  auto entries = survey(options);
  std::erase_if(entries, [](const DeviceEntry& entry) { return !entry.why_not.empty(); });
  return entries;
}

Result<Device> Device::open(std::string_view name, const DeviceOptions& options) {
  auto choice = device::choose(name, options);
  if (!choice) return propagate(choice);
  auto state = std::make_shared<State>();
  state->name = std::move(choice->name);
  state->kind = std::move(choice->kind);
  state->notice = std::move(choice->notice);
  state->skip_check = options.unsafe_skip_check;
  state->backend = std::move(choice->backend);
  return Device(std::move(state));
}

const std::string& Device::name() const { return state_->name; }
const std::string& Device::kind() const { return state_->kind; }
const std::string& Device::notice() const { return state_->notice; }
const hw::Chip& Device::chip() const { return state_->backend->chip(); }
DeviceIdentity Device::identity() const { return state_->backend->identity(); }

Result<Buffer> Device::allocate(std::size_t bytes, std::string name, BufferUse use) {
  if (bytes > chip().dma_limit)
    return fail(Code::kDevice, fmt::format("buffer '{}' of {} bytes is larger than DMA of the {} can address", name,
                                           bytes, chip().name));
  const std::size_t pages = align_up(std::max<std::size_t>(bytes, 1), kPageBytes);
  auto memory = state_->backend->allocate(pages, std::move(name), use, state_->backend);
  if (!memory) return propagate(memory);
  return Buffer(std::move(*memory));
}

Result<void> Device::sync_to_device(const Buffer& buffer, std::size_t offset, std::size_t bytes) {
  if (const auto inside = check_range(buffer, offset, bytes); !inside) return inside;
  return state_->backend->sync_to_device(buffer, offset, bytes);
}

Result<void> Device::sync_from_device(const Buffer& buffer, std::size_t offset, std::size_t bytes) {
  if (const auto inside = check_range(buffer, offset, bytes); !inside) return inside;
  return state_->backend->sync_from_device(buffer, offset, bytes);
}

Result<SubmitReport> Device::submit(const Buffer& records, TaskRange range) {
  SubmitReport report;
  if (const auto done = submit(records, range, report); !done) return propagate(done);
  return report;
}

Result<void> Device::submit(const Buffer& records, TaskRange range, SubmitReport& report) {
  State& state = *state_;
  const std::scoped_lock lock(state.mutex);
  report.stopped_at.reset();
  if (const auto loaded = load_records(records, range, chip(), state.tasks); !loaded) return loaded;
  const auto check = [&state](std::span<const Buffer::Memory* const> memories) {
    return state.skip_check ? Result<void>{} : state.check(memories);
  };
  return state.backend->submit(state.tasks, records, range, check, report);
}

Result<void> Device::check(const Buffer& records, TaskRange range) {
  State& state = *state_;
  const std::scoped_lock lock(state.mutex);
  if (const auto loaded = load_records(records, range, chip(), state.tasks); !loaded) return loaded;
  return state.backend->inspect(
      [&state](std::span<const Buffer::Memory* const> memories) { return state.check(memories); });
}

std::optional<DeviceFault> Device::last_fault() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->backend->last_fault();
}

std::uint64_t Device::checks() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->verdicts.checks();
}

}  // namespace mattock
