// Written by tools/generate_registers.py from src/hw/registers/ppu.toml: change that, not this.

// clang-format off
#pragma once

#include <cstdint>
#include <span>

#include "hw/generated/enums.hpp"
#include "hw/registers.hpp"

namespace mattock::hw::ppu {

namespace tables {
extern const FieldInfo kSPointer[7];
extern const FieldInfo kOperationEnable[1];
extern const FieldInfo kDataCubeInWidth[1];
extern const FieldInfo kDataCubeInHeight[1];
extern const FieldInfo kDataCubeInChannel[1];
extern const FieldInfo kDataCubeOutWidth[1];
extern const FieldInfo kDataCubeOutHeight[1];
extern const FieldInfo kDataCubeOutChannel[1];
extern const FieldInfo kOperationModeCfg[4];
extern const FieldInfo kPoolingKernelCfg[4];
extern const FieldInfo kRecipKernelWidth[1];
extern const FieldInfo kRecipKernelHeight[1];
extern const FieldInfo kPoolingPaddingCfg[4];
extern const FieldInfo kPaddingValue1[1];
extern const FieldInfo kPaddingValue2[1];
extern const FieldInfo kPaddingValue3[1];
extern const FieldInfo kPaddingValue4[1];
extern const FieldInfo kDstBaseAddr[1];
extern const FieldInfo kDstSurfStride[1];
extern const FieldInfo kDataFormat[3];
extern const FieldInfo kMiscCtrl[1];
}  // namespace tables

/// Which of the two register groups runs; read only, never written by commands.
struct SStatus {
  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6000;
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

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6004;
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

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6008;
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

/// Width of the input.
struct DataCubeInWidth {
  std::uint32_t cube_in_width = 1;  ///< [12:0] pixels

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x600c;
  static constexpr std::uint32_t kKnownBits = 0x00001fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataCubeInWidth; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, cube_in_width, {0, 13}, &tables::kDataCubeInWidth[0]);
    return out;
  }
  static constexpr DataCubeInWidth unpack(std::uint32_t value) {
    DataCubeInWidth out;
    out.cube_in_width = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const DataCubeInWidth&, const DataCubeInWidth&) = default;
};

/// Height of the input.
struct DataCubeInHeight {
  std::uint32_t cube_in_height = 1;  ///< [12:0] lines

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6010;
  static constexpr std::uint32_t kKnownBits = 0x00001fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataCubeInHeight; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, cube_in_height, {0, 13}, &tables::kDataCubeInHeight[0]);
    return out;
  }
  static constexpr DataCubeInHeight unpack(std::uint32_t value) {
    DataCubeInHeight out;
    out.cube_in_height = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const DataCubeInHeight&, const DataCubeInHeight&) = default;
};

/// Channels of the input.
struct DataCubeInChannel {
  std::uint32_t cube_in_channel = 1;  ///< [12:0] channels

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6014;
  static constexpr std::uint32_t kKnownBits = 0x00001fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataCubeInChannel; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, cube_in_channel, {0, 13}, &tables::kDataCubeInChannel[0]);
    return out;
  }
  static constexpr DataCubeInChannel unpack(std::uint32_t value) {
    DataCubeInChannel out;
    out.cube_in_channel = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const DataCubeInChannel&, const DataCubeInChannel&) = default;
};

/// Width of the output.
struct DataCubeOutWidth {
  std::uint32_t cube_out_width = 1;  ///< [12:0] pixels

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6018;
  static constexpr std::uint32_t kKnownBits = 0x00001fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataCubeOutWidth; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, cube_out_width, {0, 13}, &tables::kDataCubeOutWidth[0]);
    return out;
  }
  static constexpr DataCubeOutWidth unpack(std::uint32_t value) {
    DataCubeOutWidth out;
    out.cube_out_width = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const DataCubeOutWidth&, const DataCubeOutWidth&) = default;
};

