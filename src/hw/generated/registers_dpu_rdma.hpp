// Written by tools/generate_registers.py from src/hw/registers/dpu_rdma.toml: change that, not this.

// clang-format off
#pragma once

#include <cstdint>
#include <span>

#include "hw/generated/enums.hpp"
#include "hw/registers.hpp"

namespace mattock::hw::dpu_rdma {

namespace tables {
extern const FieldInfo kSPointer[7];
extern const FieldInfo kOperationEnable[1];
extern const FieldInfo kDataCubeWidth[1];
extern const FieldInfo kDataCubeHeight[2];
extern const FieldInfo kDataCubeChannel[1];
extern const FieldInfo kSrcBaseAddr[1];
extern const FieldInfo kBrdmaCfg[4];
extern const FieldInfo kBsBaseAddr[1];
extern const FieldInfo kBsLength[1];
extern const FieldInfo kNrdmaCfg[4];
extern const FieldInfo kBnBaseAddr[1];
extern const FieldInfo kBnLength[1];
extern const FieldInfo kErdmaCfg[3];
extern const FieldInfo kEwBaseAddr[1];
extern const FieldInfo kEwSurfNotch[1];
extern const FieldInfo kEwSurfStride[1];
extern const FieldInfo kFeatureModeCfg[8];
extern const FieldInfo kSrcDmaCfg[7];
extern const FieldInfo kSurfNotch[1];
extern const FieldInfo kWeight[1];
}  // namespace tables

/// Which of the two register groups runs; read only, never written by commands.
struct SStatus {
  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5000;
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

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5004;
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

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5008;
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

/// Width of the cube read.
struct DataCubeWidth {
  std::uint32_t width = 1;  ///< [12:0] pixels

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x500c;
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

/// Height of the cube read.
struct DataCubeHeight {
  std::uint32_t ew_line_notch = 0;  ///< [28:16] pixels, gap at the end of the operand's lines; not exercised
  std::uint32_t height = 1;  ///< [12:0] lines

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5010;
  static constexpr std::uint32_t kKnownBits = 0x1fff1fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataCubeHeight; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_line_notch, {16, 13}, &tables::kDataCubeHeight[0]);
    detail::put_minus_one(out, height, {0, 13}, &tables::kDataCubeHeight[1]);
    return out;
  }
  static constexpr DataCubeHeight unpack(std::uint32_t value) {
    DataCubeHeight out;
    out.ew_line_notch = detail::get(value, {16, 13});
    out.height = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const DataCubeHeight&, const DataCubeHeight&) = default;
};

/// Channels of the cube read.
struct DataCubeChannel {
  std::uint32_t channel = 1;  ///< [12:0] channels

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5014;
  static constexpr std::uint32_t kKnownBits = 0x00001fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataCubeChannel; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, channel, {0, 13}, &tables::kDataCubeChannel[0]);
    return out;
  }
  static constexpr DataCubeChannel unpack(std::uint32_t value) {
    DataCubeChannel out;
    out.channel = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const DataCubeChannel&, const DataCubeChannel&) = default;
};

/// Main data.
struct SrcBaseAddr {
  std::uint32_t src_base_addr = 0;  ///< [31:0] address

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5018;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kSrcBaseAddr; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, src_base_addr, {0, 32}, &tables::kSrcBaseAddr[0]);
    return out;
  }
  static constexpr SrcBaseAddr unpack(std::uint32_t value) {
    SrcBaseAddr out;
    out.src_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const SrcBaseAddr&, const SrcBaseAddr&) = default;
};

/// Streams of BS: one record per output channel, holding only what is selected.
struct BrdmaCfg {
  std::uint32_t brdma_use_mul = 0;  ///< [3], 2 bytes per channel
  std::uint32_t brdma_use_ow = 0;  ///< [2], 2 bytes per channel
  std::uint32_t brdma_use_alu = 0;  ///< [1], 4 bytes per channel
  std::uint32_t brdma_disable = 0;  ///< [0], 1: off

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x501c;
  static constexpr std::uint32_t kKnownBits = 0x0000000f;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBrdmaCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, brdma_use_mul, {3, 1}, &tables::kBrdmaCfg[0]);
    detail::put_plain(out, brdma_use_ow, {2, 1}, &tables::kBrdmaCfg[1]);
    detail::put_plain(out, brdma_use_alu, {1, 1}, &tables::kBrdmaCfg[2]);
    detail::put_plain(out, brdma_disable, {0, 1}, &tables::kBrdmaCfg[3]);
    return out;
  }
  static constexpr BrdmaCfg unpack(std::uint32_t value) {
    BrdmaCfg out;
    out.brdma_use_mul = detail::get(value, {3, 1});
    out.brdma_use_ow = detail::get(value, {2, 1});
    out.brdma_use_alu = detail::get(value, {1, 1});
    out.brdma_disable = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const BrdmaCfg&, const BrdmaCfg&) = default;
};

