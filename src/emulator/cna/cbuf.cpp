#include "emulator/cna/cbuf.hpp"

#include <algorithm>

#include "base/math.hpp"

namespace mattock::emulator {
namespace {

constexpr std::size_t kAtomsPerEntry = 4;

/// Left-over surfaces of an entry group lie side by side: 1 -> 1 atom a pixel, 2 -> 2, 3 -> 4 (one unused).
std::size_t packed_atoms(std::size_t left_over) { return left_over == 3 ? kAtomsPerEntry : left_over; }

}  // namespace

std::size_t entries_per_line(std::size_t width, std::size_t surfaces) {
  const std::size_t packed = packed_atoms(surfaces % kAtomsPerEntry);
  return width * (surfaces / kAtomsPerEntry) + ceil_div(width * packed, kAtomsPerEntry);
}

std::size_t atom_offset(std::size_t width, std::size_t surfaces, std::size_t surface, std::size_t x,
                        const hw::Chip& chip) {
  const std::size_t group = surface / kAtomsPerEntry;
  const std::size_t lane = surface % kAtomsPerEntry;
  const bool whole = group < surfaces / kAtomsPerEntry;
  const std::size_t pitch_atoms = whole ? kAtomsPerEntry : packed_atoms(surfaces % kAtomsPerEntry);
  return group * width * chip.cbuf_entry_bytes + (x * pitch_atoms + lane) * chip.atom_bytes;
}

std::size_t adjacent_atoms(std::size_t width, std::size_t surfaces, std::size_t surface) {
  // In a line of one pixel the entry groups follow each other.
  if (width == 1) return surfaces - surface;
  return std::min(kAtomsPerEntry - surface % kAtomsPerEntry, surfaces - surface);
}

}  // namespace mattock::emulator
