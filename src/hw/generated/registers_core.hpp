// Written by tools/generate_registers.py from src/hw/registers/core.toml: change that, not this.

// clang-format off
#pragma once

#include <cstdint>
#include <span>

#include "hw/generated/enums.hpp"
#include "hw/registers.hpp"

namespace mattock::hw::core {

namespace tables {
extern const FieldInfo kSPointer[7];
extern const FieldInfo kOperationEnable[1];
extern const FieldInfo kMiscCfg[2];
extern const FieldInfo kDataoutSize0[2];
extern const FieldInfo kDataoutSize1[1];
extern const FieldInfo kClipTruncate[2];
}  // namespace tables

/// Which of the two register groups runs; read only, never written by commands.
struct SStatus {
  static constexpr Block kBlock = Block::kCore;
  static constexpr std::uint16_t kOffset = 0x3000;
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

  static constexpr Block kBlock = Block::kCore;
  static constexpr std::uint16_t kOffset = 0x3004;
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

  static constexpr Block kBlock = Block::kCore;
  static constexpr std::uint16_t kOffset = 0x3008;
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

/// Mode of the accumulator.
struct MiscCfg {
  Precision proc_precision = Precision{0};  ///< [13:12], stays fp16 with bf16 data
  std::uint32_t dw_en = 0;  ///< [1], 1: depthwise

  static constexpr Block kBlock = Block::kCore;
  static constexpr std::uint16_t kOffset = 0x300c;
  static constexpr std::uint32_t kKnownBits = 0x00003002;
  static constexpr std::span<const FieldInfo> fields() { return tables::kMiscCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, static_cast<std::uint32_t>(proc_precision), {12, 2}, &tables::kMiscCfg[0]);
    detail::put_plain(out, dw_en, {1, 1}, &tables::kMiscCfg[1]);
    return out;
  }
  static constexpr MiscCfg unpack(std::uint32_t value) {
    MiscCfg out;
    out.proc_precision = static_cast<Precision>(detail::get(value, {12, 2}));
    out.dw_en = detail::get(value, {1, 1});
    return out;
  }
  friend constexpr bool operator==(const MiscCfg&, const MiscCfg&) = default;
};

/// Output size.
struct DataoutSize0 {
  std::uint32_t dataout_height = 1;  ///< [31:16] lines
  std::uint32_t dataout_width = 1;  ///< [15:0] pixels

  static constexpr Block kBlock = Block::kCore;
  static constexpr std::uint16_t kOffset = 0x3010;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataoutSize0; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, dataout_height, {16, 16}, &tables::kDataoutSize0[0]);
    detail::put_minus_one(out, dataout_width, {0, 16}, &tables::kDataoutSize0[1]);
    return out;
  }
  static constexpr DataoutSize0 unpack(std::uint32_t value) {
    DataoutSize0 out;
    out.dataout_height = detail::get(value, {16, 16}) + 1U;
    out.dataout_width = detail::get(value, {0, 16}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const DataoutSize0&, const DataoutSize0&) = default;
};

/// Output channels declared.
struct DataoutSize1 {
  std::uint32_t dataout_channel = 1;  ///< [12:0] channels, a multiple of 8 (16-bit types) or 16 (int8); depthwise 16 or 32

  static constexpr Block kBlock = Block::kCore;
  static constexpr std::uint16_t kOffset = 0x3014;
  static constexpr std::uint32_t kKnownBits = 0x00001fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataoutSize1; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, dataout_channel, {0, 13}, &tables::kDataoutSize1[0]);
    return out;
  }
  static constexpr DataoutSize1 unpack(std::uint32_t value) {
    DataoutSize1 out;
    out.dataout_channel = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const DataoutSize1&, const DataoutSize1&) = default;
};

/// Shift of the accumulator; 0 in vendor files.
struct ClipTruncate {
  std::uint32_t round_type = 0;  ///< [6]
  std::uint32_t clip_truncate = 0;  ///< [4:0] bits, right shift of the accumulator

  static constexpr Block kBlock = Block::kCore;
  static constexpr std::uint16_t kOffset = 0x302c;
  static constexpr std::uint32_t kKnownBits = 0x0000005f;
  static constexpr std::span<const FieldInfo> fields() { return tables::kClipTruncate; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, round_type, {6, 1}, &tables::kClipTruncate[0]);
    detail::put_plain(out, clip_truncate, {0, 5}, &tables::kClipTruncate[1]);
    return out;
  }
  static constexpr ClipTruncate unpack(std::uint32_t value) {
    ClipTruncate out;
    out.round_type = detail::get(value, {6, 1});
    out.clip_truncate = detail::get(value, {0, 5});
    return out;
  }
  friend constexpr bool operator==(const ClipTruncate&, const ClipTruncate&) = default;
};

}  // namespace mattock::hw::core
