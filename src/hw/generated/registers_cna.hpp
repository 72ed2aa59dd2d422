// Written by tools/generate_registers.py from src/hw/registers/cna.toml: change that, not this.

// clang-format off
#pragma once

#include <cstdint>
#include <span>

#include "hw/generated/enums.hpp"
#include "hw/registers.hpp"

namespace mattock::hw::cna {

namespace tables {
extern const FieldInfo kSPointer[7];
extern const FieldInfo kOperationEnable[1];
extern const FieldInfo kConvCon1[7];
extern const FieldInfo kConvCon2[3];
extern const FieldInfo kConvCon3[7];
extern const FieldInfo kConvCon4[1];
extern const FieldInfo kDataSize0[2];
extern const FieldInfo kDataSize1[2];
extern const FieldInfo kDataSize2[1];
extern const FieldInfo kDataSize3[2];
extern const FieldInfo kWeightSize0[1];
extern const FieldInfo kWeightSize1[1];
extern const FieldInfo kWeightSize2[3];
extern const FieldInfo kCbufCon0[4];
extern const FieldInfo kCbufCon1[2];
extern const FieldInfo kCvtCon0[8];
extern const FieldInfo kCvtCon1[2];
extern const FieldInfo kCvtCon2[2];
extern const FieldInfo kCvtCon3[2];
extern const FieldInfo kCvtCon4[2];
extern const FieldInfo kPadCon0[3];
extern const FieldInfo kFeatureDataAddr[1];
extern const FieldInfo kDmaCon0[1];
extern const FieldInfo kDmaCon1[1];
extern const FieldInfo kDmaCon2[1];
extern const FieldInfo kFcDataSize0[2];
extern const FieldInfo kFcDataSize1[1];
extern const FieldInfo kDcompCtrl[1];
extern const FieldInfo kDcompRegnum[1];
extern const FieldInfo kDcompAddr0[1];
extern const FieldInfo kDcompAddr1[1];
extern const FieldInfo kDcompAddr2[1];
extern const FieldInfo kDcompAddr3[1];
extern const FieldInfo kDcompAddr4[1];
extern const FieldInfo kDcompAddr5[1];
extern const FieldInfo kDcompAddr6[1];
extern const FieldInfo kDcompAddr7[1];
extern const FieldInfo kDcompAmount0[1];
extern const FieldInfo kDcompAmount1[1];
extern const FieldInfo kDcompAmount2[1];
extern const FieldInfo kDcompAmount3[1];
extern const FieldInfo kDcompAmount4[1];
extern const FieldInfo kDcompAmount5[1];
extern const FieldInfo kDcompAmount6[1];
extern const FieldInfo kDcompAmount7[1];
}  // namespace tables

/// Which of the two register groups runs; read only, never written by commands.
struct SStatus {
  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1000;
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

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1004;
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

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1008;
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

/// Kind and precision of the convolution.
struct ConvCon1 {
  std::uint32_t nonalign_dma = 0;  ///< [30], 1: reads that are not aligned
  std::uint32_t group_line_off = 0;  ///< [29], 1: lines of a group are not packed
  std::uint32_t deconv = 0;  ///< [16], 1: transposed convolution, zeros (pad value) between the pixels
  std::uint32_t argb_in = 0;  ///< [15:12], image input, channels interleaved in memory: 8, 9, 10, 11 = 1, 2, 3, 4 channels; 0 = cube
  Precision proc_precision = Precision{0};  ///< [10:8], type the multipliers work in
  Precision in_precision = Precision{0};  ///< [6:4], type of the feature map
  ConvMode conv_mode = ConvMode{0};  ///< [3:0]

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x100c;
  static constexpr std::uint32_t kKnownBits = 0x6001f77f;
  static constexpr std::span<const FieldInfo> fields() { return tables::kConvCon1; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, nonalign_dma, {30, 1}, &tables::kConvCon1[0]);
    detail::put_plain(out, group_line_off, {29, 1}, &tables::kConvCon1[1]);
    detail::put_plain(out, deconv, {16, 1}, &tables::kConvCon1[2]);
    detail::put_plain(out, argb_in, {12, 4}, &tables::kConvCon1[3]);
    detail::put_plain(out, static_cast<std::uint32_t>(proc_precision), {8, 3}, &tables::kConvCon1[4]);
    detail::put_plain(out, static_cast<std::uint32_t>(in_precision), {4, 3}, &tables::kConvCon1[5]);
    detail::put_plain(out, static_cast<std::uint32_t>(conv_mode), {0, 4}, &tables::kConvCon1[6]);
    return out;
  }
  static constexpr ConvCon1 unpack(std::uint32_t value) {
    ConvCon1 out;
    out.nonalign_dma = detail::get(value, {30, 1});
    out.group_line_off = detail::get(value, {29, 1});
    out.deconv = detail::get(value, {16, 1});
    out.argb_in = detail::get(value, {12, 4});
    out.proc_precision = static_cast<Precision>(detail::get(value, {8, 3}));
    out.in_precision = static_cast<Precision>(detail::get(value, {4, 3}));
    out.conv_mode = static_cast<ConvMode>(detail::get(value, {0, 4}));
    return out;
  }
  friend constexpr bool operator==(const ConvCon1&, const ConvCon1&) = default;
};

/// When the scan starts.
struct ConvCon2 {
  std::uint32_t kernel_group = 0;  ///< [23:16], always 0 in vendor files
  std::uint32_t feature_grains = 0;  ///< [13:4] lines, lines fetched before the scan starts; too few let the multipliers run before the first weights arrive
  std::uint32_t debug = 0;  ///< [2:0]

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1010;
  static constexpr std::uint32_t kKnownBits = 0x00ff3ff7;
  static constexpr std::span<const FieldInfo> fields() { return tables::kConvCon2; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, kernel_group, {16, 8}, &tables::kConvCon2[0]);
    detail::put_plain(out, feature_grains, {4, 10}, &tables::kConvCon2[1]);
    detail::put_plain(out, debug, {0, 3}, &tables::kConvCon2[2]);
    return out;
  }
  static constexpr ConvCon2 unpack(std::uint32_t value) {
    ConvCon2 out;
    out.kernel_group = detail::get(value, {16, 8});
    out.feature_grains = detail::get(value, {4, 10});
    out.debug = detail::get(value, {0, 3});
    return out;
  }
  friend constexpr bool operator==(const ConvCon2&, const ConvCon2&) = default;
};

