#include "emit/matmul.hpp"

#include <algorithm>
#include <initializer_list>

#include "base/math.hpp"
#include "emit/task_writer.hpp"
#include "hw/generated/registers_cmac.hpp"
#include "hw/generated/registers_cna.hpp"
#include "hw/generated/registers_core.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"
#include "plan/tasks.hpp"

namespace mattock::emit {
namespace {

using hw::Block;
using hw::Precision;
using plan::MatmulPlan;
using plan::Operand;
using plan::Output;
using plan::Task;

constexpr std::uint32_t kWithReader = 0x1f;       // and DPU_RDMA, which reads records or sums
constexpr std::uint32_t kConvolution = 0xf;       // CNA, CMAC, CORE and DPU
constexpr std::uint32_t kDmaBurst = 0x0017'1c07;  // as every vendor task has it; other values hang or ruin the sums
constexpr std::uint32_t kOutputBurst = 2;
constexpr std::uint32_t kReaderBurst = 8;              // other values can hang the bus
constexpr std::uint32_t kReaderWeights = 0x0101'0101;  // of the arbiter, as every vendor task has them
constexpr std::uint32_t kRecordShift = 14;             // multipliers of records are of 2^14

Precision precision_of(Operand operand) { return operand == Operand::kFp16 ? Precision::kFp16 : Precision::kInt8; }

Precision precision_of(Output output) {
  switch (output) {
    case Output::kFp32: return Precision::kFp32;
    case Output::kFp16: return Precision::kFp16;
    case Output::kInt32: return Precision::kInt32;
    case Output::kInt8: return Precision::kInt8;
  }
  return Precision::kFp32;
}

template <class T>
std::uint32_t u32(T value) {
  return narrow<std::uint32_t>(value);
}

/// The numbers of one task that several registers need.
struct Numbers {
  Numbers(const hw::Chip& chip, const MatmulPlan& plan, const Task& task)
      : rows(task.rows.count),
        kernels(task.columns.count),
        channels(plan.parts[task.part].declared),
        row_bytes(plan.row_bytes(task.part)),
        atom_bytes(chip.atom_bytes),
        written(plan.written_by(task.part)),
        pixel_bytes(bytes_of(written) == 4 ? chip.wide_pixel_bytes : chip.atom_bytes),
        line_bytes(plan.panel_row_bytes(task.part, plan.panel_of(task.columns))) {}