/// Height of the output.
struct DataCubeOutHeight {
  std::uint32_t cube_out_height = 1;  ///< [12:0] lines

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x601c;
  static constexpr std::uint32_t kKnownBits = 0x00001fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataCubeOutHeight; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, cube_out_height, {0, 13}, &tables::kDataCubeOutHeight[0]);
    return out;
  }
  static constexpr DataCubeOutHeight unpack(std::uint32_t value) {
    DataCubeOutHeight out;
    out.cube_out_height = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const DataCubeOutHeight&, const DataCubeOutHeight&) = default;
};

/// Channels of the output.
struct DataCubeOutChannel {
  std::uint32_t cube_out_channel = 1;  ///< [12:0] channels

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6020;
  static constexpr std::uint32_t kKnownBits = 0x00001fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataCubeOutChannel; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, cube_out_channel, {0, 13}, &tables::kDataCubeOutChannel[0]);
    return out;
  }
  static constexpr DataCubeOutChannel unpack(std::uint32_t value) {
    DataCubeOutChannel out;
    out.cube_out_channel = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const DataCubeOutChannel&, const DataCubeOutChannel&) = default;
};

/// Kind of pooling.
struct OperationModeCfg {
  std::uint32_t index_en = 0;  ///< [30]
  std::uint32_t notch = 0;  ///< [28:16] pixels, gap at the end of every output line
  std::uint32_t from_memory = 0;  ///< [4], 1: input from PPU_RDMA, 0: from the DPU
  PoolingMethod pooling_method = PoolingMethod{0};  ///< [1:0]

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6024;
  static constexpr std::uint32_t kKnownBits = 0x5fff0013;
  static constexpr std::span<const FieldInfo> fields() { return tables::kOperationModeCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, index_en, {30, 1}, &tables::kOperationModeCfg[0]);
    detail::put_plain(out, notch, {16, 13}, &tables::kOperationModeCfg[1]);
    detail::put_plain(out, from_memory, {4, 1}, &tables::kOperationModeCfg[2]);
    detail::put_plain(out, static_cast<std::uint32_t>(pooling_method), {0, 2}, &tables::kOperationModeCfg[3]);
    return out;
  }
  static constexpr OperationModeCfg unpack(std::uint32_t value) {
    OperationModeCfg out;
    out.index_en = detail::get(value, {30, 1});
    out.notch = detail::get(value, {16, 13});
    out.from_memory = detail::get(value, {4, 1});
    out.pooling_method = static_cast<PoolingMethod>(detail::get(value, {0, 2}));
    return out;
  }
  friend constexpr bool operator==(const OperationModeCfg&, const OperationModeCfg&) = default;
};

/// Window.
struct PoolingKernelCfg {
  std::uint32_t kernel_stride_height = 1;  ///< [23:20] lines
  std::uint32_t kernel_stride_width = 1;  ///< [19:16] pixels
  std::uint32_t kernel_height = 1;  ///< [11:8] lines
  std::uint32_t kernel_width = 1;  ///< [3:0] pixels

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6034;
  static constexpr std::uint32_t kKnownBits = 0x00ff0f0f;
  static constexpr std::span<const FieldInfo> fields() { return tables::kPoolingKernelCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, kernel_stride_height, {20, 4}, &tables::kPoolingKernelCfg[0]);
    detail::put_minus_one(out, kernel_stride_width, {16, 4}, &tables::kPoolingKernelCfg[1]);
    detail::put_minus_one(out, kernel_height, {8, 4}, &tables::kPoolingKernelCfg[2]);
    detail::put_minus_one(out, kernel_width, {0, 4}, &tables::kPoolingKernelCfg[3]);
    return out;
  }
  static constexpr PoolingKernelCfg unpack(std::uint32_t value) {
    PoolingKernelCfg out;
    out.kernel_stride_height = detail::get(value, {20, 4}) + 1U;
    out.kernel_stride_width = detail::get(value, {16, 4}) + 1U;
    out.kernel_height = detail::get(value, {8, 4}) + 1U;
    out.kernel_width = detail::get(value, {0, 4}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const PoolingKernelCfg&, const PoolingKernelCfg&) = default;
};

