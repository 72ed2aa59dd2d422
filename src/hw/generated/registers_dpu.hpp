// Written by tools/generate_registers.py from src/hw/registers/dpu.toml: change that, not this.

// clang-format off
#pragma once

#include <cstdint>
#include <span>

#include "hw/generated/enums.hpp"
#include "hw/registers.hpp"

namespace mattock::hw::dpu {

namespace tables {
extern const FieldInfo kSPointer[7];
extern const FieldInfo kOperationEnable[1];
extern const FieldInfo kFeatureModeCfg[8];
extern const FieldInfo kDataFormat[7];
extern const FieldInfo kOffsetPend[1];
extern const FieldInfo kDstBaseAddr[1];
extern const FieldInfo kDstSurfStride[1];
extern const FieldInfo kDataCubeWidth[1];
extern const FieldInfo kDataCubeHeight[2];
extern const FieldInfo kDataCubeNotch[2];
extern const FieldInfo kDataCubeChannel[2];
extern const FieldInfo kBsCfg[8];
extern const FieldInfo kBsAluCfg[1];
extern const FieldInfo kBsMulCfg[4];
extern const FieldInfo kBsReluxCmp[1];
extern const FieldInfo kBsOwCfg[7];
extern const FieldInfo kBsOwOp[1];
extern const FieldInfo kBnCfg[8];
extern const FieldInfo kBnAluCfg[1];
extern const FieldInfo kBnMulCfg[4];
extern const FieldInfo kBnReluxCmp[1];
extern const FieldInfo kEwCfg[13];
extern const FieldInfo kEwCvtOffset[1];
extern const FieldInfo kEwCvtScale[3];
extern const FieldInfo kEwReluxCmp[1];
extern const FieldInfo kOutCvtOffset[1];
extern const FieldInfo kOutCvtScale[2];
extern const FieldInfo kOutCvtShift[4];
extern const FieldInfo kEwOpValue0[1];
extern const FieldInfo kEwOpValue1[1];
extern const FieldInfo kEwOpValue2[1];
extern const FieldInfo kEwOpValue3[1];
extern const FieldInfo kEwOpValue4[1];
extern const FieldInfo kEwOpValue5[1];
extern const FieldInfo kEwOpValue6[1];
extern const FieldInfo kEwOpValue7[1];
extern const FieldInfo kSurfaceAdd[1];
extern const FieldInfo kLutAccessCfg[2];
extern const FieldInfo kLutAccessData[1];
extern const FieldInfo kLutCfg[1];
extern const FieldInfo kLutInfo[2];
extern const FieldInfo kLutLeStart[1];
extern const FieldInfo kLutLeEnd[1];
extern const FieldInfo kLutLoStart[1];
extern const FieldInfo kLutLoEnd[1];
extern const FieldInfo kLutLeSlopeScale[2];
extern const FieldInfo kLutLeSlopeShift[2];
extern const FieldInfo kLutLoSlopeScale[2];
extern const FieldInfo kLutLoSlopeShift[2];
}  // namespace tables

/// Which of the two register groups runs; read only, never written by commands.
struct SStatus {
  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4000;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr SStatus unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const SStatus&, const SStatus&) = default;
};

/// Register groups: which one writes go to, which one runs, and how they alternate.
struct SPointer {
  std::uint32_t executer = 0;  ///< [16], group that runs while executer_pp_en is off
  std::uint32_t executer_pp_clear = 0;  ///< [5], 1: back to group 0 for execution
  std::uint32_t pointer_pp_clear = 0;  ///< [4], 1: back to group 0 for writes
  std::uint32_t pointer_pp_mode = 0;  ///< [3], 1: alternate by pointer, after each run of this block
  std::uint32_t executer_pp_en = 0;  ///< [2], 1: the running group alternates
  std::uint32_t pointer_pp_en = 0;  ///< [1], 1: the write pointer alternates
  std::uint32_t pointer = 0;  ///< [0], group that writes go to while pointer_pp_en is off

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4004;
  static constexpr std::uint32_t kKnownBits = 0x0001003f;
  static constexpr std::span<const FieldInfo> fields() { return tables::kSPointer; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, executer, {16, 1}, &tables::kSPointer[0]);
    detail::put_plain(out, executer_pp_clear, {5, 1}, &tables::kSPointer[1]);
    detail::put_plain(out, pointer_pp_clear, {4, 1}, &tables::kSPointer[2]);
    detail::put_plain(out, pointer_pp_mode, {3, 1}, &tables::kSPointer[3]);
    detail::put_plain(out, executer_pp_en, {2, 1}, &tables::kSPointer[4]);
    detail::put_plain(out, pointer_pp_en, {1, 1}, &tables::kSPointer[5]);
    detail::put_plain(out, pointer, {0, 1}, &tables::kSPointer[6]);
    return out;
  }
  static constexpr SPointer unpack(std::uint32_t value) {
    SPointer out;
    out.executer = detail::get(value, {16, 1});
    out.executer_pp_clear = detail::get(value, {5, 1});
    out.pointer_pp_clear = detail::get(value, {4, 1});
    out.pointer_pp_mode = detail::get(value, {3, 1});
    out.executer_pp_en = detail::get(value, {2, 1});
    out.pointer_pp_en = detail::get(value, {1, 1});
    out.pointer = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const SPointer&, const SPointer&) = default;
};

/// Starts this block alone. Never used: blocks start together by the tail word, single starts desynchronise the pipeline on RK3568.
struct OperationEnable {
  std::uint32_t op_en = 0;  ///< [0], 1: start

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4008;
  static constexpr std::uint32_t kKnownBits = 0x00000001;
  static constexpr std::span<const FieldInfo> fields() { return tables::kOperationEnable; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, op_en, {0, 1}, &tables::kOperationEnable[0]);
    return out;
  }
  static constexpr OperationEnable unpack(std::uint32_t value) {
    OperationEnable out;
    out.op_en = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const OperationEnable&, const OperationEnable&) = default;
};

