#include "emulator/dpu/writer.hpp"

#include <cassert>
#include <cstring>

namespace mattock::emulator {
namespace {

/// The sizes there are, as constants: a copy of a register or two.
void copy_atom(std::span<std::byte> to, std::span<const std::byte> from) {
  if (from.size() == 8)
    std::memcpy(to.data(), from.data(), 8);
  else if (from.size() == 16)
    std::memcpy(to.data(), from.data(), 16);
  else
    std::memcpy(to.data(), from.data(), from.size());
}

}  // namespace

void Writer::enter_block(std::size_t atoms_per_step) {
  for (std::size_t i = 0; i < atoms_per_step; ++i) {
    const std::size_t surface = block_ * atoms_per_step + i;
    surfaces_[i] = setup_.transposed ? setup_.address + surface * setup_.atom_bytes
                                     : setup_.address + surface / setup_.surfaces_per_group * setup_.surface_add_bytes +
                                           surface % setup_.surfaces_per_group * setup_.surface_stride_bytes;
  }
}

std::uint64_t Writer::atom_address(std::size_t atom_of_step, std::size_t atoms_per_step) const {
  if (setup_.contiguous) return setup_.address + (step_ * atoms_per_step + atom_of_step) * setup_.atom_bytes;
  if (setup_.transposed) {
    return surfaces_[atom_of_step] + x_ / setup_.surfaces_per_group * setup_.surface_add_bytes +
           x_ % setup_.surfaces_per_group * setup_.surface_stride_bytes;
  }
  return surfaces_[atom_of_step] + y_ * (setup_.width * setup_.atom_bytes + setup_.notch_bytes) +
         x_ * setup_.atom_bytes;
}

void Writer::advance() {
  ++step_;
  if (++x_ < setup_.width) return;
  x_ = 0;
  if (++y_ < setup_.height) return;
  y_ = 0;
  ++block_;
}

void Writer::write(std::span<const std::byte> atoms) {
  const std::size_t count = atoms.size() / setup_.atom_bytes;
  assert(count <= surfaces_.size());
  if (x_ == 0 && y_ == 0) enter_block(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto atom = atoms.subspan(i * setup_.atom_bytes, setup_.atom_bytes);
    copy_atom(memory_.at(atom_address(i, count), setup_.atom_bytes, kOutputAddress, diagnostics_), atom);
  }
  report_.output_bytes += atoms.size();
  advance();
}

}  // namespace mattock::emulator
