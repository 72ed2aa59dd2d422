// Fake kernels of every kind, chosen by a byte of a fuzzer's input.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "fakekernel/kernel.hpp"

namespace mattock::fuzz {

/// Thrown where a real kernel would have crashed: the input has no more to say.
struct Crashed {};

/// Bits 0-1 version, bit 2 misc, bit 3 without IOMMU, bit 4 two copies, bit 5 without supply, bit 6 lenient,
/// bit 7 with fences and not root.
inline fakekernel::Options kernel_options(std::uint8_t flags) {
  constexpr std::array<fakekernel::Version, 4> kVersions{{{0, 7, 2}, {0, 8, 2}, {0, 9, 6}, {0, 9, 8}}};
  fakekernel::Options options;
  options.version = kVersions[3 - (flags & 3)];
  options.build = (flags & 4) != 0 ? fakekernel::Build::kMisc : fakekernel::Build::kDrm;
  options.iommu = (flags & 8) == 0;
  options.two_copies = (flags & 16) != 0;
  options.supply = (flags & 32) == 0;
  options.strict = (flags & 64) == 0;
  options.fences = (flags & 128) != 0;
  options.root = (flags & 128) == 0;
  options.memory_bytes = std::size_t{1} << 20;
  options.crash = [](const std::string&) { throw Crashed{}; };
  return options;
}

}  // namespace mattock::fuzz
