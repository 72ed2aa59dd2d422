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

}  // namespace

Result<hw::Program> emit_matmul(const hw::Chip& chip, const plan::MatmulPlan& plan, const OutputScale& scale,
                                const plan::Stages& stages) {
  if (const auto good = check_numbers(stages); !good) return propagate(good);
  hw::Program program;
  program.words.reserve(plan.cost.command_bytes / hw::kWordBytes + plan.cost.tasks * TaskWriter::kAlignWords);
  TaskWriter out(chip, program);
  plan::for_each_task(plan, [&](const plan::Task& task) {
    const TaskShape shape(chip, plan, task);
    const bool with_reader = shape.reads() || reads(stages);
    out.begin();
    write_pointers(out, with_reader);
    write_convolution(out, shape);
    write_dpu(out, shape, scale, stages);
    if (with_reader) write_reader(out, shape, stages);
    out.end(with_reader ? kWithReader : kConvolution, task.first_of_submit);
  });
  if (const auto error = out.error())
    return fail(Code::kInternal, "the plan does not fit a register: " + error->message);
  return program;
}

}  // namespace mattock::emit
