// ACTION (kernel.md 2.7).
#include <fmt/format.h>

#include <cerrno>
#include <cstddef>

#include "fakekernel/calls.hpp"

namespace mattock::fakekernel {
namespace {

using device::kernel::Action;
using device::kernel::Ask;

constexpr std::uint32_t kHertz = 600'000'000, kMicrovolts = 850'000;
constexpr std::uint32_t kFirstBus = 7, kLastBus = 12;  // GET and SET of three registers in turn

int bus(Core& core, Action& action) {
  std::uint32_t& value = core.bus[(action.code - kFirstBus) / 2];
  const bool set = (action.code - kFirstBus) % 2 != 0;
  if (!set)
    action.value = value;
  else if (action.value != 0)
    value = action.value;
  return 0;
}

int power(Core& core, bool on) {
  if (core.generation == Generation::kC) return -EINVAL;
  core.power += on ? 1 : -1;
  return 0;
}

int sram(const Core& core, Action& action) {
  if (core.generation == Generation::kA) return -EINVAL;
  action.value = 0;
  return 0;
}

int domain(Core& core, Action& action) {
  if (core.generation != Generation::kC) return -EINVAL;
  if (action.code == static_cast<std::uint32_t>(Ask::kDomain)) {
    action.value = static_cast<std::uint32_t>(core.objects.domain());
    return 0;
  }
  if (action.value >= Objects::kDomains || (action.value != 0 && !core.options.iommu)) return -EINVAL;
  return core.select_domain(action.value) ? 0 : -EINVAL;
}

std::uint32_t hw_version(const Core& core) {
  const std::uint32_t version = core.npu.read(pc::kVersion);
  return core.generation == Generation::kA ? version : version + (core.npu.read(pc::kVersionNumber) & 0xffff);
}

// assumed: in bytes. The notes name the counters, not their unit; settled by a submit of known traffic on a board.
std::uint32_t traffic(const Core& core, Ask ask) {
  const Traffic& traffic = core.npu.traffic();
  switch (ask) {
    case Ask::kWriteTraffic: return static_cast<std::uint32_t>(traffic.written);
    case Ask::kReadTraffic: return static_cast<std::uint32_t>(traffic.read);
    case Ask::kWeightTraffic: return static_cast<std::uint32_t>(traffic.weights);
    default: return static_cast<std::uint32_t>(traffic.written + traffic.read + traffic.weights);
  }
}

}  // namespace

int action(Core& core, Action& action, const Fault* fault) {
  if (action.code >= kFirstBus && action.code <= kLastBus) return bus(core, action);
  const Ask ask{action.code};
  switch (ask) {
    case Ask::kHwVersion:
      core.npu.set_fault(fault != nullptr ? std::optional(fault->kind) : std::nullopt);
      action.value = hw_version(core);
      return 0;
    case Ask::kDrvVersion: action.value = version_code(core.options.version); return 0;
    case Ask::kFrequency: action.value = kHertz; return 0;
    case Ask::kVoltage:
      if (!core.options.supply) core.crash("GET_VOLT, but the device tree names no rknpu-supply");
      action.value = kMicrovolts;
      return 0;
    case Ask::kReset: core.soft_reset(); return 0;
    case Ask::kClearTraffic: core.npu.clear_traffic(); return 0;
    case Ask::kWriteTraffic:
    case Ask::kReadTraffic:
    case Ask::kWeightTraffic:
    case Ask::kTraffic: action.value = traffic(core, ask); return 0;
    case Ask::kIommu: action.value = core.options.iommu ? 1 : 0; return 0;
    case Ask::kSetNice: return 0;
    case Ask::kPowerOn: return power(core, true);
    case Ask::kPowerOff: return power(core, false);
    case Ask::kSramBytes:
    case Ask::kSramFree: return sram(core, action);
    case Ask::kDomain:
    case Ask::kSetDomain: return domain(core, action);
    case Ask::kSetFrequency:
    case Ask::kSetVoltage: return -EINVAL;
  }
  return -EINVAL;
}

}  // namespace mattock::fakekernel
