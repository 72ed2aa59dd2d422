// Written by tools/generate_registers.py from src/hw/registers/cmac.toml: change that, not this.

// clang-format off
#pragma once

#include <cstdint>
#include <span>

#include "hw/generated/enums.hpp"
#include "hw/registers.hpp"

namespace mattock::hw::cmac {

namespace tables {
extern const FieldInfo kSPointer[7];
extern const FieldInfo kOperationEnable[1];
extern const FieldInfo kMiscCfg[3];
}  // namespace tables

/// Which of the two register groups runs; read only, never written by commands.
struct SStatus {
  static constexpr Block kBlock = Block::kCmac;
  static constexpr std::uint16_t kOffset = 0x2000;
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

  static constexpr Block kBlock = Block::kCmac;
  static constexpr std::uint16_t kOffset = 0x2004;
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

  static constexpr Block kBlock = Block::kCmac;
  static constexpr std::uint16_t kOffset = 0x2008;
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

/// Mode of the multipliers.
struct MiscCfg {
  Precision proc_precision = Precision{0};  ///< [13:12]
  std::uint32_t dw_en = 0;  ///< [1], 1: depthwise
  std::uint32_t always_one = 0;  ///< [0], 1 in every vendor task

  static constexpr Block kBlock = Block::kCmac;
  static constexpr std::uint16_t kOffset = 0x200c;
  static constexpr std::uint32_t kKnownBits = 0x00003003;
  static constexpr std::span<const FieldInfo> fields() { return tables::kMiscCfg; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, static_cast<std::uint32_t>(proc_precision), {12, 2}, &tables::kMiscCfg[0]);
    detail::put_plain(out, dw_en, {1, 1}, &tables::kMiscCfg[1]);
    detail::put_plain(out, always_one, {0, 1}, &tables::kMiscCfg[2]);
    return out;
  }
  static constexpr MiscCfg unpack(std::uint32_t value) {
    MiscCfg out;
    out.proc_precision = static_cast<Precision>(detail::get(value, {12, 2}));
    out.dw_en = detail::get(value, {1, 1});
    out.always_one = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const MiscCfg&, const MiscCfg&) = default;
};

}  // namespace mattock::hw::cmac
