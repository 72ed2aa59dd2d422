#include "emulator/dpu/setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/math.hpp"
#include "emulator/formats.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"

namespace mattock::emulator {
namespace {

namespace dpu = hw::dpu;
namespace rdma = hw::dpu_rdma;
using hw::AluOp;
using hw::Precision;

constexpr std::uint32_t kBurst = 2;      // dpu.feature_mode_cfg: the only value in vendor files
constexpr std::uint32_t kReadBurst = 8;  // dpu_rdma: another one hung an RK3568 (board report)

std::size_t length_bytes(std::uint32_t units) { return std::size_t{units} * 8; }

/// BS and BN have the same fields under other names.
struct StageFields {
  bool bypass, alu_bypass, mul_bypass, relu_bypass, relux, prelu, alu_from_memory, mul_from_memory, shift_from_memory;
  hw::AluOp op;
  std::uint32_t alu_operand, mul_operand, shift, negative_shift, limit;
};

/// With zeros behind it: what lenient mode makes of a stream that is too short.
std::span<const std::uint32_t> lengthened(std::span<const std::uint32_t> values, std::size_t channels,
                                          Scratch& scratch) {
  const auto longer = scratch.take<std::uint32_t>(channels);
  std::ranges::copy(values.first(std::min(values.size(), channels)), longer.begin());
  return longer;
}

/// Reads a stage; `modelled(ok, field, reason)` complains about its configuration register.
template <class Modelled>
Stage decode_stage(const StageFields& f, const OperandStream& stream, std::size_t channels, bool real, Scratch& scratch,
                   const Modelled& modelled) {
  Stage stage;
  stage.bypass = f.bypass;
  if (stage.bypass) return stage;
  stage.alu = !f.alu_bypass;
  stage.mul = !f.mul_bypass;
  stage.relu = !f.relu_bypass;
  stage.relu_x = stage.relu && f.relux;
  stage.prelu = f.prelu;
  stage.op = f.op;
  modelled(!stage.alu || stage.op == AluOp::kAdd || stage.op == AluOp::kMax, "alu_algo",
           "only maximum and add are known");
  modelled(!f.shift_from_memory, "mul_shift_src", "never seen set");
  modelled(!real || !stage.mul || (f.shift == 0 && f.negative_shift == 0), "mul_shift", "a shift in float work");
  stage.addend = {f.alu_operand, f.alu_from_memory, stream.addend};
  stage.factor = {f.mul_operand, f.mul_from_memory, stream.factor};
  const bool short_stream = (stage.alu && f.alu_from_memory && stream.addend.size() < channels) ||
                            (stage.mul && f.mul_from_memory && stream.factor.size() < channels);
  modelled(!short_stream, "alu_src, mul_src",
           "the operand stream has fewer channels than the task, or does not select the operand");
  if (short_stream) {
    stage.addend.values = lengthened(stream.addend, channels, scratch);
    stage.factor.values = lengthened(stream.factor, channels, scratch);
  }
  // assumed: a multiplier that is bypassed does not shift either.
  stage.shift = f.shift;
  stage.negative_shift = f.negative_shift;
  stage.limit = f.limit;
  return stage;
}

std::uint32_t extend_16(std::uint32_t bits) {
  return static_cast<std::uint32_t>(std::int32_t{static_cast<std::int16_t>(bits)});
}

OperandStream bs_stream(const DpuContext& context) {
  if (context.rdma == nullptr) return {};
  const auto cfg = context.rdma->get<rdma::BrdmaCfg>();
  if (cfg.brdma_disable != 0) return {};
  return read_operands({cfg.brdma_use_alu != 0, cfg.brdma_use_ow != 0, cfg.brdma_use_mul != 0},
                       context.rdma->get<rdma::BsBaseAddr>().bs_base_addr,
                       length_bytes(context.rdma->get<rdma::BsLength>().bs_length), "dpu_rdma.bs_base_addr", context);
}

OperandStream bn_stream(const DpuContext& context) {
  if (context.rdma == nullptr) return {};
  const auto cfg = context.rdma->get<rdma::NrdmaCfg>();
  if (cfg.nrdma_disable != 0) return {};
  return read_operands({cfg.nrdma_use_alu != 0, cfg.nrdma_use_ow != 0, cfg.nrdma_use_mul != 0},
                       context.rdma->get<rdma::BnBaseAddr>().bn_base_addr,
                       length_bytes(context.rdma->get<rdma::BnLength>().bn_length), "dpu_rdma.bn_base_addr", context);
}

void decode_bs(const DpuContext& context, std::size_t channels, DpuSetup& setup) {
  const Registers& regs = context.dpu;
  const auto cfg = regs.get<dpu::BsCfg>();
  const auto mul = regs.get<dpu::BsMulCfg>();
  const OperandStream stream = bs_stream(context);
  setup.bs = decode_stage(
      {cfg.bs_bypass != 0, cfg.bs_alu_bypass != 0, cfg.bs_mul_bypass != 0, cfg.bs_relu_bypass != 0,
       cfg.bs_relux_en != 0, cfg.bs_mul_prelu != 0, cfg.bs_alu_src != 0, mul.bs_mul_src != 0, mul.bs_mul_shift_src != 0,
       cfg.bs_alu_algo, regs.get<dpu::BsAluCfg>().bs_alu_operand, extend_16(mul.bs_mul_operand), mul.bs_mul_shift,
       regs.get<dpu::DataFormat>().bs_shift_neg, regs.get<dpu::BsReluxCmp>().bs_relux_cmp},
      stream, channels, setup.real, context.scratch,
      [&](bool ok, std::string_view field, std::string_view reason) { regs.expect<dpu::BsCfg>(ok, field, reason); });

  const auto ow = regs.get<dpu::BsOwCfg>();
  setup.ow.on = ow.ow_bypass == 0;
  setup.ow.factor = {static_cast<std::uint32_t>(regs.get<dpu::BsOwOp>().ow_op), ow.ow_src != 0, stream.ow};
  const bool has_ow = ow.ow_src == 0 || stream.ow.size() >= channels;
  regs.expect<dpu::BsOwCfg>(!setup.ow.on || has_ow, "ow_src", "the operand stream holds no OW for every channel");
  if (!has_ow) setup.ow.factor.values = lengthened(stream.ow, channels, context.scratch);
  regs.expect<dpu::BsOwCfg>(!setup.real || !setup.ow.on || (ow.ow_src == 0 && setup.ow.factor.constant == 0),
                            "ow_bypass", "an OW term in float work");
  regs.expect<dpu::BsOwCfg>(ow.regroup_count == 0 && ow.other_transpose == 0, "regroup_count, other_transpose",
                            "never seen set");
  regs.expect<dpu::BsOwCfg>(ow.size_e_0 == ow.size_e_1 && ow.size_e_1 == ow.size_e_2, "size_e", "three unequal values");
}

void decode_bn(const DpuContext& context, std::size_t channels, DpuSetup& setup) {
  const Registers& regs = context.dpu;
  const auto cfg = regs.get<dpu::BnCfg>();
  const auto mul = regs.get<dpu::BnMulCfg>();
  const OperandStream stream = bn_stream(context);
  setup.bn = decode_stage(
      {cfg.bn_bypass != 0, cfg.bn_alu_bypass != 0, cfg.bn_mul_bypass != 0, cfg.bn_relu_bypass != 0,
       cfg.bn_relux_en != 0, cfg.bn_mul_prelu != 0, cfg.bn_alu_src != 0, mul.bn_mul_src != 0, mul.bn_mul_shift_src != 0,
       cfg.bn_alu_algo, regs.get<dpu::BnAluCfg>().bn_alu_operand, extend_16(mul.bn_mul_operand), mul.bn_mul_shift,
       regs.get<dpu::DataFormat>().bn_shift_neg, regs.get<dpu::BnReluxCmp>().bn_relux_cmp},
      stream, channels, setup.real, context.scratch,
      [&](bool ok, std::string_view field, std::string_view reason) { regs.expect<dpu::BnCfg>(ok, field, reason); });
  setup.bn.multiply_first = true;
}

/// 0 for a code without a meaning.
std::size_t operand_size_bytes(hw::OperandSize size) {
  switch (size) {
    case hw::OperandSize::kBits8: return 1;
    case hw::OperandSize::kBits16: return 2;
    case hw::OperandSize::kBits32: return 4;
  }
  return 0;
}

void decode_element_operand(const DpuContext& context, DpuSetup& setup) {
  const Registers& regs = context.dpu;
  const bool reads = context.rdma != nullptr && context.rdma->get<rdma::ErdmaCfg>().erdma_disable == 0;
  if (!reads) {
    context.diagnostics.refuse(fmt::format("{}: the EW operand comes from memory, but DPU_RDMA does not read one",
                                           regs.describe(dpu::EwCfg::kOffset)));
  }
  const auto cfg = context.rdma->get<rdma::ErdmaCfg>();
  ElementOperand& operand = setup.ew_operand;
  operand.address = context.rdma->get<rdma::EwBaseAddr>().ew_base_addr;
  context.rdma->expect<rdma::ErdmaCfg>(operand_size_bytes(cfg.erdma_data_size) != 0, "erdma_data_size",
                                       "only 8, 16 and 32 bits are known");
  operand.element_bytes = std::max<std::size_t>(operand_size_bytes(cfg.erdma_data_size), 1);
  context.rdma->expect<rdma::ErdmaCfg>(operand.element_bytes == element_bytes(setup.operand_precision),
                                       "erdma_data_size", "not the size of data_format.in_precision");
  const bool wide = operand.element_bytes == 4;
  const bool wide_known = is_float(setup.operand_precision) == setup.real && (!wide || !setup.ew.converter);
  if (wide && !wide_known)
    context.diagnostics.refuse(fmt::format(
        "{}: a 32-bit operand is fp32 in float work, int32 in integer work, and not converted; this was never seen",
        regs.describe(dpu::EwCfg::kOffset)));
  // assumed: 32-bit operands lie as 32-bit results do, in pixels of 16 bytes; settled by a convolution with one.
  operand.pixel_bytes = wide ? context.chip.wide_pixel_bytes : context.chip.atom_bytes;
  operand.per_pixel = cfg.erdma_data_mode == hw::OperandMode::kPerPixel;
  context.rdma->expect<rdma::ErdmaCfg>(
      operand.per_pixel == (regs.get<dpu::EwCfg>().ew_data_mode == hw::OperandMode::kPerPixel), "erdma_data_mode",
      "differs from dpu.ew_cfg.ew_data_mode");
  operand.pixel_lanes = operand.pixel_bytes / operand.element_bytes;
  operand.surface_stride_bytes = context.rdma->get<rdma::EwSurfStride>().ew_surf_stride;
  const auto height = context.rdma->get<rdma::DataCubeHeight>();
  operand.map = {context.rdma->get<rdma::DataCubeWidth>().width, height.height};
  // assumed: the line notch counts pixels, like the main reader's; no vendor file sets it.
  operand.line_stride_bytes = (operand.map.width + height.ew_line_notch) * operand.pixel_bytes;
}

void decode_ew(const DpuContext& context, DpuSetup& setup) {
  const Registers& regs = context.dpu;
  const auto cfg = regs.get<dpu::EwCfg>();
  ElementWise& ew = setup.ew;
  ew.bypass = cfg.ew_bypass != 0;
  if (ew.bypass) return;
  regs.expect<dpu::EwCfg>(cfg.ew_lut_bypass != 0, "ew_lut_bypass", "the table is not modelled yet");
  regs.expect<dpu::EwCfg>(cfg.ew_mul_prelu == 0, "ew_mul_prelu", "never seen set");
  regs.expect<dpu::EwCfg>(cfg.ew_cvt_round == 0, "ew_cvt_round", "never seen set");
  const auto format = regs.get<dpu::DataFormat>();
  regs.expect<dpu::DataFormat>(format.ew_shift_neg == 0, "ew_shift_neg", "never seen set");
  const auto scale = regs.get<dpu::EwCvtScale>();
  regs.expect<dpu::EwCvtScale>(scale.ew_truncate == 0, "ew_truncate", "never seen set");

  ew.operation = cfg.ew_op_bypass == 0;
  ew.is_multiply = cfg.ew_op_type == hw::EwOp::kMul;
  ew.op = cfg.ew_alu_algo;
  ew.relu = cfg.ew_relu_bypass == 0;
  ew.relu_x = ew.relu && cfg.ew_relux_en != 0;
  ew.limit = regs.get<dpu::EwReluxCmp>().ew_relux_cmp;
  const bool known_op = !ew.operation || ew.is_multiply || ew.op == AluOp::kMax || ew.op == AluOp::kAdd ||
                        (ew.op == AluOp::kDivide && setup.real);
  regs.expect<dpu::EwCfg>(known_op, "ew_alu_algo", "only maximum, add and float division are known");
  ew.operand_from_memory = cfg.ew_op_src != 0;
  ew.converter = cfg.ew_op_cvt_bypass == 0;
  ew.add_first = cfg.ew_cvt_add_first != 0;
  ew.converter_offset = regs.get<dpu::EwCvtOffset>().ew_cvt_offset;
  ew.converter_scale = scale.ew_cvt_scale;
  ew.converter_shift = scale.ew_cvt_shift;
  regs.expect<dpu::EwCvtScale>(
      !setup.real || !ew.converter || (ew.converter_offset == 0 && ew.converter_scale == 1 && ew.converter_shift == 0),
      "ew_cvt_scale", "in float work the converter only widens");
  if (!ew.operation) return;
  if (ew.operand_from_memory) {
    decode_element_operand(context, setup);
    ew.joins_sums = setup.ew_operand.element_bytes == 4;
    return;
  }

  ew.register_operand = regs.get<dpu::EwOpValue0>().ew_operand;
  bool equal = true;
  for (std::uint16_t offset = dpu::EwOpValue0::kOffset; offset <= dpu::EwOpValue7::kOffset; offset += 4) {
    equal = equal && regs.raw(offset) == ew.register_operand;
  }
  regs.expect<dpu::EwOpValue0>(equal, "ew_operand", "eight unequal register operands");
}

void decode_formats(const Registers& regs, DpuSetup& setup) {
  const auto format = regs.get<dpu::DataFormat>();
  setup.work = format.proc_precision;
  setup.operand_precision = format.in_precision;
  setup.output = format.out_precision;
  setup.real = is_float(setup.work);
  const bool known_work = setup.work == Precision::kInt8 || setup.work == Precision::kInt16 ||
                          setup.work == Precision::kFp16 || setup.work == Precision::kBf16;
  regs.expect<dpu::DataFormat>(known_work, "proc_precision", "only int8, int16, fp16 and bf16 are known");
  if (!known_work) setup.work = setup.real ? Precision::kFp16 : Precision::kInt16;
  regs.expect<dpu::DataFormat>(element_bytes(setup.output) != 0, "out_precision", "not modelled");
  if (element_bytes(setup.output) == 0) setup.output = setup.real ? Precision::kFp32 : Precision::kInt32;
  const bool float_to_integer = setup.real && (setup.output == Precision::kInt8 || setup.output == Precision::kInt32);
  regs.expect<dpu::DataFormat>(!float_to_integer, "out_precision", "float work to an integer output was never seen");
  if (float_to_integer) setup.output = setup.work;  // lenient mode goes on with what can be stored
  regs.expect<dpu::DataFormat>(setup.real || setup.output != Precision::kBf16, "out_precision",
                               "integer work to bf16 was never seen");
  regs.expect<dpu::DataFormat>(format.mc_surf_out == 0, "mc_surf_out", "never seen set");

  const auto scale = regs.get<dpu::OutCvtScale>();
  const auto shift = regs.get<dpu::OutCvtShift>();
  setup.converter = {regs.get<dpu::OutCvtOffset>().out_cvt_offset, scale.out_cvt_scale, shift.out_cvt_shift};
  regs.expect<dpu::OutCvtShift>(shift.minus_exp == 0 && shift.out_cvt_round == 0 && shift.out_cvt_add_first == 0,
                                "minus_exp, out_cvt_round, out_cvt_add_first", "never seen set");
  regs.expect<dpu::OutCvtShift>(setup.converter.shift <= 62, "out_cvt_shift", "more than 62");
  if (setup.converter.shift > 62) setup.converter.shift = 62;
  regs.expect<dpu::OutCvtScale>(scale.fp32_to_fp16 == 0, "fp32_to_fp16", "set only on other chips");
  const bool identity = setup.converter.offset == 0 && setup.converter.scale == 1 && setup.converter.shift == 0;
  regs.expect<dpu::OutCvtScale>(!setup.real || identity, "out_cvt_scale", "in float work only 0, 1, 0 are known");
}

void decode_writer(const DpuContext& context, std::size_t step_atoms, DpuSetup& setup) {
  const Registers& regs = context.dpu;
  const auto mode = regs.get<dpu::FeatureModeCfg>();
  const auto notch = regs.get<dpu::DataCubeNotch>();
  const auto height = regs.get<dpu::DataCubeHeight>();
  WriterSetup& writer = setup.writer;
  writer.address = regs.get<dpu::DstBaseAddr>().dst_base_addr;
  writer.width = regs.get<dpu::DataCubeWidth>().width;
  writer.height = height.height;
  writer.surface_stride_bytes = regs.get<dpu::DstSurfStride>().dst_surf_stride;
  writer.surface_add_bytes = regs.get<dpu::SurfaceAdd>().surface_add;
  writer.surfaces_per_group = regs.get<dpu::BsOwCfg>().size_e_0;
  writer.notch_bytes = std::size_t{notch.notch_0} * 8;
  writer.contiguous = mode.nonalign != 0;
  writer.transposed = mode.tp_en != 0;
  setup.contiguous_bytes = std::size_t{mode.surf_len} * 8;

  regs.expect<dpu::FeatureModeCfg>(mode.output_mode == hw::OutputMode::kMemory, "output_mode",
                                   "the PPU is not modelled yet");
  regs.expect<dpu::FeatureModeCfg>(mode.regroup == 0, "regroup", "never seen set");
  regs.expect<dpu::FeatureModeCfg>(mode.burst_len == kBurst, "burst_len", "must be 2");
  regs.expect<dpu::DataCubeNotch>(notch.notch_0 == notch.notch_1, "notch_0, notch_1", "two unequal values");
  regs.expect<dpu::DataCubeHeight>(height.minmax_ctl == 0, "minmax_ctl", "never seen set");
  if (writer.transposed) {
    regs.expect<dpu::FeatureModeCfg>(writer.height == 1 && !writer.contiguous, "tp_en",
                                     "a transposed write needs a cube of one line");
    regs.expect<dpu::FeatureModeCfg>(element_bytes(setup.output) == 2, "tp_en", "seen with 16-bit elements alone");
  } else if (!writer.contiguous && writer.surfaces_per_group != step_atoms) {
    regs.not_modelled<dpu::BsOwCfg>("size_e", fmt::format("a step of this task has {} output atoms", step_atoms));
  }
}

}  // namespace

DpuSetup decode_dpu(const DpuContext& context, bool flying, std::size_t lanes, std::size_t channels) {
  const Registers& regs = context.dpu;
  DpuSetup setup;
  setup.variation = context.variation;
  const auto mode = regs.get<dpu::FeatureModeCfg>();
  regs.expect<dpu::FeatureModeCfg>((mode.flying_mode != 0) == flying, "flying_mode",
                                   flying ? "CNA is not started" : "CNA is started");
  decode_formats(regs, setup);
  // Streams must reach as far as lanes are computed: whole steps, but not above the original channels.
  const auto cube = regs.get<dpu::DataCubeChannel>();
  const std::size_t computed = std::min(align_up(channels, lanes), std::size_t{cube.orig_channel});
  decode_bs(context, computed, setup);
  decode_bn(context, computed, setup);
  decode_ew(context, setup);
  setup.bs.ties = setup.bn.ties = setup.ew.ties = context.variation.stage_ties;
  if (context.rdma != nullptr) {
    const auto read = context.rdma->get<rdma::FeatureModeCfg>();
    context.rdma->expect<rdma::FeatureModeCfg>(read.burst_len == kReadBurst, "burst_len", "must be 8");
    context.rdma->expect<rdma::FeatureModeCfg>(read.comb_use == 0, "comb_use", "never seen set");
    context.rdma->expect<rdma::FeatureModeCfg>((read.flying_mode != 0) == flying, "flying_mode",
                                               "differs from the DPU's");
  }

  // assumed: results above the original channels are OFFSET_PEND; settled by the probe lanes-above-channels on a board.
  const auto lanes_above = context.variation.lanes_above;
  setup.original_channels = lanes_above == Variation::Lanes::kComputed ? cube.channel : cube.orig_channel;
  setup.pend = lanes_above == Variation::Lanes::kPend ? regs.get<dpu::OffsetPend>().offset_pend : 0;
  setup.writer.atom_bytes = element_bytes(setup.output) == 4 ? context.chip.wide_pixel_bytes : context.chip.atom_bytes;
  const std::size_t step_bytes = lanes * element_bytes(setup.output);
  if (step_bytes % setup.writer.atom_bytes != 0) {
    context.diagnostics.refuse(fmt::format("{}: {} channels of a step do not fill output atoms of {} bytes",
                                           regs.describe(dpu::DataFormat::kOffset), lanes, setup.writer.atom_bytes));
  }
  decode_writer(context, step_bytes / setup.writer.atom_bytes, setup);
  setup.steps = setup.writer.width * setup.writer.height * ceil_div(std::size_t{cube.channel}, lanes);
  return setup;
}

}  // namespace mattock::emulator
