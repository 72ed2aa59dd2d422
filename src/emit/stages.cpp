// Every word here is a vendor's (vendor-lowering.md 6, vector-ops.md 3.1 and 4) but where a comment says "assumed".
#include "emit/stages.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string_view>

#include "base/half.hpp"
#include "emit/pass.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"

namespace mattock::emit {
namespace {

using hw::AluOp;
using hw::Block;
using plan::Activation;
using plan::Combination;
using plan::Number;
using plan::Stage;

namespace rdma = hw::dpu_rdma;

constexpr std::size_t kLengthUnit = 8;  // bytes, of streams

// --- What registers hold ----------------------------------------------------------------------------------------

Result<void> fits_fp32(std::string_view what, double value) {
  if (std::abs(value) <= std::numeric_limits<float>::max()) return {};  // false for NaN
  return fail(Code::kUnsupported, fmt::format("{} {} is not a finite fp32 number", what, value));
}

Result<void> fits_fp16(std::string_view what, double value) {
  if (std::isfinite(to_double(half_from_double(value)))) return {};
  return fail(Code::kUnsupported, fmt::format("{} {} is not a finite fp16 number", what, value));
}

Result<void> stage_fits(std::string_view name, const Stage& stage) {
  if (stage.add && !stage.add->per_channel)
    if (const auto good = fits_fp32(fmt::format("{} adds a number:", name), stage.add->value); !good) return good;
  if (stage.multiply && !stage.multiply->per_channel)
    if (const auto good = fits_fp16(fmt::format("{} has a factor:", name), stage.multiply->value); !good) return good;
  if (stage.activation == Activation::kReluX)
    if (const auto good = fits_fp32(fmt::format("{} has a limit:", name), stage.limit); !good) return good;
  if (stage.maximum && (!stage.add || stage.add->per_channel))
    return fail(Code::kUnsupported, fmt::format("{} takes the maximum with a number in a register", name));
  if (stage.only_negative && (!stage.multiply || stage.activation != Activation::kNone))
    return fail(Code::kUnsupported,
                fmt::format("{} multiplies negative values by a factor and has no activation", name));
  return {};
}

Result<void> combination_fits(const hw::Chip& chip, const plan::Stages& stages, const Cube& cube, bool lines_alone) {
  const plan::Combine& ew = *stages.ew;
  if (ew.op == Combination::kDivide && (stages.bs.any() || stages.bn.any()))
    return fail(Code::kUnsupported, "division needs a task without other stages");
  if (ew.number) {
    if (ew.op != Combination::kAdd) return fail(Code::kUnsupported, "EW adds a number, and has no other use for one");
    return fits_fp32("EW adds a number:", *ew.number);
  }
  if (!ew.per_channel) return walk_fits(chip, "EW's operand", ew.walk, cube, lines_alone);
  return walk_fits(chip, "EW's operand", channels_of(ew.walk, chip, 0), {1, 1, cube.channels});
}

std::uint32_t fp32_bits(double value) { return std::bit_cast<std::uint32_t>(static_cast<float>(value)); }

bool in_memory(const std::optional<Number>& number) { return number && number->per_channel; }
bool in_register(const std::optional<Number>& number) { return number && !number->per_channel; }
std::uint32_t bit(bool value) { return value ? 1 : 0; }

/// BS and BN have the same fields under other names.
struct Fields {
  explicit Fields(const Stage& stage)
      : alu_src(bit(in_memory(stage.add))),
        relux(bit(stage.activation == Activation::kReluX)),
        relu_bypass(bit(stage.activation == Activation::kNone)),
        prelu(bit(stage.only_negative)),
        mul_bypass(bit(!stage.multiply)),
        alu_bypass(bit(!stage.add)),
        bypass(bit(!stage.any())),
        mul_src(bit(in_memory(stage.multiply))),
        alu_operand(in_register(stage.add) ? fp32_bits(stage.add->value) : 0),
        mul_operand(in_register(stage.multiply) ? half_from_double(stage.multiply->value).bits : 0),
        limit(relux != 0 ? fp32_bits(stage.limit) : 0),
        op(stage.add && !stage.maximum ? AluOp::kAdd : AluOp::kMax) {}

