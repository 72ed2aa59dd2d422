#include "emulator/mac/varied_sums.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mattock::emulator {
namespace {

using Sums = Variation::Sums;

constexpr double kSmallestHalf = 0x1p-14;  // normal numbers

double taken(double value, bool flush) { return flush && std::fabs(value) < kSmallestHalf ? 0 : value; }

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

}  // namespace

bool sums_vary(const Variation& variation, hw::Precision precision) {
  return precision == hw::Precision::kFp16 && (variation.sums != Sums::kWide || variation.flush_inputs);
}

void varied_tile(const Variation& variation, const Window& window, std::size_t slice_lanes, const Tile<double>& tile,
                 const double* panel, double* sums) {
  std::vector<double> products;
  for (std::size_t pixel = 0; pixel < tile.pixels; ++pixel)
    for (std::size_t kernel = 0; kernel < window.kernels; ++kernel) {
      products.clear();
      for (std::size_t slice = 0; slice < window.slices; ++slice)
        for (std::size_t tap = 0; tap < window.taps; ++tap) {
          const double* features = tile.rows[tap * tile.pixels + pixel] + slice * window.slice_lanes;
          const double* weights = panel + (slice * window.taps + tap) * window.slice_lanes * window.kernels + kernel;
          for (std::size_t lane = 0; lane < window.lanes(slice); ++lane)
            products.push_back(taken(features[lane], variation.flush_inputs) *
                               taken(weights[lane * window.kernels], variation.flush_inputs));
        }
      sums[pixel * window.kernels + kernel] = sum_of(variation.sums, products, slice_lanes);
    }
}

}  // namespace mattock::emulator