/// Average.
struct RecipKernelWidth {
  std::uint32_t recip_kernel_width = 0;  ///< [16:0], 65536 / width as integer or fp16; 0 for maximum

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6038;
  static constexpr std::uint32_t kKnownBits = 0x0001ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kRecipKernelWidth; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, recip_kernel_width, {0, 17}, &tables::kRecipKernelWidth[0]);
    return out;
  }
  static constexpr RecipKernelWidth unpack(std::uint32_t value) {
    RecipKernelWidth out;
    out.recip_kernel_width = detail::get(value, {0, 17});
    return out;
  }
  friend constexpr bool operator==(const RecipKernelWidth&, const RecipKernelWidth&) = default;
};

/// Average.
struct RecipKernelHeight {
  std::uint32_t recip_kernel_height = 0;  ///< [16:0], 65536 / height as integer or fp16; 0 for maximum

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x603c;
  static constexpr std::uint32_t kKnownBits = 0x0001ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kRecipKernelHeight; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, recip_kernel_height, {0, 17}, &tables::kRecipKernelHeight[0]);
    return out;
  }
  static constexpr RecipKernelHeight unpack(std::uint32_t value) {
    RecipKernelHeight out;
    out.recip_kernel_height = detail::get(value, {0, 17});
    return out;
  }
  friend constexpr bool operator==(const RecipKernelHeight&, const RecipKernelHeight&) = default;
};

/// Padding.
struct PoolingPaddingCfg {
  std::uint32_t pad_bottom = 0;  ///< [15:12] lines
  std::uint32_t pad_right = 0;  ///< [11:8] pixels
  std::uint32_t pad_top = 0;  ///< [7:4] lines
  std::uint32_t pad_left = 0;  ///< [3:0] pixels

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6040;
  static constexpr std::uint32_t kKnownBits = 0x0000ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kPoolingPaddingCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, pad_bottom, {12, 4}, &tables::kPoolingPaddingCfg[0]);
    detail::put_plain(out, pad_right, {8, 4}, &tables::kPoolingPaddingCfg[1]);
    detail::put_plain(out, pad_top, {4, 4}, &tables::kPoolingPaddingCfg[2]);
    detail::put_plain(out, pad_left, {0, 4}, &tables::kPoolingPaddingCfg[3]);
    return out;
  }
  static constexpr PoolingPaddingCfg unpack(std::uint32_t value) {
    PoolingPaddingCfg out;
    out.pad_bottom = detail::get(value, {12, 4});
    out.pad_right = detail::get(value, {8, 4});
    out.pad_top = detail::get(value, {4, 4});
    out.pad_left = detail::get(value, {0, 4});
    return out;
  }
  friend constexpr bool operator==(const PoolingPaddingCfg&, const PoolingPaddingCfg&) = default;
};

/// Value of padded pixels; all four equal.
struct PaddingValue1 {
  std::uint32_t pad_value = 0;  ///< [18:0], int8: 19 bits, signed (0x7ff80 = -128); fp16: low 16 bits

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6044;
  static constexpr std::uint32_t kKnownBits = 0x0007ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kPaddingValue1; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, pad_value, {0, 19}, &tables::kPaddingValue1[0]);
    return out;
  }
  static constexpr PaddingValue1 unpack(std::uint32_t value) {
    PaddingValue1 out;
    out.pad_value = detail::get(value, {0, 19});
    return out;
  }
  friend constexpr bool operator==(const PaddingValue1&, const PaddingValue1&) = default;
};