/// Where data come from, where they go, how they are written.
struct FeatureModeCfg {
  std::uint32_t tp_en = 0;  ///< [30], 1: transposed write, each pixel becomes a row
  std::uint32_t regroup = 0;  ///< [29:26]
  std::uint32_t nonalign = 0;  ///< [25], 1: one contiguous stream of 8-byte units in order of arrival
  std::uint32_t surf_len = 0;  ///< [24:9] atoms, length of that stream: bytes / 8
  std::uint32_t burst_len = 0;  ///< [8:7] verbatim, always 2
  ConvMode conv_mode = ConvMode{0};  ///< [5:4], depthwise or not
  OutputMode output_mode = OutputMode{0};  ///< [3:1]
  std::uint32_t flying_mode = 0;  ///< [0], 1: data come from DPU_RDMA, 0: from CORE

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x400c;
  static constexpr std::uint32_t kKnownBits = 0x7fffffbf;
  static constexpr std::span<const FieldInfo> fields() { return tables::kFeatureModeCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, tp_en, {30, 1}, &tables::kFeatureModeCfg[0]);
    detail::put_plain(out, regroup, {26, 4}, &tables::kFeatureModeCfg[1]);
    detail::put_plain(out, nonalign, {25, 1}, &tables::kFeatureModeCfg[2]);
    detail::put_plain(out, surf_len, {9, 16}, &tables::kFeatureModeCfg[3]);
    detail::put_plain(out, burst_len, {7, 2}, &tables::kFeatureModeCfg[4]);
    detail::put_plain(out, static_cast<std::uint32_t>(conv_mode), {4, 2}, &tables::kFeatureModeCfg[5]);
    detail::put_plain(out, static_cast<std::uint32_t>(output_mode), {1, 3}, &tables::kFeatureModeCfg[6]);
    detail::put_plain(out, flying_mode, {0, 1}, &tables::kFeatureModeCfg[7]);
    return out;
  }
  static constexpr FeatureModeCfg unpack(std::uint32_t value) {
    FeatureModeCfg out;
    out.tp_en = detail::get(value, {30, 1});
    out.regroup = detail::get(value, {26, 4});
    out.nonalign = detail::get(value, {25, 1});
    out.surf_len = detail::get(value, {9, 16});
    out.burst_len = detail::get(value, {7, 2});
    out.conv_mode = static_cast<ConvMode>(detail::get(value, {4, 2}));
    out.output_mode = static_cast<OutputMode>(detail::get(value, {1, 3}));
    out.flying_mode = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const FeatureModeCfg&, const FeatureModeCfg&) = default;
};

/// Types, and the shifts of negative values.
struct DataFormat {
  Precision out_precision = Precision{0};  ///< [31:29], type that is written
  Precision in_precision = Precision{0};  ///< [28:26], type of the element-wise operand
  std::uint32_t ew_shift_neg = 0;  ///< [25:16] bits, right shift of negative values in EW
  std::uint32_t bn_shift_neg = 0;  ///< [15:10] bits, right shift of negative values in BN
  std::uint32_t bs_shift_neg = 0;  ///< [9:4] bits, right shift of negative values in BS
  std::uint32_t mc_surf_out = 0;  ///< [3]
  Precision proc_precision = Precision{0};  ///< [2:0], type of the arithmetic

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4010;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataFormat; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, static_cast<std::uint32_t>(out_precision), {29, 3}, &tables::kDataFormat[0]);
    detail::put_plain(out, static_cast<std::uint32_t>(in_precision), {26, 3}, &tables::kDataFormat[1]);
    detail::put_plain(out, ew_shift_neg, {16, 10}, &tables::kDataFormat[2]);
    detail::put_plain(out, bn_shift_neg, {10, 6}, &tables::kDataFormat[3]);
    detail::put_plain(out, bs_shift_neg, {4, 6}, &tables::kDataFormat[4]);
    detail::put_plain(out, mc_surf_out, {3, 1}, &tables::kDataFormat[5]);
    detail::put_plain(out, static_cast<std::uint32_t>(proc_precision), {0, 3}, &tables::kDataFormat[6]);
    return out;
  }
  static constexpr DataFormat unpack(std::uint32_t value) {
    DataFormat out;
    out.out_precision = static_cast<Precision>(detail::get(value, {29, 3}));
    out.in_precision = static_cast<Precision>(detail::get(value, {26, 3}));
    out.ew_shift_neg = detail::get(value, {16, 10});
    out.bn_shift_neg = detail::get(value, {10, 6});
    out.bs_shift_neg = detail::get(value, {4, 6});
    out.mc_surf_out = detail::get(value, {3, 1});
    out.proc_precision = static_cast<Precision>(detail::get(value, {0, 3}));
    return out;
  }
  friend constexpr bool operator==(const DataFormat&, const DataFormat&) = default;
};

/// Filler of unused channels.
struct OffsetPend {
  std::uint32_t offset_pend = 0;  ///< [15:0], stored in channels from the original count on; int16 or fp16

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4014;
  static constexpr std::uint32_t kKnownBits = 0x0000ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kOffsetPend; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, offset_pend, {0, 16}, &tables::kOffsetPend[0]);
    return out;
  }
  static constexpr OffsetPend unpack(std::uint32_t value) {
    OffsetPend out;
    out.offset_pend = detail::get(value, {0, 16});
    return out;
  }
  friend constexpr bool operator==(const OffsetPend&, const OffsetPend&) = default;
};

/// Result.
struct DstBaseAddr {
  std::uint32_t dst_base_addr = 0;  ///< [31:0] address, address of this task's first element

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4020;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDstBaseAddr; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, dst_base_addr, {0, 32}, &tables::kDstBaseAddr[0]);
    return out;
  }
  static constexpr DstBaseAddr unpack(std::uint32_t value) {
    DstBaseAddr out;
    out.dst_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DstBaseAddr&, const DstBaseAddr&) = default;
};

/// Surfaces of the result.
struct DstSurfStride {
  std::uint32_t dst_surf_stride = 0;  ///< [31:0] bytes, from surface to surface, a multiple of 8

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4024;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDstSurfStride; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, dst_surf_stride, {0, 32}, &tables::kDstSurfStride[0]);
    return out;
  }
  static constexpr DstSurfStride unpack(std::uint32_t value) {
    DstSurfStride out;
    out.dst_surf_stride = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DstSurfStride&, const DstSurfStride&) = default;
};

