// Elements as they lie in memory, in the NPU's precisions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "hw/generated/enums.hpp"

namespace mattock::emulator {

/// Bytes of an element; 0 for precisions that are not modelled (int4, tf32).
std::size_t element_bytes(hw::Precision precision);

/// fp16, bf16 and fp32 work in the float path; the others in the integer path.
bool is_float(hw::Precision precision);

/// Element `index` of a run of floats. fp16, bf16 or fp32; int16 in float work is a 16-bit pattern of `work`.
double load_float(std::span<const std::byte> bytes, std::size_t index, hw::Precision precision, hw::Precision work);

/// Element `index` of a run of integers: int8, int16 or int32.
std::int32_t load_integer(std::span<const std::byte> bytes, std::size_t index, hw::Precision precision);

}  // namespace mattock::emulator