/// Strides and dilation.
struct ConvCon3 {
  std::uint32_t nn_mode = 0;  ///< [30:28], multi-core mode of larger chips
  std::uint32_t y_dilation = 1;  ///< [25:21] lines
  std::uint32_t x_dilation = 1;  ///< [20:16] pixels
  std::uint32_t deconv_y_stride = 1;  ///< [13:11] lines
  std::uint32_t deconv_x_stride = 1;  ///< [10:8] pixels, spread of the input in a transposed convolution
  std::uint32_t y_stride = 0;  ///< [5:3] lines, 0: every output line reads the same input line
  std::uint32_t x_stride = 0;  ///< [2:0] pixels

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1014;
  static constexpr std::uint32_t kKnownBits = 0x73ff3f3f;
  static constexpr std::span<const FieldInfo> fields() { return tables::kConvCon3; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, nn_mode, {28, 3}, &tables::kConvCon3[0]);
    detail::put_minus_one(out, y_dilation, {21, 5}, &tables::kConvCon3[1]);
    detail::put_minus_one(out, x_dilation, {16, 5}, &tables::kConvCon3[2]);
    detail::put_minus_one(out, deconv_y_stride, {11, 3}, &tables::kConvCon3[3]);
    detail::put_minus_one(out, deconv_x_stride, {8, 3}, &tables::kConvCon3[4]);
    detail::put_plain(out, y_stride, {3, 3}, &tables::kConvCon3[5]);
    detail::put_plain(out, x_stride, {0, 3}, &tables::kConvCon3[6]);
    return out;
  }
  static constexpr ConvCon3 unpack(std::uint32_t value) {
    ConvCon3 out;
    out.nn_mode = detail::get(value, {28, 3});
    out.y_dilation = detail::get(value, {21, 5}) + 1U;
    out.x_dilation = detail::get(value, {16, 5}) + 1U;
    out.deconv_y_stride = detail::get(value, {11, 3}) + 1U;
    out.deconv_x_stride = detail::get(value, {8, 3}) + 1U;
    out.y_stride = detail::get(value, {3, 3});
    out.x_stride = detail::get(value, {0, 3});
    return out;
  }
  friend constexpr bool operator==(const ConvCon3&, const ConvCon3&) = default;
};

/// Image input of 3 channels.
struct ConvCon4 {
  std::uint32_t image_taps = 0;  ///< [31:0], width * height * 9 with 3 interleaved channels, else 0

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1018;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kConvCon4; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, image_taps, {0, 32}, &tables::kConvCon4[0]);
    return out;
  }
  static constexpr ConvCon4 unpack(std::uint32_t value) {
    ConvCon4 out;
    out.image_taps = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const ConvCon4&, const ConvCon4&) = default;
};