/// Width.
struct DataCubeWidth {
  std::uint32_t width = 1;  ///< [12:0] pixels

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4030;
  static constexpr std::uint32_t kKnownBits = 0x00001fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataCubeWidth; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, width, {0, 13}, &tables::kDataCubeWidth[0]);
    return out;
  }
  static constexpr DataCubeWidth unpack(std::uint32_t value) {
    DataCubeWidth out;
    out.width = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const DataCubeWidth&, const DataCubeWidth&) = default;
};

/// Height.
struct DataCubeHeight {
  std::uint32_t minmax_ctl = 0;  ///< [24:22]
  std::uint32_t height = 1;  ///< [12:0] lines

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4034;
  static constexpr std::uint32_t kKnownBits = 0x01c01fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataCubeHeight; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, minmax_ctl, {22, 3}, &tables::kDataCubeHeight[0]);
    detail::put_minus_one(out, height, {0, 13}, &tables::kDataCubeHeight[1]);
    return out;
  }
  static constexpr DataCubeHeight unpack(std::uint32_t value) {
    DataCubeHeight out;
    out.minmax_ctl = detail::get(value, {22, 3});
    out.height = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const DataCubeHeight&, const DataCubeHeight&) = default;
};

/// Gap at the end of every line of the result; both fields hold the same value.
struct DataCubeNotch {
  std::uint32_t notch_1 = 0;  ///< [28:16] atoms
  std::uint32_t notch_0 = 0;  ///< [12:0] atoms, 8-byte units, two per pixel of 32-bit output

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4038;
  static constexpr std::uint32_t kKnownBits = 0x1fff1fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataCubeNotch; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, notch_1, {16, 13}, &tables::kDataCubeNotch[0]);
    detail::put_plain(out, notch_0, {0, 13}, &tables::kDataCubeNotch[1]);
    return out;
  }
  static constexpr DataCubeNotch unpack(std::uint32_t value) {
    DataCubeNotch out;
    out.notch_1 = detail::get(value, {16, 13});
    out.notch_0 = detail::get(value, {0, 13});
    return out;
  }
  friend constexpr bool operator==(const DataCubeNotch&, const DataCubeNotch&) = default;
};

/// Channels.
struct DataCubeChannel {
  std::uint32_t orig_channel = 1;  ///< [28:16] channels, channels that hold data
  std::uint32_t channel = 1;  ///< [12:0] channels, channels declared

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x403c;
  static constexpr std::uint32_t kKnownBits = 0x1fff1fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataCubeChannel; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, orig_channel, {16, 13}, &tables::kDataCubeChannel[0]);
    detail::put_minus_one(out, channel, {0, 13}, &tables::kDataCubeChannel[1]);
    return out;
  }
  static constexpr DataCubeChannel unpack(std::uint32_t value) {
    DataCubeChannel out;
    out.orig_channel = detail::get(value, {16, 13}) + 1U;
    out.channel = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const DataCubeChannel&, const DataCubeChannel&) = default;
};

/// BS stage: what is on.
struct BsCfg {
  std::uint32_t bs_alu_src = 0;  ///< [8], 1: ALU operand from memory, 0: from the register
  std::uint32_t bs_relux_en = 0;  ///< [7], 1: limit to relux_cmp
  std::uint32_t bs_relu_bypass = 0;  ///< [6]
  std::uint32_t bs_mul_prelu = 0;  ///< [5], 1: only negative values are multiplied
  std::uint32_t bs_mul_bypass = 0;  ///< [4]
  AluOp bs_alu_algo = AluOp{0};  ///< [3:2]
  std::uint32_t bs_alu_bypass = 0;  ///< [1]
  std::uint32_t bs_bypass = 0;  ///< [0], 1: the whole stage

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4040;
  static constexpr std::uint32_t kKnownBits = 0x000001ff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBsCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bs_alu_src, {8, 1}, &tables::kBsCfg[0]);
    detail::put_plain(out, bs_relux_en, {7, 1}, &tables::kBsCfg[1]);
    detail::put_plain(out, bs_relu_bypass, {6, 1}, &tables::kBsCfg[2]);
    detail::put_plain(out, bs_mul_prelu, {5, 1}, &tables::kBsCfg[3]);
    detail::put_plain(out, bs_mul_bypass, {4, 1}, &tables::kBsCfg[4]);
    detail::put_plain(out, static_cast<std::uint32_t>(bs_alu_algo), {2, 2}, &tables::kBsCfg[5]);
    detail::put_plain(out, bs_alu_bypass, {1, 1}, &tables::kBsCfg[6]);
    detail::put_plain(out, bs_bypass, {0, 1}, &tables::kBsCfg[7]);
    return out;
  }
  static constexpr BsCfg unpack(std::uint32_t value) {
    BsCfg out;
    out.bs_alu_src = detail::get(value, {8, 1});
    out.bs_relux_en = detail::get(value, {7, 1});
    out.bs_relu_bypass = detail::get(value, {6, 1});
    out.bs_mul_prelu = detail::get(value, {5, 1});
    out.bs_mul_bypass = detail::get(value, {4, 1});
    out.bs_alu_algo = static_cast<AluOp>(detail::get(value, {2, 2}));
    out.bs_alu_bypass = detail::get(value, {1, 1});
    out.bs_bypass = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const BsCfg&, const BsCfg&) = default;
};

/// BS ALU operand.
struct BsAluCfg {
  std::uint32_t bs_alu_operand = 0;  ///< [31:0], int32, or fp32 in float modes

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4044;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBsAluCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bs_alu_operand, {0, 32}, &tables::kBsAluCfg[0]);
    return out;
  }
  static constexpr BsAluCfg unpack(std::uint32_t value) {
    BsAluCfg out;
    out.bs_alu_operand = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const BsAluCfg&, const BsAluCfg&) = default;
};

