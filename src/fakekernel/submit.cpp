// SUBMIT (kernel.md 2.5 and 2.6): its checks in the order of the table there, the nine register writes, the interrupt.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "fakekernel/calls.hpp"
#include "hw/command.hpp"

namespace mattock::fakekernel {
namespace {

namespace abi = device::kernel;

constexpr std::uint32_t kCores = 1;  // mask of the RK356x
constexpr std::uint64_t kAbortMs = 100, kResetMs = 100;
constexpr unsigned kMostTries = 3;
constexpr std::uint32_t kClearAll = 0x1ffff;

/// The part of a job that the NPU counts through in one go.
struct Chunk {
  std::uint32_t begin = 0, tasks = 0;
};

class Job {
 public:
  Job(Core& core, abi::Submit& submit, const Fault* fault) : core_(core), submit_(submit) {
    if (fault != nullptr && fault->kind != Fault::Kind::kErrno) fault_ = fault->kind;
  }

  int run() {
    if (const int error = refusal(); error != 0) return error;
    const std::span<std::byte> records = task_records();
    tell();
    return blocking() ? wait(records) : start(records);
  }

 private:
  bool blocking() const { return (submit_.flags & abi::kNonBlocking) == 0; }
  std::uint64_t limit() const { return std::uint64_t{submit_.timeout} * 1'000'000; }
  bool pc() const { return (submit_.flags & abi::kPc) != 0; }

  // What ends the call before the NPU hears of it.
  int refusal() {
    if (submit_.task_number == 0) return -EINVAL;
    if (submit_.core_mask > kCores) return -EINVAL;
    if (const int error = fence_refusal(); error != 0) return error;
    if (submit_.core_mask == 0) submit_.core_mask = kCores;
    if (!domain_is_good() || !core_.select_domain(core_.generation == Generation::kC ? submit_.domain : 0)) {
      if (pc()) core_.wait_ms(std::uint64_t{kMostTries} * submit_.timeout);
      core_.wait_ms(kAbortMs);
      return -EINVAL;
    }
    if (!pc()) {
      core_.wait_ms(kAbortMs);
      return -EINVAL;
    }
    if (submit_.task_token == 0) {
      core_.wait_ms(submit_.timeout);
      core_.log("RKNPU: job commit failed");
      core_.wait_ms(kAbortMs);
      return -EINVAL;
    }
    return 0;
  }

  // A fence that is waited for is one of an earlier job of this NPU, which runs one after another: the queue waits.
  // assumed: a descriptor that is no fence is EINVAL and one that cannot be made is EMFILE, both here; settled by a
  // kernel with the option.
  int fence_refusal() const {
    if ((submit_.flags & (abi::kFenceIn | abi::kFenceOut)) == 0) return 0;
    if (!core_.options.fences) return -EINVAL;
    const bool waits = (submit_.flags & abi::kFenceIn) != 0;
    if (waits && !core_.fences.has(static_cast<std::uint32_t>(submit_.fence))) return -EINVAL;
    return fence_out() && core_.out_of_descriptors() ? -EMFILE : 0;
  }
  bool fence_out() const { return (submit_.flags & abi::kFenceOut) != 0; }

  // assumed: a submit that fails hands out no fence; settled as above.
  std::uint32_t hand_out_fence(int state) {
    if (!fence_out()) return 0;
    const std::uint32_t fence = core_.fences.add();
    core_.fences.end(fence, state);
    submit_.fence = static_cast<std::int32_t>(fence);
    return fence;
  }

  bool domain_is_good() const {
    if (core_.generation != Generation::kC) return true;
    return submit_.domain == 0 || (core_.options.iommu && submit_.domain < Objects::kDomains);
  }

