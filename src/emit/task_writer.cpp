#include "emit/task_writer.hpp"

#include "base/math.hpp"
#include "emit/link.hpp"

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
  append({0, 0, 0});  // no next task so far
  append({0, 0, 0});
  append({hw::kTargetMarker, 0, hw::kMarkerOffset});
  append({hw::kTargetOpEnable, enable_mask, hw::kOpEnableOffset});
  program_.tasks.push_back({.enable_mask = enable_mask,
                            .int_mask = kDpuDone,
                            .int_clear = kClearAll,
                            .regcfg_amount = narrow<std::uint32_t>(words),
                            .regcmd_addr = start_ * hw::kWordBytes});
  const std::size_t tasks = program_.tasks.size();
  if (!first_of_submit) link_tasks(chip_, program_, tasks - 2, tasks - 1);
}

}  // namespace mattock::emit