/// Value of padded pixels; all four equal.
struct PaddingValue2 {
  std::uint32_t pad_value = 0;  ///< [18:0], int8: 19 bits, signed (0x7ff80 = -128); fp16: low 16 bits

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6048;
  static constexpr std::uint32_t kKnownBits = 0x0007ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kPaddingValue2; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, pad_value, {0, 19}, &tables::kPaddingValue2[0]);
    return out;
  }
  static constexpr PaddingValue2 unpack(std::uint32_t value) {
    PaddingValue2 out;
    out.pad_value = detail::get(value, {0, 19});
    return out;
  }
  friend constexpr bool operator==(const PaddingValue2&, const PaddingValue2&) = default;
};

/// Value of padded pixels; all four equal.
struct PaddingValue3 {
  std::uint32_t pad_value = 0;  ///< [18:0], int8: 19 bits, signed (0x7ff80 = -128); fp16: low 16 bits

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x604c;
  static constexpr std::uint32_t kKnownBits = 0x0007ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kPaddingValue3; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, pad_value, {0, 19}, &tables::kPaddingValue3[0]);
    return out;
  }
  static constexpr PaddingValue3 unpack(std::uint32_t value) {
    PaddingValue3 out;
    out.pad_value = detail::get(value, {0, 19});
    return out;
  }
  friend constexpr bool operator==(const PaddingValue3&, const PaddingValue3&) = default;
};

/// Value of padded pixels; all four equal.
struct PaddingValue4 {
  std::uint32_t pad_value = 0;  ///< [18:0], int8: 19 bits, signed (0x7ff80 = -128); fp16: low 16 bits

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6050;
  static constexpr std::uint32_t kKnownBits = 0x0007ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kPaddingValue4; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, pad_value, {0, 19}, &tables::kPaddingValue4[0]);
    return out;
  }
  static constexpr PaddingValue4 unpack(std::uint32_t value) {
    PaddingValue4 out;
    out.pad_value = detail::get(value, {0, 19});
    return out;
  }
  friend constexpr bool operator==(const PaddingValue4&, const PaddingValue4&) = default;
};

/// Result.
struct DstBaseAddr {
  std::uint32_t dst_base_addr = 0;  ///< [31:0] address

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6070;
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
  std::uint32_t dst_surf_stride = 0;  ///< [31:0] bytes

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x607c;
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

/// Precision, and the surface stride once more.
struct DataFormat {
  std::uint32_t index_add = 0;  ///< [31:3] bytes, surface stride of the result
  std::uint32_t flattened = 0;  ///< [2], 1 when the DPU feeds a cube of another shape; meaning open
  Precision proc_precision = Precision{0};  ///< [1:0]

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x6084;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataFormat; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_shifted(out, index_add, 3, {3, 29}, &tables::kDataFormat[0]);
    detail::put_plain(out, flattened, {2, 1}, &tables::kDataFormat[1]);
    detail::put_plain(out, static_cast<std::uint32_t>(proc_precision), {0, 2}, &tables::kDataFormat[2]);
    return out;
  }
  static constexpr DataFormat unpack(std::uint32_t value) {
    DataFormat out;
    out.index_add = detail::get(value, {3, 29}) << 3U;
    out.flattened = detail::get(value, {2, 1});
    out.proc_precision = static_cast<Precision>(detail::get(value, {0, 2}));
    return out;
  }
  friend constexpr bool operator==(const DataFormat&, const DataFormat&) = default;
};

/// Writer.
struct MiscCtrl {
  std::uint32_t mode = 0;  ///< [31:0] verbatim, written verbatim: 3, or 0 when the DPU feeds a cube of another shape

  static constexpr Block kBlock = Block::kPpu;
  static constexpr std::uint16_t kOffset = 0x60dc;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kMiscCtrl; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, mode, {0, 32}, &tables::kMiscCtrl[0]);
    return out;
  }
  static constexpr MiscCtrl unpack(std::uint32_t value) {
    MiscCtrl out;
    out.mode = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const MiscCtrl&, const MiscCtrl&) = default;
};

}  // namespace mattock::hw::ppu
