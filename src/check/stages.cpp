// Rules for the arithmetic of the DPU: BS with its OW term, BN, EW, the output converter.
#include "check/pipeline.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"

namespace mattock::check {
namespace {

namespace dpu = hw::dpu;
namespace rdma = hw::dpu_rdma;
using hw::AluOp;

constexpr std::uint32_t kMaxOutputShift = 62;  // of a product of 48 bits: beyond it nothing is left

/// BS and BN have the same fields under other names.
struct Stage {
  const Pipeline& pipeline;
  const Stream& stream;
  std::string_view name;
  std::uint16_t config, multiplier;  // offsets
  bool on, adds, multiplies, addend_from_memory, factor_from_memory;
  AluOp op;
  std::uint32_t shift, negative_shift;
  std::string_view op_field, addend_field, factor_field, shift_field, negative_field;
};

Stage bs_of(const Pipeline& p) {
  const auto cfg = p.at.get<dpu::BsCfg>();
  const auto mul = p.at.get<dpu::BsMulCfg>();
  return {p,
          p.bs,
          "BS",
          dpu::BsCfg::kOffset,
          dpu::BsMulCfg::kOffset,
          cfg.bs_bypass == 0,
          cfg.bs_alu_bypass == 0,
          cfg.bs_mul_bypass == 0,
          cfg.bs_alu_src != 0,
          mul.bs_mul_src != 0,
          cfg.bs_alu_algo,
          mul.bs_mul_shift,
          p.at.get<dpu::DataFormat>().bs_shift_neg,
          "bs_alu_algo",
          "bs_alu_src",
          "bs_mul_src",
          "bs_mul_shift",
          "bs_shift_neg"};
}

Stage bn_of(const Pipeline& p) {
  const auto cfg = p.at.get<dpu::BnCfg>();
  const auto mul = p.at.get<dpu::BnMulCfg>();
  return {p,
          p.bn,
          "BN",
          dpu::BnCfg::kOffset,
          dpu::BnMulCfg::kOffset,
          cfg.bn_bypass == 0,
          cfg.bn_alu_bypass == 0,
          cfg.bn_mul_bypass == 0,
          cfg.bn_alu_src != 0,
          mul.bn_mul_src != 0,
          cfg.bn_alu_algo,
          mul.bn_mul_shift,
          p.at.get<dpu::DataFormat>().bn_shift_neg,
          "bn_alu_algo",
          "bn_alu_src",
          "bn_mul_src",
          "bn_mul_shift",
          "bn_shift_neg"};
}

Finding in_dpu(std::uint16_t offset, std::string_view field, std::string limit = {}) {
  return {hw::Block::kDpu, offset, field, std::move(limit)};
}

std::string stream_text(const Stage& s) {
  if (!s.pipeline.reads) return "DPU_RDMA is not started";
  if (!s.stream.on) return "the stream is off";
  return fmt::format("{} channels are computed, the stream holds {}", s.pipeline.computed_channels,
                     s.stream.channels());
}

Verdict stage_operation(const Stage& s) {
  if (!s.on || !s.adds || s.op == AluOp::kAdd || s.op == AluOp::kMax) return std::nullopt;
  return in_dpu(s.config, s.op_field);
}

Verdict stage_shift(const Stage& s) {
  if (!s.on || !s.multiplies || !s.pipeline.floats) return std::nullopt;
  if (s.shift != 0) return in_dpu(s.multiplier, s.shift_field);
  if (s.negative_shift != 0) return in_dpu(dpu::DataFormat::kOffset, s.negative_field);
  return std::nullopt;
}

Verdict stage_stream(const Stage& s) {
  if (!s.on) return std::nullopt;
  const bool enough = s.stream.on && s.stream.channels() >= s.pipeline.computed_channels;
  if (s.adds && s.addend_from_memory && !(enough && s.stream.addend))
    return in_dpu(s.config, s.addend_field, stream_text(s));
  if (s.multiplies && s.factor_from_memory && !(enough && s.stream.factor))
    return in_dpu(s.multiplier, s.factor_field, stream_text(s));
  return std::nullopt;
}

constexpr Rule<Stage> kStageRules[] = {
    {"BS and BN add or take the maximum", stage_operation},
    {"a multiplier does not shift in float work", stage_shift},
    {"an operand from memory has a record for every channel that is computed", stage_stream},
};

// --- OW ---------------------------------------------------------------------------------------------------------

Verdict ow_stream(const Pipeline& p) {
  const auto ow = p.at.get<dpu::BsOwCfg>();
  const bool enough = p.bs.on && p.bs.ow && p.bs.channels() >= p.computed_channels;
  return unless<dpu::BsOwCfg>(ow.ow_bypass != 0 || ow.ow_src == 0 || enough, "ow_src",
                              "{} channels are computed, the stream holds {}", p.computed_channels,
                              p.bs.on && p.bs.ow ? p.bs.channels() : 0);
}

Verdict ow_in_float(const Pipeline& p) {
  const auto ow = p.at.get<dpu::BsOwCfg>();
  const bool off = ow.ow_bypass != 0 || (ow.ow_src == 0 && p.at.get<dpu::BsOwOp>().ow_op == 0);
  return unless<dpu::BsOwCfg>(!p.floats || off, "ow_bypass");
}

// --- EW ---------------------------------------------------------------------------------------------------------

bool ew_on(const Pipeline& p) { return p.at.get<dpu::EwCfg>().ew_bypass == 0; }
bool ew_operates(const Pipeline& p) { return ew_on(p) && p.at.get<dpu::EwCfg>().ew_op_bypass == 0; }
bool ew_reads(const Pipeline& p) { return ew_operates(p) && p.at.get<dpu::EwCfg>().ew_op_src != 0; }

Verdict ew_operation(const Pipeline& p) {
  const auto cfg = p.at.get<dpu::EwCfg>();
  const bool known = cfg.ew_op_type == hw::EwOp::kMul || cfg.ew_alu_algo == AluOp::kMax ||
                     cfg.ew_alu_algo == AluOp::kAdd || (cfg.ew_alu_algo == AluOp::kDivide && p.floats);
  return unless<dpu::EwCfg>(!ew_operates(p) || known, "ew_alu_algo");
}

Verdict ew_converter_in_float(const Pipeline& p) {
  const auto scale = p.at.get<dpu::EwCvtScale>();
  const bool identity =
      p.at.get<dpu::EwCvtOffset>().ew_cvt_offset == 0 && scale.ew_cvt_scale == 1 && scale.ew_cvt_shift == 0;
  const bool converts = ew_on(p) && p.at.get<dpu::EwCfg>().ew_op_cvt_bypass == 0;
  return unless<dpu::EwCvtScale>(!p.floats || !converts || identity, "ew_cvt_scale");
}

Verdict ew_reader(const Pipeline& p) {
  const bool read = p.reads && p.at.get<rdma::ErdmaCfg>().erdma_disable == 0;
  return unless<dpu::EwCfg>(!ew_reads(p) || read, "ew_op_src");
}

Verdict ew_operand_size(const Pipeline& p) {
  if (!ew_reads(p)) return std::nullopt;
  return unless<rdma::ErdmaCfg>(type_bytes(p.operand) == p.element_operand_bytes, "erdma_data_size",
                                "data_format says {} bytes", type_bytes(p.operand));
}

Verdict ew_wide_operand(const Pipeline& p) {
  if (!ew_reads(p) || p.element_operand_bytes != 4) return std::nullopt;
  if (is_float(p.operand) != p.floats) return at<dpu::DataFormat>("in_precision", p.floats ? "fp32" : "int32");
  return unless<dpu::EwCfg>(p.at.get<dpu::EwCfg>().ew_op_cvt_bypass != 0, "ew_op_cvt_bypass");
}

Verdict ew_operand_mode(const Pipeline& p) {
  return unless<rdma::ErdmaCfg>(
      !ew_reads(p) || p.at.get<rdma::ErdmaCfg>().erdma_data_mode == p.at.get<dpu::EwCfg>().ew_data_mode,
      "erdma_data_mode");
}

Verdict ew_operand_map(const Pipeline& p) {
  if (!ew_reads(p) || p.at.get<rdma::ErdmaCfg>().erdma_data_mode != hw::OperandMode::kPerPixel) return std::nullopt;
  const Size read{p.at.get<rdma::DataCubeWidth>().width, p.at.get<rdma::DataCubeHeight>().height};
  return unless<rdma::DataCubeWidth>(read.pixels() == p.map.pixels(), "width", "{} pixels are read, {} arrive",
                                     read.pixels(), p.map.pixels());
}

Verdict ew_registers_equal(const Pipeline& p) {
  if (!ew_operates(p) || ew_reads(p)) return std::nullopt;
  const Group& group = p.at.group(hw::Block::kDpu);
  for (std::uint16_t offset = dpu::EwOpValue1::kOffset; offset <= dpu::EwOpValue7::kOffset; offset += 4)
    if (group.value(offset) != group.value(dpu::EwOpValue0::kOffset)) return in_dpu(offset, "ew_operand");
  return std::nullopt;
}

// --- Output -----------------------------------------------------------------------------------------------------

Verdict output_shift(const Pipeline& p) {
  return unless<dpu::OutCvtShift>(p.at.get<dpu::OutCvtShift>().out_cvt_shift <= kMaxOutputShift, "out_cvt_shift",
                                  "at most {}", kMaxOutputShift);
}

Verdict output_in_float(const Pipeline& p) {
  const bool identity = p.at.get<dpu::OutCvtOffset>().out_cvt_offset == 0 &&
                        p.at.get<dpu::OutCvtScale>().out_cvt_scale == 1 &&
                        p.at.get<dpu::OutCvtShift>().out_cvt_shift == 0;
  return unless<dpu::OutCvtScale>(!p.floats || identity, "out_cvt_scale");
}

constexpr Rule<Pipeline> kRules[] = {
    {"an OW term from memory has a record for every channel that is computed", ow_stream},
    {"there is no OW term in float work", ow_in_float},
    {"EW multiplies, adds, takes the maximum, or divides in float work", ew_operation},
    {"EW's operand converter only widens in float work: offset 0, scale 1, shift 0", ew_converter_in_float},
    {"an EW operand from memory needs DPU_RDMA started and its EW reader on", ew_reader},
    {"the EW operand is read in the size of its type", ew_operand_size},
    {"a 32-bit EW operand is fp32 in float work and int32 in integer work, and not converted", ew_wide_operand},
    {"reader and EW spread the operand alike", ew_operand_mode},
    {"an EW operand per pixel has as many pixels as arrive", ew_operand_map},
    {"the eight register operands of EW are equal", ew_registers_equal},
    {"the output converter's shift leaves something", output_shift},
    {"the output converter does nothing in float work: offset 0, scale 1, shift 0", output_in_float},
};

}  // namespace

Result<void> check_stages(const Pipeline& pipeline) {
  for (const Stage& stage : {bs_of(pipeline), bn_of(pipeline)})
    if (const auto good = obey<Stage>(kStageRules, stage, pipeline.at); !good) return good;
  return obey<Pipeline>(kRules, pipeline, pipeline.at);
}

}  // namespace mattock::check
