// The NPU's command word and task record, as they stand in memory and in model files.
// Word: [63:48] target, [47:16] value, [15:0] register offset (RK356x notes: every vendor stream and model).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace mattock::hw {

enum class Block : std::uint8_t { kPc, kCna, kCmac, kCore, kDpu, kDpuRdma, kPpu, kPpuRdma };
inline constexpr std::size_t kBlockCount = 8;

/// The target of register writes to `block`, such as 0x0201 for CNA.
std::uint16_t target_of(Block block);
/// Lower-case name as in listings: "cna", "dpu_rdma".
std::string_view block_name(Block block);
/// The block that register writes with this target go to; nothing for the tail targets and unknown ones.
std::optional<Block> block_of_target(std::uint16_t target);
/// Bit of `block` in the op-enable word; nothing for the PC.
std::optional<unsigned> enable_bit(Block block);

inline constexpr std::uint16_t kTargetMarker = 0x0041;    ///< must precede op-enable
inline constexpr std::uint16_t kTargetOpEnable = 0x0081;  ///< starts the blocks in its value together
inline constexpr std::uint16_t kMarkerOffset = 0x0000;    ///< register offset in the marker word
inline constexpr std::uint16_t kOpEnableOffset = 0x0008;  ///< register offset in the op-enable word
inline constexpr std::uint16_t kPcNextAddress = 0x0010;   ///< PC register: where the next task's words are
inline constexpr std::uint16_t kPcNextAmount = 0x0014;    ///< PC register: how many words to fetch there
inline constexpr std::size_t kTailWords = 4;              ///< words after regcfg_amount in every task
inline constexpr std::size_t kMaxTaskWords = 1024;        ///< tail included; more hangs the PC (board report)
inline constexpr std::size_t kWordBytes = 8;

struct Command {
  std::uint16_t target = 0;
  std::uint32_t value = 0;
  std::uint16_t offset = 0;

  static constexpr Command decode(std::uint64_t word) {
    return {static_cast<std::uint16_t>(word >> 48), static_cast<std::uint32_t>(word >> 16),
            static_cast<std::uint16_t>(word)};
  }
  constexpr std::uint64_t encode() const { return std::uint64_t{target} << 48 | std::uint64_t{value} << 16 | offset; }
  friend constexpr bool operator==(const Command&, const Command&) = default;
};

/// The kernel's 40-byte task record.
struct TaskRecord {
  static constexpr std::size_t kBytes = 40;

  std::uint32_t flags = 0;
  std::uint32_t op_index = 0;     ///< index of the graph node this task belongs to
  std::uint32_t enable_mask = 0;  ///< equals the op-enable word
  std::uint32_t int_mask = 0;     ///< 0x300 when the DPU writes, 0xc00 when the PPU does
  std::uint32_t int_clear = 0;
  std::uint32_t int_status = 0;     ///< filled by the kernel
  std::uint32_t regcfg_amount = 0;  ///< words, tail excluded
  std::uint32_t regcfg_offset = 0;
  std::uint64_t regcmd_addr = 0;  ///< byte offset in the command block, in a submitted record a DMA address

  /// `bytes` holds at least kBytes (asserted).
  static TaskRecord load(std::span<const std::byte> bytes);
  void store(std::span<std::byte> bytes) const;
  friend bool operator==(const TaskRecord&, const TaskRecord&) = default;
};

}  // namespace mattock::hw