/// BS MUL operand and the stage's shift.
struct BsMulCfg {
  std::uint32_t bs_mul_operand = 0;  ///< [31:16], int16, or fp16 (bf16) in float modes
  std::uint32_t bs_mul_shift = 0;  ///< [13:8] bits, right shift of values >= 0
  std::uint32_t bs_mul_shift_src = 0;  ///< [1], 1: shift from memory
  std::uint32_t bs_mul_src = 0;  ///< [0], 1: operand from memory

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4048;
  static constexpr std::uint32_t kKnownBits = 0xffff3f03;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBsMulCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bs_mul_operand, {16, 16}, &tables::kBsMulCfg[0]);
    detail::put_plain(out, bs_mul_shift, {8, 6}, &tables::kBsMulCfg[1]);
    detail::put_plain(out, bs_mul_shift_src, {1, 1}, &tables::kBsMulCfg[2]);
    detail::put_plain(out, bs_mul_src, {0, 1}, &tables::kBsMulCfg[3]);
    return out;
  }
  static constexpr BsMulCfg unpack(std::uint32_t value) {
    BsMulCfg out;
    out.bs_mul_operand = detail::get(value, {16, 16});
    out.bs_mul_shift = detail::get(value, {8, 6});
    out.bs_mul_shift_src = detail::get(value, {1, 1});
    out.bs_mul_src = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const BsMulCfg&, const BsMulCfg&) = default;
};

/// BS ReLU-X limit.
struct BsReluxCmp {
  std::uint32_t bs_relux_cmp = 0;  ///< [31:0], int32, or fp32 in float modes

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x404c;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBsReluxCmp; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bs_relux_cmp, {0, 32}, &tables::kBsReluxCmp[0]);
    return out;
  }
  static constexpr BsReluxCmp unpack(std::uint32_t value) {
    BsReluxCmp out;
    out.bs_relux_cmp = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const BsReluxCmp&, const BsReluxCmp&) = default;
};

/// Zero-point correction (OW), and how the writer groups surfaces.
struct BsOwCfg {
  std::uint32_t regroup_count = 0;  ///< [31:28]
  std::uint32_t other_transpose = 0;  ///< [27]
  std::uint32_t size_e_2 = 1;  ///< [10:8] surfaces, surfaces written side by side; all three equal
  std::uint32_t size_e_1 = 1;  ///< [7:5] surfaces, surfaces written side by side; all three equal
  std::uint32_t size_e_0 = 1;  ///< [4:2] surfaces, surfaces written side by side; all three equal
  std::uint32_t ow_bypass = 0;  ///< [1], 1: no OW stage
  std::uint32_t ow_src = 0;  ///< [0], 1: OW operand from memory

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4050;
  static constexpr std::uint32_t kKnownBits = 0xf80007ff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBsOwCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, regroup_count, {28, 4}, &tables::kBsOwCfg[0]);
    detail::put_plain(out, other_transpose, {27, 1}, &tables::kBsOwCfg[1]);
    detail::put_minus_one(out, size_e_2, {8, 3}, &tables::kBsOwCfg[2]);
    detail::put_minus_one(out, size_e_1, {5, 3}, &tables::kBsOwCfg[3]);
    detail::put_minus_one(out, size_e_0, {2, 3}, &tables::kBsOwCfg[4]);
    detail::put_plain(out, ow_bypass, {1, 1}, &tables::kBsOwCfg[5]);
    detail::put_plain(out, ow_src, {0, 1}, &tables::kBsOwCfg[6]);
    return out;
  }
  static constexpr BsOwCfg unpack(std::uint32_t value) {
    BsOwCfg out;
    out.regroup_count = detail::get(value, {28, 4});
    out.other_transpose = detail::get(value, {27, 1});
    out.size_e_2 = detail::get(value, {8, 3}) + 1U;
    out.size_e_1 = detail::get(value, {5, 3}) + 1U;
    out.size_e_0 = detail::get(value, {2, 3}) + 1U;
    out.ow_bypass = detail::get(value, {1, 1});
    out.ow_src = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const BsOwCfg&, const BsOwCfg&) = default;
};

/// OW operand.
struct BsOwOp {
  std::int32_t ow_op = 0;  ///< [31:0], minus the zero point of the weights, sign-extended from 16 bits

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4054;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBsOwOp; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, ow_op, {0, 32}, &tables::kBsOwOp[0]);
    return out;
  }
  static constexpr BsOwOp unpack(std::uint32_t value) {
    BsOwOp out;
    out.ow_op = detail::get_signed(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const BsOwOp&, const BsOwOp&) = default;
};

/// BN stage: what is on.
struct BnCfg {
  std::uint32_t bn_alu_src = 0;  ///< [8], 1: ALU operand from memory, 0: from the register
  std::uint32_t bn_relux_en = 0;  ///< [7], 1: limit to relux_cmp
  std::uint32_t bn_relu_bypass = 0;  ///< [6]
  std::uint32_t bn_mul_prelu = 0;  ///< [5], 1: only negative values are multiplied
  std::uint32_t bn_mul_bypass = 0;  ///< [4]
  AluOp bn_alu_algo = AluOp{0};  ///< [3:2]
  std::uint32_t bn_alu_bypass = 0;  ///< [1]
  std::uint32_t bn_bypass = 0;  ///< [0], 1: the whole stage

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4060;
  static constexpr std::uint32_t kKnownBits = 0x000001ff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBnCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bn_alu_src, {8, 1}, &tables::kBnCfg[0]);
    detail::put_plain(out, bn_relux_en, {7, 1}, &tables::kBnCfg[1]);
    detail::put_plain(out, bn_relu_bypass, {6, 1}, &tables::kBnCfg[2]);
    detail::put_plain(out, bn_mul_prelu, {5, 1}, &tables::kBnCfg[3]);
    detail::put_plain(out, bn_mul_bypass, {4, 1}, &tables::kBnCfg[4]);
    detail::put_plain(out, static_cast<std::uint32_t>(bn_alu_algo), {2, 2}, &tables::kBnCfg[5]);
    detail::put_plain(out, bn_alu_bypass, {1, 1}, &tables::kBnCfg[6]);
    detail::put_plain(out, bn_bypass, {0, 1}, &tables::kBnCfg[7]);
    return out;
  }
  static constexpr BnCfg unpack(std::uint32_t value) {
    BnCfg out;
    out.bn_alu_src = detail::get(value, {8, 1});
    out.bn_relux_en = detail::get(value, {7, 1});
    out.bn_relu_bypass = detail::get(value, {6, 1});
    out.bn_mul_prelu = detail::get(value, {5, 1});
    out.bn_mul_bypass = detail::get(value, {4, 1});
    out.bn_alu_algo = static_cast<AluOp>(detail::get(value, {2, 2}));
    out.bn_alu_bypass = detail::get(value, {1, 1});
    out.bn_bypass = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const BnCfg&, const BnCfg&) = default;
};

