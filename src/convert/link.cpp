#include "convert/link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/math.hpp"
#include "emit/link.hpp"
#include "emit/matmul.hpp"
#include "emit/pass.hpp"

namespace mattock::convert {
namespace {

constexpr std::size_t kAlignWords = 8;  // tasks start on 64 bytes

Result<hw::Program> emit_launch(const hw::Chip& chip, const lower::Launch& launch) {
  if (const auto* product = std::get_if<plan::MatmulPlan>(&launch.work)) return emit::emit_matmul(chip, *product);
  return emit::emit_pass(chip, std::get<plan::Pass>(launch.work));
}

class Linker {
 public:
  Linker(const lower::Module& module, const hw::Chip& chip) : module_(module), chip_(chip) {}

  /// Whatever comes next begins a chain.
  void end_run() { chain_tasks_ = 0; }

  Result<void> append(const lower::Launch& launch, std::size_t node) {
    const auto emitted = emit_launch(chip_, launch);
    if (!emitted) return propagate(emitted);
    program_.words.resize(align_up(program_.words.size(), kAlignWords), 0);
    const std::size_t first_word = program_.words.size();
    program_.words.insert(program_.words.end(), emitted->words.begin(), emitted->words.end());
    for (const hw::Relocation& relocation : emitted->relocations)
      if (const auto done = relocate(relocation, launch, first_word); !done) return done;
    for (const hw::TaskRecord& task : emitted->tasks) append(task, first_word, node);
    return {};
  }

  hw::Program take() {
    std::ranges::sort(program_.relocations, {}, [](const hw::Relocation& r) { return std::tie(r.tensor, r.word); });
    return std::move(program_);
  }
  std::size_t task_count() const { return program_.tasks.size(); }

 private:
  void append(hw::TaskRecord task, std::size_t first_word, std::size_t node) {
    task.regcmd_addr += first_word * hw::kWordBytes;
    task.op_index = narrow<std::uint32_t>(node);
    program_.tasks.push_back(task);
    const std::size_t index = program_.tasks.size() - 1;
    emit::end_chain(program_, index);
    if (chain_tasks_ == 0 || chain_tasks_ == chip_.max_tasks) {
      // Where a run is cut depends on what lies before, which emit could not know.
      emit::load_afresh(program_, index);
      chain_tasks_ = 0;
    } else {
      emit::link_tasks(chip_, program_, index - 1, index);
    }
    ++chain_tasks_;
  }

  /// From emit's names to the module's tensors. The word holds the addend, as in vendor files.
  Result<void> relocate(const hw::Relocation& relocation, const lower::Launch& launch, std::size_t first_word) {
    const auto found = launch.places.find(relocation.tensor);
    if (found == launch.places.end())
      return fail(Code::kInternal, fmt::format("its tasks name '{}', which has no place", relocation.tensor));
    const auto [tensor, offset] = found->second;
    if (tensor >= module_.tensors.size())
      return fail(Code::kInternal,
                  fmt::format("'{}' lies in tensor {} of {}", relocation.tensor, tensor, module_.tensors.size()));
    const std::size_t addend = relocation.addend + offset;
    if (addend >= module_.tensors[tensor].bytes || !std::in_range<std::uint32_t>(addend))
      return fail(Code::kInternal, fmt::format("'{}' begins at byte {} of '{}', which has {}", relocation.tensor,
                                               addend, module_.tensors[tensor].name, module_.tensors[tensor].bytes));
    const std::size_t word = first_word + relocation.word;
    hw::Command command = hw::Command::decode(program_.words[word]);
    command.value = narrow<std::uint32_t>(addend);
    program_.words[word] = command.encode();
    program_.relocations.push_back({module_.tensors[tensor].name, command.value, word});
    return {};
  }

  const lower::Module& module_;
  const hw::Chip& chip_;
  hw::Program program_;
  std::size_t chain_tasks_ = 0;  // of the chain that the next task may join
};

}  // namespace

Result<Linked> link(const lower::Module& module, const hw::Chip& chip, std::size_t first_node) {
  Linker linker(module, chip);
  Linked linked;
  for (std::size_t i = 0; i < module.nodes.size(); ++i) {
    const lower::Node& node = module.nodes[i];
    const std::size_t before = linker.task_count();
    if (!node.npu) linker.end_run();
    for (const lower::Launch& launch : node.launches)
      if (const auto done = linker.append(launch, first_node + i); !done) return propagate(done, node.name);
    linked.task_counts.push_back(linker.task_count() - before);
    if (node.npu == (linked.task_counts.back() > 0)) continue;
    const char* what = node.npu ? "a node of the NPU without tasks" : "a node of the host with tasks";
    return tl::unexpected<Error>(Error{Code::kInternal, what, node.name, {}});
  }
  linked.program = linker.take();
  return linked;
}

}  // namespace mattock::convert