/// Size of this task's input.
struct DataSize0 {
  std::uint32_t datain_width = 0;  ///< [26:16] pixels
  std::uint32_t datain_height = 0;  ///< [10:0] lines

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1020;
  static constexpr std::uint32_t kKnownBits = 0x07ff07ff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataSize0; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, datain_width, {16, 11}, &tables::kDataSize0[0]);
    detail::put_plain(out, datain_height, {0, 11}, &tables::kDataSize0[1]);
    return out;
  }
  static constexpr DataSize0 unpack(std::uint32_t value) {
    DataSize0 out;
    out.datain_width = detail::get(value, {16, 11});
    out.datain_height = detail::get(value, {0, 11});
    return out;
  }
  friend constexpr bool operator==(const DataSize0&, const DataSize0&) = default;
};

/// Input channels.
struct DataSize1 {
  std::uint32_t datain_channel_real = 1;  ///< [29:16] channels, channels that hold data; the others are ignored
  std::uint32_t datain_channel = 0;  ///< [15:0] channels, channels declared: whole pixels, or whole slices of 32 bytes in products

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1024;
  static constexpr std::uint32_t kKnownBits = 0x3fffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataSize1; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, datain_channel_real, {16, 14}, &tables::kDataSize1[0]);
    detail::put_plain(out, datain_channel, {0, 16}, &tables::kDataSize1[1]);
    return out;
  }
  static constexpr DataSize1 unpack(std::uint32_t value) {
    DataSize1 out;
    out.datain_channel_real = detail::get(value, {16, 14}) + 1U;
    out.datain_channel = detail::get(value, {0, 16});
    return out;
  }
  friend constexpr bool operator==(const DataSize1&, const DataSize1&) = default;
};

/// Output width.
struct DataSize2 {
  std::uint32_t dataout_width = 0;  ///< [10:0] pixels

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1028;
  static constexpr std::uint32_t kKnownBits = 0x000007ff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataSize2; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, dataout_width, {0, 11}, &tables::kDataSize2[0]);
    return out;
  }
  static constexpr DataSize2 unpack(std::uint32_t value) {
    DataSize2 out;
    out.dataout_width = detail::get(value, {0, 11});
    return out;
  }
  friend constexpr bool operator==(const DataSize2&, const DataSize2&) = default;
};

/// Output pixels.
struct DataSize3 {
  std::uint32_t surf_mode = 0;  ///< [23:22]
  std::uint32_t dataout_atomics = 0;  ///< [21:0] pixels, output width * height

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x102c;
  static constexpr std::uint32_t kKnownBits = 0x00ffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataSize3; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, surf_mode, {22, 2}, &tables::kDataSize3[0]);
    detail::put_plain(out, dataout_atomics, {0, 22}, &tables::kDataSize3[1]);
    return out;
  }
  static constexpr DataSize3 unpack(std::uint32_t value) {
    DataSize3 out;
    out.surf_mode = detail::get(value, {22, 2});
    out.dataout_atomics = detail::get(value, {0, 22});
    return out;
  }
  friend constexpr bool operator==(const DataSize3&, const DataSize3&) = default;
};

/// Size of all weights.
struct WeightSize0 {
  std::uint32_t weight_bytes = 0;  ///< [31:0] bytes, weight_bytes_per_kernel * kernels

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1030;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kWeightSize0; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, weight_bytes, {0, 32}, &tables::kWeightSize0[0]);
    return out;
  }
  static constexpr WeightSize0 unpack(std::uint32_t value) {
    WeightSize0 out;
    out.weight_bytes = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const WeightSize0&, const WeightSize0&) = default;
};

/// Size of one kernel.
struct WeightSize1 {
  std::uint32_t weight_bytes_per_kernel = 0;  ///< [18:0] bytes, taps * row; the row's last slice of 24 bytes is stored as 32

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1034;
  static constexpr std::uint32_t kKnownBits = 0x0007ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kWeightSize1; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, weight_bytes_per_kernel, {0, 19}, &tables::kWeightSize1[0]);
    return out;
  }
  static constexpr WeightSize1 unpack(std::uint32_t value) {
    WeightSize1 out;
    out.weight_bytes_per_kernel = detail::get(value, {0, 19});
    return out;
  }
  friend constexpr bool operator==(const WeightSize1&, const WeightSize1&) = default;
};

/// Kernel shape.
struct WeightSize2 {
  std::uint32_t weight_width = 0;  ///< [28:24] taps
  std::uint32_t weight_height = 0;  ///< [20:16] taps
  std::uint32_t weight_kernels = 0;  ///< [13:0] kernels, 1 for depthwise

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1038;
  static constexpr std::uint32_t kKnownBits = 0x1f1f3fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kWeightSize2; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, weight_width, {24, 5}, &tables::kWeightSize2[0]);
    detail::put_plain(out, weight_height, {16, 5}, &tables::kWeightSize2[1]);
    detail::put_plain(out, weight_kernels, {0, 14}, &tables::kWeightSize2[2]);
    return out;
  }
  static constexpr WeightSize2 unpack(std::uint32_t value) {
    WeightSize2 out;
    out.weight_width = detail::get(value, {24, 5});
    out.weight_height = detail::get(value, {16, 5});
    out.weight_kernels = detail::get(value, {0, 14});
    return out;
  }
  friend constexpr bool operator==(const WeightSize2&, const WeightSize2&) = default;
};

