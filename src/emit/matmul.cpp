#include "emit/matmul.hpp"

#include "emit/blocks.hpp"
#include "hw/generated/registers_cmac.hpp"
#include "hw/generated/registers_cna.hpp"
#include "hw/generated/registers_core.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"
#include "plan/tasks.hpp"

namespace mattock::emit {
namespace {

constexpr std::uint32_t kWithReader = 0x1f;  // and DPU_RDMA
constexpr std::uint32_t kConvolution = 0xf;  // CNA, CMAC, CORE and DPU

void write_pointers(TaskWriter& out, bool with_reader) {
  constexpr auto alternate = [](auto pointer) {
    pointer.pointer_pp_en = pointer.executer_pp_en = pointer.pointer_pp_mode = 1;
    return pointer;
  };
  out.write(alternate(hw::cna::SPointer{}));
  out.write(alternate(hw::cmac::SPointer{}));
  out.write(alternate(hw::core::SPointer{}));
  out.write(alternate(hw::dpu::SPointer{}));
  if (with_reader) out.write(alternate(hw::dpu_rdma::SPointer{}));
}

Result<void> stages_suit(const hw::Chip& chip, const plan::MatmulPlan& plan) {
  const plan::Stages& stages = plan.stages;
  if (!stages.any()) return {};
  if (plan.types != plan::Types{plan::Operand::kFp16, plan::Output::kFp16} || plan.parts.size() != 1 || plan.swapped)
    return fail(Code::kInternal, "stages behind a product need fp16 to fp16, in one part and unswapped");
  if (stages.ew && stages.ew->op == plan::Combination::kDivide)
    return fail(Code::kUnsupported, "a product divides its results in a task of its own");
  const std::size_t width = plan.native ? plan.pixels : 1, height = plan.native ? 1 : plan.pixels;
  return stages_fit(chip, stages, {width, height, plan.kernels_padded});
}

}  // namespace

Result<hw::Program> emit_matmul(const hw::Chip& chip, const plan::MatmulPlan& plan, const OutputScale& scale) {
  if (const auto good = stages_suit(chip, plan); !good) return propagate(good);
  hw::Program program;
  program.words.reserve(plan.cost.command_bytes / hw::kWordBytes + plan.cost.tasks * TaskWriter::kAlignWords);
  TaskWriter out(chip, program);
  plan::for_each_task(plan, [&](const plan::Task& task) {
    const TaskShape shape(chip, plan, task);
    out.begin();
    write_pointers(out, shape.reads());
    write_convolution(out, shape);
    write_dpu(out, shape, scale);
    if (shape.reads()) write_reader(out, shape);
    out.end(shape.reads() ? kWithReader : kConvolution, task.first_of_submit);
  });
  if (const auto error = out.error())
    return fail(Code::kInternal, "the plan does not fit a register: " + error->message);
  return program;
}

}  // namespace mattock::emit
