#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/bytes.hpp"
#include "session/host/ops.hpp"

namespace mattock::session::host {

Result<void> check_softmax(const container::Node& node, const Operands& operands) {
  const container::Tensor& in = *operands.inputs[0];
  if (const auto axis = axis_of(node, in.shape.size(), -1); !axis) return propagate(axis);
  if (in.shape == operands.outputs[0]->shape) return {};
  return bad_node(node, fmt::format("input {} and output {} differ in shape", shape_text(in.shape),
                                    shape_text(operands.outputs[0]->shape)));
}

// The vendor's runtime computes in float; a few elements in a thousand then differ by a last step (rule 16).
Kernel bind_softmax(const Binding& bind) {
  const Value in = bind.inputs[0], out = bind.outputs[0];
  const AxisView view = view_along(in.tensor->shape, *axis_of(bind.node, in.tensor->shape.size(), -1));
  const Value line{nullptr, bind.room.take(view.length * sizeof(double)), view.length * sizeof(double)};
  return [=](std::span<std::byte> memory) {
    const std::span<std::byte> from = in.in(memory), to = out.in(memory), numbers = line.in(memory);
    for (std::size_t o = 0; o < view.outer; ++o) {
      for (std::size_t i = 0; i < view.inner; ++i) {
        const auto at = [&](std::size_t k) { return (o * view.length + k) * view.inner + i; };
        double largest = -std::numeric_limits<double>::infinity();
        for (std::size_t k = 0; k < view.length; ++k) largest = std::max(largest, real_value(*in.tensor, from, at(k)));
        double sum = 0;
        for (std::size_t k = 0; k < view.length; ++k) {
          const double power = std::exp(real_value(*in.tensor, from, at(k)) - largest);
          store_le(numbers, k * sizeof(double), power);
          sum += power;
        }
        for (std::size_t k = 0; k < view.length; ++k)
          set_real_value(*out.tensor, to, at(k), load_le<double>(numbers, k * sizeof(double)) / sum);
      }
    }
  };
}

}  // namespace mattock::session::host
