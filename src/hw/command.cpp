#include "hw/command.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace mattock::hw {
namespace {

struct BlockRow {
  Block block;
  std::uint16_t target;
  int enable_bit;  // -1: not started by op-enable
  std::string_view name;
};

constexpr std::array<BlockRow, kBlockCount> kBlocks{{
    {Block::kPc, 0x0101, -1, "pc"},
    {Block::kCna, 0x0201, 0, "cna"},
    {Block::kCmac, 0x0401, 1, "cmac"},
    {Block::kCore, 0x0801, 2, "core"},
    {Block::kDpu, 0x1001, 3, "dpu"},
    {Block::kDpuRdma, 0x2001, 4, "dpu_rdma"},
    {Block::kPpu, 0x4001, 5, "ppu"},
    {Block::kPpuRdma, 0x8001, 6, "ppu_rdma"},
}};

const BlockRow& row(Block block) { return kBlocks[static_cast<std::size_t>(block)]; }

}  // namespace

std::uint16_t target_of(Block block) { return row(block).target; }

std::string_view block_name(Block block) { return row(block).name; }

std::optional<Block> block_of_target(std::uint16_t target) {
  const auto found =
      std::find_if(kBlocks.begin(), kBlocks.end(), [&](const BlockRow& r) { return r.target == target; });
  if (found == kBlocks.end()) return std::nullopt;
  return found->block;
}

std::optional<unsigned> enable_bit(Block block) {
  if (row(block).enable_bit < 0) return std::nullopt;
  return static_cast<unsigned>(row(block).enable_bit);
}

TaskRecord TaskRecord::load(std::span<const std::byte> bytes) {
  TaskRecord record;
  record.flags = load_le<std::uint32_t>(bytes, 0);
  record.op_index = load_le<std::uint32_t>(bytes, 4);
  record.enable_mask = load_le<std::uint32_t>(bytes, 8);
  record.int_mask = load_le<std::uint32_t>(bytes, 12);
  record.int_clear = load_le<std::uint32_t>(bytes, 16);
  record.int_status = load_le<std::uint32_t>(bytes, 20);
  record.regcfg_amount = load_le<std::uint32_t>(bytes, 24);
  record.regcfg_offset = load_le<std::uint32_t>(bytes, 28);
  record.regcmd_addr = load_le<std::uint64_t>(bytes, 32);
  return record;
}

void TaskRecord::store(std::span<std::byte> bytes) const {
  store_le(bytes, 0, flags);
  store_le(bytes, 4, op_index);
  store_le(bytes, 8, enable_mask);
  store_le(bytes, 12, int_mask);
  store_le(bytes, 16, int_clear);
  store_le(bytes, 20, int_status);
  store_le(bytes, 24, regcfg_amount);
  store_le(bytes, 28, regcfg_offset);
  store_le(bytes, 32, regcmd_addr);
}

}  // namespace mattock::hw
