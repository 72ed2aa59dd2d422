#include "device/rknpu/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

namespace mattock::device::rknpu {
namespace {

struct ErrnoRow {
  int error;
  std::string_view name, sentence;
};
constexpr auto kErrnos = std::to_array<ErrnoRow>({
    {EPERM, "EPERM", "not permitted"},
    {ENOENT, "ENOENT", "does not exist"},
    {EINTR, "EINTR", "interrupted by a signal"},
    {EIO, "EIO", "input or output failed"},
    {ENXIO, "ENXIO", "no device behind it"},
    {EBADF, "EBADF", "not an open file"},
    {EAGAIN, "EAGAIN", "not now"},
    {ENOMEM, "ENOMEM", "out of memory"},
    {EACCES, "EACCES", "permission denied"},
    {EFAULT, "EFAULT", "bad address"},
    {EBUSY, "EBUSY", "busy"},
    {ENODEV, "ENODEV", "no such device"},
    {EINVAL, "EINVAL", "refused as invalid"},
    {ENFILE, "ENFILE", "too many open files on this machine"},
    {EMFILE, "EMFILE", "too many open files in this process"},
    {ENOTTY, "ENOTTY", "not a call of this device"},
    {ENOSPC, "ENOSPC", "no space left"},
    {ENOLCK, "ENOLCK", "no lock left"},
    {ELOOP, "ELOOP", "a symbolic link"},
    {EROFS, "EROFS", "read-only file system"},
    {ETIMEDOUT, "ETIMEDOUT", "timed out"},
});

constexpr std::string_view kGroup =
    "add yourself to its group, usually render or video (sudo usermod -aG render,video $USER), and log in again; "
    "a container needs the device passed in";
// assumed: what EINVAL and EFAULT mean here (issue reports); settled by filling the memory of a board.
constexpr std::string_view kMemory =
    "the memory that the NPU reaches is short; a board without IOMMU needs rknpu_mmu switched on in its device tree, a "
    "memory-region for the NPU, or cma=128M on the kernel's command line";
constexpr std::string_view kFiles = "raise the limit of open files: ulimit -n";
// assumed: that a failing query means power or clock (read from the driver); settled by a board without supply.
constexpr std::string_view kPower = "the NPU may lack power or clock: look for 'npu' in dmesg";
constexpr std::string_view kWrongNode =
    "the node speaks another interface; if it is a link, remove it and name what it points to";

struct HintRow {
  Step step;
  int error;  // 0: any other
  std::string_view hint;
};
constexpr auto kHints = std::to_array<HintRow>({
    {Step::kOpen, EACCES, kGroup},
    {Step::kOpen, EPERM, kGroup},
    {Step::kOpen, EMFILE, kFiles},
    {Step::kOpen, ENFILE, kFiles},
    {Step::kOpen, 0, "mattock devices lists what is here"},
    {Step::kVersion, 0, "mattock devices lists what is here"},
    {Step::kAction, ENOTTY, kWrongNode},
    {Step::kAction, 0, kPower},
    {Step::kCreate, ENOMEM, kMemory},
    {Step::kCreate, EINVAL, kMemory},
    {Step::kCreate, EFAULT, kMemory},
    {Step::kCreate, EMFILE, kFiles},
    {Step::kCreate, ENFILE, kFiles},
    {Step::kMap, ENOMEM, "this process has no room left for mappings"},
    {Step::kSubmit, EINVAL,
     "another process reset the NPU, or the driver does not take such a job: look at the last lines of dmesg"},
    {Step::kSubmit, EINTR, "the NPU may still be at it: open the device again"},
    {Step::kSubmit, ENOMEM, "the kernel is short of memory"},
    {Step::kLock, EMFILE, kFiles},
    {Step::kLock, ENFILE, kFiles},
    {Step::kLock, 0, "processes take turns at the NPU through a file in one of these folders, which must be writable"},
});

std::string_view hint_of(Step step, int error) {
  const auto exact = std::ranges::find_if(kHints, [&](const HintRow& r) { return r.step == step && r.error == error; });
  if (exact != kHints.end()) return exact->hint;
  const auto any = std::ranges::find_if(kHints, [&](const HintRow& r) { return r.step == step && r.error == 0; });
  return any != kHints.end() ? any->hint : "look at the last lines of dmesg";
}

// The pairs of the interrupt status, a bit for each register group, and the two bits that are no block.
struct PairRow {
  std::uint32_t bits;
  std::string_view name;
};
constexpr auto kPairs = std::to_array<PairRow>({
    {0x003, "CNA features"},
    {0x00c, "CNA weights"},
    {0x030, "CNA colours"},
    {0x0c0, "CORE"},
    {0x300, "DPU"},
    {0xc00, "PPU"},
});
constexpr std::uint32_t kReadError = 0x1000, kWriteError = 0x2000;

std::string blocks_in(std::uint32_t status) {
  std::string names;
  for (const PairRow& pair : kPairs)
    if ((status & pair.bits) != 0) names += fmt::format("{}{}", names.empty() ? "" : ", ", pair.name);
  return names.empty() ? "none" : names;
}

struct Reading {
  std::string meaning, hint;
};

// assumed: all readings come from the driver's source and reports, none from a board; settled by provoking each there.
Reading reading_of(const Timeout& timeout) {
  if ((timeout.status & (kReadError | kWriteError)) != 0) {
    const bool read = (timeout.status & kReadError) != 0, write = (timeout.status & kWriteError) != 0;
    return {fmt::format("DMA could not {}", read && write ? "read and write"
                                            : read        ? "read"
                                                          : "write"),
            "an address is not mapped for the NPU; on a board with memory above 4 GiB try mem=3840M on the kernel's "
            "command line"};
  }
  if (timeout.status != 0)
    return {
        fmt::format("interrupts came from {}, waited for was {}", blocks_in(timeout.status), blocks_in(timeout.wanted)),
        "the command words do not suit this chip or a block hangs: report it with mattock disassemble's output"};
  if (timeout.done == 0)
    return {"no interrupt came and no task ended: the NPU fetched nothing",
            "look for 'npu' in dmesg (power, clock); on a board with memory above 4 GiB try mem=3840M on the kernel's "
            "command line"};
  return {"no interrupt came: the task began and did not end",
          "a block hangs: report it with mattock disassemble's output, and try a lower max_freq"};
}

}  // namespace

std::string errno_text(int error) {
  const auto row = std::ranges::find(kErrnos, error, &ErrnoRow::error);
  if (row == kErrnos.end()) return fmt::format("errno {}", error);
  return fmt::format("{} ({})", row->name, row->sentence);
}

Error call_error(Step step, std::string_view what, int result) {
  return {Code::kDevice, fmt::format("{}: {}", what, errno_text(-result)), "", std::string(hint_of(step, -result))};
}

bool completes(std::uint32_t status, std::uint32_t wanted) {
  std::uint32_t folded = 0;
  for (const PairRow& pair : kPairs)
    if ((status & pair.bits) != 0) folded |= pair.bits;
  return folded == wanted;
}

Error timeout_error(const Timeout& timeout) {
  Reading reading = reading_of(timeout);
  return {Code::kDevice,
          fmt::format("task {} of {} (operator {}) did not end within {} ms: interrupt status {:#x}, {}", timeout.done,
                      timeout.tasks, timeout.op_index, timeout.milliseconds, timeout.status, reading.meaning),
          "", std::move(reading.hint)};
}

}  // namespace mattock::device::rknpu