  std::size_t rows, kernels, channels, row_bytes;
  std::size_t atom_bytes;
  Output written;
  std::size_t pixel_bytes;  ///< of the result
  std::size_t line_bytes;   ///< of the result, from row to row
};

void write_zeros(TaskWriter& out, Block block, std::uint16_t first, std::uint16_t last) {
  for (std::uint16_t offset = first; offset <= last; offset = static_cast<std::uint16_t>(offset + 4))
    out.write_zero(block, offset);
}

/// Tasks that need DPU_RDMA.
bool reads(const MatmulPlan& plan, const Task& task) { return plan.requantises() || plan.adds_sums(task.part); }

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

/// Lines that are fetched before the scan begins, for a 1x1 kernel over a map of width 1 (npu.md 4).
std::size_t feature_grains(std::size_t rows) { return std::min<std::size_t>(rows, 18); }

void write_cna_sizes(TaskWriter& out, const MatmulPlan& plan, const Task& task, const Numbers& n) {
  const Precision precision = precision_of(plan.types.operand);
  out.write(hw::cna::ConvCon1{.proc_precision = precision, .in_precision = precision});
  out.write(hw::cna::ConvCon2{.feature_grains = u32(feature_grains(n.rows))});
  out.write(hw::cna::ConvCon3{.y_stride = 1, .x_stride = 1});
  out.write(hw::cna::ConvCon4{});
  out.write(hw::cna::DataSize0{.datain_width = 1, .datain_height = u32(n.rows)});
  out.write(hw::cna::DataSize1{.datain_channel_real = u32(n.channels), .datain_channel = u32(n.channels)});
  out.write(hw::cna::DataSize2{.dataout_width = 1});
  out.write(hw::cna::DataSize3{.dataout_atomics = u32(n.rows)});
  out.write(hw::cna::WeightSize0{.weight_bytes = u32(n.kernels * n.row_bytes)});
  out.write(hw::cna::WeightSize1{.weight_bytes_per_kernel = u32(n.row_bytes)});
  out.write(hw::cna::WeightSize2{.weight_width = 1, .weight_height = 1, .weight_kernels = u32(n.kernels)});
  out.write(hw::cna::CbufCon0{.weight_reuse = task.weights_stay ? 1u : 0u,
                              .data_reuse = task.data_stay ? 1u : 0u,
                              .weight_banks = u32(plan.weight_banks),
                              .data_banks = u32(plan.data_banks)});
}

void write_cna_converter(TaskWriter& out) {
  out.write(hw::cna::CvtCon0{.cvt_signed = 1, .cvt_add_first = 1});  // off, as in every vendor task without an image
  out.write(hw::cna::CvtCon1{.scale = 1});
  out.write(hw::cna::CvtCon2{.scale = 1});
  out.write(hw::cna::CvtCon3{.scale = 1});
  out.write(hw::cna::CvtCon4{.scale = 1});
}

void write_cna_memory(TaskWriter& out, const hw::Chip& chip, const MatmulPlan& plan, const Task& task,
                      const Numbers& n) {
  out.write(hw::cna::CbufCon1{.width = 1, .data_entries = u32(ceil_div(n.row_bytes, chip.cbuf_entry_bytes))});
  write_cna_converter(out);
  write_zeros(out, Block::kCna, 0x1060, 0x1068);
  out.write(hw::cna::FeatureDataAddr{});
  const std::size_t pitch = plan.row_pitch_bytes(task.part);
  out.relocate(kFeatures, plan.features_offset(task.part) + task.rows.first * pitch);
  out.write_zero(Block::kCna, 0x1074);
  out.write(hw::cna::DmaCon0{.burst = kDmaBurst});
  const std::size_t row_atoms = n.row_bytes / n.atom_bytes;
  out.write(hw::cna::DmaCon1{.line_stride = plan.one_pixel ? 1 : u32(pitch / n.atom_bytes)});
  out.write(hw::cna::DmaCon2{.surf_stride = 1});
  // One pixel is fetched as a line of its atoms.
  out.write(hw::cna::FcDataSize0{.dma_width = plan.one_pixel ? u32(row_atoms) : 1, .dma_height = u32(n.rows)});
  out.write(hw::cna::FcDataSize1{.dma_channel =
                                     u32(plan.one_pixel ? n.atom_bytes / bytes_of(plan.types.operand) : n.channels)});
  write_zeros(out, Block::kCna, 0x1100, 0x1104);
  out.write(hw::cna::DcompAddr0{});
  out.relocate(kWeights, plan.weights_offset(task.part) + task.columns.first * n.row_bytes);
  write_zeros(out, Block::kCna, 0x1114, 0x114c);
  write_zeros(out, Block::kCna, 0x1210, 0x1230);
}

void write_multipliers(TaskWriter& out, const MatmulPlan& plan, const Numbers& n) {
  const Precision precision = precision_of(plan.types.operand);
  out.write(hw::cmac::MiscCfg{.proc_precision = precision, .always_one = 1});
  out.write(hw::core::MiscCfg{.proc_precision = precision});
  out.write(hw::core::DataoutSize0{.dataout_height = u32(n.rows), .dataout_width = 1});
  out.write(hw::core::DataoutSize1{.dataout_channel = u32(n.kernels)});
  out.write(hw::core::ClipTruncate{});
}

/// Where this part's results of the task's rows and columns begin.
std::size_t result_place(const MatmulPlan& plan, std::size_t part, const Task& task) {
  const plan::Range& panel = plan.panel_of(task.columns);
  return plan.results_offset(part) + plan.panel_offset(part, panel) +
         task.rows.first * plan.panel_row_bytes(part, panel) +
         (task.columns.first - panel.first) * bytes_of(plan.written_by(part));
}

void write_result_place(TaskWriter& out, const MatmulPlan& plan, const Task& task, const Numbers& n) {
  const Precision operand = precision_of(plan.types.operand);
  // A single wide row is one stream of 8-byte units, as the vendor writes it.
  const bool stream = plan.one_pixel && bytes_of(n.written) == 4;
  out.write(hw::dpu::FeatureModeCfg{.nonalign = stream ? 1u : 0u,
                                    .surf_len = stream ? u32(n.kernels * bytes_of(n.written) / n.atom_bytes) : 0,
                                    .burst_len = kOutputBurst,
                                    .output_mode = hw::OutputMode::kMemory});
  const bool adds = plan.adds_sums(task.part);
  out.write(hw::dpu::DataFormat{.out_precision = precision_of(n.written),
                                .in_precision = adds ? precision_of(sums_of(plan.types.operand)) : operand,
                                .bs_shift_neg = plan.requantises() ? kRecordShift : 0,
                                .proc_precision = operand});
  out.write(hw::dpu::OffsetPend{});
  out.write(hw::dpu::DstBaseAddr{});
  out.relocate(kResults, result_place(plan, task.part, task));
  out.write(hw::dpu::DstSurfStride{.dst_surf_stride = u32(n.pixel_bytes)});
  out.write(hw::dpu::DataCubeWidth{.width = 1});
  out.write(hw::dpu::DataCubeHeight{.height = u32(n.rows)});
  const std::size_t notch = plan.one_pixel ? 0 : (n.line_bytes - n.pixel_bytes) / n.atom_bytes;
  out.write(hw::dpu::DataCubeNotch{.notch_1 = u32(notch), .notch_0 = u32(notch)});
  out.write(hw::dpu::DataCubeChannel{.orig_channel = u32(n.kernels), .channel = u32(n.kernels)});
}

/// Surfaces that a step of the multipliers writes side by side: a kernel group of results, in atoms of the output.
std::size_t surfaces_of_a_step(const hw::Chip& chip, const MatmulPlan& plan, const Numbers& n) {
  return group_kernels(chip, plan.types.operand) * bytes_of(n.written) / n.pixel_bytes;
}

/// Bias, weight offset and multiplier of each kernel from its record, or nothing at all.
void write_first_stage(TaskWriter& out, const MatmulPlan& plan, std::size_t surfaces) {
  const bool records = plan.requantises();
  if (records) {
    out.write(hw::dpu::BsCfg{.bs_alu_src = 1, .bs_relu_bypass = 1, .bs_alu_algo = hw::AluOp::kAdd});
    out.write_zero(Block::kDpu, 0x4044);
    out.write(hw::dpu::BsMulCfg{.bs_mul_shift = kRecordShift, .bs_mul_src = 1});
    out.write_zero(Block::kDpu, 0x404c);
  } else {
    out.write(hw::dpu::BsCfg{.bs_relu_bypass = 1, .bs_mul_bypass = 1, .bs_alu_bypass = 1, .bs_bypass = 1});
    write_zeros(out, Block::kDpu, 0x4044, 0x404c);
  }
  out.write(hw::dpu::BsOwCfg{.size_e_2 = u32(surfaces),
                             .size_e_1 = u32(surfaces),
                             .size_e_0 = u32(surfaces),
                             .ow_bypass = plan.types.operand == Operand::kFp16 ? 1u : 0u,
                             .ow_src = records ? 1u : 0u});
  out.write(hw::dpu::BsOwOp{});
}

void write_record_reader(TaskWriter& out, const Task& task, const Numbers& n) {
  out.write(hw::dpu_rdma::BrdmaCfg{.brdma_use_mul = 1, .brdma_use_ow = 1, .brdma_use_alu = 1});
  out.write(hw::dpu_rdma::BsBaseAddr{});
  out.relocate(kRecords, task.columns.first * plan::kRecordBytes);
  out.write(hw::dpu_rdma::BsLength{.bs_length = u32(n.kernels * plan::kRecordBytes / 8)});
}

/// assumed: 32-bit sums are read as they are written, in pixels of 16 bytes. Settled by two tasks on a board, of which
/// the second adds what the first wrote.
void write_sum_reader(TaskWriter& out, const hw::Chip& chip, const MatmulPlan& plan, const Task& task) {
  const std::size_t pixel = chip.wide_pixel_bytes;
  out.write(hw::dpu_rdma::ErdmaCfg{.erdma_data_mode = hw::OperandMode::kPerPixel,
                                   .erdma_data_size = hw::OperandSize::kBits32});
  out.write(hw::dpu_rdma::EwBaseAddr{});
  out.relocate(kResults, result_place(plan, task.part - 1, task));
  out.write(hw::dpu_rdma::EwSurfNotch{});  // from the only pixel of a line to the next surface
  out.write(hw::dpu_rdma::EwSurfStride{.ew_surf_stride = u32(pixel)});
}

/// DPU_RDMA with the streams that the task needs; the others are off.
void write_reader(TaskWriter& out, const hw::Chip& chip, const MatmulPlan& plan, const Task& task, const Numbers& n) {
  const std::size_t line = plan.adds_sums(task.part) ? plan.panel_row_bytes(task.part - 1, plan.panel_of(task.columns))
                                                     : chip.wide_pixel_bytes;
  out.write(hw::dpu_rdma::DataCubeWidth{.width = 1});
  out.write(hw::dpu_rdma::DataCubeHeight{.ew_line_notch = plan.one_pixel ? 0 : u32(line / chip.wide_pixel_bytes - 1),
                                         .height = u32(n.rows)});
  out.write(hw::dpu_rdma::DataCubeChannel{.channel = u32(n.kernels)});
  out.write_zero(Block::kDpuRdma, 0x5018);
  if (plan.requantises()) {
    write_record_reader(out, task, n);
  } else {
    out.write(hw::dpu_rdma::BrdmaCfg{.brdma_disable = 1});
    write_zeros(out, Block::kDpuRdma, 0x5020, 0x5024);
  }
  out.write(hw::dpu_rdma::NrdmaCfg{.nrdma_disable = 1});
  write_zeros(out, Block::kDpuRdma, 0x502c, 0x5030);
  if (plan.adds_sums(task.part)) {
    write_sum_reader(out, chip, plan, task);
  } else {
    out.write(hw::dpu_rdma::ErdmaCfg{.erdma_disable = 1});
    write_zeros(out, Block::kDpuRdma, 0x5038, 0x5040);
  }
  const Precision precision = precision_of(plan.types.operand);
  out.write(
      hw::dpu_rdma::FeatureModeCfg{.in_precision = precision, .burst_len = kReaderBurst, .proc_precision = precision});
  out.write_zero(Block::kDpuRdma, 0x5048);
  out.write_zero(Block::kDpuRdma, 0x504c);
  out.write_zero(Block::kDpuRdma, 0x5064);
  out.write(hw::dpu_rdma::Weight{.weights = kReaderWeights});
}

/// The sums of the part before are added, or nothing is.
hw::dpu::EwCfg last_stage(bool adds_sums) {
  hw::dpu::EwCfg stage{.ew_relu_bypass = 1, .ew_op_cvt_bypass = 1, .ew_lut_bypass = 1};
  if (!adds_sums) {
    stage.ew_op_bypass = stage.ew_bypass = 1;
    return stage;
  }
  stage.ew_data_mode = hw::OperandMode::kPerPixel;
  stage.ew_op_src = 1;
  stage.ew_alu_algo = hw::AluOp::kAdd;
  return stage;
}

void write_stages(TaskWriter& out, const hw::Chip& chip, const MatmulPlan& plan, const OutputScale& scale,
                  const Task& task, const Numbers& n) {
  const std::size_t surfaces = surfaces_of_a_step(chip, plan, n);
  write_first_stage(out, plan, surfaces);
  out.write(hw::dpu::BnCfg{.bn_relu_bypass = 1, .bn_mul_bypass = 1, .bn_alu_bypass = 1, .bn_bypass = 1});
  write_zeros(out, Block::kDpu, 0x4064, 0x406c);
  out.write(last_stage(plan.adds_sums(task.part)));
  out.write(hw::dpu::EwCvtOffset{});
  out.write(hw::dpu::EwCvtScale{.ew_cvt_scale = 1});
  out.write_zero(Block::kDpu, 0x407c);
  out.write(hw::dpu::OutCvtOffset{.out_cvt_offset = scale.offset});
  out.write(hw::dpu::OutCvtScale{.out_cvt_scale = scale.multiplier});
  out.write(hw::dpu::OutCvtShift{.out_cvt_shift = scale.shift});
  write_zeros(out, Block::kDpu, 0x4090, 0x40ac);
  out.write(hw::dpu::SurfaceAdd{.surface_add = u32(surfaces * n.pixel_bytes)});
  out.write_zero(Block::kDpu, 0x40c4);
  write_zeros(out, Block::kDpu, 0x4100, 0x412c);
}

void write_task(TaskWriter& out, const hw::Chip& chip, const MatmulPlan& plan, const OutputScale& scale,
                const Task& task) {
  const Numbers n(chip, plan, task);
  write_pointers(out, reads(plan, task));
  write_cna_sizes(out, plan, task, n);
  write_cna_memory(out, chip, plan, task, n);
  write_multipliers(out, plan, n);
  write_result_place(out, plan, task, n);
  write_stages(out, chip, plan, scale, task, n);
  if (reads(plan, task)) write_reader(out, chip, plan, task, n);
}

}  // namespace

Result<hw::Program> emit_matmul(const hw::Chip& chip, const MatmulPlan& plan, const OutputScale& scale) {
  hw::Program program;
  program.words.reserve(plan.cost.command_bytes / hw::kWordBytes + plan.cost.tasks * TaskWriter::kAlignWords);
  TaskWriter out(chip, program);
  plan::for_each_task(plan, [&](const Task& task) {
    out.begin();
    write_task(out, chip, plan, scale, task);
    out.end(reads(plan, task) ? kWithReader : kConvolution, task.first_of_submit);
  });
  if (const auto error = out.error())
    return fail(Code::kInternal, "the plan does not fit a register: " + error->message);
  return program;
}

}  // namespace mattock::emit