/// BN ALU operand.
struct BnAluCfg {
  std::uint32_t bn_alu_operand = 0;  ///< [31:0], int32, or fp32 in float modes

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4064;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBnAluCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bn_alu_operand, {0, 32}, &tables::kBnAluCfg[0]);
    return out;
  }
  static constexpr BnAluCfg unpack(std::uint32_t value) {
    BnAluCfg out;
    out.bn_alu_operand = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const BnAluCfg&, const BnAluCfg&) = default;
};

/// BN MUL operand and the stage's shift.
struct BnMulCfg {
  std::uint32_t bn_mul_operand = 0;  ///< [31:16], int16, or fp16 (bf16) in float modes
  std::uint32_t bn_mul_shift = 0;  ///< [13:8] bits, right shift of values >= 0
  std::uint32_t bn_mul_shift_src = 0;  ///< [1], 1: shift from memory
  std::uint32_t bn_mul_src = 0;  ///< [0], 1: operand from memory

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4068;
  static constexpr std::uint32_t kKnownBits = 0xffff3f03;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBnMulCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bn_mul_operand, {16, 16}, &tables::kBnMulCfg[0]);
    detail::put_plain(out, bn_mul_shift, {8, 6}, &tables::kBnMulCfg[1]);
    detail::put_plain(out, bn_mul_shift_src, {1, 1}, &tables::kBnMulCfg[2]);
    detail::put_plain(out, bn_mul_src, {0, 1}, &tables::kBnMulCfg[3]);
    return out;
  }
  static constexpr BnMulCfg unpack(std::uint32_t value) {
    BnMulCfg out;
    out.bn_mul_operand = detail::get(value, {16, 16});
    out.bn_mul_shift = detail::get(value, {8, 6});
    out.bn_mul_shift_src = detail::get(value, {1, 1});
    out.bn_mul_src = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const BnMulCfg&, const BnMulCfg&) = default;
};

/// BN ReLU-X limit.
struct BnReluxCmp {
  std::uint32_t bn_relux_cmp = 0;  ///< [31:0], int32, or fp32 in float modes

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x406c;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBnReluxCmp; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bn_relux_cmp, {0, 32}, &tables::kBnReluxCmp[0]);
    return out;
  }
  static constexpr BnReluxCmp unpack(std::uint32_t value) {
    BnReluxCmp out;
    out.bn_relux_cmp = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const BnReluxCmp&, const BnReluxCmp&) = default;
};

/// EW stage: operand, table, operation.
struct EwCfg {
  std::uint32_t ew_cvt_add_first = 0;  ///< [31], 1: operand converter adds before it multiplies
  std::uint32_t ew_cvt_round = 0;  ///< [30]
  OperandMode ew_data_mode = OperandMode{0};  ///< [29:28]
  std::uint32_t ew_relux_en = 0;  ///< [10]
  std::uint32_t ew_relu_bypass = 0;  ///< [9]
  std::uint32_t ew_op_cvt_bypass = 0;  ///< [8], 1: operand is not converted
  std::uint32_t ew_lut_bypass = 0;  ///< [7]
  std::uint32_t ew_op_src = 0;  ///< [6], 1: operand from memory, 0: from ew_op_value
  std::uint32_t ew_mul_prelu = 0;  ///< [5]
  AluOp ew_alu_algo = AluOp{0};  ///< [4:3]
  EwOp ew_op_type = EwOp{0};  ///< [2]
  std::uint32_t ew_op_bypass = 0;  ///< [1]
  std::uint32_t ew_bypass = 0;  ///< [0], 1: the whole stage

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4070;
  static constexpr std::uint32_t kKnownBits = 0xf00007ff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_cvt_add_first, {31, 1}, &tables::kEwCfg[0]);
    detail::put_plain(out, ew_cvt_round, {30, 1}, &tables::kEwCfg[1]);
    detail::put_plain(out, static_cast<std::uint32_t>(ew_data_mode), {28, 2}, &tables::kEwCfg[2]);
    detail::put_plain(out, ew_relux_en, {10, 1}, &tables::kEwCfg[3]);
    detail::put_plain(out, ew_relu_bypass, {9, 1}, &tables::kEwCfg[4]);
    detail::put_plain(out, ew_op_cvt_bypass, {8, 1}, &tables::kEwCfg[5]);
    detail::put_plain(out, ew_lut_bypass, {7, 1}, &tables::kEwCfg[6]);
    detail::put_plain(out, ew_op_src, {6, 1}, &tables::kEwCfg[7]);
    detail::put_plain(out, ew_mul_prelu, {5, 1}, &tables::kEwCfg[8]);
    detail::put_plain(out, static_cast<std::uint32_t>(ew_alu_algo), {3, 2}, &tables::kEwCfg[9]);
    detail::put_plain(out, static_cast<std::uint32_t>(ew_op_type), {2, 1}, &tables::kEwCfg[10]);
    detail::put_plain(out, ew_op_bypass, {1, 1}, &tables::kEwCfg[11]);
    detail::put_plain(out, ew_bypass, {0, 1}, &tables::kEwCfg[12]);
    return out;
  }
  static constexpr EwCfg unpack(std::uint32_t value) {
    EwCfg out;
    out.ew_cvt_add_first = detail::get(value, {31, 1});
    out.ew_cvt_round = detail::get(value, {30, 1});
    out.ew_data_mode = static_cast<OperandMode>(detail::get(value, {28, 2}));
    out.ew_relux_en = detail::get(value, {10, 1});
    out.ew_relu_bypass = detail::get(value, {9, 1});
    out.ew_op_cvt_bypass = detail::get(value, {8, 1});
    out.ew_lut_bypass = detail::get(value, {7, 1});
    out.ew_op_src = detail::get(value, {6, 1});
    out.ew_mul_prelu = detail::get(value, {5, 1});
    out.ew_alu_algo = static_cast<AluOp>(detail::get(value, {3, 2}));
    out.ew_op_type = static_cast<EwOp>(detail::get(value, {2, 1}));
    out.ew_op_bypass = detail::get(value, {1, 1});
    out.ew_bypass = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const EwCfg&, const EwCfg&) = default;
};