/// Stream of BS.
struct BsBaseAddr {
  std::uint32_t bs_base_addr = 0;  ///< [31:0] address

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5020;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBsBaseAddr; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bs_base_addr, {0, 32}, &tables::kBsBaseAddr[0]);
    return out;
  }
  static constexpr BsBaseAddr unpack(std::uint32_t value) {
    BsBaseAddr out;
    out.bs_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const BsBaseAddr&, const BsBaseAddr&) = default;
};

/// Stream of BS.
struct BsLength {
  std::uint32_t bs_length = 1;  ///< [15:0] 8-byte units, channels * bytes of a record / 8

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5024;
  static constexpr std::uint32_t kKnownBits = 0x0000ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBsLength; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, bs_length, {0, 16}, &tables::kBsLength[0]);
    return out;
  }
  static constexpr BsLength unpack(std::uint32_t value) {
    BsLength out;
    out.bs_length = detail::get(value, {0, 16}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const BsLength&, const BsLength&) = default;
};

/// Streams of BN, as brdma_cfg.
struct NrdmaCfg {
  std::uint32_t nrdma_use_mul = 0;  ///< [3], 2 bytes per channel
  std::uint32_t nrdma_use_ow = 0;  ///< [2]
  std::uint32_t nrdma_use_alu = 0;  ///< [1], 4 bytes per channel
  std::uint32_t nrdma_disable = 0;  ///< [0], 1: off

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5028;
  static constexpr std::uint32_t kKnownBits = 0x0000000f;
  static constexpr std::span<const FieldInfo> fields() { return tables::kNrdmaCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, nrdma_use_mul, {3, 1}, &tables::kNrdmaCfg[0]);
    detail::put_plain(out, nrdma_use_ow, {2, 1}, &tables::kNrdmaCfg[1]);
    detail::put_plain(out, nrdma_use_alu, {1, 1}, &tables::kNrdmaCfg[2]);
    detail::put_plain(out, nrdma_disable, {0, 1}, &tables::kNrdmaCfg[3]);
    return out;
  }
  static constexpr NrdmaCfg unpack(std::uint32_t value) {
    NrdmaCfg out;
    out.nrdma_use_mul = detail::get(value, {3, 1});
    out.nrdma_use_ow = detail::get(value, {2, 1});
    out.nrdma_use_alu = detail::get(value, {1, 1});
    out.nrdma_disable = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const NrdmaCfg&, const NrdmaCfg&) = default;
};

/// Stream of BN.
struct BnBaseAddr {
  std::uint32_t bn_base_addr = 0;  ///< [31:0] address

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x502c;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBnBaseAddr; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bn_base_addr, {0, 32}, &tables::kBnBaseAddr[0]);
    return out;
  }
  static constexpr BnBaseAddr unpack(std::uint32_t value) {
    BnBaseAddr out;
    out.bn_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const BnBaseAddr&, const BnBaseAddr&) = default;
};

/// Stream of BN.
struct BnLength {
  std::uint32_t bn_length = 1;  ///< [15:0] 8-byte units, channels * bytes of a record / 8

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5030;
  static constexpr std::uint32_t kKnownBits = 0x0000ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBnLength; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, bn_length, {0, 16}, &tables::kBnLength[0]);
    return out;
  }
  static constexpr BnLength unpack(std::uint32_t value) {
    BnLength out;
    out.bn_length = detail::get(value, {0, 16}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const BnLength&, const BnLength&) = default;
};

