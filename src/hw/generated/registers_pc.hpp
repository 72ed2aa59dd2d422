// Written by tools/generate_registers.py from src/hw/registers/pc.toml: change that, not this.

// clang-format off
#pragma once

#include <cstdint>
#include <span>

#include "hw/generated/enums.hpp"
#include "hw/registers.hpp"

namespace mattock::hw::pc {

namespace tables {
extern const FieldInfo kOperationEnable[1];
extern const FieldInfo kBaseAddress[2];
extern const FieldInfo kRegisterAmounts[1];
extern const FieldInfo kInterruptMask[15];
extern const FieldInfo kInterruptClear[15];
extern const FieldInfo kInterruptStatus[15];
extern const FieldInfo kInterruptRawStatus[15];
extern const FieldInfo kTaskCon[3];
extern const FieldInfo kTaskDmaBaseAddr[1];
extern const FieldInfo kTaskStatus[1];
}  // namespace tables

/// Hardware version, read only; the driver hands it to programs.
struct Version {
  static constexpr Block kBlock = Block::kPc;
  static constexpr std::uint16_t kOffset = 0x0000;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr Version unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const Version&, const Version&) = default;
};

/// Second half of the hardware version, read only.
struct VersionNum {
  static constexpr Block kBlock = Block::kPc;
  static constexpr std::uint16_t kOffset = 0x0004;
  static constexpr std::uint32_t kKnownBits = 0x00000000;
  static constexpr std::span<const FieldInfo> fields() { return {}; }
  constexpr PackResult pack() const { return {}; }
  static constexpr VersionNum unpack(std::uint32_t) { return {}; }
  friend constexpr bool operator==(const VersionNum&, const VersionNum&) = default;
};

/// Written by the kernel: 1, then 0, to start a submit.
struct OperationEnable {
  std::uint32_t op_en = 0;  ///< [0], 1: fetch and run

  static constexpr Block kBlock = Block::kPc;
  static constexpr std::uint16_t kOffset = 0x0008;
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

/// Where the next words are: written by the kernel for the first task, by the first tail word for the next.
struct BaseAddress {
  std::uint32_t next_address = 0;  ///< [31:4] address, byte address of the words, a multiple of 16
  std::uint32_t slave_mode = 0;  ///< [0], 1: registers are written by the CPU, no fetch

  static constexpr Block kBlock = Block::kPc;
  static constexpr std::uint16_t kOffset = 0x0010;
  static constexpr std::uint32_t kKnownBits = 0xfffffff1;
  static constexpr std::span<const FieldInfo> fields() { return tables::kBaseAddress; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_shifted(out, next_address, 4, {4, 28}, &tables::kBaseAddress[0]);
    detail::put_plain(out, slave_mode, {0, 1}, &tables::kBaseAddress[1]);
    return out;
  }
  static constexpr BaseAddress unpack(std::uint32_t value) {
    BaseAddress out;
    out.next_address = detail::get(value, {4, 28}) << 4U;
    out.slave_mode = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const BaseAddress&, const BaseAddress&) = default;
};

/// How many words to fetch for the next task; 0 in the last one.
struct RegisterAmounts {
  std::uint32_t amount = 0;  ///< [15:0] words, words fetched = (amount + 1) * scale of the chip, scale 1 here

  static constexpr Block kBlock = Block::kPc;
  static constexpr std::uint16_t kOffset = 0x0014;
  static constexpr std::uint32_t kKnownBits = 0x0000ffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kRegisterAmounts; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, amount, {0, 16}, &tables::kRegisterAmounts[0]);
    return out;
  }
  static constexpr RegisterAmounts unpack(std::uint32_t value) {
    RegisterAmounts out;
    out.amount = detail::get(value, {0, 16});
    return out;
  }
  friend constexpr bool operator==(const RegisterAmounts&, const RegisterAmounts&) = default;
};

