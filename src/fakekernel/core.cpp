#include "fakekernel/core.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace mattock::fakekernel {
namespace {

constexpr std::size_t kMostLines = 4096;
constexpr std::uint64_t kCallNanoseconds = 1000;  // a plain model: what any call takes
constexpr std::uint64_t kMostDomainWait = 6'000'000'000;
constexpr unsigned kMinor = 1;  // of the DRM device: 0 is the display

}  // namespace

Core::Core(const Options& o, const hw::Chip& c, Generation g)
    : options(o), chip(c), generation(g), npu(chip, options), objects(options, chip, npu) {
  log(options.iommu ? "RKNPU fde40000.npu: RKNPU: rknpu iommu is enabled, using iommu mode"
                    : "RKNPU fde40000.npu: RKNPU: rknpu iommu is disabled, using non-iommu mode");
  if (options.build == Build::kDrm)
    log(fmt::format("[drm] Initialized rknpu {}.{}.{} {} for fde40000.npu on minor {}", options.version.major,
                    options.version.minor, options.version.patch, date_of(options.version), kMinor));
}

const Fault* Core::next_call(bool is_submit) {
  ++calls;
  if (is_submit) ++submits;
  nanoseconds += kCallNanoseconds;
  for (const Fault& fault : options.faults) {
    const bool meets =
        fault.submit != 0 ? is_submit && fault.submit == submits : fault.call == calls || fault.call == 0;
    if (meets) return &fault;
  }
  return nullptr;
}

int Core::next_call_errno() {
  const Fault* const fault = next_call();
  return fault != nullptr && fault->kind == Fault::Kind::kErrno ? -fault->error : 0;
}

void Core::log(std::string line) {
  if (lines_.size() == kMostLines) lines_.pop_front();
  lines_.push_back(std::move(line));
}

void Core::soft_reset() {
  log(fmt::format("RKNPU: soft reset, num: {}", ++resets));
  give_up_running();
  running = {};
}

// assumed: ACTION waits for a job as a submit does, and both fail with EINVAL; settled by a switch under a long job.
bool Core::select_domain(std::size_t domain) {
  if (domain == objects.domain()) return true;
  if (counts_domains(options.version) && running.end > nanoseconds) {
    const std::uint64_t wait = std::min(running.end - nanoseconds, kMostDomainWait);
    nanoseconds += wait;
    if (running.end > nanoseconds) return false;
  }
  objects.select_domain(domain);
  return true;
}

void Core::crash(const std::string& what) {
  log("Unable to handle kernel paging request: " + what);
  if (options.crash) options.crash(what);
  std::fprintf(stderr, "this would crash a real kernel: %s\n", what.c_str());
  std::abort();
}

}  // namespace mattock::fakekernel
