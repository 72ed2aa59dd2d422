#include "emit/stages.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "base/half.hpp"
#include "base/math.hpp"
#include "emit/pass.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"

namespace mattock::emit {
namespace {

using hw::Block;
using plan::Combination;

std::uint32_t fp32_bits(double value) { return std::bit_cast<std::uint32_t>(static_cast<float>(value)); }
std::uint32_t fp16_bits(double value) { return half_from_double(value).bits; }
bool from_memory(const std::optional<plan::Number>& number) { return number && number->per_channel; }

Result<void> check_stage(const plan::Stage& stage) {
  if (stage.add && !std::isfinite(static_cast<float>(stage.add->value)))
    return fail(Code::kInternal, fmt::format("{} is no fp32 number to add", stage.add->value));
  if (stage.multiply && !std::isfinite(to_double(half_from_double(stage.multiply->value))))
    return fail(Code::kInternal, fmt::format("{} is no fp16 factor", stage.multiply->value));
  if (stage.activation == plan::Activation::kReluX && !std::isfinite(static_cast<float>(stage.limit)))
    return fail(Code::kInternal, fmt::format("{} is no fp32 limit", stage.limit));
  return {};
}

hw::dpu::EwCfg stage_off() {
  return {.ew_relu_bypass = 1, .ew_op_cvt_bypass = 1, .ew_lut_bypass = 1, .ew_op_bypass = 1, .ew_bypass = 1};
}

}  // namespace

Result<void> check_numbers(const plan::Stages& stages) {
  if (const auto good = check_stage(stages.bs); !good) return good;
  return check_stage(stages.bn);
}

bool reads(const plan::Stages& stages) {
  return stages.bs.stream_bytes() != 0 || stages.bn.stream_bytes() != 0 || (stages.ew && !stages.ew->number);
}

void write_bs(TaskWriter& out, const plan::Stage& stage) {
  const bool relu = stage.activation != plan::Activation::kNone;
  out.write(hw::dpu::BsCfg{.bs_alu_src = from_memory(stage.add) ? 1u : 0u,
                           .bs_relux_en = stage.activation == plan::Activation::kReluX ? 1u : 0u,
                           .bs_relu_bypass = relu ? 0u : 1u,
                           .bs_mul_prelu = stage.only_negative ? 1u : 0u,
                           .bs_mul_bypass = stage.multiply ? 0u : 1u,
                           .bs_alu_algo = stage.add ? hw::AluOp::kAdd : hw::AluOp::kMax,
                           .bs_alu_bypass = stage.add ? 0u : 1u,
                           .bs_bypass = stage.any() ? 0u : 1u});
  const bool number = stage.add && !stage.add->per_channel, factor = stage.multiply && !stage.multiply->per_channel;
  out.write(hw::dpu::BsAluCfg{.bs_alu_operand = number ? fp32_bits(stage.add->value) : 0});
  out.write(hw::dpu::BsMulCfg{.bs_mul_operand = factor ? fp16_bits(stage.multiply->value) : 0,
                              .bs_mul_src = from_memory(stage.multiply) ? 1u : 0u});
  out.write(
      hw::dpu::BsReluxCmp{.bs_relux_cmp = stage.activation == plan::Activation::kReluX ? fp32_bits(stage.limit) : 0});
}

void write_bn(TaskWriter& out, const plan::Stage& stage) {
  const bool relu = stage.activation != plan::Activation::kNone;
  out.write(hw::dpu::BnCfg{.bn_alu_src = from_memory(stage.add) ? 1u : 0u,
                           .bn_relux_en = stage.activation == plan::Activation::kReluX ? 1u : 0u,
                           .bn_relu_bypass = relu ? 0u : 1u,
                           .bn_mul_prelu = stage.only_negative ? 1u : 0u,
                           .bn_mul_bypass = stage.multiply ? 0u : 1u,
                           .bn_alu_algo = stage.add ? hw::AluOp::kAdd : hw::AluOp::kMax,
                           .bn_alu_bypass = stage.add ? 0u : 1u,
                           .bn_bypass = stage.any() ? 0u : 1u});
  const bool number = stage.add && !stage.add->per_channel, factor = stage.multiply && !stage.multiply->per_channel;
  out.write(hw::dpu::BnAluCfg{.bn_alu_operand = number ? fp32_bits(stage.add->value) : 0});
  out.write(hw::dpu::BnMulCfg{.bn_mul_operand = factor ? fp16_bits(stage.multiply->value) : 0,
                              .bn_mul_src = from_memory(stage.multiply) ? 1u : 0u});
  out.write(
      hw::dpu::BnReluxCmp{.bn_relux_cmp = stage.activation == plan::Activation::kReluX ? fp32_bits(stage.limit) : 0});
}

void write_ew(TaskWriter& out, const std::optional<plan::Combine>& combine) {
  hw::dpu::EwCfg cfg = stage_off();
  if (combine) {
    cfg.ew_op_bypass = cfg.ew_bypass = 0;
    cfg.ew_data_mode = combine->per_channel ? hw::OperandMode::kPerChannel : hw::OperandMode::kPerPixel;
    cfg.ew_relu_bypass = combine->relu ? 0 : 1;
    cfg.ew_op_src = combine->number ? 0 : 1;
    // The converter only widens fp16. Registers hold fp32, and a division takes 16-bit patterns as they are.
    cfg.ew_op_cvt_bypass = combine->number || combine->op == Combination::kDivide ? 1 : 0;
    switch (combine->op) {
      case Combination::kAdd: cfg.ew_alu_algo = hw::AluOp::kAdd; break;
      case Combination::kMax: cfg.ew_alu_algo = hw::AluOp::kMax; break;
      case Combination::kDivide: cfg.ew_alu_algo = hw::AluOp::kDivide; break;
      case Combination::kMultiply: cfg.ew_op_type = hw::EwOp::kMul; break;
    }
  }
  out.write(cfg);
  out.write(hw::dpu::EwCvtOffset{});
  out.write(hw::dpu::EwCvtScale{.ew_cvt_scale = 1});
  out.write_zero(Block::kDpu, 0x407c);
}

void write_ew_numbers(TaskWriter& out, const std::optional<plan::Combine>& combine) {
  const std::uint32_t value = combine && combine->number ? fp32_bits(*combine->number) : 0;
  out.write(hw::dpu::EwOpValue0{value});
  out.write(hw::dpu::EwOpValue1{value});
  out.write(hw::dpu::EwOpValue2{value});
  out.write(hw::dpu::EwOpValue3{value});
  out.write(hw::dpu::EwOpValue4{value});
  out.write(hw::dpu::EwOpValue5{value});
  out.write(hw::dpu::EwOpValue6{value});
  out.write(hw::dpu::EwOpValue7{value});
}

void write_streams(TaskWriter& out, const plan::Stages& stages, const TaskPlace& place) {
  if (const std::size_t bytes = stages.bs.stream_bytes(); bytes != 0) {
    out.write(hw::dpu_rdma::BrdmaCfg{.brdma_use_mul = from_memory(stages.bs.multiply) ? 1u : 0u,
                                     .brdma_use_alu = from_memory(stages.bs.add) ? 1u : 0u});
    out.write(hw::dpu_rdma::BsBaseAddr{});
    out.relocate(kBsStream, place.first_channel * bytes);
    out.write(hw::dpu_rdma::BsLength{.bs_length = narrow<std::uint32_t>(place.channels * bytes / 8)});
  } else {
    out.write(hw::dpu_rdma::BrdmaCfg{.brdma_disable = 1});
    out.write_zeros(Block::kDpuRdma, 0x5020, 0x5024);
  }
  if (const std::size_t bytes = stages.bn.stream_bytes(); bytes != 0) {
    out.write(hw::dpu_rdma::NrdmaCfg{.nrdma_use_mul = from_memory(stages.bn.multiply) ? 1u : 0u,
                                     .nrdma_use_alu = from_memory(stages.bn.add) ? 1u : 0u});
    out.write(hw::dpu_rdma::BnBaseAddr{});
    out.relocate(kBnStream, place.first_channel * bytes);
    out.write(hw::dpu_rdma::BnLength{.bn_length = narrow<std::uint32_t>(place.channels * bytes / 8)});
  } else {
    out.write(hw::dpu_rdma::NrdmaCfg{.nrdma_disable = 1});
    out.write_zeros(Block::kDpuRdma, 0x502c, 0x5030);
  }
}

void write_operand(TaskWriter& out, const std::optional<plan::Combine>& combine, const TaskPlace& place,
                   std::size_t atom_bytes) {
  if (!combine || combine->number) {
    out.write(hw::dpu_rdma::ErdmaCfg{.erdma_disable = 1});
    out.write_zeros(Block::kDpuRdma, 0x5038, 0x5040);
    return;
  }
  const std::size_t stride = combine->per_channel ? atom_bytes : combine->walk.surface_bytes;
  out.write(hw::dpu_rdma::ErdmaCfg{
      .erdma_data_mode = combine->per_channel ? hw::OperandMode::kPerChannel : hw::OperandMode::kPerPixel,
      .erdma_data_size = hw::OperandSize::kBits16});
  out.write(hw::dpu_rdma::EwBaseAddr{});
  out.relocate(kOperand, place.operand_offset);
  out.write(hw::dpu_rdma::EwSurfNotch{.ew_surf_notch = narrow<std::uint32_t>(stride - atom_bytes)});
  out.write(hw::dpu_rdma::EwSurfStride{.ew_surf_stride = narrow<std::uint32_t>(stride)});
}

std::size_t operand_notch(const std::optional<plan::Combine>& combine, std::size_t width, std::size_t atom_bytes) {
  if (!combine || combine->number || combine->per_channel) return 0;
  const std::size_t line = width * atom_bytes;
  return combine->walk.line_bytes > line ? (combine->walk.line_bytes - line) / atom_bytes : 0;
}

}  // namespace mattock::emit