/// Interrupts that reach the CPU: the kernel writes the int_mask of the last task.
struct InterruptMask {
  std::uint32_t bit_16 = 0;  ///< [16], exists on RK3568, meaning unknown
  std::uint32_t dma_write_error = 0;  ///< [13], a transfer failed
  std::uint32_t dma_read_error = 0;  ///< [12], a transfer failed
  std::uint32_t ppu_1 = 0;  ///< [11], group 1 done
  std::uint32_t ppu_0 = 0;  ///< [10], group 0 done
  std::uint32_t dpu_1 = 0;  ///< [9], group 1 done
  std::uint32_t dpu_0 = 0;  ///< [8], group 0 done
  std::uint32_t core_1 = 0;  ///< [7], group 1 done
  std::uint32_t core_0 = 0;  ///< [6], group 0 done
  std::uint32_t cna_csc_1 = 0;  ///< [5], group 1 done
  std::uint32_t cna_csc_0 = 0;  ///< [4], group 0 done
  std::uint32_t cna_weight_1 = 0;  ///< [3], group 1 done
  std::uint32_t cna_weight_0 = 0;  ///< [2], group 0 done
  std::uint32_t cna_feature_1 = 0;  ///< [1], group 1 done
  std::uint32_t cna_feature_0 = 0;  ///< [0], group 0 done

  static constexpr Block kBlock = Block::kPc;
  static constexpr std::uint16_t kOffset = 0x0020;
  static constexpr std::uint32_t kKnownBits = 0x00013fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kInterruptMask; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bit_16, {16, 1}, &tables::kInterruptMask[0]);
    detail::put_plain(out, dma_write_error, {13, 1}, &tables::kInterruptMask[1]);
    detail::put_plain(out, dma_read_error, {12, 1}, &tables::kInterruptMask[2]);
    detail::put_plain(out, ppu_1, {11, 1}, &tables::kInterruptMask[3]);
    detail::put_plain(out, ppu_0, {10, 1}, &tables::kInterruptMask[4]);
    detail::put_plain(out, dpu_1, {9, 1}, &tables::kInterruptMask[5]);
    detail::put_plain(out, dpu_0, {8, 1}, &tables::kInterruptMask[6]);
    detail::put_plain(out, core_1, {7, 1}, &tables::kInterruptMask[7]);
    detail::put_plain(out, core_0, {6, 1}, &tables::kInterruptMask[8]);
    detail::put_plain(out, cna_csc_1, {5, 1}, &tables::kInterruptMask[9]);
    detail::put_plain(out, cna_csc_0, {4, 1}, &tables::kInterruptMask[10]);
    detail::put_plain(out, cna_weight_1, {3, 1}, &tables::kInterruptMask[11]);
    detail::put_plain(out, cna_weight_0, {2, 1}, &tables::kInterruptMask[12]);
    detail::put_plain(out, cna_feature_1, {1, 1}, &tables::kInterruptMask[13]);
    detail::put_plain(out, cna_feature_0, {0, 1}, &tables::kInterruptMask[14]);
    return out;
  }
  static constexpr InterruptMask unpack(std::uint32_t value) {
    InterruptMask out;
    out.bit_16 = detail::get(value, {16, 1});
    out.dma_write_error = detail::get(value, {13, 1});
    out.dma_read_error = detail::get(value, {12, 1});
    out.ppu_1 = detail::get(value, {11, 1});
    out.ppu_0 = detail::get(value, {10, 1});
    out.dpu_1 = detail::get(value, {9, 1});
    out.dpu_0 = detail::get(value, {8, 1});
    out.core_1 = detail::get(value, {7, 1});
    out.core_0 = detail::get(value, {6, 1});
    out.cna_csc_1 = detail::get(value, {5, 1});
    out.cna_csc_0 = detail::get(value, {4, 1});
    out.cna_weight_1 = detail::get(value, {3, 1});
    out.cna_weight_0 = detail::get(value, {2, 1});
    out.cna_feature_1 = detail::get(value, {1, 1});
    out.cna_feature_0 = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const InterruptMask&, const InterruptMask&) = default;
};