  // The kernel trusts what it is told here; whatever is wrong is a wild access of its own.
  std::span<std::byte> task_records() {
    const ObjectPtr object = core_.objects.by_token(submit_.task_token);
    if (!object) core_.crash(fmt::format("SUBMIT with tasks in {:#x}, which is no object", submit_.task_token));
    if ((object->flags & abi::kKernelMapping) == 0)
      core_.crash(fmt::format("SUBMIT with tasks in object {:#x}, which has no kernel mapping", submit_.task_token));
    const std::uint64_t end = std::uint64_t{submit_.task_start} + submit_.task_number;
    if (end * hw::TaskRecord::kBytes > object->storage->bytes())
      core_.crash(fmt::format("SUBMIT of tasks up to {}, but object {:#x} of {:#x} bytes holds {}", end,
                              submit_.task_token, object->storage->bytes(),
                              object->storage->bytes() / hw::TaskRecord::kBytes));
    storage_ = object->storage;
    return core_.options.task_mapping == TaskMapping::kCached ? object->storage->cpu() : object->storage->npu();
  }

  hw::TaskRecord record(std::span<const std::byte> records, std::uint64_t index) const {
    return hw::TaskRecord::load(records.subspan(index * hw::TaskRecord::kBytes, hw::TaskRecord::kBytes));
  }

  void tell() {
    core_.npu.begin_job();
    core_.npu.set_fault(fault_);
    if (core_.trace) core_.trace(std::as_bytes(std::span(&submit_, 1)), core_.objects.views());
  }

  // Whether all interrupts came and fit.
  bool run_chunks(std::span<const std::byte> records) {
    const auto most = static_cast<std::uint32_t>(core_.chip.max_tasks);
    for (std::uint32_t done = 0; done < submit_.task_number;) {
      const Chunk chunk{submit_.task_start + done, std::min(submit_.task_number - done, most)};
      commit(records, chunk);
      // A cache may do so at any time: what tasks pass to each other in such lines is not lost here, but said to be.
      if (const std::size_t lost = core_.objects.write_back_fresh(); lost != 0)
        core_.log(fmt::format("cache: {} lines that nobody synced since they were made fall on the NPU's", lost));
      for (const std::string& line : core_.npu.complaints()) core_.log("emulator: " + line);
      const std::uint64_t duration = core_.npu.nanoseconds().value_or(0);
      if (blocking() && elapsed_ + duration > limit()) core_.npu.stop_after(limit() - elapsed_);
      elapsed_ += duration;
      if (!interrupt(record(records, std::uint64_t{chunk.begin} + chunk.tasks - 1).int_mask)) return false;
      done += chunk.tasks;
    }
    return true;
  }

  void commit(std::span<const std::byte> records, const Chunk& chunk) {
    const hw::TaskRecord first = record(records, chunk.begin);
    const hw::TaskRecord last = record(records, std::uint64_t{chunk.begin} + chunk.tasks - 1);
    const auto scale = static_cast<std::uint32_t>(core_.chip.pc_amount_scale);
    const std::uint32_t words = first.regcfg_amount + static_cast<std::uint32_t>(hw::kTailWords);
    const std::uint32_t mode = (submit_.flags & abi::kPingPong) != 0 ? 7 : 6;
    Npu& npu = core_.npu;
    npu.write(pc::kAddress, 1);
    npu.write(pc::kAddress, static_cast<std::uint32_t>(first.regcmd_addr));
    npu.write(pc::kAmount, (words + scale - 1) / scale - 1);
    npu.write(pc::kIntMask, last.int_mask);
    npu.write(pc::kIntClear, first.int_mask);
    npu.write(pc::kTaskControl, (mode << pc::kTaskBits) + chunk.tasks);
    npu.write(pc::kDmaBase, static_cast<std::uint32_t>(submit_.task_base_address));
    npu.write(pc::kEnable, 1);
    npu.write(pc::kEnable, 0);
  }

  bool interrupt(std::uint32_t wanted) {
    status_ = core_.npu.read(pc::kIntStatus);
    raw_status_ = core_.npu.read(pc::kIntRawStatus);
    wanted_ = wanted;
    if (status_ == 0) return false;  // none came
    core_.npu.write(pc::kIntClear, kClearAll);
    if (folded(status_) == wanted) return true;
    core_.log(
        fmt::format("RKNPU: invalid irq status: {:#x}, raw status: {:#x}, require mask: {:#x}, task counter: {:#x}",
                    status_, raw_status_, wanted, core_.npu.read(pc::kTaskStatus)));
    return false;
  }

