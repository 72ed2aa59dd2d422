#include "emit/blocks.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"

namespace mattock::emit {
namespace {

using hw::Block;
using hw::Precision;

constexpr std::uint32_t kReaderBurst = 8;              // other values can hang the bus
constexpr std::uint32_t kReaderWeights = 0x0101'0101;  // of the arbiter, as every vendor task has them

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

void write_cube(TaskWriter& out, const TaskShape& t, const plan::Stages& stages) {
  const std::size_t pixel = t.chip.wide_pixel_bytes;
  const std::size_t gap = t.adds_sums()
                              ? t.gap_behind_a_line(t.sums(), pixel, pixel)
                              : operand_notch(t.height > 1 ? stages.ew : std::nullopt, t.width, t.chip.atom_bytes);
  out.write(hw::dpu_rdma::DataCubeWidth{.width = u32(t.width)});
  out.write(hw::dpu_rdma::DataCubeHeight{.ew_line_notch = u32(gap), .height = u32(t.height)});
  out.write(hw::dpu_rdma::DataCubeChannel{.channel = u32(t.kernels)});
  out.write_zero(Block::kDpuRdma, 0x5018);
}

}  // namespace

void write_reader(TaskWriter& out, const TaskShape& t, const plan::Stages& stages) {
  write_cube(out, t, stages);
  TaskPlace place{t.task.columns.first, t.kernels, 0};
  if (stages.ew && !stages.ew->number) {
    const std::size_t row = stages.ew->per_channel ? 0 : t.task.rows.first * stages.ew->walk.line_bytes;
    place.operand_offset = stages.ew->walk.offset + row + t.task.columns.first * bytes_of(t.written);
  }
  if (t.plan.requantises()) {
    write_records(out, t);
    out.write(hw::dpu_rdma::NrdmaCfg{.nrdma_disable = 1});
    out.write_zeros(Block::kDpuRdma, 0x502c, 0x5030);
  } else {
    write_streams(out, stages, place);
  }
  if (t.adds_sums())
    write_sums(out, t);
  else
    write_operand(out, stages.ew, place, t.chip.atom_bytes);
  const Precision precision = precision_of(t.plan.types.operand);
  // As vendor models have it: the type of the addends, where a stream has some.
  const bool addends = stages.bs.add && stages.bs.add->per_channel;
  out.write(hw::dpu_rdma::FeatureModeCfg{
      .in_precision = addends ? Precision::kFp32 : precision, .burst_len = kReaderBurst, .proc_precision = precision});
  out.write_zero(Block::kDpuRdma, 0x5048);
  out.write_zero(Block::kDpuRdma, 0x504c);
  out.write_zero(Block::kDpuRdma, 0x5064);
  out.write(hw::dpu_rdma::Weight{.weights = kReaderWeights});
}

}  // namespace mattock::emit