/// Interrupts to clear: the kernel writes the int_mask of the first task.
struct InterruptClear {
  std::uint32_t bit_16 = 0;  ///< [16], exists on RK3568, meaning unknown
  std::uint32_t dma_write_error = 0;  ///< [13], a transfer failed
  std::uint32_t dma_read_error = 0;  ///< [12], a transfer failed
  std::uint32_t ppu_1 = 0;  ///< [11], group 1 done
  std::uint32_t ppu_0 = 0;  ///< [10], group 0 done
  std::uint32_t dpu_1 = 0;  ///< [9], group 1 done
  std::uint32_t dpu_0 = 0;  ///< [8], group 0 done
  std::uint32_t core_1 = 0;  ///< [7], group 1 done
  std::uint32_t core_0 = 0;  ///< [6], group 0 done
  std::uint32_t cna_csc_1 = 0;  ///< [5], group 1 done
  std::uint32_t cna_csc_0 = 0;  ///< [4], group 0 done
  std::uint32_t cna_weight_1 = 0;  ///< [3], group 1 done
  std::uint32_t cna_weight_0 = 0;  ///< [2], group 0 done
  std::uint32_t cna_feature_1 = 0;  ///< [1], group 1 done
  std::uint32_t cna_feature_0 = 0;  ///< [0], group 0 done

  static constexpr Block kBlock = Block::kPc;
  static constexpr std::uint16_t kOffset = 0x0024;
  static constexpr std::uint32_t kKnownBits = 0x00013fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kInterruptClear; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bit_16, {16, 1}, &tables::kInterruptClear[0]);
    detail::put_plain(out, dma_write_error, {13, 1}, &tables::kInterruptClear[1]);
    detail::put_plain(out, dma_read_error, {12, 1}, &tables::kInterruptClear[2]);
    detail::put_plain(out, ppu_1, {11, 1}, &tables::kInterruptClear[3]);
    detail::put_plain(out, ppu_0, {10, 1}, &tables::kInterruptClear[4]);
    detail::put_plain(out, dpu_1, {9, 1}, &tables::kInterruptClear[5]);
    detail::put_plain(out, dpu_0, {8, 1}, &tables::kInterruptClear[6]);
    detail::put_plain(out, core_1, {7, 1}, &tables::kInterruptClear[7]);
    detail::put_plain(out, core_0, {6, 1}, &tables::kInterruptClear[8]);
    detail::put_plain(out, cna_csc_1, {5, 1}, &tables::kInterruptClear[9]);
    detail::put_plain(out, cna_csc_0, {4, 1}, &tables::kInterruptClear[10]);
    detail::put_plain(out, cna_weight_1, {3, 1}, &tables::kInterruptClear[11]);
    detail::put_plain(out, cna_weight_0, {2, 1}, &tables::kInterruptClear[12]);
    detail::put_plain(out, cna_feature_1, {1, 1}, &tables::kInterruptClear[13]);
    detail::put_plain(out, cna_feature_0, {0, 1}, &tables::kInterruptClear[14]);
    return out;
  }
  static constexpr InterruptClear unpack(std::uint32_t value) {
    InterruptClear out;
    out.bit_16 = detail::get(value, {16, 1});
    out.dma_write_error = detail::get(value, {13, 1});
    out.dma_read_error = detail::get(value, {12, 1});
    out.ppu_1 = detail::get(value, {11, 1});
    out.ppu_0 = detail::get(value, {10, 1});
    out.dpu_1 = detail::get(value, {9, 1});
    out.dpu_0 = detail::get(value, {8, 1});
    out.core_1 = detail::get(value, {7, 1});
    out.core_0 = detail::get(value, {6, 1});
    out.cna_csc_1 = detail::get(value, {5, 1});
    out.cna_csc_0 = detail::get(value, {4, 1});
    out.cna_weight_1 = detail::get(value, {3, 1});
    out.cna_weight_0 = detail::get(value, {2, 1});
    out.cna_feature_1 = detail::get(value, {1, 1});
    out.cna_feature_0 = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const InterruptClear&, const InterruptClear&) = default;
};