/// Operand of EW.
struct ErdmaCfg {
  OperandMode erdma_data_mode = OperandMode{0};  ///< [31:30]
  OperandSize erdma_data_size = OperandSize{0};  ///< [3:2]
  std::uint32_t erdma_disable = 0;  ///< [0], 1: off

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5034;
  static constexpr std::uint32_t kKnownBits = 0xc000000d;
  static constexpr std::span<const FieldInfo> fields() { return tables::kErdmaCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, static_cast<std::uint32_t>(erdma_data_mode), {30, 2}, &tables::kErdmaCfg[0]);
    detail::put_plain(out, static_cast<std::uint32_t>(erdma_data_size), {2, 2}, &tables::kErdmaCfg[1]);
    detail::put_plain(out, erdma_disable, {0, 1}, &tables::kErdmaCfg[2]);
    return out;
  }
  static constexpr ErdmaCfg unpack(std::uint32_t value) {
    ErdmaCfg out;
    out.erdma_data_mode = static_cast<OperandMode>(detail::get(value, {30, 2}));
    out.erdma_data_size = static_cast<OperandSize>(detail::get(value, {2, 2}));
    out.erdma_disable = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const ErdmaCfg&, const ErdmaCfg&) = default;
};

/// Operand of EW.
struct EwBaseAddr {
  std::uint32_t ew_base_addr = 0;  ///< [31:0] address

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5038;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwBaseAddr; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_base_addr, {0, 32}, &tables::kEwBaseAddr[0]);
    return out;
  }
  static constexpr EwBaseAddr unpack(std::uint32_t value) {
    EwBaseAddr out;
    out.ew_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const EwBaseAddr&, const EwBaseAddr&) = default;
};

/// Operand of EW.
struct EwSurfNotch {
  std::uint32_t ew_surf_notch = 0;  ///< [31:0] bytes, surface stride - 8; 0 with one surface or an operand per channel

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x503c;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwSurfNotch; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_surf_notch, {0, 32}, &tables::kEwSurfNotch[0]);
    return out;
  }
  static constexpr EwSurfNotch unpack(std::uint32_t value) {
    EwSurfNotch out;
    out.ew_surf_notch = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const EwSurfNotch&, const EwSurfNotch&) = default;
};

/// Operand of EW.
struct EwSurfStride {
  std::uint32_t ew_surf_stride = 0;  ///< [31:0] bytes, from surface to surface of the whole tensor

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5040;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kEwSurfStride; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, ew_surf_stride, {0, 32}, &tables::kEwSurfStride[0]);
    return out;
  }
  static constexpr EwSurfStride unpack(std::uint32_t value) {
    EwSurfStride out;
    out.ew_surf_stride = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const EwSurfStride&, const EwSurfStride&) = default;
};

/// What is read, and how.
struct FeatureModeCfg {
  Precision in_precision = Precision{0};  ///< [17:15], type of the main data
  std::uint32_t burst_len = 0;  ///< [14:11] verbatim, 8; other values can hang the bus
  std::uint32_t comb_use = 0;  ///< [10:8]
  Precision proc_precision = Precision{0};  ///< [7:5], type of the arithmetic
  std::uint32_t mrdma_disable = 0;  ///< [4], 1: main reader off
  std::uint32_t mrdma_fp16_to_fp32 = 0;  ///< [3]
  ConvMode conv_mode = ConvMode{0};  ///< [2:1]
  std::uint32_t flying_mode = 0;  ///< [0], 1: main data from memory, 0: from CORE

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5044;
  static constexpr std::uint32_t kKnownBits = 0x0003ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kFeatureModeCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, static_cast<std::uint32_t>(in_precision), {15, 3}, &tables::kFeatureModeCfg[0]);
    detail::put_plain(out, burst_len, {11, 4}, &tables::kFeatureModeCfg[1]);
    detail::put_plain(out, comb_use, {8, 3}, &tables::kFeatureModeCfg[2]);
    detail::put_plain(out, static_cast<std::uint32_t>(proc_precision), {5, 3}, &tables::kFeatureModeCfg[3]);
    detail::put_plain(out, mrdma_disable, {4, 1}, &tables::kFeatureModeCfg[4]);
    detail::put_plain(out, mrdma_fp16_to_fp32, {3, 1}, &tables::kFeatureModeCfg[5]);
    detail::put_plain(out, static_cast<std::uint32_t>(conv_mode), {1, 2}, &tables::kFeatureModeCfg[6]);
    detail::put_plain(out, flying_mode, {0, 1}, &tables::kFeatureModeCfg[7]);
    return out;
  }
  static constexpr FeatureModeCfg unpack(std::uint32_t value) {
    FeatureModeCfg out;
    out.in_precision = static_cast<Precision>(detail::get(value, {15, 3}));
    out.burst_len = detail::get(value, {11, 4});
    out.comb_use = detail::get(value, {8, 3});
    out.proc_precision = static_cast<Precision>(detail::get(value, {5, 3}));
    out.mrdma_disable = detail::get(value, {4, 1});
    out.mrdma_fp16_to_fp32 = detail::get(value, {3, 1});
    out.conv_mode = static_cast<ConvMode>(detail::get(value, {1, 2}));
    out.flying_mode = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const FeatureModeCfg&, const FeatureModeCfg&) = default;
};