  int start(std::span<const std::byte> records) {
    Running& running = core_.running;
    // The age in microseconds against a limit in milliseconds: what the driver does (kernel.md 2.5).
    if (running.end > core_.nanoseconds && (core_.nanoseconds - running.begin) / 1000 > submit_.timeout)
      core_.soft_reset();
    const std::uint64_t begin = std::max(core_.nanoseconds, running.end);
    core_.give_up_running();
    const bool done = run_chunks(records);
    const std::uint32_t fence = hand_out_fence(done ? Fences::kSignalled : Fences::kPending);
    running = {begin, done ? begin + elapsed_ : begin + limit(), fence};
    return 0;
  }

  int wait(std::span<const std::byte> records) {
    const std::uint64_t begin = std::max(core_.nanoseconds, core_.running.end);
    if (fault_ == Fault::Kind::kReset) {
      core_.soft_reset();
      core_.wait_ms(kAbortMs);
      return -EINVAL;
    }
    // assumed: a wait that a signal breaks off ends its job as a timeout does; settled by a signal on an old driver.
    if (fault_ == Fault::Kind::kSignal && core_.generation != Generation::kC) {
      core_.wait_ms(kAbortMs);
      core_.soft_reset();
      core_.wait_ms(kResetMs);
      return -EINTR;
    }
    // Behind another job it waits up to three times as long, and then has not begun.
    const bool begins = begin - core_.nanoseconds <= kMostTries * limit();
    if (begins) core_.give_up_running();
    const bool done = begins && run_chunks(records);
    if (!done) return timeout(begins ? begin + limit() : core_.nanoseconds + kMostTries * limit());
    core_.nanoseconds = begin + elapsed_;
    submit_.task_counter = submit_.task_number;
    if (core_.generation == Generation::kC) submit_.elapsed = static_cast<std::int64_t>(elapsed_);
    store_status();
    hand_out_fence(Fences::kSignalled);
    return 0;
  }

  int timeout(std::uint64_t now) {
    const std::uint64_t waited = (now - core_.nanoseconds) / 1000;
    core_.nanoseconds = now;
    submit_.task_counter = core_.npu.read(pc::kTaskStatus);
    store_status();
    core_.log(fmt::format("RKNPU: failed to wait job, task counter: {}, flags: {:#x}, ret = 0, elapsed time: {}us",
                          submit_.task_counter, submit_.flags, waited));
    core_.log(fmt::format("RKNPU: job timeout, flags: {:#x}:", submit_.flags));
    core_.log(
        fmt::format("RKNPU: core 0 irq status: {:#x}, raw status: {:#x}, require mask: {:#x}, task counter: {:#x}",
                    status_, raw_status_, wanted_, submit_.task_counter));
    core_.wait_ms(kAbortMs);
    core_.soft_reset();
    core_.wait_ms(kResetMs);
    return -ETIMEDOUT;
  }

  void store_status() {
    const std::uint64_t last = std::uint64_t{submit_.task_start} + submit_.task_number - 1;
    constexpr std::size_t kStatus = 20;  // offset of int_status in the record
    const auto store = [&](std::span<std::byte> view) {
      std::memcpy(view.data() + last * hw::TaskRecord::kBytes + kStatus, &status_, sizeof(status_));
    };
    if (core_.options.task_mapping != TaskMapping::kUncached) store(storage_->cpu());
    if (core_.options.task_mapping != TaskMapping::kCached) store(storage_->npu());
  }

  Core& core_;
  abi::Submit& submit_;
  std::optional<Fault::Kind> fault_;
  std::shared_ptr<Storage> storage_;
  std::uint64_t elapsed_ = 0;
  std::uint32_t status_ = 0, raw_status_ = 0, wanted_ = 0;
};

}  // namespace

int submit(Core& core, abi::Submit& submit, const Fault* fault) { return Job(core, submit, fault).run(); }

}  // namespace mattock::fakekernel
