// What CNA, CMAC and CORE are told, in plain numbers, and the rules for it. Sizes in bytes and addresses are
// computed from the notes' formulas here, for the checker alone: it judges the emulator too and shares no code
// with it.
#pragma once

#include <cstdint>
#include <optional>

#include "check/rule.hpp"

namespace mattock::check {

struct Size {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t pixels() const { return width * height; }
  friend bool operator==(const Size&, const Size&) = default;
};

struct Convolution {
  explicit Convolution(const Started& started);

  const Started& at;
  hw::Precision type{};
  bool depthwise = false;
  bool transposed = false;
  std::int64_t image_channels = 0;  ///< interleaved in memory; 0: a cube
  std::int64_t element_bytes = 1;
  std::int64_t atom_channels = 1;  ///< C2
  std::int64_t step_channels = 1;  ///< output channels that arrive together: a kernel group, depthwise a slice

  Size input, fetched, output, kernel, stride, dilation;
  std::int64_t channels = 0, real_channels = 0, fetched_channels = 0;
  std::int64_t line_stride_bytes = 0, surface_stride_bytes = 0;
  std::int64_t kernels = 0, kernel_bytes = 0, weight_bytes = 0;
  std::int64_t output_channels = 0;
  std::int64_t data_banks = 0, weight_banks = 0, entries = 0;
  bool keeps_data = false, keeps_weights = false;

  /// CBUF entries a line takes (npu.md 3.4): three left-over surfaces take whole entries.
  std::int64_t entries_needed() const;
  std::int64_t weight_capacity_bytes() const {
    return weight_banks * static_cast<std::int64_t>(at.chip.cbuf_bank_bytes);
  }
  Range feature_bytes() const;
  Range weight_range() const;
};

/// What the buffer holds from the tasks before, by the shape it was loaded under (running-a-model.md 17).
struct Loaded {
  struct Features {
    Size input;
    std::int64_t channels, entries, data_banks, weight_banks;
    friend bool operator==(const Features&, const Features&) = default;
  };
  /// Without the height: vendor models keep weights from band to band, and the last band is lower.
  struct Weights {
    std::int64_t bytes, width, channels, entries, data_banks, weight_banks;
    friend bool operator==(const Weights&, const Weights&) = default;
  };
  std::optional<Features> features;
  std::optional<Weights> weights;  ///< only if all of them fitted
};

/// Checks the three blocks, and notes in `loaded` what the task leaves in the buffer.
Result<void> check_convolution(const Convolution& conv, Loaded& loaded);

}  // namespace mattock::check