/// Gaps, and the reader that repeats pixels (un-pooling).
struct SrcDmaCfg {
  std::uint32_t line_notch = 0;  ///< [31:19] pixels, gap at the end of every line
  std::uint32_t pooling_method = 0;  ///< [13]
  std::uint32_t unpooling_en = 0;  ///< [12], 1: pixels are repeated
  std::uint32_t kernel_stride_height = 1;  ///< [11:9] lines
  std::uint32_t kernel_stride_width = 1;  ///< [8:6] pixels
  std::uint32_t pooling_kernel_height = 1;  ///< [5:3] lines
  std::uint32_t pooling_kernel_width = 1;  ///< [2:0] pixels

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5048;
  static constexpr std::uint32_t kKnownBits = 0xfff83fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kSrcDmaCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, line_notch, {19, 13}, &tables::kSrcDmaCfg[0]);
    detail::put_plain(out, pooling_method, {13, 1}, &tables::kSrcDmaCfg[1]);
    detail::put_plain(out, unpooling_en, {12, 1}, &tables::kSrcDmaCfg[2]);
    detail::put_minus_one(out, kernel_stride_height, {9, 3}, &tables::kSrcDmaCfg[3]);
    detail::put_minus_one(out, kernel_stride_width, {6, 3}, &tables::kSrcDmaCfg[4]);
    detail::put_minus_one(out, pooling_kernel_height, {3, 3}, &tables::kSrcDmaCfg[5]);
    detail::put_minus_one(out, pooling_kernel_width, {0, 3}, &tables::kSrcDmaCfg[6]);
    return out;
  }
  static constexpr SrcDmaCfg unpack(std::uint32_t value) {
    SrcDmaCfg out;
    out.line_notch = detail::get(value, {19, 13});
    out.pooling_method = detail::get(value, {13, 1});
    out.unpooling_en = detail::get(value, {12, 1});
    out.kernel_stride_height = detail::get(value, {9, 3}) + 1U;
    out.kernel_stride_width = detail::get(value, {6, 3}) + 1U;
    out.pooling_kernel_height = detail::get(value, {3, 3}) + 1U;
    out.pooling_kernel_width = detail::get(value, {0, 3}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const SrcDmaCfg&, const SrcDmaCfg&) = default;
};

/// Gap after a surface.
struct SurfNotch {
  std::int32_t surf_notch = 0;  ///< [31:0] bytes, from the last pixel read of a surface to the next surface; negative when lines are farther apart than surfaces

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x504c;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kSurfNotch; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, surf_notch, {0, 32}, &tables::kSurfNotch[0]);
    return out;
  }
  static constexpr SurfNotch unpack(std::uint32_t value) {
    SurfNotch out;
    out.surf_notch = detail::get_signed(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const SurfNotch&, const SurfNotch&) = default;
};

/// Padding of un-pooling: 0.
struct PadCfg {
  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5064;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr PadCfg unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const PadCfg&, const PadCfg&) = default;
};

/// Arbiter weights.
struct Weight {
  std::uint32_t weights = 0;  ///< [31:0] verbatim, written verbatim: 0x01010101

  static constexpr Block kBlock = Block::kDpuRdma;
  static constexpr std::uint16_t kOffset = 0x5068;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kWeight; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, weights, {0, 32}, &tables::kWeight[0]);
    return out;
  }
  static constexpr Weight unpack(std::uint32_t value) {
    Weight out;
    out.weights = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const Weight&, const Weight&) = default;
};

}  // namespace mattock::hw::dpu_rdma