/// EW operand converter.
struct EwCvtOffset {
  std::int32_t ew_cvt_offset = 0;  ///< [31:0], minus the operand's zero point

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4074;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwCvtOffset; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, ew_cvt_offset, {0, 32}, &tables::kEwCvtOffset[0]);
    return out;
  }
  static constexpr EwCvtOffset unpack(std::uint32_t value) {
    EwCvtOffset out;
    out.ew_cvt_offset = detail::get_signed(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const EwCvtOffset&, const EwCvtOffset&) = default;
};

/// EW operand converter.
struct EwCvtScale {
  std::uint32_t ew_truncate = 0;  ///< [31:22] bits, right shift of the EW result
  std::uint32_t ew_cvt_shift = 0;  ///< [21:16] bits, right shift of the converted operand
  std::int32_t ew_cvt_scale = 0;  ///< [15:0]

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4078;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwCvtScale; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_truncate, {22, 10}, &tables::kEwCvtScale[0]);
    detail::put_plain(out, ew_cvt_shift, {16, 6}, &tables::kEwCvtScale[1]);
    detail::put_signed(out, ew_cvt_scale, {0, 16}, &tables::kEwCvtScale[2]);
    return out;
  }
  static constexpr EwCvtScale unpack(std::uint32_t value) {
    EwCvtScale out;
    out.ew_truncate = detail::get(value, {22, 10});
    out.ew_cvt_shift = detail::get(value, {16, 6});
    out.ew_cvt_scale = detail::get_signed(value, {0, 16});
    return out;
  }
  friend constexpr bool operator==(const EwCvtScale&, const EwCvtScale&) = default;
};

/// EW ReLU-X limit.
struct EwReluxCmp {
  std::uint32_t ew_relux_cmp = 0;  ///< [31:0]

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x407c;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwReluxCmp; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_relux_cmp, {0, 32}, &tables::kEwReluxCmp[0]);
    return out;
  }
  static constexpr EwReluxCmp unpack(std::uint32_t value) {
    EwReluxCmp out;
    out.ew_relux_cmp = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const EwReluxCmp&, const EwReluxCmp&) = default;
};

/// Output converter: ((x * scale) >> shift) + offset.
struct OutCvtOffset {
  std::int32_t out_cvt_offset = 0;  ///< [31:0], zero point of the result

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4080;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kOutCvtOffset; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, out_cvt_offset, {0, 32}, &tables::kOutCvtOffset[0]);
    return out;
  }
  static constexpr OutCvtOffset unpack(std::uint32_t value) {
    OutCvtOffset out;
    out.out_cvt_offset = detail::get_signed(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const OutCvtOffset&, const OutCvtOffset&) = default;
};

/// Output converter.
struct OutCvtScale {
  std::uint32_t fp32_to_fp16 = 0;  ///< [16], not set on RK356x
  std::int32_t out_cvt_scale = 0;  ///< [15:0]

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4084;
  static constexpr std::uint32_t kKnownBits = 0x0001ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kOutCvtScale; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, fp32_to_fp16, {16, 1}, &tables::kOutCvtScale[0]);
    detail::put_signed(out, out_cvt_scale, {0, 16}, &tables::kOutCvtScale[1]);
    return out;
  }
  static constexpr OutCvtScale unpack(std::uint32_t value) {
    OutCvtScale out;
    out.fp32_to_fp16 = detail::get(value, {16, 1});
    out.out_cvt_scale = detail::get_signed(value, {0, 16});
    return out;
  }
  friend constexpr bool operator==(const OutCvtScale&, const OutCvtScale&) = default;
};

/// Output converter.
struct OutCvtShift {
  std::uint32_t out_cvt_add_first = 0;  ///< [31]
  std::uint32_t out_cvt_round = 0;  ///< [30]
  std::uint32_t minus_exp = 0;  ///< [19:12]
  std::uint32_t out_cvt_shift = 0;  ///< [11:0] bits

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4088;
  static constexpr std::uint32_t kKnownBits = 0xc00fffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kOutCvtShift; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, out_cvt_add_first, {31, 1}, &tables::kOutCvtShift[0]);
    detail::put_plain(out, out_cvt_round, {30, 1}, &tables::kOutCvtShift[1]);
    detail::put_plain(out, minus_exp, {12, 8}, &tables::kOutCvtShift[2]);
    detail::put_plain(out, out_cvt_shift, {0, 12}, &tables::kOutCvtShift[3]);
    return out;
  }
  static constexpr OutCvtShift unpack(std::uint32_t value) {
    OutCvtShift out;
    out.out_cvt_add_first = detail::get(value, {31, 1});
    out.out_cvt_round = detail::get(value, {30, 1});
    out.minus_exp = detail::get(value, {12, 8});
    out.out_cvt_shift = detail::get(value, {0, 12});
    return out;
  }
  friend constexpr bool operator==(const OutCvtShift&, const OutCvtShift&) = default;
};

/// EW operand when ew_op_src is 0; all eight equal in vendor files.
struct EwOpValue0 {
  std::uint32_t ew_operand = 0;  ///< [31:0], int32, or fp32 in float modes

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4090;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwOpValue0; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_operand, {0, 32}, &tables::kEwOpValue0[0]);
    return out;
  }
  static constexpr EwOpValue0 unpack(std::uint32_t value) {
    EwOpValue0 out;
    out.ew_operand = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const EwOpValue0&, const EwOpValue0&) = default;
};

/// EW operand when ew_op_src is 0; all eight equal in vendor files.
struct EwOpValue1 {
  std::uint32_t ew_operand = 0;  ///< [31:0], int32, or fp32 in float modes

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4094;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwOpValue1; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_operand, {0, 32}, &tables::kEwOpValue1[0]);
    return out;
  }
  static constexpr EwOpValue1 unpack(std::uint32_t value) {
    EwOpValue1 out;
    out.ew_operand = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const EwOpValue1&, const EwOpValue1&) = default;
};