/// Banks of the convolution buffer. The vendor writes it twice, once right after the pointers.
struct CbufCon0 {
  std::uint32_t weight_reuse = 0;  ///< [13], 1: weights of the task before stay in the buffer
  std::uint32_t data_reuse = 0;  ///< [12], 1: data of the task before stay in the buffer
  std::uint32_t weight_banks = 0;  ///< [7:4] banks
  std::uint32_t data_banks = 0;  ///< [3:0] banks, banks for the feature map; a plain count

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1040;
  static constexpr std::uint32_t kKnownBits = 0x000030ff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kCbufCon0; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, weight_reuse, {13, 1}, &tables::kCbufCon0[0]);
    detail::put_plain(out, data_reuse, {12, 1}, &tables::kCbufCon0[1]);
    detail::put_plain(out, weight_banks, {4, 4}, &tables::kCbufCon0[2]);
    detail::put_plain(out, data_banks, {0, 4}, &tables::kCbufCon0[3]);
    return out;
  }
  static constexpr CbufCon0 unpack(std::uint32_t value) {
    CbufCon0 out;
    out.weight_reuse = detail::get(value, {13, 1});
    out.data_reuse = detail::get(value, {12, 1});
    out.weight_banks = detail::get(value, {4, 4});
    out.data_banks = detail::get(value, {0, 4});
    return out;
  }
  friend constexpr bool operator==(const CbufCon0&, const CbufCon0&) = default;
};

/// Lines in the convolution buffer.
struct CbufCon1 {
  std::uint32_t width = 0;  ///< [31:16] pixels, width of the input
  std::uint32_t data_entries = 0;  ///< [13:0] entries, entries of 32 bytes per line of all channels

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1044;
  static constexpr std::uint32_t kKnownBits = 0xffff3fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kCbufCon1; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, width, {16, 16}, &tables::kCbufCon1[0]);
    detail::put_plain(out, data_entries, {0, 14}, &tables::kCbufCon1[1]);
    return out;
  }
  static constexpr CbufCon1 unpack(std::uint32_t value) {
    CbufCon1 out;
    out.width = detail::get(value, {16, 16});
    out.data_entries = detail::get(value, {0, 14});
    return out;
  }
  friend constexpr bool operator==(const CbufCon1&, const CbufCon1&) = default;
};

/// Converter of image pixels. 0xa wherever it is off.
struct CvtCon0 {
  std::uint32_t truncate_3 = 0;  ///< [27:22] bits, right shift of channel 3
  std::uint32_t truncate_2 = 0;  ///< [21:16] bits, right shift of channel 2
  std::uint32_t truncate_1 = 0;  ///< [15:10] bits, right shift of channel 1
  std::uint32_t truncate_0 = 0;  ///< [9:4] bits, right shift of channel 0
  std::uint32_t cvt_signed = 0;  ///< [3]
  std::uint32_t cvt_round = 0;  ///< [2]
  std::uint32_t cvt_add_first = 0;  ///< [1]
  std::uint32_t cvt_enable = 0;  ///< [0], 1: pixels are converted (polarity inferred from image layers)

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x104c;
  static constexpr std::uint32_t kKnownBits = 0x0fffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kCvtCon0; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, truncate_3, {22, 6}, &tables::kCvtCon0[0]);
    detail::put_plain(out, truncate_2, {16, 6}, &tables::kCvtCon0[1]);
    detail::put_plain(out, truncate_1, {10, 6}, &tables::kCvtCon0[2]);
    detail::put_plain(out, truncate_0, {4, 6}, &tables::kCvtCon0[3]);
    detail::put_plain(out, cvt_signed, {3, 1}, &tables::kCvtCon0[4]);
    detail::put_plain(out, cvt_round, {2, 1}, &tables::kCvtCon0[5]);
    detail::put_plain(out, cvt_add_first, {1, 1}, &tables::kCvtCon0[6]);
    detail::put_plain(out, cvt_enable, {0, 1}, &tables::kCvtCon0[7]);
    return out;
  }
  static constexpr CvtCon0 unpack(std::uint32_t value) {
    CvtCon0 out;
    out.truncate_3 = detail::get(value, {22, 6});
    out.truncate_2 = detail::get(value, {16, 6});
    out.truncate_1 = detail::get(value, {10, 6});
    out.truncate_0 = detail::get(value, {4, 6});
    out.cvt_signed = detail::get(value, {3, 1});
    out.cvt_round = detail::get(value, {2, 1});
    out.cvt_add_first = detail::get(value, {1, 1});
    out.cvt_enable = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const CvtCon0&, const CvtCon0&) = default;
};

