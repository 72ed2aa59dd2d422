// What the DPU does to fp16 results between the multipliers, or its reader, and memory. The order is the hardware's:
//
//   x -> BS: (x + add) * multiply, activation -> BN: x * multiply + add, activation -> EW: operand, ReLU -> rounded
//
// All steps compute on unrounded numbers; one rounding to fp16 follows the last. Source: vendor-lowering.md 6.
#pragma once

#include <cstddef>
#include <optional>

namespace mattock::plan {

/// How a task steps through a tensor. Pixel x of line y of surface s (an atom: 8 bytes, 4 fp16 channels) begins at
/// byte offset + 8 * x + y * line_bytes + s * surface_bytes.
struct Walk {
  std::size_t offset = 0, line_bytes = 0, surface_bytes = 0;
  friend bool operator==(const Walk&, const Walk&) = default;
};

/// An operand of BS or BN: one number in a register, or one for each channel in memory (`value` is unused then).
struct Number {
  double value = 0;
  bool per_channel = false;
  friend bool operator==(const Number&, const Number&) = default;
};

enum class Activation { kNone, kRelu, kReluX };

/// BS or BN. Streams of operands lie in a tensor of their own, with records of four channels: four fp32 addends, then
/// four fp16 factors, of which a record has what is per channel.
struct Stage {
  std::optional<Number> add = {};       ///< fp32
  std::optional<Number> multiply = {};  ///< fp16
  bool only_negative = false;           ///< the factor is for negative values; no activation then
  Activation activation = Activation::kNone;
  double limit = 0;      ///< of ReLU-X: larger values become this
  bool maximum = false;  ///< max(x, add) takes the place of x + add
  bool any() const { return add || multiply || activation != Activation::kNone; }
  /// Bytes of a channel in the stream of this stage; 0 without one.
  std::size_t stream_bytes() const {
    return (add && add->per_channel ? std::size_t{4} : 0) + (multiply && multiply->per_channel ? std::size_t{2} : 0);
  }
  friend bool operator==(const Stage&, const Stage&) = default;
};

/// EW: x op operand, x first. kDivide needs a task without other stages, whose numbers pass as 16-bit patterns.
enum class Combination { kAdd, kMultiply, kMax, kDivide };
struct Combine {
  Combination op = Combination::kAdd;
  std::optional<double> number = {};  ///< fp32 in registers, kAdd only; otherwise from memory:
  bool per_channel = false;           ///< one operand for each channel, at walk.offset; otherwise one for each element
  Walk walk = {};
  bool relu = false;
  friend bool operator==(const Combine&, const Combine&) = default;
};

struct Stages {
  Stage bs, bn;
  std::optional<Combine> ew;
  bool any() const { return bs.any() || bn.any() || ew; }
  /// EW's operand comes from memory.
  bool reads_operand() const { return ew && !ew->number; }
  /// Anything does.
  bool reads() const { return bs.stream_bytes() != 0 || bn.stream_bytes() != 0 || reads_operand(); }
  friend bool operator==(const Stages&, const Stages&) = default;
};

/// A task of the DPU and its reader alone: fp16 numbers from one place to another through the stages.
struct Pass {
  std::size_t width = 1, height = 1, channels = 4;  ///< pixels, lines, channels (whole atoms)
  Walk from, to;
  Stages stages;
  friend bool operator==(const Pass&, const Pass&) = default;
};

}  // namespace mattock::plan