/// EW operand when ew_op_src is 0; all eight equal in vendor files.
struct EwOpValue2 {
  std::uint32_t ew_operand = 0;  ///< [31:0], int32, or fp32 in float modes

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4098;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwOpValue2; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_operand, {0, 32}, &tables::kEwOpValue2[0]);
    return out;
  }
  static constexpr EwOpValue2 unpack(std::uint32_t value) {
    EwOpValue2 out;
    out.ew_operand = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const EwOpValue2&, const EwOpValue2&) = default;
};

/// EW operand when ew_op_src is 0; all eight equal in vendor files.
struct EwOpValue3 {
  std::uint32_t ew_operand = 0;  ///< [31:0], int32, or fp32 in float modes

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x409c;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwOpValue3; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_operand, {0, 32}, &tables::kEwOpValue3[0]);
    return out;
  }
  static constexpr EwOpValue3 unpack(std::uint32_t value) {
    EwOpValue3 out;
    out.ew_operand = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const EwOpValue3&, const EwOpValue3&) = default;
};

/// EW operand when ew_op_src is 0; all eight equal in vendor files.
struct EwOpValue4 {
  std::uint32_t ew_operand = 0;  ///< [31:0], int32, or fp32 in float modes

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x40a0;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwOpValue4; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_operand, {0, 32}, &tables::kEwOpValue4[0]);
    return out;
  }
  static constexpr EwOpValue4 unpack(std::uint32_t value) {
    EwOpValue4 out;
    out.ew_operand = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const EwOpValue4&, const EwOpValue4&) = default;
};

/// EW operand when ew_op_src is 0; all eight equal in vendor files.
struct EwOpValue5 {
  std::uint32_t ew_operand = 0;  ///< [31:0], int32, or fp32 in float modes

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x40a4;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwOpValue5; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_operand, {0, 32}, &tables::kEwOpValue5[0]);
    return out;
  }
  static constexpr EwOpValue5 unpack(std::uint32_t value) {
    EwOpValue5 out;
    out.ew_operand = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const EwOpValue5&, const EwOpValue5&) = default;
};

/// EW operand when ew_op_src is 0; all eight equal in vendor files.
struct EwOpValue6 {
  std::uint32_t ew_operand = 0;  ///< [31:0], int32, or fp32 in float modes

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x40a8;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwOpValue6; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_operand, {0, 32}, &tables::kEwOpValue6[0]);
    return out;
  }
  static constexpr EwOpValue6 unpack(std::uint32_t value) {
    EwOpValue6 out;
    out.ew_operand = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const EwOpValue6&, const EwOpValue6&) = default;
};

/// EW operand when ew_op_src is 0; all eight equal in vendor files.
struct EwOpValue7 {
  std::uint32_t ew_operand = 0;  ///< [31:0], int32, or fp32 in float modes

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x40ac;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwOpValue7; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_operand, {0, 32}, &tables::kEwOpValue7[0]);
    return out;
  }
  static constexpr EwOpValue7 unpack(std::uint32_t value) {
    EwOpValue7 out;
    out.ew_operand = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const EwOpValue7&, const EwOpValue7&) = default;
};

/// Groups of surfaces.
struct SurfaceAdd {
  std::uint32_t surface_add = 0;  ///< [31:0] bytes, from one group of size_e surfaces to the next

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x40c0;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kSurfaceAdd; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, surface_add, {0, 32}, &tables::kSurfaceAdd[0]);
    return out;
  }
  static constexpr SurfaceAdd unpack(std::uint32_t value) {
    SurfaceAdd out;
    out.surface_add = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const SurfaceAdd&, const SurfaceAdd&) = default;
};

/// Vendor files write 0.
struct Unnamed40c4 {
  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x40c4;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr Unnamed40c4 unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const Unnamed40c4&, const Unnamed40c4&) = default;
};

/// Opens a table for loading.
struct LutAccessCfg {
  std::uint32_t lut_write = 0;  ///< [17], 1: lut_access_data writes
  LutTable lut_table = LutTable{0};  ///< [16]

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4100;
  static constexpr std::uint32_t kKnownBits = 0x00030000;
  static constexpr std::span<const FieldInfo> fields() { return tables::kLutAccessCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, lut_write, {17, 1}, &tables::kLutAccessCfg[0]);
    detail::put_plain(out, static_cast<std::uint32_t>(lut_table), {16, 1}, &tables::kLutAccessCfg[1]);
    return out;
  }
  static constexpr LutAccessCfg unpack(std::uint32_t value) {
    LutAccessCfg out;
    out.lut_write = detail::get(value, {17, 1});
    out.lut_table = static_cast<LutTable>(detail::get(value, {16, 1}));
    return out;
  }
  friend constexpr bool operator==(const LutAccessCfg&, const LutAccessCfg&) = default;
};

/// Next entry of the open table.
struct LutAccessData {
  std::int32_t lut_data = 0;  ///< [31:0], int16, sign-extended

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4104;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kLutAccessData; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, lut_data, {0, 32}, &tables::kLutAccessData[0]);
    return out;
  }
  static constexpr LutAccessData unpack(std::uint32_t value) {
    LutAccessData out;
    out.lut_data = detail::get_signed(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const LutAccessData&, const LutAccessData&) = default;
};

/// Table mode.
struct LutCfg {
  std::uint32_t mode = 0;  ///< [31:0] verbatim, written verbatim: 0x68

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4108;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kLutCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, mode, {0, 32}, &tables::kLutCfg[0]);
    return out;
  }
  static constexpr LutCfg unpack(std::uint32_t value) {
    LutCfg out;
    out.mode = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const LutCfg&, const LutCfg&) = default;
};

