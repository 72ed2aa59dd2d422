#include "emit/blocks.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"

namespace mattock::emit {
namespace {

using hw::Block;
using hw::Precision;

void write_records(TaskWriter& out, const TaskShape& t) {
  out.write(hw::dpu_rdma::BrdmaCfg{.brdma_use_mul = 1, .brdma_use_ow = 1, .brdma_use_alu = 1});
  out.write(hw::dpu_rdma::BsBaseAddr{});
  out.relocate(kRecords, t.task.columns.first * plan::kRecordBytes);
  out.write(hw::dpu_rdma::BsLength{.bs_length = u32(t.kernels * plan::kRecordBytes / 8)});
}

/// assumed: 32-bit sums are read as they are written, in pixels of 16 bytes. Settled by two tasks on a board, of which
/// the second adds what the first wrote.
void write_sums(TaskWriter& out, const TaskShape& t) {
  const plan::Place sums = t.sums();
  const std::size_t pixel = t.chip.wide_pixel_bytes, stride = t.surface_stride(sums, pixel);
  out.write(hw::dpu_rdma::ErdmaCfg{.erdma_data_mode = hw::OperandMode::kPerPixel,
                                   .erdma_data_size = hw::OperandSize::kBits32});
  out.write(hw::dpu_rdma::EwBaseAddr{});
  out.relocate(kResults, t.first_of(sums));
  out.write(hw::dpu_rdma::EwSurfNotch{.ew_surf_notch = u32(stride - pixel)});
  out.write(hw::dpu_rdma::EwSurfStride{.ew_surf_stride = u32(stride)});
}

void write_cube(TaskWriter& out, const TaskShape& t) {
  const std::size_t pixel = t.chip.wide_pixel_bytes;
  const std::size_t gap = t.adds_sums() ? t.gap_behind_a_line(t.sums(), pixel, pixel)
                          : t.plan.stages.reads_operand()
                              ? operand_line_notch(*t.plan.stages.ew, t.operand(), t.chip, t.cube())
                              : 0;
  out.write(hw::dpu_rdma::DataCubeWidth{.width = u32(t.width)});
  out.write(hw::dpu_rdma::DataCubeHeight{.ew_line_notch = u32(gap), .height = u32(t.height)});
  out.write(hw::dpu_rdma::DataCubeChannel{.channel = u32(t.kernels)});
  out.write_zero(Block::kDpuRdma, 0x5018);
}

}  // namespace

void write_reader(TaskWriter& out, const TaskShape& t) {
  write_cube(out, t);
  if (t.plan.requantises()) {
    write_records(out, t);
  } else {
    write_bs_stream(out, t.plan.stages.bs, t.task.columns);
  }
  write_bn_stream(out, t.plan.stages.bn, t.task.columns);
  if (t.adds_sums()) {
    write_sums(out, t);
  } else if (t.plan.stages.reads_operand()) {
    write_operand(out, *t.plan.stages.ew, t.operand(), t.chip, t.cube());
  } else {
    write_no_operand(out);
  }
  const Precision precision = precision_of(t.plan.types.operand);
  // Beside a convolution there are no main data; vendor tasks have fp32 here with fp32 addends in BS (gemm_bias) and
  // fp16 with an EW operand (mmc_4x3200x8). assumed: fp32 with both, and fp16 with other streams, of which no file here
  // has one; vendor-lowering.md 6 has seen int8 with a BN stream alone, which the checker does not take in fp16 work.
  // Settled by such tasks on a board, with either word.
  const bool addends = t.plan.stages.bs.add && t.plan.stages.bs.add->per_channel;
  out.write(hw::dpu_rdma::FeatureModeCfg{
      .in_precision = addends ? Precision::kFp32 : precision, .burst_len = kReaderBurst, .proc_precision = precision});
  out.write_zero(Block::kDpuRdma, 0x5048);
  out.write_zero(Block::kDpuRdma, 0x504c);
  out.write_zero(Block::kDpuRdma, 0x5064);
  out.write(hw::dpu_rdma::Weight{.weights = kReaderWeights});
}

}  // namespace mattock::emit
