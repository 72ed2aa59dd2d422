// The weight and data buffer: real bytes in banks, data from bank 0 up, weights in the banks behind them. What
// the multipliers use is read from here, never from memory, so a task that keeps the data of the one before it
// (reuse bits) computes with the old bytes even if memory has changed.
//
//   a line of data:  [entry of pixel 0: surfaces 0..3][entry of pixel 1: surfaces 0..3] ...
//                    [surfaces 4..7 the same way] ... [last 1 or 2 surfaces packed: 4 or 2 pixels an entry]
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hw/chip.hpp"

namespace mattock::emulator {

/// Entries of one line of `width` pixels and `surfaces` surfaces: three left-over surfaces take whole entries
/// (vendor models, no exception).
std::size_t entries_per_line(std::size_t width, std::size_t surfaces);

/// Byte offset of an atom in its line.
std::size_t atom_offset(std::size_t width, std::size_t surfaces, std::size_t surface, std::size_t x,
                        const hw::Chip& chip);

/// How many atoms of one pixel, from `surface` on, lie side by side.
std::size_t adjacent_atoms(std::size_t width, std::size_t surfaces, std::size_t surface);

/// The shape under which something was loaded. Reuse is defined for the same shape alone.
struct FeatureTicket {
  std::size_t width, height, channels, entries, data_banks, weight_banks;
  bool operator==(const FeatureTicket&) const = default;
};
/// Without the height: vendor models keep weights from band to band of a map, and the last band is lower.
struct WeightTicket {
  std::size_t bytes, width, channels, entries, data_banks, weight_banks;
  bool operator==(const WeightTicket&) const = default;
};

class Cbuf {
 public:
  explicit Cbuf(const hw::Chip& chip) : chip_(&chip), bytes_(chip.cbuf_banks * chip.cbuf_bank_bytes) {}

  /// As new: zeros, nothing loaded.
  void reset() {
    std::ranges::fill(bytes_, std::byte{0});
    loaded_features.reset();
    loaded_weights.reset();
  }

  /// The first `banks` banks.
  std::span<std::byte> data(std::size_t banks) { return std::span(bytes_).first(banks * chip_->cbuf_bank_bytes); }
  /// The `weight_banks` banks behind the first `data_banks`.
  std::span<std::byte> weights(std::size_t data_banks, std::size_t weight_banks) {
    return std::span(bytes_).subspan(data_banks * chip_->cbuf_bank_bytes, weight_banks * chip_->cbuf_bank_bytes);
  }

  std::optional<FeatureTicket> loaded_features;
  std::optional<WeightTicket> loaded_weights;  ///< only if all of them fitted

 private:
  const hw::Chip* chip_;
  std::vector<std::byte> bytes_;
};

}  // namespace mattock::emulator
