// int8 results out of the sums of several parts, by the CPU.
#include <algorithm>

#include "base/bytes.hpp"
#include "matmul/impl.hpp"
#include "plan/place.hpp"

namespace mattock {

/// From the packed features: channels beyond K are 0.
void Matmul::Impl::add_up_rows() {
  row_sums.assign(plan.pixels, 0);
  const std::span<const std::byte> memory = features.bytes();
  for (std::size_t p = 0; p < plan.parts.size(); ++p) {
    const plan::Place place = plan::features_place(device.chip(), plan, p);
    const std::size_t channels = plan.parts[p].declared, together = std::min(place.lanes, channels);
    for (std::size_t channel = 0; channel < channels; channel += together)
      for (std::size_t pixel = 0; pixel < plan.pixels; ++pixel) {
        const auto numbers = memory.subspan(place.of(pixel, channel), together);
        for (const std::byte number : numbers) row_sums[pixel] += static_cast<std::int8_t>(number);
      }
  }
}

void Matmul::Impl::unpack_to_int8(const MutableView& c) {
  const std::size_t lanes = native.c ? plan::result_lanes(device.chip(), plan::Output::kInt8) : plan.kernels;
  row.assign(native.c ? plan.kernels_padded : plan.kernels, std::byte{0});
  for (std::size_t pixel = 0; pixel < plan.pixels; ++pixel) {
    requantise_row(pixel);
    if (!native.c) {
      scatter(row, c, pixel * plan.kernels);
      continue;
    }
    for (std::size_t first = 0; first < row.size(); first += lanes)
      std::copy_n(row.data() + first, lanes, c.data + (first * plan.pixels + pixel * lanes));
  }
}

/// One row of C into `row`.
void Matmul::Impl::requantise_row(std::size_t pixel) {
  const std::span<const std::byte> memory = results.bytes();
  for (const plan::Range& panel : plan.panels) {
    sums.clear();
    for (std::size_t p = 0; p < plan.parts.size(); ++p)
      sums.push_back(memory.subspan(plan::results_place(device.chip(), plan, p, panel).of(pixel, 0)));
    plan::Place place = plan::results_place(device.chip(), plan, 0, panel);
    place.offset = 0;
    for (std::size_t i = 0; i < std::min(panel.count, plan.kernels - panel.first); ++i) {
      std::int64_t products = 0;
      for (const auto& part : sums) products += load_le<std::int32_t>(part, place.of(0, i));
      row[panel.first + i] = static_cast<std::byte>((*cpu_requantiser)(products, row_sums[pixel], panel.first + i));
    }
  }
}

}  // namespace mattock
