// Small arrays and tensors written out in tests.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "base/array.hpp"
#include "container/model.hpp"

namespace mattock::test {

inline Array array_of(DType dtype, Shape shape, const std::vector<double>& values) {
  Array array = Array::zeros(dtype, std::move(shape));
  for (std::size_t i = 0; i < values.size(); ++i) set_element(array, i, values[i]);
  return array;
}

inline std::vector<double> values_of(const Array& array) {
  std::vector<double> values;
  for (std::size_t i = 0; i < array.size(); ++i) values.push_back(element_as_double(array, i));
  return values;
}

inline container::Tensor tensor_of(std::string name, DType dtype, Shape shape) {
  container::Tensor tensor;
  tensor.name = std::move(name);
  tensor.dtype = dtype;
  tensor.shape = std::move(shape);
  tensor.native_shape = tensor.shape;
  tensor.kind = container::TensorKind::kIntermediate;
  tensor.size = element_count(tensor.shape) * element_bytes(dtype);
  return tensor;
}

}  // namespace mattock::test