/// Table index.
struct LutInfo {
  std::uint32_t lo_index_shift = 0;  ///< [23:16] bits, units per entry = 2^shift; which field is which table is inferred
  std::uint32_t le_index_shift = 0;  ///< [15:8] bits

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x410c;
  static constexpr std::uint32_t kKnownBits = 0x00ffff00;
  static constexpr std::span<const FieldInfo> fields() { return tables::kLutInfo; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, lo_index_shift, {16, 8}, &tables::kLutInfo[0]);
    detail::put_plain(out, le_index_shift, {8, 8}, &tables::kLutInfo[1]);
    return out;
  }
  static constexpr LutInfo unpack(std::uint32_t value) {
    LutInfo out;
    out.lo_index_shift = detail::get(value, {16, 8});
    out.le_index_shift = detail::get(value, {8, 8});
    return out;
  }
  friend constexpr bool operator==(const LutInfo&, const LutInfo&) = default;
};

/// First index of LE.
struct LutLeStart {
  std::int32_t le_start = 0;  ///< [31:0]

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4110;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kLutLeStart; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, le_start, {0, 32}, &tables::kLutLeStart[0]);
    return out;
  }
  static constexpr LutLeStart unpack(std::uint32_t value) {
    LutLeStart out;
    out.le_start = detail::get_signed(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const LutLeStart&, const LutLeStart&) = default;
};

/// Last index of LE.
struct LutLeEnd {
  std::int32_t le_end = 0;  ///< [31:0]

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4114;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kLutLeEnd; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, le_end, {0, 32}, &tables::kLutLeEnd[0]);
    return out;
  }
  static constexpr LutLeEnd unpack(std::uint32_t value) {
    LutLeEnd out;
    out.le_end = detail::get_signed(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const LutLeEnd&, const LutLeEnd&) = default;
};

/// First index of LO.
struct LutLoStart {
  std::int32_t lo_start = 0;  ///< [31:0]

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4118;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kLutLoStart; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, lo_start, {0, 32}, &tables::kLutLoStart[0]);
    return out;
  }
  static constexpr LutLoStart unpack(std::uint32_t value) {
    LutLoStart out;
    out.lo_start = detail::get_signed(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const LutLoStart&, const LutLoStart&) = default;
};

/// Last index of LO.
struct LutLoEnd {
  std::int32_t lo_end = 0;  ///< [31:0]

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x411c;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kLutLoEnd; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, lo_end, {0, 32}, &tables::kLutLoEnd[0]);
    return out;
  }
  static constexpr LutLoEnd unpack(std::uint32_t value) {
    LutLoEnd out;
    out.lo_end = detail::get_signed(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const LutLoEnd&, const LutLoEnd&) = default;
};

/// Straight lines beyond LE.
struct LutLeSlopeScale {
  std::int32_t le_overflow_scale = 0;  ///< [31:16]
  std::int32_t le_underflow_scale = 0;  ///< [15:0]

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4120;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kLutLeSlopeScale; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, le_overflow_scale, {16, 16}, &tables::kLutLeSlopeScale[0]);
    detail::put_signed(out, le_underflow_scale, {0, 16}, &tables::kLutLeSlopeScale[1]);
    return out;
  }
  static constexpr LutLeSlopeScale unpack(std::uint32_t value) {
    LutLeSlopeScale out;
    out.le_overflow_scale = detail::get_signed(value, {16, 16});
    out.le_underflow_scale = detail::get_signed(value, {0, 16});
    return out;
  }
  friend constexpr bool operator==(const LutLeSlopeScale&, const LutLeSlopeScale&) = default;
};

/// Straight lines beyond LE.
struct LutLeSlopeShift {
  std::uint32_t le_overflow_shift = 0;  ///< [9:5] bits
  std::uint32_t le_underflow_shift = 0;  ///< [4:0] bits

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4124;
  static constexpr std::uint32_t kKnownBits = 0x000003ff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kLutLeSlopeShift; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, le_overflow_shift, {5, 5}, &tables::kLutLeSlopeShift[0]);
    detail::put_plain(out, le_underflow_shift, {0, 5}, &tables::kLutLeSlopeShift[1]);
    return out;
  }
  static constexpr LutLeSlopeShift unpack(std::uint32_t value) {
    LutLeSlopeShift out;
    out.le_overflow_shift = detail::get(value, {5, 5});
    out.le_underflow_shift = detail::get(value, {0, 5});
    return out;
  }
  friend constexpr bool operator==(const LutLeSlopeShift&, const LutLeSlopeShift&) = default;
};

/// Straight lines beyond LO.
struct LutLoSlopeScale {
  std::int32_t lo_overflow_scale = 0;  ///< [31:16]
  std::int32_t lo_underflow_scale = 0;  ///< [15:0]

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x4128;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kLutLoSlopeScale; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, lo_overflow_scale, {16, 16}, &tables::kLutLoSlopeScale[0]);
    detail::put_signed(out, lo_underflow_scale, {0, 16}, &tables::kLutLoSlopeScale[1]);
    return out;
  }
  static constexpr LutLoSlopeScale unpack(std::uint32_t value) {
    LutLoSlopeScale out;
    out.lo_overflow_scale = detail::get_signed(value, {16, 16});
    out.lo_underflow_scale = detail::get_signed(value, {0, 16});
    return out;
  }
  friend constexpr bool operator==(const LutLoSlopeScale&, const LutLoSlopeScale&) = default;
};

/// Straight lines beyond LO.
struct LutLoSlopeShift {
  std::uint32_t lo_overflow_shift = 0;  ///< [9:5] bits
  std::uint32_t lo_underflow_shift = 0;  ///< [4:0] bits

  static constexpr Block kBlock = Block::kDpu;
  static constexpr std::uint16_t kOffset = 0x412c;
  static constexpr std::uint32_t kKnownBits = 0x000003ff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kLutLoSlopeShift; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, lo_overflow_shift, {5, 5}, &tables::kLutLoSlopeShift[0]);
    detail::put_plain(out, lo_underflow_shift, {0, 5}, &tables::kLutLoSlopeShift[1]);
    return out;
  }
  static constexpr LutLoSlopeShift unpack(std::uint32_t value) {
    LutLoSlopeShift out;
    out.lo_overflow_shift = detail::get(value, {5, 5});
    out.lo_underflow_shift = detail::get(value, {0, 5});
    return out;
  }
  friend constexpr bool operator==(const LutLoSlopeShift&, const LutLoSlopeShift&) = default;
};

}  // namespace mattock::hw::dpu
