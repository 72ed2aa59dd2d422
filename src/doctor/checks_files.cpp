#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "device/kernel/abi.hpp"
#include "device/rknpu/errors.hpp"
#include "doctor/advice.hpp"
#include "doctor/checks.hpp"

namespace mattock::doctor {
namespace {

constexpr std::uint64_t kMebi = 1024 * 1024;
constexpr std::uint64_t kMega = 1000 * 1000;

bool is_on(const std::string& status) { return status.starts_with("ok"); }

std::string joined(const std::vector<std::string>& strings) {
  return strings.empty() ? "nothing" : fmt::format("{}", fmt::join(strings, ", "));
}

/// The last lines of the kernel's log stand in the report; this says that one of them tells why.
bool log_has(const Facts& facts, std::string_view fragment) {
  return std::ranges::any_of(facts.log_lines,
                             [&](const std::string& line) { return line.find(fragment) != std::string::npos; });
}

}  // namespace

Step check_board(const Facts& facts) {
  Step step{.name = "board"};
  if (facts.board.error == -ENOENT) {
    step.state = State::kFault;
    step.id = "B01";
    step.says = "no device tree: not a Rockchip board";
  } else if (facts.board.error < 0) {
    step.state = State::kFault;
    step.id = "P02";
    step.says =
        fmt::format("/proc/device-tree/compatible cannot be read: {}", device::rknpu::errno_text(-facts.board.error));
    step.remedy = {"show the container the device tree, or name the chip: --device rknpu:rk3566",
                   {"docker run --security-opt systempaths=unconfined --device /dev/dri ..."}};
  } else {
    step.says = fmt::format("{} ({})", facts.model.empty() ? "no name" : facts.model, joined(facts.board.compatible));
  }
  return step;
}

Step check_chip(const Facts& facts) {
  Step step{.name = "chip"};
  const auto choice = device::rknpu::chip_of(facts.board, "");
  if (!choice) {
    step.state = State::kFault;
    step.id = "B02";
    step.says = choice.error().message;
    step.remedy = {choice.error().hint, {}};
  } else {
    step.says = choice->chip->name;
    if (choice->notice.empty()) return step;
    step.state = State::kWarning;
    step.id = "B02";
    step.says += ": " + choice->notice;
  }
  return step;
}

Step check_npu(const Facts& facts) {
  Step step{.name = "NPU node"};
  if (!facts.board.has_npu) {
    step.state = State::kFault;
    step.id = "B03";
    step.says = fmt::format("kernel {}'s device tree has no NPU", facts.kernel);
    step.remedy = other_kernel(facts);
  } else if (!facts.board.npu_enabled) {
    step.state = State::kFault;
    step.id = "B04";
    step.says = fmt::format("switched off: {}/status is \"{}\"", facts.board.npu_path, facts.npu_status);
    step.remedy = switch_on(facts);
  } else {
    step.says = fmt::format("{}: {}", facts.board.npu_path, facts.npu_status);
  }
  return step;
}

Step check_mmu(const Facts& facts) {
  Step step{.name = "MMU and bus"};
  const auto warn = [&](std::string says, Remedy remedy) {
    step.state = State::kWarning;
    step.id = "B05";
    step.says = std::move(says);
    step.remedy = std::move(remedy);
  };
  if (facts.has_mmu && facts.uses_mmu && !is_on(facts.mmu_status))
    warn(fmt::format("the NPU's MMU is \"{}\" and the NPU asks for it: its overlay is not whole", facts.mmu_status),
         switch_on(facts));
  else if (facts.has_bus && !is_on(facts.bus_status))
    warn(fmt::format("bus-npu is \"{}\": some drivers do not start without it", facts.bus_status), switch_on(facts));
  else if (!facts.uses_mmu || !facts.has_mmu)
    step.says = "no MMU: memory has to be contiguous";
  else
    step.says = "MMU on";
  return step;
}

Step check_supply(const Facts& facts) {
  Step step{.name = "supply"};
  step.says = "rknpu-supply is there";
  if (facts.has_supply) return step;
  step.state = State::kNote;
  step.id = "S01";
  step.says =
      "the NPU's node has no rknpu-supply: another part must keep its rail on, and asking the driver for the "
      "voltage can crash the kernel";
  return step;
}

Step check_driver(const Facts& facts) {
  Step step{.name = "driver"};
  if (facts.bound) {
    step.says = fmt::format("bound to {}", facts.npu_name);
    return step;
  }
  step.state = State::kFault;
  if (log_has(facts, "npu_irq not found")) {
    step.id = "B07";
    step.says = "the driver did not find its interrupt: it is newer than the device tree";
    step.remedy = {"add interrupt-names = \"npu_irq\" to the NPU's node, or update the kernel", {}};
  } else {
    step.id = "B06";
    step.says = fmt::format("no driver has taken {}{}", facts.npu_name,
                            facts.configured && !*facts.configured ? ": the kernel was built without it" : "");
    step.remedy = bind_driver(facts);
  }
  return step;
}

Step check_nodes(const Facts& facts) {
  Step step{.name = "device nodes"};
  std::vector<std::string> paths;
  for (const NodeFile& node : facts.nodes) {
    const bool misc = node.path == "/dev/rknpu";
    if (misc && (node.kind.link || node.kind.file.major == device::kernel::kDrmMajor)) {
      step.state = State::kWarning;
      step.id = "B09";
      step.says = fmt::format("/dev/rknpu {}: it makes programs speak the wrong interface",
                              node.kind.link ? "is a link to " + node.kind.target : "is a DRM node");
      step.remedy = {"remove it", {"sudo rm /dev/rknpu"}};
      return step;
    }
    // A container may hide sysfs, and with it what is behind a node.
    if (misc || node.driver == "RKNPU" || node.driver.empty()) paths.push_back(node.path);
  }
  if (paths.empty()) {
    step.state = State::kFault;
    step.id = "B08";
    step.says = facts.drm_build ? "the driver is a DRM build and /dev/dri has no node of it"
                                : "the driver shows neither a DRM node nor /dev/rknpu";
    step.remedy = {
        facts.container ? "pass the nodes into the container"
                        : "the kernel lacks CONFIG_ROCKCHIP_RKNPU_DRM_GEM or DRM itself: install the "
                          "vendor's kernel of this board",
        facts.container ? std::vector<std::string>{"docker run --device /dev/dri ..."} : other_kernel(facts).commands};
    return step;
  }
  step.says = joined(paths);
  return step;
}

Step check_memory(const Facts& facts) {
  Step step{.name = "memory"};
  // RAM begins at 0 with a hole for devices below 4 GiB, so boards of 4 GB have some above the line.
  constexpr std::uint64_t kBelowTheHole = 3900 * kMebi;
  const bool mmu = facts.uses_mmu && is_on(facts.mmu_status);
  step.says =
      fmt::format("{} MiB, {} MiB of it contiguous", facts.memory_bytes / kMebi, facts.contiguous_bytes / kMebi);
  if (mmu && facts.memory_bytes > kBelowTheHole) {
    step.state = State::kWarning;
    step.id = "M03";
    step.says += ": some of it lies above 4 GiB, where old kernels put page tables that the NPU cannot reach";
    step.remedy = memory_below_4_gib(facts);
  }
  return step;
}

Step check_clock(const Facts& facts) {
  Step step{.name = "clock"};
  const Clock& clock = facts.clock;
  if (!clock.known) {
    step.state = State::kNote;
    step.id = "H03";
    step.says = "the kernel does not say (no devfreq)";
    return step;
  }
  step.says = fmt::format("{} MHz now, at most {} MHz, governor {}", clock.now / kMega, clock.most / kMega,
                          clock.governor.empty() ? "unknown" : clock.governor);
  const auto warn = [&](std::string_view why, Remedy remedy) {
    step.state = State::kWarning;
    step.id = "H03";
    step.says += why;
    step.remedy = std::move(remedy);
  };
  if (clock.now == 0)
    warn(": no clock", {"the firmware does not drive the NPU's clock: update U-Boot with TF-A of this board", {}});
  else if (clock.governor == "powersave")
    warn(": kept slow",
         {"let the governor raise it",
          {fmt::format("echo rknpu_ondemand | sudo tee /sys/class/devfreq/{}/governor", facts.npu_name)}});
  else if (!clock.steps.empty() && clock.now < *std::ranges::min_element(clock.steps))
    warn(": below its lowest step", {"the firmware does not reach the NPU's clock: update U-Boot with TF-A", {}});
  return step;
}

Step check_runtime(const Facts& facts) {
  Step step{.name = "vendor runtime"};
  step.says = "none; Mattock needs none";
  if (!facts.runtimes.empty()) step.says = joined(facts.runtimes) + "; Mattock does not use it";
  return step;
}

}  // namespace mattock::doctor