/// Conversion of image channel 0: (x * scale >> truncate) + offset.
struct CvtCon1 {
  std::int32_t scale = 0;  ///< [31:16]
  std::int32_t offset = 0;  ///< [15:0]

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1050;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kCvtCon1; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, scale, {16, 16}, &tables::kCvtCon1[0]);
    detail::put_signed(out, offset, {0, 16}, &tables::kCvtCon1[1]);
    return out;
  }
  static constexpr CvtCon1 unpack(std::uint32_t value) {
    CvtCon1 out;
    out.scale = detail::get_signed(value, {16, 16});
    out.offset = detail::get_signed(value, {0, 16});
    return out;
  }
  friend constexpr bool operator==(const CvtCon1&, const CvtCon1&) = default;
};

/// Conversion of image channel 1: (x * scale >> truncate) + offset.
struct CvtCon2 {
  std::int32_t scale = 0;  ///< [31:16]
  std::int32_t offset = 0;  ///< [15:0]

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1054;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kCvtCon2; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, scale, {16, 16}, &tables::kCvtCon2[0]);
    detail::put_signed(out, offset, {0, 16}, &tables::kCvtCon2[1]);
    return out;
  }
  static constexpr CvtCon2 unpack(std::uint32_t value) {
    CvtCon2 out;
    out.scale = detail::get_signed(value, {16, 16});
    out.offset = detail::get_signed(value, {0, 16});
    return out;
  }
  friend constexpr bool operator==(const CvtCon2&, const CvtCon2&) = default;
};

/// Conversion of image channel 2: (x * scale >> truncate) + offset.
struct CvtCon3 {
  std::int32_t scale = 0;  ///< [31:16]
  std::int32_t offset = 0;  ///< [15:0]

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1058;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kCvtCon3; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, scale, {16, 16}, &tables::kCvtCon3[0]);
    detail::put_signed(out, offset, {0, 16}, &tables::kCvtCon3[1]);
    return out;
  }
  static constexpr CvtCon3 unpack(std::uint32_t value) {
    CvtCon3 out;
    out.scale = detail::get_signed(value, {16, 16});
    out.offset = detail::get_signed(value, {0, 16});
    return out;
  }
  friend constexpr bool operator==(const CvtCon3&, const CvtCon3&) = default;
};

/// Conversion of image channel 3: (x * scale >> truncate) + offset.
struct CvtCon4 {
  std::int32_t scale = 0;  ///< [31:16]
  std::int32_t offset = 0;  ///< [15:0]

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x105c;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kCvtCon4; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, scale, {16, 16}, &tables::kCvtCon4[0]);
    detail::put_signed(out, offset, {0, 16}, &tables::kCvtCon4[1]);
    return out;
  }
  static constexpr CvtCon4 unpack(std::uint32_t value) {
    CvtCon4 out;
    out.scale = detail::get_signed(value, {16, 16});
    out.offset = detail::get_signed(value, {0, 16});
    return out;
  }
  friend constexpr bool operator==(const CvtCon4&, const CvtCon4&) = default;
};

/// Zero skipping of fully connected layers: 0.
struct FcCon0 {
  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1060;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr FcCon0 unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const FcCon0&, const FcCon0&) = default;
};

/// Zero skipping of fully connected layers: 0.
struct FcCon1 {
  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1064;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr FcCon1 unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const FcCon1&, const FcCon1&) = default;
};

/// Padding; right and bottom follow from the output size.
struct PadCon0 {
  std::int32_t pad_value = 0;  ///< [31:16], zero point in the stored domain; 0 in float
  std::uint32_t pad_left = 0;  ///< [7:4] pixels
  std::uint32_t pad_top = 0;  ///< [3:0] lines

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1068;
  static constexpr std::uint32_t kKnownBits = 0xffff00ff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kPadCon0; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_signed(out, pad_value, {16, 16}, &tables::kPadCon0[0]);
    detail::put_plain(out, pad_left, {4, 4}, &tables::kPadCon0[1]);
    detail::put_plain(out, pad_top, {0, 4}, &tables::kPadCon0[2]);
    return out;
  }
  static constexpr PadCon0 unpack(std::uint32_t value) {
    PadCon0 out;
    out.pad_value = detail::get_signed(value, {16, 16});
    out.pad_left = detail::get(value, {4, 4});
    out.pad_top = detail::get(value, {0, 4});
    return out;
  }
  friend constexpr bool operator==(const PadCon0&, const PadCon0&) = default;
};

