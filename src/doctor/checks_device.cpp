#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "device/rknpu/errors.hpp"
#include "doctor/advice.hpp"
#include "doctor/checks.hpp"

namespace mattock::doctor {
namespace {

namespace kernel = device::kernel;
namespace rknpu = device::rknpu;

const rknpu::Node* first_usable(const Nodes& nodes) {
  const auto found = std::ranges::find_if(nodes, [](const rknpu::Node& n) { return n.rknpu != nullptr; });
  return found == nodes.end() ? nullptr : &*found;
}

const NodeFile* file_of(const Facts& facts, const std::string& path) {
  const auto found = std::ranges::find(facts.nodes, path, &NodeFile::path);
  return found == facts.nodes.end() ? nullptr : &*found;
}

Step faulty(std::string name, std::string id, std::string says, Remedy remedy) {
  return {.name = std::move(name),
          .state = State::kFault,
          .id = std::move(id),
          .says = std::move(says),
          .remedy = std::move(remedy)};
}

// assumed: what the statuses mean (docs/devices.md); settled by provoking each on a board.
std::string fault_id(const DeviceFault& fault) {
  constexpr std::uint32_t kDmaErrors = 0x3000;
  if (fault.error == EINVAL) return "J05";
  if (fault.error != ETIMEDOUT) return "J00";
  if ((fault.status & kDmaErrors) != 0) return "J02";
  return fault.status == 0 && fault.done == 0 ? "J01" : "J03";
}

/// The error's own way out, and what the kernel says.
Remedy fault_remedy(const Error& error) { return {error.hint, {"sudo dmesg | tail -n 30"}}; }

}  // namespace

Step check_access(const Facts& facts, const Nodes& nodes) {
  Step step{.name = "access"};
  if (const rknpu::Node* const usable = first_usable(nodes)) {
    step.says = usable->path + " opens";
    return step;
  }
  step.state = State::kFault;
  step.id = "P01";
  step.says = "no node of the NPU opens";
  for (const rknpu::Node& node : nodes) {
    const bool of_npu = node.driver == "rknpu" || (node.path == "/dev/rknpu" && node.exists);
    if (!of_npu || !node.why_not) continue;
    step.says = fmt::format("{} {}", node.path, node.why_not->message);
    step.remedy = {node.why_not->hint, {}};
    if (node.open_error == 0) step.id = "V01";
    if (node.open_error == EMFILE || node.open_error == ENFILE) step.id = "M04";
    const bool refused = node.open_error == EACCES || node.open_error == EPERM;
    if (const NodeFile* const file = file_of(facts, node.path); file && refused) {
      step.says += fmt::format(", it is for group {} with mode {:04o}", file->group, file->kind.mode);
      step.remedy = open_to_user(facts, *file);
    }
    break;
  }
  return step;
}

Step check_version(const Nodes& nodes) {
  Step step{.name = "driver version"};
  const rknpu::Node* const node = first_usable(nodes);
  if (node->rknpu->build() == rknpu::Build::kMisc) {
    step.says = "a misc node says it only when it is asked below";
    return step;
  }
  const rknpu::Version version = node->rknpu->version();
  constexpr rknpu::Version kVendorLibraries{0, 9, 2};
  step.says = "rknpu " + version.text();
  if (version.code() < kVendorLibraries.code()) {
    step.state = State::kNote;
    step.id = "V02";
    step.says += ": enough for Mattock; the vendor's libraries may ask for " + kVendorLibraries.text();
  }
  return step;
}

Step check_conflicts(const Facts& facts, const Nodes& nodes) {
  Step step{.name = "conflicts"};
  const auto has = [&](std::string_view driver) {
    return std::ranges::any_of(nodes, [&](const rknpu::Node& n) { return n.driver == driver; });
  };
  if (has("rocket") && has("rknpu")) {
    step.state = State::kWarning;
    step.id = "B10";
    step.says = "nodes of both rknpu and rocket are here";
    step.remedy = {fmt::format("name the one that is meant: --device {}", first_usable(nodes)->path), {}};
    return step;
  }
  step.says = "none";
  // Some programs have the number of the vendor's board built in.
  constexpr std::string_view kUsual = "/dev/dri/renderD129";
  const auto render = std::ranges::find_if(
      facts.nodes, [](const NodeFile& n) { return n.driver == "RKNPU" && n.path.starts_with("/dev/dri/renderD"); });
  if (render != facts.nodes.end() && render->path != kUsual) {
    step.state = State::kNote;
    step.id = "N03";
    step.says = fmt::format("the NPU is {}; programs that expect {} miss it, Mattock does not", render->path, kUsual);
  }
  return step;
}

Answers ask(const rknpu::Driver& driver) {
  Answers answers;
  answers.error = driver.action(kernel::Ask::kDrvVersion, answers.version);
  if (answers.error < 0) return answers;
  answers.error = driver.action(kernel::Ask::kHwVersion, answers.hardware);
  if (answers.error < 0) return answers;
  const auto optional = [&](kernel::Ask question) {
    std::uint32_t value = 0;
    return driver.action(question, value) < 0 ? std::nullopt : std::optional(value);
  };
  answers.mmu = optional(kernel::Ask::kIommu);
  answers.hertz = optional(kernel::Ask::kFrequency);
  return answers;
}

Step check_hardware(const Facts& facts, const Answers& answers) {
  Step step{.name = "NPU answers"};
  const auto fault = [&](std::string id, std::string says, Remedy remedy) {
    return faulty(step.name, std::move(id), std::move(says), std::move(remedy));
  };
  if (answers.error == -ENOTTY)
    return fault("V03", "the node does not know the driver's calls: it is another interface",
                 {"name another node", {"mattock devices"}});
  if (answers.error < 0)
    return fault("H01", fmt::format("the driver refuses: {}", rknpu::errno_text(-answers.error)),
                 {"the NPU's power domain, supply or clock is missing", {"sudo dmesg | grep -iE 'npu|domain'"}});
  const rknpu::Version version = rknpu::Version::of(answers.version);
  if (version.code() < rknpu::kOldest.code())
    return fault("V01", fmt::format("driver {} is older than {}", version.text(), rknpu::kOldest.text()),
                 {"update the board's kernel", {}});
  if (const auto choice = rknpu::chip_of(facts.board, ""); choice)
    if (const auto good = rknpu::check_hardware(*choice->chip, answers.hardware); !good)
      return fault("H01", good.error().message, {good.error().hint, {}});
  step.says = fmt::format("driver {}, hardware version {:#x}, {}{}", version.text(), answers.hardware,
                          !answers.mmu.has_value() ? "MMU unknown"
                          : *answers.mmu != 0      ? "through its MMU"
                                                   : "without MMU",
                          answers.hertz ? fmt::format(", {} MHz", *answers.hertz / 1'000'000) : "");
  if (answers.hardware == 0) {
    step.state = State::kNote;
    step.id = "H02";
    step.says += "; a version of 0 was seen on an RK3566, too";
  }
  return step;
}

Step check_reach(const Facts& facts, const Answers& answers) {
  Step step{.name = "NPU's memory"};
  constexpr std::uint64_t kEnough = 64ULL * 1024 * 1024;
  step.says = "as much as there is";
  if (answers.mmu.value_or(0) != 0) return step;
  step.says =
      facts.has_memory_region ? "a region of its own" : fmt::format("{} MiB, contiguous", facts.contiguous_bytes >> 20);
  if (facts.has_memory_region || facts.contiguous_bytes >= kEnough) return step;
  step.state = State::kWarning;
  step.id = "M02";
  step.says += ": without an MMU larger models do not fit";
  step.remedy = more_memory(facts);
  return step;
}

Step check_product(const Facts& facts, const ProductResult& result) {
  Step step{.name = "product"};
  if (result.error)
    return faulty(step.name, result.fault ? fault_id(*result.fault) : "J00", to_string(*result.error),
                  fault_remedy(*result.error));
  step.says = fmt::format("{}: {} runs, all right", result.shape, result.runs);
  if (result.wrong > 0)
    return faulty(
        step.name, "J06", fmt::format("{}: {} of {} runs were wrong", result.shape, result.wrong, result.runs),
        {"lower the clock and try again: the voltage may be unstable",
         {fmt::format("echo 600000000 | sudo tee /sys/class/devfreq/{}/max_freq", facts.npu_name), "mattock doctor"}});
  return step;
}

}  // namespace mattock::doctor
