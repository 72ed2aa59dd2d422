#include "doctor/examine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "device/rknpu/find.hpp"
#include "doctor/checks.hpp"
#include "doctor/facts.hpp"

namespace mattock::doctor {
namespace {

namespace rknpu = device::rknpu;

/// Steps that read files. After a fault those are skipped that it makes pointless.
struct FileStep {
  std::string_view name;
  Step (*check)(const Facts&);
  bool after_fault;
};
constexpr std::array<FileStep, 10> kFileSteps{{
    {"board", check_board, true},
    {"chip", check_chip, false},
    {"NPU node", check_npu, false},
    {"MMU and bus", check_mmu, false},
    {"supply", check_supply, false},
    {"driver", check_driver, false},
    {"device nodes", check_nodes, false},
    {"memory", check_memory, true},
    {"clock", check_clock, false},
    {"vendor runtime", check_runtime, true},
}};
constexpr std::array<std::string_view, 6> kDeviceSteps{"access",      "driver version", "conflicts",
                                                       "NPU answers", "NPU's memory",   "product"};

Step skipped(std::string_view name, std::string why) {
  return {.name = std::string(name), .state = State::kSkipped, .says = std::move(why)};
}

class Examination {
 public:
  Examination(std::shared_ptr<device::kernel::System> system, const Options& options)
      : system_(std::move(system)), options_(options), facts_(read_facts(*system_)) {
    report_.log = facts_.log_lines;
    report_.on_board = facts_.board.error != -ENOENT;
  }

  Report take() {
    tell("kernel", facts_.kernel);
    tell("system", facts_.system);
    tell("driver as a module", facts_.module_version);
    for (const NodeFile& node : facts_.nodes)
      tell(node.path, fmt::format("{}:{} mode {:04o} group {} driver {}", node.kind.file.major, node.kind.file.minor,
                                  node.kind.mode, node.group, node.driver.empty() ? "unknown" : node.driver));
    if (facts_.log_closed) tell("kernel's log", "closed to this user (sudo dmesg shows it)");
    read_files();
    ask_device();
    return std::move(report_);
  }

 private:
  void tell(std::string_view what, const std::string& value) {
    if (!value.empty()) report_.facts.push_back(fmt::format("{}: {}", what, value));
  }
  /// Whether to go on.
  bool add(Step step) {
    report_.steps.push_back(std::move(step));
    return report_.steps.back().state != State::kFault;
  }

  void read_files() {
    for (const FileStep& step : kFileSteps) {
      const bool pointless = report_.first_fault() != nullptr && (!step.after_fault || !report_.on_board);
      add(pointless ? skipped(step.name, "see above") : step.check(facts_));
    }
  }

  void ask_device() {
    const std::size_t before = report_.steps.size();
    std::string why = "see above";
    if (report_.first_fault() == nullptr) {
      if (options_.files_only)
        why = "only files were to be read";
      else
        ask_nodes();
    }
    for (std::size_t i = report_.steps.size() - before; i < kDeviceSteps.size(); ++i)
      add(skipped(kDeviceSteps[i], why));
  }

  /// Each step only after the one before it was good.
  void ask_nodes() {
    std::vector<rknpu::Node> nodes = rknpu::find_nodes(system_, true);
    if (!add(check_access(facts_, nodes)) || !add(check_version(nodes)) || !add(check_conflicts(facts_, nodes))) return;
    const auto usable = std::ranges::find_if(nodes, [](const rknpu::Node& n) { return n.rknpu != nullptr; });
    const std::string path = usable->path;
    announce(fmt::format("asking {} for its hardware version, which powers the NPU", path));
    const Answers answers = ask(*usable->rknpu);
    nodes.clear();  // a driver may let one file at a time in
    if (!add(check_hardware(facts_, answers)) || !add(check_reach(facts_, answers)) || !options_.multiply) return;
    announce(fmt::format("multiplying on {}", path));
    add(check_product(facts_, options_.multiply(path)));
  }

  void announce(const std::string& step) {
    if (options_.announce) options_.announce(step, report_);
  }

  std::shared_ptr<device::kernel::System> system_;
  const Options& options_;
  Facts facts_;
  Report report_;
};

}  // namespace

Report examine(const std::shared_ptr<device::kernel::System>& system, const Options& options) {
  return Examination(system, options).take();
}

}  // namespace mattock::doctor