/// Feature map.
struct FeatureDataAddr {
  std::uint32_t feature_base_addr = 0;  ///< [31:0] address, address of this task's first pixel

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1070;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kFeatureDataAddr; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, feature_base_addr, {0, 32}, &tables::kFeatureDataAddr[0]);
    return out;
  }
  static constexpr FeatureDataAddr unpack(std::uint32_t value) {
    FeatureDataAddr out;
    out.feature_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const FeatureDataAddr&, const FeatureDataAddr&) = default;
};

/// Zero skipping of fully connected layers: 0.
struct FcCon2 {
  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1074;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr FcCon2 unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const FcCon2&, const FcCon2&) = default;
};

/// DMA bursts.
struct DmaCon0 {
  std::uint32_t burst = 0;  ///< [31:0] verbatim, written verbatim: 0x00171c07; without bit 20 the multipliers emit a constant

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1078;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDmaCon0; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, burst, {0, 32}, &tables::kDmaCon0[0]);
    return out;
  }
  static constexpr DmaCon0 unpack(std::uint32_t value) {
    DmaCon0 out;
    out.burst = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DmaCon0&, const DmaCon0&) = default;
};

/// Lines in memory.
struct DmaCon1 {
  std::uint32_t line_stride = 0;  ///< [27:0] atoms, from line to line; image input: bytes of a line / 8, rounded up

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x107c;
  static constexpr std::uint32_t kKnownBits = 0x0fffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDmaCon1; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, line_stride, {0, 28}, &tables::kDmaCon1[0]);
    return out;
  }
  static constexpr DmaCon1 unpack(std::uint32_t value) {
    DmaCon1 out;
    out.line_stride = detail::get(value, {0, 28});
    return out;
  }
  friend constexpr bool operator==(const DmaCon1&, const DmaCon1&) = default;
};

/// Surfaces in memory.
struct DmaCon2 {
  std::uint32_t surf_stride = 0;  ///< [27:0] atoms, from surface to surface of the whole tensor

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1080;
  static constexpr std::uint32_t kKnownBits = 0x0fffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDmaCon2; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, surf_stride, {0, 28}, &tables::kDmaCon2[0]);
    return out;
  }
  static constexpr DmaCon2 unpack(std::uint32_t value) {
    DmaCon2 out;
    out.surf_stride = detail::get(value, {0, 28});
    return out;
  }
  friend constexpr bool operator==(const DmaCon2&, const DmaCon2&) = default;
};

/// What the DMA fetches: as data_size0, except a 1x1 map of many channels.
struct FcDataSize0 {
  std::uint32_t dma_width = 0;  ///< [29:16] pixels
  std::uint32_t dma_height = 0;  ///< [10:0] lines

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1084;
  static constexpr std::uint32_t kKnownBits = 0x3fff07ff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kFcDataSize0; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, dma_width, {16, 14}, &tables::kFcDataSize0[0]);
    detail::put_plain(out, dma_height, {0, 11}, &tables::kFcDataSize0[1]);
    return out;
  }
  static constexpr FcDataSize0 unpack(std::uint32_t value) {
    FcDataSize0 out;
    out.dma_width = detail::get(value, {16, 14});
    out.dma_height = detail::get(value, {0, 11});
    return out;
  }
  friend constexpr bool operator==(const FcDataSize0&, const FcDataSize0&) = default;
};

/// Channels the DMA fetches.
struct FcDataSize1 {
  std::uint32_t dma_channel = 0;  ///< [15:0] channels

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1088;
  static constexpr std::uint32_t kKnownBits = 0x0000ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kFcDataSize1; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, dma_channel, {0, 16}, &tables::kFcDataSize1[0]);
    return out;
  }
  static constexpr FcDataSize1 unpack(std::uint32_t value) {
    FcDataSize1 out;
    out.dma_channel = detail::get(value, {0, 16});
    return out;
  }
  friend constexpr bool operator==(const FcDataSize1&, const FcDataSize1&) = default;
};

/// Weight decompression.
struct DcompCtrl {
  std::uint32_t dcomp_enable = 0;  ///< [0], 1: weights are compressed (format not decoded)

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1100;
  static constexpr std::uint32_t kKnownBits = 0x00000001;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompCtrl; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, dcomp_enable, {0, 1}, &tables::kDcompCtrl[0]);
    return out;
  }
  static constexpr DcompCtrl unpack(std::uint32_t value) {
    DcompCtrl out;
    out.dcomp_enable = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const DcompCtrl&, const DcompCtrl&) = default;
};

/// Weight decompression.
struct DcompRegnum {
  std::uint32_t regnum = 0;  ///< [31:0] verbatim, 0, or 0x492492 with compressed weights

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1104;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompRegnum; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, regnum, {0, 32}, &tables::kDcompRegnum[0]);
    return out;
  }
  static constexpr DcompRegnum unpack(std::uint32_t value) {
    DcompRegnum out;
    out.regnum = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompRegnum&, const DcompRegnum&) = default;
};