/// Raised and unmasked interrupts.
struct InterruptStatus {
  std::uint32_t bit_16 = 0;  ///< [16], exists on RK3568, meaning unknown
  std::uint32_t dma_write_error = 0;  ///< [13], a transfer failed
  std::uint32_t dma_read_error = 0;  ///< [12], a transfer failed
  std::uint32_t ppu_1 = 0;  ///< [11], group 1 done
  std::uint32_t ppu_0 = 0;  ///< [10], group 0 done
  std::uint32_t dpu_1 = 0;  ///< [9], group 1 done
  std::uint32_t dpu_0 = 0;  ///< [8], group 0 done
  std::uint32_t core_1 = 0;  ///< [7], group 1 done
  std::uint32_t core_0 = 0;  ///< [6], group 0 done
  std::uint32_t cna_csc_1 = 0;  ///< [5], group 1 done
  std::uint32_t cna_csc_0 = 0;  ///< [4], group 0 done
  std::uint32_t cna_weight_1 = 0;  ///< [3], group 1 done
  std::uint32_t cna_weight_0 = 0;  ///< [2], group 0 done
  std::uint32_t cna_feature_1 = 0;  ///< [1], group 1 done
  std::uint32_t cna_feature_0 = 0;  ///< [0], group 0 done

  static constexpr Block kBlock = Block::kPc;
  static constexpr std::uint16_t kOffset = 0x0028;
  static constexpr std::uint32_t kKnownBits = 0x00013fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kInterruptStatus; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bit_16, {16, 1}, &tables::kInterruptStatus[0]);
    detail::put_plain(out, dma_write_error, {13, 1}, &tables::kInterruptStatus[1]);
    detail::put_plain(out, dma_read_error, {12, 1}, &tables::kInterruptStatus[2]);
    detail::put_plain(out, ppu_1, {11, 1}, &tables::kInterruptStatus[3]);
    detail::put_plain(out, ppu_0, {10, 1}, &tables::kInterruptStatus[4]);
    detail::put_plain(out, dpu_1, {9, 1}, &tables::kInterruptStatus[5]);
    detail::put_plain(out, dpu_0, {8, 1}, &tables::kInterruptStatus[6]);
    detail::put_plain(out, core_1, {7, 1}, &tables::kInterruptStatus[7]);
    detail::put_plain(out, core_0, {6, 1}, &tables::kInterruptStatus[8]);
    detail::put_plain(out, cna_csc_1, {5, 1}, &tables::kInterruptStatus[9]);
    detail::put_plain(out, cna_csc_0, {4, 1}, &tables::kInterruptStatus[10]);
    detail::put_plain(out, cna_weight_1, {3, 1}, &tables::kInterruptStatus[11]);
    detail::put_plain(out, cna_weight_0, {2, 1}, &tables::kInterruptStatus[12]);
    detail::put_plain(out, cna_feature_1, {1, 1}, &tables::kInterruptStatus[13]);
    detail::put_plain(out, cna_feature_0, {0, 1}, &tables::kInterruptStatus[14]);
    return out;
  }
  static constexpr InterruptStatus unpack(std::uint32_t value) {
    InterruptStatus out;
    out.bit_16 = detail::get(value, {16, 1});
    out.dma_write_error = detail::get(value, {13, 1});
    out.dma_read_error = detail::get(value, {12, 1});
    out.ppu_1 = detail::get(value, {11, 1});
    out.ppu_0 = detail::get(value, {10, 1});
    out.dpu_1 = detail::get(value, {9, 1});
    out.dpu_0 = detail::get(value, {8, 1});
    out.core_1 = detail::get(value, {7, 1});
    out.core_0 = detail::get(value, {6, 1});
    out.cna_csc_1 = detail::get(value, {5, 1});
    out.cna_csc_0 = detail::get(value, {4, 1});
    out.cna_weight_1 = detail::get(value, {3, 1});
    out.cna_weight_0 = detail::get(value, {2, 1});
    out.cna_feature_1 = detail::get(value, {1, 1});
    out.cna_feature_0 = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const InterruptStatus&, const InterruptStatus&) = default;
};

