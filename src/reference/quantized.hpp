// The numbers a tensor stands for: stored values seen through the tensor's quantization, and back.
#pragma once

#include <cstddef>
#include <vector>

#include "base/array.hpp"
#include "graph/graph.hpp"

namespace mattock::reference {

struct Scale {
  double scale = 1;
  std::int64_t zero_point = 0;
};

/// Scale and zero point of element `index` (row-major); {1, 0} without quantization.
Scale scale_of(const graph::Tensor& tensor, std::size_t index);

/// All elements as real numbers.
std::vector<double> reals(const graph::Tensor& tensor, const Array& data);

/// An array of the tensor's type and shape from real numbers, each rounded once.
Array stored(const graph::Tensor& tensor, const std::vector<double>& values);

/// True if two tensors store the same number in the same way, so that data move between them unchanged.
bool same_storage(const graph::Tensor& a, const graph::Tensor& b);

}  // namespace mattock::reference
