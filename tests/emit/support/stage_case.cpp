#include "emit/support/stage_case.hpp"

#include <algorithm>

#include "emit/pass.hpp"

namespace mattock::test {
namespace {

using plan::Activation;
using plan::Combination;

double activated(const plan::Stage& stage, double value) {
  if (stage.activation == Activation::kNone) return value;
  value = std::max(value, 0.0);
  return stage.activation == Activation::kReluX ? std::min(value, stage.limit) : value;
}

double multiplied(const plan::Stage& stage, double value, double factor) {
  return stage.multiply && (!stage.only_negative || value < 0) ? value * factor : value;
}

double added(const plan::Stage& stage, double value, double addend) {
  if (!stage.add) return value;
  return stage.maximum ? std::max(value, addend) : value + addend;
}

StageNumbers draw_numbers(const plan::Stage& stage, std::size_t channels, Numbers& numbers) {
  StageNumbers drawn;
  for (std::size_t c = 0; c < channels; ++c) {
    drawn.add.push_back(stage.add && !stage.add->per_channel ? stage.add->value : numbers.next());
    drawn.multiply.push_back(stage.multiply && !stage.multiply->per_channel ? stage.multiply->value : numbers.next());
  }
  return drawn;
}

void store_stream(const plan::Stage& stage, const StageNumbers& drawn, const char* name, Machine& machine) {
  const std::size_t channels = drawn.add.size();
  const bool add = stage.add && stage.add->per_channel, multiply = stage.multiply && stage.multiply->per_channel;
  if (!add && !multiply) return;
  Bytes bytes = memory_of(channels * stage.stream_bytes());
  std::size_t at = 0;
  for (std::size_t first = 0; first < channels; first += 4) {
    for (std::size_t c = first; add && c < first + 4; ++c, at += 4) put_float(bytes, at, drawn.add[c]);
    for (std::size_t c = first; multiply && c < first + 4; ++c, at += 2) put_half(bytes, at, drawn.multiply[c]);
  }
  machine.tensors[name] = std::move(bytes);
}

double nonzero(Numbers& numbers) {
  const double value = numbers.next();
  return value == 0 ? 0.375 : value;
}

}  // namespace

double StageCase::of(double value, std::size_t channel, std::size_t element) const {
  value = multiplied(stages.bs, added(stages.bs, value, bs.add[channel]), bs.multiply[channel]);
  value = activated(stages.bs, value);
  value = added(stages.bn, multiplied(stages.bn, value, bn.multiply[channel]), bn.add[channel]);
  value = activated(stages.bn, value);
  if (stages.ew) {
    const double operand = stages.ew->number        ? *stages.ew->number
                           : stages.ew->per_channel ? channel_operands[channel]
                                                    : operands[element];
    switch (stages.ew->op) {
      case Combination::kAdd: value += operand; break;
      case Combination::kMultiply: value *= operand; break;
      case Combination::kMax: value = std::max(value, operand); break;
      case Combination::kDivide: value /= operand; break;
    }
    if (stages.ew->relu) value = std::max(value, 0.0);
  }
  return rounded(value);
}

bool by_element(const plan::Stages& stages) { return stages.ew && !stages.ew->number && !stages.ew->per_channel; }

std::vector<plan::Stage> all_stages() {
  using Number = std::optional<plan::Number>;
  std::vector<plan::Stage> all;
  for (const Number& add : {Number{}, Number{{1.1, false}}, Number{{0, true}}})
    for (const Number& multiply : {Number{}, Number{{-0.625, false}}, Number{{0, true}}}) {
      for (const auto activation : {Activation::kNone, Activation::kRelu, Activation::kReluX})
        all.push_back({add, multiply, false, activation, 2.3});
      if (multiply) all.push_back({add, multiply, true, Activation::kNone, 0});
      if (add && !add->per_channel) all.push_back({add, multiply, false, Activation::kRelu, 0, true});
    }
  // What registers round before it is used.
  for (plan::Stage& stage : all) {
    stage.limit = static_cast<double>(static_cast<float>(stage.limit));
    if (stage.add && !stage.add->per_channel) stage.add->value = static_cast<double>(static_cast<float>(1.1));
  }
  return all;
}

plan::Stage draw_stage(Numbers& numbers) {
  const auto all = all_stages();
  return all[numbers.below(static_cast<std::uint32_t>(all.size()))];
}

std::optional<plan::Combine> draw_combine(Numbers& numbers) {
  plan::Combine combine;
  combine.relu = numbers.toss();
  switch (numbers.below(5)) {
    case 0: return std::nullopt;
    case 1: combine.number = -0.75; return combine;
    case 2: combine.op = Combination::kAdd; break;
    case 3: combine.op = Combination::kMultiply; break;
    default: combine.op = Combination::kMax; break;
  }
  combine.per_channel = numbers.toss();
  if (combine.per_channel) combine.walk.offset = 16;
  return combine;
}

StageCase draw_case(const plan::Stages& stages, std::size_t channels, Numbers& numbers, Machine& machine) {
  StageCase drawn{
      stages, draw_numbers(stages.bs, channels, numbers), draw_numbers(stages.bn, channels, numbers), {}, {}};
  store_stream(stages.bs, drawn.bs, emit::kBsStream, machine);
  store_stream(stages.bn, drawn.bn, emit::kBnStream, machine);
  if (stages.ew && !stages.ew->number && stages.ew->per_channel) {
    Bytes bytes = memory_of(stages.ew->walk.offset + channels * 2);
    for (std::size_t c = 0; c < channels; ++c) {
      drawn.channel_operands.push_back(nonzero(numbers));
      put_half(bytes, stages.ew->walk.offset + c * 2, drawn.channel_operands[c]);
    }
    machine.tensors[emit::kOperand] = std::move(bytes);
  }
  return drawn;
}

void draw_operand(StageCase& which, std::size_t width, std::size_t height, std::size_t channels, Numbers& numbers,
                  Machine& machine) {
  const plan::Walk& walk = which.stages.ew->walk;
  Bytes bytes = memory_of(end_of(walk, width, height, channels));
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x)
      for (std::size_t c = 0; c < channels; ++c) {
        which.operands.push_back(nonzero(numbers));
        put_half(bytes, place_of(walk, x, y, c), which.operands.back());
      }
  machine.tensors[emit::kOperand] = std::move(bytes);
}

std::size_t end_of(const plan::Walk& walk, std::size_t width, std::size_t height, std::size_t channels) {
  return place_of(walk, width - 1, height - 1, channels - 1) + 2;
}

std::size_t place_of(const plan::Walk& walk, std::size_t x, std::size_t y, std::size_t channel) {
  return walk.offset + x * 8 + y * walk.line_bytes + channel / 4 * walk.surface_bytes + channel % 4 * 2;
}

}  // namespace mattock::test
