#include "emulator/mac/varied_sums.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "emulator/numerics.hpp"

namespace mattock::emulator {
namespace {

using Sums = Variation::Sums;

constexpr double kSmallestHalf = 0x1p-14, kLargestHalf = 65504;  // normal numbers

double taken(double value, const Variation& variation) {
  if (variation.flush_inputs && std::fabs(value) < kSmallestHalf) return 0;
  if (!variation.clamp_inputs || std::isfinite(value)) return value;
  return std::isnan(value) ? 0 : std::copysign(kLargestHalf, value);
}

double in_single(double value) { return static_cast<double>(static_cast<float>(value)); }

double single_sum(const std::vector<double>& products) {
  double sum = 0;
  for (const double product : products) sum = in_single(sum + in_single(product));
  return sum;
}

double single_sum_of_slices(const std::vector<double>& products, std::size_t slice_lanes) {
  double sum = 0, slice = 0;
  for (std::size_t i = 0; i < products.size(); ++i) {
    slice += products[i];
    if ((i + 1) % slice_lanes != 0 && i + 1 != products.size()) continue;
    sum = in_single(sum + in_single(slice));
    slice = 0;
  }
  return sum;
}

double sum_of(Sums sums, std::vector<double>& products, std::size_t slice_lanes) {
  if (sums == Sums::kSingle) return single_sum(products);
  if (sums == Sums::kSinglePerSlice) return single_sum_of_slices(products, slice_lanes);
  if (sums == Sums::kSingleBackwards) {
    std::ranges::reverse(products);
    return single_sum(products);
  }
  double sum = 0;
  for (const double product : products) sum += product;
  return sum;
}

/// Calls visit(feature, weight) for every product of a pixel and a kernel, in order.
template <class Visit>
void for_each_product(const Variation& variation, const Window& window, const Tile<double>& tile, const double* panel,
                      std::size_t pixel, std::size_t kernel, const Visit& visit) {
  for (std::size_t slice = 0; slice < window.slices; ++slice)
    for (std::size_t tap = 0; tap < window.taps; ++tap) {
      const double* features = tile.rows[tap * tile.pixels + pixel] + slice * window.slice_lanes;
      const double* weights = panel + (slice * window.taps + tap) * window.slice_lanes * window.kernels + kernel;
      const std::size_t lanes = window.lanes(slice);
      for (std::size_t lane = 0; lane < lanes; ++lane)
        visit(taken(features[lane], variation), taken(weights[lane * window.kernels], variation));
    }
}

}  // namespace

bool sums_vary(const Variation& variation, hw::Precision precision) {
  return precision == hw::Precision::kFp16 &&
         (variation.sums != Sums::kWide || variation.flush_inputs || variation.clamp_inputs);
}

void varied_tile(const Variation& variation, const Window& window, std::size_t slice_lanes, const Tile<double>& tile,
                 const double* panel, double* sums) {
  std::vector<double> products;
  for (std::size_t pixel = 0; pixel < tile.pixels; ++pixel)
    for (std::size_t kernel = 0; kernel < window.kernels; ++kernel) {
      double& sum = sums[pixel * window.kernels + kernel];
      products.clear();
      for_each_product(variation, window, tile, panel, pixel, kernel,
                       [&](double feature, double weight) { products.push_back(feature * weight); });
      sum = sum_of(variation.sums, products, slice_lanes);
      if (!std::isnan(sum)) continue;
      sum = 0;
      for_each_product(variation, window, tile, panel, pixel, kernel,
                       [&](double feature, double weight) { sum = accumulate_nan(sum, feature, weight); });
    }
}

}  // namespace mattock::emulator
