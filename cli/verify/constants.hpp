// A model file's constants as plain arrays: weights out of the order in which the multipliers read them,
// operands out of the feature layout.
#pragma once

#include "base/array.hpp"
#include "base/error.hpp"
#include "container/model.hpp"
#include "hw/chip.hpp"

namespace mattock::verify {

/// Weights of a convolution as [kernels, channels, rows, columns] (the tensor's logical shape).
/// Order in the file: kernel group, channel slice, row, column, kernel, channel. Channels are declared in whole
/// atoms; a last slice of 24 bytes is stored as 32. Errors: kBadFile (data too short), kUnsupported (shape).
Result<Array> decode_weights(const container::Tensor& tensor, const hw::Chip& chip);

/// Weights of a depthwise convolution as [channels, 1, rows, columns]; the file's shape is [1, channels, rows,
/// columns] and its order channel slice, row, column, channel.
Result<Array> decode_depthwise_weights(const container::Tensor& tensor, const hw::Chip& chip);

/// Any other constant in its logical shape: plain data (streams may be longer than the shape: the rest is
/// padding), or NC1HWC2.
Result<Array> decode_constant(const container::Tensor& tensor);

}  // namespace mattock::verify
