#include "emit/blocks.hpp"
#include "hw/generated/registers_dpu.hpp"

namespace mattock::emit {
namespace {

using hw::Block;
using hw::Precision;
using plan::Operand;

constexpr std::uint32_t kOutputBurst = 2;

void write_place(TaskWriter& out, const TaskShape& t) {
  const Precision operand = precision_of(t.plan.types.operand);
  const std::size_t bytes = bytes_of(t.written);
  // A single wide row is one stream of 8-byte units, as the vendor writes it.
  const bool stream = t.plan.one_pixel && bytes == 4;
  out.write(hw::dpu::FeatureModeCfg{.nonalign = stream ? 1u : 0u,
                                    .surf_len = stream ? u32(t.kernels * bytes / t.chip.atom_bytes) : 0,
                                    .burst_len = kOutputBurst,
                                    .output_mode = hw::OutputMode::kMemory});
  out.write(hw::dpu::DataFormat{.out_precision = precision_of(t.written),
                                .in_precision = t.adds_sums() ? precision_of(sums_of(t.plan.types.operand)) : operand,
                                .bs_shift_neg = t.plan.requantises() ? kRecordShift : 0,
                                .proc_precision = operand});
  out.write(hw::dpu::OffsetPend{});
  out.write(hw::dpu::DstBaseAddr{});
  out.relocate(kResults, t.first_of(t.results));
  out.write(hw::dpu::DstSurfStride{.dst_surf_stride = u32(t.surface_stride(t.results, t.result_pixel_bytes))});
  out.write(hw::dpu::DataCubeWidth{.width = u32(t.width)});
  out.write(hw::dpu::DataCubeHeight{.height = u32(t.height)});
  const std::uint32_t notch = u32(t.gap_behind_a_line(t.results, t.result_pixel_bytes, t.chip.atom_bytes));
  out.write(hw::dpu::DataCubeNotch{.notch_1 = notch, .notch_0 = notch});
  out.write(hw::dpu::DataCubeChannel{.orig_channel = u32(t.kernels), .channel = u32(t.kernels)});
}

/// Bias, weight offset and multiplier of each kernel from its record, or BS of the stages.
void write_first_stage(TaskWriter& out, const TaskShape& t, std::uint32_t surfaces) {
  const bool records = t.plan.requantises();
  if (records) {
    out.write(hw::dpu::BsCfg{.bs_alu_src = 1, .bs_relu_bypass = 1, .bs_alu_algo = hw::AluOp::kAdd});
    out.write_zero(Block::kDpu, 0x4044);
    out.write(hw::dpu::BsMulCfg{.bs_mul_shift = kRecordShift, .bs_mul_src = 1});
    out.write_zero(Block::kDpu, 0x404c);
  } else {
    write_bs(out, t.plan.stages.bs);
  }
  out.write(hw::dpu::BsOwCfg{.size_e_2 = surfaces,
                             .size_e_1 = surfaces,
                             .size_e_0 = surfaces,
                             .ow_bypass = t.plan.types.operand == Operand::kFp16 ? 1u : 0u,
                             .ow_src = records ? 1u : 0u});
  out.write(hw::dpu::BsOwOp{});
}

/// The sums of the part before are added.
hw::dpu::EwCfg joining_stage() {
  return {.ew_data_mode = hw::OperandMode::kPerPixel,
          .ew_relu_bypass = 1,
          .ew_op_cvt_bypass = 1,
          .ew_lut_bypass = 1,
          .ew_op_src = 1,
          .ew_alu_algo = hw::AluOp::kAdd};
}

void write_stages(TaskWriter& out, const TaskShape& t, const OutputScale& scale) {
  // Surfaces that a step of the multipliers writes: a kernel group of results, in atoms of the output.
  const std::size_t surfaces = group_kernels(t.chip, t.plan.types.operand) * bytes_of(t.written) / t.result_pixel_bytes;
  write_first_stage(out, t, u32(surfaces));
  write_bn(out, t.plan.stages.bn);
  out.write(t.adds_sums() ? joining_stage() : combining_stage(t.plan.stages.ew));
  out.write(hw::dpu::EwCvtOffset{});
  out.write(hw::dpu::EwCvtScale{.ew_cvt_scale = 1});
  out.write_zero(Block::kDpu, 0x407c);
  out.write(hw::dpu::OutCvtOffset{.out_cvt_offset = scale.offset});
  out.write(hw::dpu::OutCvtScale{.out_cvt_scale = scale.multiplier});
  out.write(hw::dpu::OutCvtShift{.out_cvt_shift = scale.shift});
  write_number(out, t.plan.stages.ew);
  out.write(hw::dpu::SurfaceAdd{.surface_add = u32(surfaces * t.surface_stride(t.results, t.result_pixel_bytes))});
  out.write_zero(Block::kDpu, 0x40c4);
  out.write_zeros(Block::kDpu, 0x4100, 0x412c);
}

}  // namespace

void write_dpu(TaskWriter& out, const TaskShape& t, const OutputScale& scale) {
  write_place(out, t);
  write_stages(out, t, scale);
}

}  // namespace mattock::emit
