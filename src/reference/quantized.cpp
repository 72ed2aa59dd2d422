#include "reference/quantized.hpp"

#include <cmath>

#include "reference/number.hpp"

namespace mattock::reference {
namespace {

/// Far outside every stored type, far inside int64: a zero point can be added.
constexpr std::int64_t kBeyond = std::int64_t{1} << 60;

}  // namespace

Scale scale_of(const graph::Tensor& tensor, std::size_t index) {
  if (!tensor.quantization) return {};
  const graph::Quantization& q = *tensor.quantization;
  std::size_t entry = 0;
  if (q.scale.size() > 1) {
    std::size_t inner = 1;  // elements per step of the axis
    for (std::size_t dim = q.axis + 1; dim < tensor.shape.size(); ++dim)
      inner *= static_cast<std::size_t>(tensor.shape[dim]);
    entry = index / inner % q.scale.size();
  }
  return {q.scale[entry], q.zero_point[entry]};
}

std::vector<double> reals(const graph::Tensor& tensor, const Array& data) {
  std::vector<double> values(data.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (tensor.quantization) {
      const Scale q = scale_of(tensor, i);
      values[i] = static_cast<double>(load_integer(data, i) - q.zero_point) * q.scale;
    } else {
      values[i] = load_number(data, i);
    }
  }
  return values;
}

Array stored(const graph::Tensor& tensor, const std::vector<double>& values) {
  Array result = Array::zeros(tensor.dtype, tensor.shape);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (tensor.quantization) {
      const Scale q = scale_of(tensor, i);
      store_integer(result, i, round_to_integer(values[i] / q.scale, -kBeyond, kBeyond) + q.zero_point);
    } else {
      store_number(result, i, values[i]);
    }
  }
  return result;
}

bool same_storage(const graph::Tensor& a, const graph::Tensor& b) {
  if (a.dtype != b.dtype || a.quantization.has_value() != b.quantization.has_value()) return false;
  if (!a.quantization) return true;
  const graph::Quantization& p = *a.quantization;
  const graph::Quantization& q = *b.quantization;
  // With one entry per index of an axis, moved data would need the entries moved too: convert instead.
  return p.scale.size() == 1 && q.scale.size() == 1 && p.scale == q.scale && p.zero_point == q.zero_point;
}

}  // namespace mattock::reference