/// Weights.
struct DcompAddr0 {
  std::uint32_t weight_base_addr = 0;  ///< [31:0] address, address of this task's first kernel

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1110;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAddr0; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, weight_base_addr, {0, 32}, &tables::kDcompAddr0[0]);
    return out;
  }
  static constexpr DcompAddr0 unpack(std::uint32_t value) {
    DcompAddr0 out;
    out.weight_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAddr0&, const DcompAddr0&) = default;
};

/// Chunk 1 of compressed weights; 0 otherwise.
struct DcompAddr1 {
  std::uint32_t chunk_base_addr = 0;  ///< [31:0] address, chunk address

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1114;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAddr1; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, chunk_base_addr, {0, 32}, &tables::kDcompAddr1[0]);
    return out;
  }
  static constexpr DcompAddr1 unpack(std::uint32_t value) {
    DcompAddr1 out;
    out.chunk_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAddr1&, const DcompAddr1&) = default;
};

/// Chunk 2 of compressed weights; 0 otherwise.
struct DcompAddr2 {
  std::uint32_t chunk_base_addr = 0;  ///< [31:0] address, chunk address

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1118;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAddr2; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, chunk_base_addr, {0, 32}, &tables::kDcompAddr2[0]);
    return out;
  }
  static constexpr DcompAddr2 unpack(std::uint32_t value) {
    DcompAddr2 out;
    out.chunk_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAddr2&, const DcompAddr2&) = default;
};

/// Chunk 3 of compressed weights; 0 otherwise.
struct DcompAddr3 {
  std::uint32_t chunk_base_addr = 0;  ///< [31:0] address, chunk address

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x111c;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAddr3; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, chunk_base_addr, {0, 32}, &tables::kDcompAddr3[0]);
    return out;
  }
  static constexpr DcompAddr3 unpack(std::uint32_t value) {
    DcompAddr3 out;
    out.chunk_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAddr3&, const DcompAddr3&) = default;
};

/// Chunk 4 of compressed weights; 0 otherwise.
struct DcompAddr4 {
  std::uint32_t chunk_base_addr = 0;  ///< [31:0] address, chunk address

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1120;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAddr4; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, chunk_base_addr, {0, 32}, &tables::kDcompAddr4[0]);
    return out;
  }
  static constexpr DcompAddr4 unpack(std::uint32_t value) {
    DcompAddr4 out;
    out.chunk_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAddr4&, const DcompAddr4&) = default;
};

/// Chunk 5 of compressed weights; 0 otherwise.
struct DcompAddr5 {
  std::uint32_t chunk_base_addr = 0;  ///< [31:0] address, chunk address

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1124;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAddr5; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, chunk_base_addr, {0, 32}, &tables::kDcompAddr5[0]);
    return out;
  }
  static constexpr DcompAddr5 unpack(std::uint32_t value) {
    DcompAddr5 out;
    out.chunk_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAddr5&, const DcompAddr5&) = default;
};

/// Chunk 6 of compressed weights; 0 otherwise.
struct DcompAddr6 {
  std::uint32_t chunk_base_addr = 0;  ///< [31:0] address, chunk address

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1128;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAddr6; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, chunk_base_addr, {0, 32}, &tables::kDcompAddr6[0]);
    return out;
  }
  static constexpr DcompAddr6 unpack(std::uint32_t value) {
    DcompAddr6 out;
    out.chunk_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAddr6&, const DcompAddr6&) = default;
};

/// Chunk 7 of compressed weights; 0 otherwise.
struct DcompAddr7 {
  std::uint32_t chunk_base_addr = 0;  ///< [31:0] address, chunk address

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x112c;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAddr7; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, chunk_base_addr, {0, 32}, &tables::kDcompAddr7[0]);
    return out;
  }
  static constexpr DcompAddr7 unpack(std::uint32_t value) {
    DcompAddr7 out;
    out.chunk_base_addr = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAddr7&, const DcompAddr7&) = default;
};

/// Size of chunk 0 of compressed weights; 0 otherwise.
struct DcompAmount0 {
  std::uint32_t amount = 0;  ///< [31:0] verbatim, unit not decoded

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1130;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAmount0; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, amount, {0, 32}, &tables::kDcompAmount0[0]);
    return out;
  }
  static constexpr DcompAmount0 unpack(std::uint32_t value) {
    DcompAmount0 out;
    out.amount = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAmount0&, const DcompAmount0&) = default;
};

/// Size of chunk 1 of compressed weights; 0 otherwise.
struct DcompAmount1 {
  std::uint32_t amount = 0;  ///< [31:0] verbatim, unit not decoded

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1134;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAmount1; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, amount, {0, 32}, &tables::kDcompAmount1[0]);
    return out;
  }
  static constexpr DcompAmount1 unpack(std::uint32_t value) {
    DcompAmount1 out;
    out.amount = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAmount1&, const DcompAmount1&) = default;
};

