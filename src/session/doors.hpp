// Where users' arrays become the model's tensors and back: types, quantisation, mean and std
// (running-a-model.md, rules 12 and 14). Arrays are read and written where they lie, a piece at a time, so that
// no copy of a whole array is made on the way.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/error.hpp"
#include "base/view.hpp"
#include "container/model.hpp"
#include "session/form.hpp"

namespace mattock::session {

/// How arrays of one type become one input tensor.
class InputDoor {
 public:
  /// `image`: the NPU reads this input through its pixel converter. `as_is`: the numbers are the tensor's own
  /// already, whatever mean, std and scale say. `tensor` and `norm` outlive the door. Errors: kBadInput for a type
  /// the input does not take, with the types it takes.
  static Result<InputDoor> open(const container::Tensor& tensor, const container::InputNorm& norm, bool image,
                                DType given, bool as_is);

  /// uint8 pixels go over as they are, for the NPU's own input converter.
  bool raw_pixels() const { return kind_ == Kind::kRawPixels; }
  /// One line for the user when the type is converted, else empty.
  std::string notice() const;

  /// Elements [first, first + n) of the array, without gaps in `given`, as the tensor's own.
  void convert(std::size_t first, std::span<const std::byte> given, std::span<std::byte> own) const;

  /// Writes the whole array, which has the tensor's shape, into the tensor's memory. Gives the number of finite
  /// values that became infinite.
  std::size_t write(const ArrayView& array, const Form& form, std::span<std::byte> memory) const;

 private:
  enum class Kind { kSame, kRawPixels, kNumbers, kQuantised };
  InputDoor(const container::Tensor& tensor, const container::InputNorm& norm, DType given, Kind kind, bool normalise)
      : tensor_(&tensor), norm_(&norm), given_(given), kind_(kind), normalise_(normalise) {}

  void normalise(std::size_t first, std::span<std::byte> float32) const;
  std::byte padding() const;

  const container::Tensor* tensor_;
  const container::InputNorm* norm_;
  DType given_;
  Kind kind_;
  bool normalise_;
};

/// clamp(rne(x / scale) + zero_point) in binary32, saturating; NaN becomes the largest value. The tensor is int8 or
/// int16, `real` and `own` hold the same number of elements.
void quantise(const container::Tensor& tensor, std::span<const std::byte> float32, std::span<std::byte> own);

/// Quantised tensors as (q - zero_point) * scale in binary32, other types by value.
void to_float32(const container::Tensor& tensor, std::span<const std::byte> own, std::span<std::byte> float32);

/// Errors: kBadInput when the array has not the tensor's shape, or is neither float32 nor of the tensor's own type.
Result<void> check_output(const container::Tensor& tensor, const MutableView& array);

/// Writes a tensor into the caller's array, which check_output has accepted: float32 by to_float32, or as it is.
void read_into(const container::Tensor& tensor, const Form& form, std::span<const std::byte> memory,
               const MutableView& array);

}  // namespace mattock::session