/// Raised interrupts.
struct InterruptRawStatus {
  std::uint32_t bit_16 = 0;  ///< [16], exists on RK3568, meaning unknown
  std::uint32_t dma_write_error = 0;  ///< [13], a transfer failed
  std::uint32_t dma_read_error = 0;  ///< [12], a transfer failed
  std::uint32_t ppu_1 = 0;  ///< [11], group 1 done
  std::uint32_t ppu_0 = 0;  ///< [10], group 0 done
  std::uint32_t dpu_1 = 0;  ///< [9], group 1 done
  std::uint32_t dpu_0 = 0;  ///< [8], group 0 done
  std::uint32_t core_1 = 0;  ///< [7], group 1 done
  std::uint32_t core_0 = 0;  ///< [6], group 0 done
  std::uint32_t cna_csc_1 = 0;  ///< [5], group 1 done
  std::uint32_t cna_csc_0 = 0;  ///< [4], group 0 done
  std::uint32_t cna_weight_1 = 0;  ///< [3], group 1 done
  std::uint32_t cna_weight_0 = 0;  ///< [2], group 0 done
  std::uint32_t cna_feature_1 = 0;  ///< [1], group 1 done
  std::uint32_t cna_feature_0 = 0;  ///< [0], group 0 done

  static constexpr Block kBlock = Block::kPc;
  static constexpr std::uint16_t kOffset = 0x002c;
  static constexpr std::uint32_t kKnownBits = 0x00013fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kInterruptRawStatus; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, bit_16, {16, 1}, &tables::kInterruptRawStatus[0]);
    detail::put_plain(out, dma_write_error, {13, 1}, &tables::kInterruptRawStatus[1]);
    detail::put_plain(out, dma_read_error, {12, 1}, &tables::kInterruptRawStatus[2]);
    detail::put_plain(out, ppu_1, {11, 1}, &tables::kInterruptRawStatus[3]);
    detail::put_plain(out, ppu_0, {10, 1}, &tables::kInterruptRawStatus[4]);
    detail::put_plain(out, dpu_1, {9, 1}, &tables::kInterruptRawStatus[5]);
    detail::put_plain(out, dpu_0, {8, 1}, &tables::kInterruptRawStatus[6]);
    detail::put_plain(out, core_1, {7, 1}, &tables::kInterruptRawStatus[7]);
    detail::put_plain(out, core_0, {6, 1}, &tables::kInterruptRawStatus[8]);
    detail::put_plain(out, cna_csc_1, {5, 1}, &tables::kInterruptRawStatus[9]);
    detail::put_plain(out, cna_csc_0, {4, 1}, &tables::kInterruptRawStatus[10]);
    detail::put_plain(out, cna_weight_1, {3, 1}, &tables::kInterruptRawStatus[11]);
    detail::put_plain(out, cna_weight_0, {2, 1}, &tables::kInterruptRawStatus[12]);
    detail::put_plain(out, cna_feature_1, {1, 1}, &tables::kInterruptRawStatus[13]);
    detail::put_plain(out, cna_feature_0, {0, 1}, &tables::kInterruptRawStatus[14]);
    return out;
  }
  static constexpr InterruptRawStatus unpack(std::uint32_t value) {
    InterruptRawStatus out;
    out.bit_16 = detail::get(value, {16, 1});
    out.dma_write_error = detail::get(value, {13, 1});
    out.dma_read_error = detail::get(value, {12, 1});
    out.ppu_1 = detail::get(value, {11, 1});
    out.ppu_0 = detail::get(value, {10, 1});
    out.dpu_1 = detail::get(value, {9, 1});
    out.dpu_0 = detail::get(value, {8, 1});
    out.core_1 = detail::get(value, {7, 1});
    out.core_0 = detail::get(value, {6, 1});
    out.cna_csc_1 = detail::get(value, {5, 1});
    out.cna_csc_0 = detail::get(value, {4, 1});
    out.cna_weight_1 = detail::get(value, {3, 1});
    out.cna_weight_0 = detail::get(value, {2, 1});
    out.cna_feature_1 = detail::get(value, {1, 1});
    out.cna_feature_0 = detail::get(value, {0, 1});
    return out;
  }
  friend constexpr bool operator==(const InterruptRawStatus&, const InterruptRawStatus&) = default;
};

