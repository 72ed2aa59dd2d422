#include "emulator/dpu/writer.hpp"

#include <algorithm>

namespace mattock::emulator {

std::uint64_t Writer::atom_address(std::size_t atom_of_step, std::size_t atoms_per_step) const {
  if (setup_.contiguous) return setup_.address + (step_ * atoms_per_step + atom_of_step) * setup_.atom_bytes;
  const std::size_t pixels = setup_.width * setup_.height;
  const std::size_t surface = step_ / pixels * atoms_per_step + atom_of_step;
  const std::size_t y = step_ % pixels / setup_.width;
  const std::size_t x = step_ % setup_.width;
  const std::size_t grouped = setup_.transposed ? x : surface;
  const std::uint64_t base = setup_.address + grouped / setup_.surfaces_per_group * setup_.surface_add_bytes +
                             grouped % setup_.surfaces_per_group * setup_.surface_stride_bytes;
  if (setup_.transposed) return base + surface * setup_.atom_bytes;
  return base + y * (setup_.width * setup_.atom_bytes + setup_.notch_bytes) + x * setup_.atom_bytes;
}

void Writer::write(std::span<const std::byte> atoms) {
  const std::size_t count = atoms.size() / setup_.atom_bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const auto atom = atoms.subspan(i * setup_.atom_bytes, setup_.atom_bytes);
    const auto target = memory_.at(atom_address(i, count), setup_.atom_bytes, "dpu.dst_base_addr", diagnostics_);
    std::copy(atom.begin(), atom.end(), target.begin());
  }
  report_.output_bytes += atoms.size();
  ++step_;
}

}  // namespace mattock::emulator
