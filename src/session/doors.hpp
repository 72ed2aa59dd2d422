// Where users' arrays become the model's tensors and back: types, quantisation, mean and std
// (running-a-model.md, rules 12 and 14).
#pragma once

#include <cstddef>
#include <string>

#include "base/array.hpp"
#include "base/error.hpp"
#include "container/model.hpp"

namespace mattock::session {

struct ConvertedInput {
  Array array;              ///< the tensor's type; shape as handed in
  std::string notice;       ///< one line for the user when the type was converted, else empty
  bool raw_pixels = false;  ///< uint8 pixels as they are, for the NPU's own input converter
};

/// `array` has the tensor's shape. `image`: the NPU reads this input through its pixel converter. Errors:
/// kBadInput for a type the input does not take, with the types it takes.
Result<ConvertedInput> convert_input(const container::Tensor& tensor, const container::InputNorm& norm, bool image,
                                     const Array& array);

/// clamp(rne(x / scale) + zero_point) in binary32, saturating; NaN becomes the largest value. `DType` must be
/// int8 or int16.
Array quantise(const container::Tensor& tensor, const Array& real);

/// float32: quantised tensors as (q - zero_point) * scale in binary32, other types by value.
Array to_float32(const container::Tensor& tensor, const Array& array);

}  // namespace mattock::session