/// Size of chunk 2 of compressed weights; 0 otherwise.
struct DcompAmount2 {
  std::uint32_t amount = 0;  ///< [31:0] verbatim, unit not decoded

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1138;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAmount2; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, amount, {0, 32}, &tables::kDcompAmount2[0]);
    return out;
  }
  static constexpr DcompAmount2 unpack(std::uint32_t value) {
    DcompAmount2 out;
    out.amount = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAmount2&, const DcompAmount2&) = default;
};

/// Size of chunk 3 of compressed weights; 0 otherwise.
struct DcompAmount3 {
  std::uint32_t amount = 0;  ///< [31:0] verbatim, unit not decoded

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x113c;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAmount3; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, amount, {0, 32}, &tables::kDcompAmount3[0]);
    return out;
  }
  static constexpr DcompAmount3 unpack(std::uint32_t value) {
    DcompAmount3 out;
    out.amount = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAmount3&, const DcompAmount3&) = default;
};

/// Size of chunk 4 of compressed weights; 0 otherwise.
struct DcompAmount4 {
  std::uint32_t amount = 0;  ///< [31:0] verbatim, unit not decoded

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1140;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAmount4; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, amount, {0, 32}, &tables::kDcompAmount4[0]);
    return out;
  }
  static constexpr DcompAmount4 unpack(std::uint32_t value) {
    DcompAmount4 out;
    out.amount = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAmount4&, const DcompAmount4&) = default;
};

/// Size of chunk 5 of compressed weights; 0 otherwise.
struct DcompAmount5 {
  std::uint32_t amount = 0;  ///< [31:0] verbatim, unit not decoded

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1144;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAmount5; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, amount, {0, 32}, &tables::kDcompAmount5[0]);
    return out;
  }
  static constexpr DcompAmount5 unpack(std::uint32_t value) {
    DcompAmount5 out;
    out.amount = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAmount5&, const DcompAmount5&) = default;
};

/// Size of chunk 6 of compressed weights; 0 otherwise.
struct DcompAmount6 {
  std::uint32_t amount = 0;  ///< [31:0] verbatim, unit not decoded

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1148;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAmount6; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, amount, {0, 32}, &tables::kDcompAmount6[0]);
    return out;
  }
  static constexpr DcompAmount6 unpack(std::uint32_t value) {
    DcompAmount6 out;
    out.amount = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAmount6&, const DcompAmount6&) = default;
};

/// Size of chunk 7 of compressed weights; 0 otherwise.
struct DcompAmount7 {
  std::uint32_t amount = 0;  ///< [31:0] verbatim, unit not decoded

  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x114c;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDcompAmount7; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, amount, {0, 32}, &tables::kDcompAmount7[0]);
    return out;
  }
  static constexpr DcompAmount7 unpack(std::uint32_t value) {
    DcompAmount7 out;
    out.amount = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const DcompAmount7&, const DcompAmount7&) = default;
};

/// Vendor files write 0; harmless to omit.
struct Unnamed1210 {
  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1210;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr Unnamed1210 unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const Unnamed1210&, const Unnamed1210&) = default;
};

/// Vendor files write 0; harmless to omit.
struct Unnamed1214 {
  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1214;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr Unnamed1214 unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const Unnamed1214&, const Unnamed1214&) = default;
};

/// Vendor files write 0; harmless to omit.
struct Unnamed1218 {
  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1218;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr Unnamed1218 unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const Unnamed1218&, const Unnamed1218&) = default;
};

/// Vendor files write 0; harmless to omit.
struct Unnamed121c {
  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x121c;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr Unnamed121c unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const Unnamed121c&, const Unnamed121c&) = default;
};

/// Vendor files write 0; harmless to omit.
struct Unnamed1220 {
  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1220;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr Unnamed1220 unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const Unnamed1220&, const Unnamed1220&) = default;
};

/// Vendor files write 0; harmless to omit.
struct Unnamed1224 {
  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1224;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr Unnamed1224 unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const Unnamed1224&, const Unnamed1224&) = default;
};

/// Vendor files write 0; harmless to omit.
struct Unnamed1228 {
  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1228;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr Unnamed1228 unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const Unnamed1228&, const Unnamed1228&) = default;
};

/// Vendor files write 0; harmless to omit.
struct Unnamed122c {
  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x122c;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr Unnamed122c unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const Unnamed122c&, const Unnamed122c&) = default;
};

/// Vendor files write 0; harmless to omit.
struct Unnamed1230 {
  static constexpr Block kBlock = Block::kCna;
  static constexpr std::uint16_t kOffset = 0x1230;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr Unnamed1230 unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const Unnamed1230&, const Unnamed1230&) = default;
};

}  // namespace mattock::hw::cna