/// Task chain: written by the kernel as (6 + pingpong) << 12 | tasks.
struct TaskCon {
  std::uint32_t start_bits = 0;  ///< [14:13] verbatim, always 3
  std::uint32_t task_pp_en = 0;  ///< [12], the ping-pong flag of the submit
  std::uint32_t task_number = 0;  ///< [11:0] tasks, tasks of this submit

  static constexpr Block kBlock = Block::kPc;
  static constexpr std::uint16_t kOffset = 0x0030;
  static constexpr std::uint32_t kKnownBits = 0x00007fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kTaskCon; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, start_bits, {13, 2}, &tables::kTaskCon[0]);
    detail::put_plain(out, task_pp_en, {12, 1}, &tables::kTaskCon[1]);
    detail::put_plain(out, task_number, {0, 12}, &tables::kTaskCon[2]);
    return out;
  }
  static constexpr TaskCon unpack(std::uint32_t value) {
    TaskCon out;
    out.start_bits = detail::get(value, {13, 2});
    out.task_pp_en = detail::get(value, {12, 1});
    out.task_number = detail::get(value, {0, 12});
    return out;
  }
  friend constexpr bool operator==(const TaskCon&, const TaskCon&) = default;
};

/// Added to every DMA address.
struct TaskDmaBaseAddr {
  std::uint32_t base_address = 0;  ///< [31:0] address, always 0 in practice

  static constexpr Block kBlock = Block::kPc;
  static constexpr std::uint16_t kOffset = 0x0034;
  static constexpr std::uint32_t kKnownBits = 0xffffffff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kTaskDmaBaseAddr; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, base_address, {0, 32}, &tables::kTaskDmaBaseAddr[0]);
    return out;
  }
  static constexpr TaskDmaBaseAddr unpack(std::uint32_t value) {
    TaskDmaBaseAddr out;
    out.base_address = detail::get(value, {0, 32});
    return out;
  }
  friend constexpr bool operator==(const TaskDmaBaseAddr&, const TaskDmaBaseAddr&) = default;
};

/// Progress of the chain, read by the kernel.
struct TaskStatus {
  std::uint32_t tasks_done = 0;  ///< [11:0] tasks, 12-bit counter

  static constexpr Block kBlock = Block::kPc;
  static constexpr std::uint16_t kOffset = 0x003c;
  static constexpr std::uint32_t kKnownBits = 0x00000fff;
  static constexpr std::span<const FieldInfo> fields() { return tables::kTaskStatus; }
  constexpr PackResult pack() const {
    PackResult out;
    detail::put_plain(out, tasks_done, {0, 12}, &tables::kTaskStatus[0]);
    return out;
  }
  static constexpr TaskStatus unpack(std::uint32_t value) {
    TaskStatus out;
    out.tasks_done = detail::get(value, {0, 12});
    return out;
  }
  friend constexpr bool operator==(const TaskStatus&, const TaskStatus&) = default;
};

}  // namespace mattock::hw::pc
