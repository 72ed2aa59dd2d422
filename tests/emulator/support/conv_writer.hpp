// Test-only writer of one convolution task, straight from the notes on registers and layouts and independent
// of any planner: features as NC1HWC2, weights in groups and slices, operand streams, bank split, words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "emulator/support/machine.hpp"

namespace mattock::test {

enum class Arithmetic { kInt8, kInt16, kFp16, kBf16 };
enum class Requantise { kNone, kPerLayer, kPerChannel };  // kNone: int8 gives int32, floats stay floats

struct Convolution {
  Arithmetic arithmetic = Arithmetic::kFp16;
  Requantise requantise = Requantise::kNone;
  bool wide_output = false;  // fp16 to fp32
  bool bias = false;         // floats only; requantised integers always have one

  int width = 1, height = 1, channels = 1, kernels = 1;
  int kernel_width = 1, kernel_height = 1;
  int stride_x = 1, stride_y = 1;
  int pad_left = 0, pad_top = 0, pad_right = 0, pad_bottom = 0;
  int dilation_x = 1, dilation_y = 1;
  int spread_x = 1, spread_y = 1;  // transposed convolution: zeros (pad value) between the input's pixels
  bool depthwise = false;          // kernels == channels, one plane each
  bool image = false;              // interleaved pixels in memory

  int pad_value = 0;
  int weight_offset = 0;  // added to every weight; per layer only
  int output_scale = 1, output_shift = 0, output_offset = 0;

  bool pixel_conversion = false;  // int8 images: raw unsigned pixels through the input converter
  int pixel_scale[4] = {1, 1, 1, 1}, pixel_shift[4] = {}, pixel_offset[4] = {};

  bool is_float() const { return arithmetic == Arithmetic::kFp16 || arithmetic == Arithmetic::kBf16; }
  int element_bytes() const { return arithmetic == Arithmetic::kInt8 ? 1 : 2; }
  int atom_channels() const { return 8 / element_bytes(); }
  int spread_width() const { return (width - 1) * spread_x + 1; }
  int spread_height() const { return (height - 1) * spread_y + 1; }
  int output_width() const;
  int output_height() const;
  int output_bytes() const;       // of one element
  int declared_channels() const;  // input, whole atoms
  int declared_kernels() const;   // output, whole steps of the multipliers
  std::string text() const;       // readable, for failures
};

/// Real numbers or integers, row-major: features [channel][y][x], weights [kernel][channel][ky][kx] (depthwise:
/// [channel][ky][kx]), streams per kernel.
struct ConvolutionData {
  std::vector<double> features, weights, bias;
  std::vector<int> weight_offsets, multipliers;  // per channel requantisation, multipliers in Q14
};

struct PlacedConvolution {
  Task task;
  std::uint32_t features = 0, weights = 0, output = 0;
  std::size_t feature_bytes = 0, weight_bytes = 0, output_bytes = 0;
};

/// Packs the data into `machine` and writes the task.
PlacedConvolution place(const Convolution& conv, const ConvolutionData& data, Machine& machine);

/// Writes a feature cube (or image) at an address; what place() uses.
void store_features(const Convolution& conv, const std::vector<double>& features, Machine& machine,
                    std::uint32_t address);
std::size_t feature_bytes(const Convolution& conv);
void store_weights(const Convolution& conv, const std::vector<double>& weights, Machine& machine,
                   std::uint32_t address);

/// Result as [kernel][y][x].
std::vector<double> load_output(const Convolution& conv, const PlacedConvolution& placed, Machine& machine);

/// CBUF entries of one line, by the vendor's rule.
int entries_per_line(const Convolution& conv);

}  // namespace mattock::test
