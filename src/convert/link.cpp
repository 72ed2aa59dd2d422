#include "convert/link.hpp"

#include "base/math.hpp"
#include "emit/matmul.hpp"
#include "emit/pass.hpp"
#include "hw/command.hpp"

namespace mattock::convert {
namespace {

constexpr std::size_t kAlignWords = 8;

Result<hw::Program> emitted(const hw::Chip& chip, const lower::Launch& launch) {
  if (const auto* product = std::get_if<lower::Product>(&launch.work))
    return emit::emit_matmul(chip, product->plan, {}, product->stages);
  return emit::emit_pass(chip, std::get<plan::Pass>(launch.work));
}

/// The first two words of the tail of task `from` lead to task `to`.
void link_tasks(const hw::Chip& chip, hw::Program& program, std::size_t from, std::size_t to) {
  const hw::TaskRecord& next = program.tasks[to];
  const std::size_t tail = program.tasks[from].regcmd_addr / hw::kWordBytes + program.tasks[from].regcfg_amount;
  const std::size_t amount = ceil_div(std::size_t{next.regcfg_amount} + hw::kTailWords, chip.pc_amount_scale) - 1;
  const std::uint16_t pc = hw::target_of(hw::Block::kPc);
  program.words[tail] = hw::Command{pc, narrow<std::uint32_t>(next.regcmd_addr), hw::kPcNextAddress}.encode();
  program.words[tail + 1] = hw::Command{pc, narrow<std::uint32_t>(amount), hw::kPcNextAmount}.encode();
}

/// Moves a program behind another one, links included.
void append(hw::Program& all, const hw::Program& one, const lower::Module& module, const lower::Launch& launch,
            std::size_t node) {
  all.words.resize(align_up(all.words.size(), kAlignWords), 0);
  const std::size_t first = all.words.size(), bytes = first * hw::kWordBytes;
  all.words.insert(all.words.end(), one.words.begin(), one.words.end());
  for (const hw::TaskRecord& record : one.tasks) {
    const std::size_t tail = record.regcmd_addr / hw::kWordBytes + record.regcfg_amount;
    hw::Command next = hw::Command::decode(one.words[tail]);
    if (one.words[tail] != 0) {
      next.value = narrow<std::uint32_t>(next.value + bytes);
      all.words[first + tail] = next.encode();
    }
    all.tasks.push_back(record);
    all.tasks.back().regcmd_addr += bytes;
    all.tasks.back().op_index = narrow<std::uint32_t>(node);
  }
  for (const hw::Relocation& relocation : one.relocations) {
    const lower::Place& place = launch.places.at(relocation.tensor);
    all.relocations.push_back({module.tensors[place.tensor].name,
                               narrow<std::uint32_t>(relocation.addend + place.offset), relocation.word + first});
  }
}

}  // namespace

Result<Linked> link(const lower::Module& module, const hw::Chip& chip) {
  Linked linked;
  std::size_t chained = 0;  // tasks since the chain began
  for (std::size_t n = 0; n < module.nodes.size(); ++n) {
    const lower::Node& node = module.nodes[n];
    const std::size_t before = linked.program.tasks.size();
    if (!node.npu) chained = 0;
    for (const lower::Launch& launch : node.launches) {
      const auto program = emitted(chip, launch);
      if (!program) return propagate(program, "node '" + node.name + "'");
      const std::size_t first = linked.program.tasks.size();
      append(linked.program, *program, module, launch, module.inputs.size() + n);
      if (chained > 0) link_tasks(chip, linked.program, first - 1, first);
      chained += program->tasks.size();
    }
    linked.tasks_of_node.push_back(linked.program.tasks.size() - before);
  }
  return linked;
}

}  // namespace mattock::convert
