// Written by tools/generate_registers.py from src/hw/registers/ppu_rdma.toml: change that, not this.

// clang-format off
#pragma once

#include <cstdint>
#include <span>

#include "hw/generated/enums.hpp"
#include "hw/registers.hpp"

namespace mattock::hw::ppu_rdma {

namespace tables {
extern const FieldInfo kSPointer[7];
extern const FieldInfo kOperationEnable[1];
extern const FieldInfo kCubeInWidth[1];
extern const FieldInfo kCubeInHeight[1];
extern const FieldInfo kCubeInChannel[1];
extern const FieldInfo kUnnamed7018[1];
extern const FieldInfo kSrcBaseAddr[1];
extern const FieldInfo kSrcLineStride[1];
extern const FieldInfo kSrcSurfStride[1];
extern const FieldInfo kDataFormat[1];
}  // namespace tables

/// Which of the two register groups runs; read only, never written by commands.
struct SStatus {
  static constexpr Block kBlock = Block::kPpuRdma;
  static constexpr std::uint16_t kOffset = 0x7000;
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

  static constexpr Block kBlock = Block::kPpuRdma;
  static constexpr std::uint16_t kOffset = 0x7004;
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

  static constexpr Block kBlock = Block::kPpuRdma;
  static constexpr std::uint16_t kOffset = 0x7008;
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
struct CubeInWidth {
  std::uint32_t cube_in_width = 1;  ///< [12:0] pixels

  static constexpr Block kBlock = Block::kPpuRdma;
  static constexpr std::uint16_t kOffset = 0x700c;
  static constexpr std::uint32_t kKnownBits = 0x00001fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kCubeInWidth; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, cube_in_width, {0, 13}, &tables::kCubeInWidth[0]);
    return out;
  }
  static constexpr CubeInWidth unpack(std::uint32_t value) {
    CubeInWidth out;
    out.cube_in_width = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const CubeInWidth&, const CubeInWidth&) = default;
};

/// Height of the cube read.
struct CubeInHeight {
  std::uint32_t cube_in_height = 1;  ///< [12:0] lines

  static constexpr Block kBlock = Block::kPpuRdma;
  static constexpr std::uint16_t kOffset = 0x7010;
  static constexpr std::uint32_t kKnownBits = 0x00001fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kCubeInHeight; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, cube_in_height, {0, 13}, &tables::kCubeInHeight[0]);
    return out;
  }
  static constexpr CubeInHeight unpack(std::uint32_t value) {
    CubeInHeight out;
    out.cube_in_height = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const CubeInHeight&, const CubeInHeight&) = default;
};

/// Channels of the cube read.
struct CubeInChannel {
  std::uint32_t cube_in_channel = 1;  ///< [12:0] channels

  static constexpr Block kBlock = Block::kPpuRdma;
  static constexpr std::uint16_t kOffset = 0x7014;
  static constexpr std::uint32_t kKnownBits = 0x00001fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kCubeInChannel; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_minus_one(out, cube_in_channel, {0, 13}, &tables::kCubeInChannel[0]);
    return out;
  }
  static constexpr CubeInChannel unpack(std::uint32_t value) {
    CubeInChannel out;
    out.cube_in_channel = detail::get(value, {0, 13}) + 1U;
    return out;
  }
  friend constexpr bool operator==(const CubeInChannel&, const CubeInChannel&) = default;
};

/// Constant.
struct Unnamed7018 {
  std::uint32_t mode = 0;  ///< [31:0] verbatim, written verbatim: 1

  static constexpr Block kBlock = Block::kPpuRdma;
  static constexpr std::uint16_t kOffset = 0x7018;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kUnnamed7018; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, mode, {0, 32}, &tables::kUnnamed7018[0]);
    return out;
  }
  static constexpr Unnamed7018 unpack(std::uint32_t value) {
    Unnamed7018 out;
    out.mode = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const Unnamed7018&, const Unnamed7018&) = default;
};

/// Source.
struct SrcBaseAddr {
  std::uint32_t src_base_addr = 0;  ///< [31:0] address

  static constexpr Block kBlock = Block::kPpuRdma;
  static constexpr std::uint16_t kOffset = 0x701c;
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

/// Lines of the source.
struct SrcLineStride {
  std::uint32_t src_line_stride = 0;  ///< [31:0] bytes, width * 8 of the whole tensor

  static constexpr Block kBlock = Block::kPpuRdma;
  static constexpr std::uint16_t kOffset = 0x7024;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kSrcLineStride; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, src_line_stride, {0, 32}, &tables::kSrcLineStride[0]);
    return out;
  }
  static constexpr SrcLineStride unpack(std::uint32_t value) {
    SrcLineStride out;
    out.src_line_stride = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const SrcLineStride&, const SrcLineStride&) = default;
};

/// Surfaces of the source.
struct SrcSurfStride {
  std::uint32_t src_surf_stride = 0;  ///< [31:0] bytes, of the whole tensor

  static constexpr Block kBlock = Block::kPpuRdma;
  static constexpr std::uint16_t kOffset = 0x7028;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kSrcSurfStride; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, src_surf_stride, {0, 32}, &tables::kSrcSurfStride[0]);
    return out;
  }
  static constexpr SrcSurfStride unpack(std::uint32_t value) {
    SrcSurfStride out;
    out.src_surf_stride = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const SrcSurfStride&, const SrcSurfStride&) = default;
};

/// Type of the source.
struct DataFormat {
  Precision in_precision = Precision{0};  ///< [1:0]

  static constexpr Block kBlock = Block::kPpuRdma;
  static constexpr std::uint16_t kOffset = 0x7030;
  static constexpr std::uint32_t kKnownBits = 0x00000003;
  static constexpr std::span<const FieldInfo> fields() { return tables::kDataFormat; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, static_cast<std::uint32_t>(in_precision), {0, 2}, &tables::kDataFormat[0]);
    return out;
  }
  static constexpr DataFormat unpack(std::uint32_t value) {
    DataFormat out;
    out.in_precision = static_cast<Precision>(detail::get(value, {0, 2}));
    return out;
  }
  friend constexpr bool operator==(const DataFormat&, const DataFormat&) = default;
};

}  // namespace mattock::hw::ppu_rdma
