#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

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
Kernel bind_softmax(const container::Node& node, Inputs inputs, Outputs outputs) {
  const AxisView view = view_along(inputs[0].array.shape, *axis_of(node, inputs[0].array.shape.size(), -1));
  return [&in = inputs[0], &out = outputs[0], view, line = std::vector<double>(view.length)]() mutable {
    for (std::size_t o = 0; o < view.outer; ++o) {
      for (std::size_t i = 0; i < view.inner; ++i) {
        const auto at = [&](std::size_t k) { return (o * view.length + k) * view.inner + i; };
        double largest = -std::numeric_limits<double>::infinity();
        for (std::size_t k = 0; k < view.length; ++k) {
          line[k] = real_value(*in.tensor, in.array, at(k));
          largest = std::max(largest, line[k]);
        }
        double sum = 0;
        for (double& x : line) sum += x = std::exp(x - largest);
        for (std::size_t k = 0; k < view.length; ++k) set_real_value(*out.tensor, out.array, at(k), line[k] / sum);
      }
    }
  };
}

}  // namespace mattock::session::host
