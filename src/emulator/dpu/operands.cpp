#include "emulator/dpu/operands.hpp"

#include "base/bytes.hpp"

namespace mattock::emulator {
namespace {

constexpr std::size_t kGroup = 4;

std::uint32_t load_signed_16(std::span<const std::byte> bytes, std::size_t index) {
  return static_cast<std::uint32_t>(std::int32_t{load_le<std::int16_t>(bytes, index * 2)});
}

}  // namespace

OperandStream read_operands(const StreamSelection& selection, std::uint64_t address, std::size_t bytes,
                            std::string_view user, const DpuContext& context) {
  OperandStream stream;
  const std::size_t record = selection.record_bytes();
  if (record == 0) return stream;
  std::span<const std::byte> rest = context.memory.at(address, bytes, user, context.diagnostics);
  const std::size_t channels = bytes / (kGroup * record) * kGroup;
  if (selection.addend) stream.addend = context.scratch.take<std::uint32_t>(channels);
  if (selection.ow) stream.ow = context.scratch.take<std::uint32_t>(channels);
  if (selection.factor) stream.factor = context.scratch.take<std::uint32_t>(channels);
  for (std::size_t first = 0; first < channels; first += kGroup, rest = rest.subspan(kGroup * record)) {
    auto part = rest;
    if (selection.addend) {
      for (std::size_t i = 0; i < kGroup; ++i) stream.addend[first + i] = load_le<std::uint32_t>(part, i * 4);
      part = part.subspan(kGroup * 4);
    }
    if (selection.ow) {
      for (std::size_t i = 0; i < kGroup; ++i) stream.ow[first + i] = load_signed_16(part, i);
      part = part.subspan(kGroup * 2);
    }
    if (selection.factor) {
      for (std::size_t i = 0; i < kGroup; ++i) stream.factor[first + i] = load_signed_16(part, i);
    }
  }
  context.report.operand_bytes += channels * record;
  return stream;
}

}  // namespace mattock::emulator
