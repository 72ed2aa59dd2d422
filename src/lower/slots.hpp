// Which arithmetic steps one task can do. Steps are put into the DPU's stages in order; what does not fit any more
// begins another task.
#pragma once

#include <cstddef>
#include <vector>

#include "plan/stages.hpp"

namespace mattock::lower {

/// A constant operand: one number, or one for each channel.
struct Operand {
  std::vector<double> values;
  bool per_channel = false;

  static Operand number(double value) { return {{value}, false}; }
};

class Slots {
 public:
  // Each takes the step and returns true, or changes nothing and returns false.
  bool add(const Operand& operand);
  bool maximum(double value);
  bool multiply(const Operand& operand);
  bool scale_negatives(const Operand& operand);  ///< PReLU
  bool relu();
  bool relu_x(double limit);
  bool combine(const plan::Combine& combine);

  bool empty() const { return at_ == kBsAdd; }
  const plan::Stages& stages() const { return stages_; }
  /// The streams of BS and BN for `channels` channels (whole fours; zeros beyond what is there), empty without one.
  std::vector<std::byte> bs_stream(std::size_t channels) const;
  std::vector<std::byte> bn_stream(std::size_t channels) const;

 private:
  enum Position { kBsAdd, kBsMultiply, kBsActivation, kBnMultiply, kBnAdd, kBnActivation, kEw, kEwRelu, kFull };
  struct Streams {
    std::vector<double> add, multiply;
  };

  bool activate(plan::Activation activation, double limit);

  plan::Stages stages_;
  Streams bs_, bn_;
  int at_ = kBsAdd;
};

/// Whether fp16 holds `value` well enough to multiply by: finite, and zero or not subnormal.
bool is_factor(double value);

}  // namespace mattock::lower
