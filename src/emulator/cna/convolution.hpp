// What CNA, CMAC and CORE are told to do, decoded from their registers and checked for agreement.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/register_file.hpp"
#include "hw/chip.hpp"
#include "hw/generated/enums.hpp"

namespace mattock::emulator {

struct Extent {
  std::size_t width = 0, height = 0;
  std::size_t pixels() const { return width * height; }
};

struct InputConverter {
  bool on = false;
  bool source_signed = false;
  std::size_t shift[4] = {};
  std::int32_t scale[4] = {};
  std::int32_t offset[4] = {};
};

struct Convolution {
  bool depthwise = false;
  hw::Precision precision = hw::Precision::kInt8;
  std::size_t image_channels = 0;  ///< interleaved channels of an image input; 0: NC1HWC2
  Extent spread;                   ///< transposed convolution: distance of input pixels; else 1 x 1

  Extent input;
  std::size_t channels_declared = 0, channels_real = 0;
  Extent fetch;  ///< what the feature DMA reads; the same bytes, possibly seen as another shape
  std::size_t fetch_channels = 0;
  std::uint64_t feature_address = 0;
  std::size_t line_stride_bytes = 0, surface_stride_bytes = 0;
  InputConverter converter;

  Extent output;
  Extent stride, dilation, kernel;
  std::size_t pad_top = 0, pad_left = 0;
  std::int32_t pad_value = 0;  ///< stored domain; in float work its low 16 bits are a pattern

  std::size_t kernels = 0, kernel_bytes = 0, weight_bytes = 0;
  std::uint64_t weight_address = 0;
  std::size_t output_channels = 0;  ///< declared to CORE: whole steps

  std::size_t data_banks = 0, weight_banks = 0, entries = 0;
  bool keep_data = false, keep_weights = false;

  // Derived from the chip and the precision.
  std::size_t element_bytes = 0;
  std::size_t atom_lanes = 0;     ///< channels of an atom (C2)
  std::size_t slice_lanes = 0;    ///< channels the multipliers take at once
  std::size_t group_kernels = 0;  ///< kernels of a group; depthwise: channels of a step

  std::size_t surfaces() const { return (channels_declared + atom_lanes - 1) / atom_lanes; }
  std::size_t slices() const { return (channels_declared + slice_lanes - 1) / slice_lanes; }
  std::size_t taps() const { return kernel.width * kernel.height; }
  std::size_t groups() const { return output_channels / group_kernels; }
  /// How many of `count` channels from `first` on are real.
  std::size_t real_lanes(std::size_t first, std::size_t count) const {
    return first >= channels_real ? 0 : (channels_real - first < count ? channels_real - first : count);
  }
  /// Bytes one tap of one kernel takes of slice `slice`: a short last slice of 24 bytes is stored as 32.
  std::size_t slice_row_bytes(std::size_t slice, const hw::Chip& chip) const;
};

/// Strict mode stops where registers contradict each other or ask for what is not modelled.
Convolution decode_convolution(const Registers& cna, const Registers& cmac, const Registers& core, const hw::Chip& chip,
                               Diagnostics& diagnostics, bool multiply_padding = false);

}  // namespace mattock::emulator
