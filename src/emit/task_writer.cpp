#include "emit/task_writer.hpp"

#include "base/math.hpp"

namespace mattock::emit {
namespace {

constexpr std::uint32_t kDpuDone = 0x300;      // both groups of the DPU
constexpr std::uint32_t kClearAll = 0x1'ffff;  // as every vendor record has it

}  // namespace

void TaskWriter::begin() {
  program_.words.resize(align_up(program_.words.size(), kAlignWords), 0);
  start_ = program_.words.size();
}

void TaskWriter::relocate(const char* tensor, std::size_t addend) {
  program_.relocations.push_back({tensor, narrow<std::uint32_t>(addend), program_.words.size() - 1});
}

void TaskWriter::end(std::uint32_t enable_mask, bool first_of_submit) {
  const std::size_t words = program_.words.size() - start_;
  if (!first_of_submit) {
    // The PC fetches (amount + 1) * scale words; the address is an offset until the words have a place.
    const std::size_t amount = ceil_div(words + hw::kTailWords, chip_.pc_amount_scale) - 1;
    const std::uint16_t pc = hw::target_of(hw::Block::kPc);
    program_.words[previous_tail_] =
        hw::Command{pc, narrow<std::uint32_t>(start_ * hw::kWordBytes), hw::kPcNextAddress}.encode();
    program_.words[previous_tail_ + 1] = hw::Command{pc, narrow<std::uint32_t>(amount), hw::kPcNextAmount}.encode();
  }
  previous_tail_ = program_.words.size();
  append({0, 0, 0});  // the last task of a submit has no next
  append({0, 0, 0});
  append({hw::kTargetMarker, 0, hw::kMarkerOffset});
  append({hw::kTargetOpEnable, enable_mask, hw::kOpEnableOffset});
  program_.tasks.push_back({.enable_mask = enable_mask,
                            .int_mask = kDpuDone,
                            .int_clear = kClearAll,
                            .regcfg_amount = narrow<std::uint32_t>(words),
                            .regcmd_addr = start_ * hw::kWordBytes});
}

}  // namespace mattock::emit