  std::uint32_t alu_src, relux, relu_bypass, prelu, mul_bypass, alu_bypass, bypass, mul_src;
  std::uint32_t alu_operand, mul_operand, limit;
  AluOp op;
};

std::uint32_t stream_length(const Stage& stage, const plan::Range& channels) {
  return u32(channels.count * stage.stream_bytes() / kLengthUnit);
}

template <class... Register>
void write_all(TaskWriter& out, std::uint32_t operand) {
  (out.write(Register{.ew_operand = operand}), ...);
}

}  // namespace

Result<void> stages_fit(const hw::Chip& chip, const plan::Stages& stages, const Cube& cube, bool lines_alone) {
  if (const auto good = stage_fits("BS", stages.bs); !good) return good;
  if (const auto good = stage_fits("BN", stages.bn); !good) return good;
  return stages.ew ? combination_fits(chip, stages, cube, lines_alone) : Result<void>{};
}

void write_bs(TaskWriter& out, const Stage& stage) {
  const Fields f(stage);
  out.write(hw::dpu::BsCfg{.bs_alu_src = f.alu_src,
                           .bs_relux_en = f.relux,
                           .bs_relu_bypass = f.relu_bypass,
                           .bs_mul_prelu = f.prelu,
                           .bs_mul_bypass = f.mul_bypass,
                           .bs_alu_algo = f.op,
                           .bs_alu_bypass = f.alu_bypass,
                           .bs_bypass = f.bypass});
  out.write(hw::dpu::BsAluCfg{.bs_alu_operand = f.alu_operand});
  out.write(hw::dpu::BsMulCfg{.bs_mul_operand = f.mul_operand, .bs_mul_src = f.mul_src});
  out.write(hw::dpu::BsReluxCmp{.bs_relux_cmp = f.limit});
}

void write_bn(TaskWriter& out, const Stage& stage) {
  const Fields f(stage);
  out.write(hw::dpu::BnCfg{.bn_alu_src = f.alu_src,
                           .bn_relux_en = f.relux,
                           .bn_relu_bypass = f.relu_bypass,
                           .bn_mul_prelu = f.prelu,
                           .bn_mul_bypass = f.mul_bypass,
                           .bn_alu_algo = f.op,
                           .bn_alu_bypass = f.alu_bypass,
                           .bn_bypass = f.bypass});
  out.write(hw::dpu::BnAluCfg{.bn_alu_operand = f.alu_operand});
  out.write(hw::dpu::BnMulCfg{.bn_mul_operand = f.mul_operand, .bn_mul_src = f.mul_src});
  out.write(hw::dpu::BnReluxCmp{.bn_relux_cmp = f.limit});
}

hw::dpu::EwCfg combining_stage(const std::optional<plan::Combine>& ew) {
  hw::dpu::EwCfg stage{.ew_relu_bypass = 1, .ew_op_cvt_bypass = 1, .ew_lut_bypass = 1};
  if (!ew) {
    stage.ew_op_bypass = stage.ew_bypass = 1;
    return stage;
  }
  const bool divides = ew->op == Combination::kDivide;
  stage.ew_data_mode = ew->per_channel ? hw::OperandMode::kPerChannel : hw::OperandMode::kPerPixel;
  stage.ew_relu_bypass = bit(!ew->relu);
  stage.ew_op_cvt_bypass = bit(ew->number || divides);
  stage.ew_op_src = bit(!ew->number);
  stage.ew_op_type = ew->op == Combination::kMultiply ? hw::EwOp::kMul : hw::EwOp::kAlu;
  if (ew->op == Combination::kAdd) stage.ew_alu_algo = AluOp::kAdd;
  if (divides) stage.ew_alu_algo = AluOp::kDivide;
  return stage;
}

void write_number(TaskWriter& out, const std::optional<plan::Combine>& ew) {
  using namespace hw::dpu;
  write_all<EwOpValue0, EwOpValue1, EwOpValue2, EwOpValue3, EwOpValue4, EwOpValue5, EwOpValue6, EwOpValue7>(
      out, ew && ew->number ? fp32_bits(*ew->number) : 0);
}

void write_bs_stream(TaskWriter& out, const Stage& stage, const plan::Range& channels) {
  if (stage.stream_bytes() == 0) {
    out.write(rdma::BrdmaCfg{.brdma_disable = 1});
    return out.write_zeros(Block::kDpuRdma, 0x5020, 0x5024);
  }
  out.write(
      rdma::BrdmaCfg{.brdma_use_mul = bit(in_memory(stage.multiply)), .brdma_use_alu = bit(in_memory(stage.add))});
  out.write(rdma::BsBaseAddr{});
  out.relocate(kBsStream, channels.first * stage.stream_bytes());
  out.write(rdma::BsLength{.bs_length = stream_length(stage, channels)});
}

void write_bn_stream(TaskWriter& out, const Stage& stage, const plan::Range& channels) {
  if (stage.stream_bytes() == 0) {
    out.write(rdma::NrdmaCfg{.nrdma_disable = 1});
    return out.write_zeros(Block::kDpuRdma, 0x502c, 0x5030);
  }
  out.write(
      rdma::NrdmaCfg{.nrdma_use_mul = bit(in_memory(stage.multiply)), .nrdma_use_alu = bit(in_memory(stage.add))});
  out.write(rdma::BnBaseAddr{});
  out.relocate(kBnStream, channels.first * stage.stream_bytes());
  out.write(rdma::BnLength{.bn_length = stream_length(stage, channels)});
}

void write_operand(TaskWriter& out, const plan::Combine& ew, const plan::Walk& walk, const hw::Chip& chip,
                   const Cube& cube) {
  const plan::Walk in_use = ew.per_channel ? walk : used(walk, chip, cube);
  // Vendor tasks: the stride less one pixel, and 0 with one surface or an operand for each channel.
  const bool steps = !ew.per_channel && cube.channels > kLanes && in_use.surface_bytes > chip.atom_bytes;
  out.write(
      rdma::ErdmaCfg{.erdma_data_mode = ew.per_channel ? hw::OperandMode::kPerChannel : hw::OperandMode::kPerPixel,
                     .erdma_data_size = hw::OperandSize::kBits16});
  out.write(rdma::EwBaseAddr{});
  out.relocate(kOperand, in_use.offset);
  out.write(rdma::EwSurfNotch{.ew_surf_notch = steps ? u32(in_use.surface_bytes - chip.atom_bytes) : 0});
  out.write(rdma::EwSurfStride{.ew_surf_stride = u32(in_use.surface_bytes)});
}

void write_no_operand(TaskWriter& out) {
  out.write(rdma::ErdmaCfg{.erdma_disable = 1});
  out.write_zeros(Block::kDpuRdma, 0x5038, 0x5040);
}

/// assumed: the field counts pixels of 8 bytes, as the main reader's does; vendor tasks read whole surfaces. Settled by
/// a task on a board that adds every second column of a map.
std::size_t operand_line_notch(const plan::Combine& ew, const plan::Walk& walk, const hw::Chip& chip,
                               const Cube& cube) {
  return ew.per_channel ? 0 : line_notch(used(walk, chip, cube), chip, cube);
}

}  // namespace mattock::emit
