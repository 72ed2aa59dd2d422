#include "lower/slots.hpp"

#include <algorithm>
#include <cmath>

#include "base/bytes.hpp"
#include "base/half.hpp"

namespace mattock::lower {
namespace {

constexpr std::size_t kRecordChannels = 4;

plan::Number number_of(const Operand& operand) {
  return operand.per_channel ? plan::Number{0, true} : plan::Number{operand.values.front(), false};
}

/// Records of four channels: the addends, then the factors.
std::vector<std::byte> stream(const plan::Stage& stage, const std::vector<double>& add,
                              const std::vector<double>& multiply, std::size_t channels) {
  std::vector<std::byte> bytes(channels * stage.stream_bytes());
  if (bytes.empty()) return bytes;
  const bool adds = stage.add && stage.add->per_channel, multiplies = stage.multiply && stage.multiply->per_channel;
  std::size_t at = 0;
  const auto value = [](const std::vector<double>& values, std::size_t c) { return c < values.size() ? values[c] : 0; };
  for (std::size_t first = 0; first < channels; first += kRecordChannels) {
    for (std::size_t c = first; adds && c < first + kRecordChannels; ++c, at += 4)
      store_le<float>(bytes, at, static_cast<float>(value(add, c)));
    for (std::size_t c = first; multiplies && c < first + kRecordChannels; ++c, at += 2)
      store_le<std::uint16_t>(bytes, at, half_from_double(value(multiply, c)).bits);
  }
  return bytes;
}

}  // namespace

bool is_factor(double value) {
  constexpr double kLargest = 65504, kSmallestNormal = 0x1p-14;
  return value == 0 || (std::abs(value) <= kLargest && std::abs(value) >= kSmallestNormal);
}

bool Slots::add(const Operand& operand) {
  if (at_ <= kBsAdd) {
    stages_.bs.add = number_of(operand);
    bs_.add = operand.values;
    at_ = kBsMultiply;
  } else if (at_ <= kBnAdd) {
    stages_.bn.add = number_of(operand);
    bn_.add = operand.values;
    at_ = kBnActivation;
  } else if (at_ <= kEw && !operand.per_channel) {
    stages_.ew = plan::Combine{};
    stages_.ew->number = operand.values.front();
    at_ = kEwRelu;
  } else {
    return false;
  }
  return true;
}

bool Slots::maximum(double value) {
  if (at_ > kBnAdd) return false;  // EW's operand would have to come from memory
  const bool in_bs = at_ <= kBsAdd;
  if (!add(Operand::number(value))) return false;
  (in_bs ? stages_.bs : stages_.bn).maximum = true;
  return true;
}

bool Slots::multiply(const Operand& operand) {
  if (!std::ranges::all_of(operand.values, is_factor)) return false;
  if (at_ <= kBsMultiply) {
    stages_.bs.multiply = number_of(operand);
    bs_.multiply = operand.values;
    at_ = kBsActivation;
  } else if (at_ <= kBnMultiply) {
    stages_.bn.multiply = number_of(operand);
    bn_.multiply = operand.values;
    at_ = kBnAdd;
  } else {
    return false;
  }
  return true;
}

bool Slots::scale_negatives(const Operand& operand) {
  const int before = at_;
  if (!multiply(operand)) return false;
  // The activation of this stage is taken: its ReLU is what tells negatives apart.
  if (before <= kBsMultiply) {
    stages_.bs.only_negative = true;
    at_ = kBnMultiply;
  } else {
    stages_.bn.only_negative = true;
  }
  return true;
}

bool Slots::activate(plan::Activation activation, double limit) {
  if (at_ <= kBsActivation) {
    stages_.bs.activation = activation;
    stages_.bs.limit = limit;
    at_ = kBnMultiply;
  } else if (at_ <= kBnActivation && !stages_.bn.only_negative) {
    stages_.bn.activation = activation;
    stages_.bn.limit = limit;
    at_ = kEw;
  } else {
    return false;
  }
  return true;
}

bool Slots::relu() {
  if (activate(plan::Activation::kRelu, 0)) return true;
  if (at_ != kEwRelu || !stages_.ew || stages_.ew->op == plan::Combination::kDivide) return false;
  stages_.ew->relu = true;
  at_ = kFull;
  return true;
}

bool Slots::relu_x(double limit) { return activate(plan::Activation::kReluX, limit); }

bool Slots::combine(const plan::Combine& combine) {
  if (at_ > kEw || (combine.op == plan::Combination::kDivide && !empty())) return false;
  stages_.ew = combine;
  at_ = combine.op == plan::Combination::kDivide ? kFull : kEwRelu;
  return true;
}

std::vector<std::byte> Slots::bs_stream(std::size_t channels) const {
  return stream(stages_.bs, bs_.add, bs_.multiply, channels);
}

std::vector<std::byte> Slots::bn_stream(std::size_t channels) const {
  return stream(stages_.bn, bn_.add, bn_.multiply, channels);
}

}  // namespace mattock::lower
