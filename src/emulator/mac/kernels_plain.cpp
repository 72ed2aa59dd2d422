#include <array>
#include <cstring>

#include "base/half.hpp"
#include "emulator/formats.hpp"
#include "emulator/mac/kernels.hpp"

namespace mattock::emulator {
namespace {

using hw::Precision;

template <class Value>
void decode_as(const std::byte* bytes, std::size_t count, Precision precision, Value* values) {
  const std::span elements(bytes, count * element_bytes(precision));
  if constexpr (std::is_floating_point_v<Value>) {
    if (is_float(precision)) {
      for (std::size_t i = 0; i < count; ++i) values[i] = load_float(elements, i, precision, precision);
      return;
    }
  }
  if (precision == Precision::kInt8) {
    // Common enough to be kept free of calls.
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<Value>(static_cast<std::int8_t>(bytes[i]));
    return;
  }
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<Value>(load_integer(elements, i, precision));
}

void int8_panel_plain(const std::byte* rows, std::size_t blocks, std::size_t kernels, std::int16_t* panel) {
  for (std::size_t block = 0; block < blocks; ++block, panel += kRowBytes * kernels) {
    for (std::size_t kernel = 0; kernel < kernels; ++kernel, rows += kRowBytes) {
      std::array<std::int16_t, kRowBytes> row;
      decode_plain(rows, row.size(), Precision::kInt8, row.data());
      for (std::size_t lane = 0; lane < row.size(); ++lane) {
        panel[(lane / 2 * kernels + kernel) * 2 + lane % 2] = row[lane];
      }
    }
  }
}

void int8_tile_plain(const Window& window, const Tile<std::int16_t>& tile, const std::int16_t* panel,
                     std::int32_t* sums) {
  std::fill_n(sums, tile.pixels * window.kernels, 0);
  for (std::size_t slice = 0; slice < window.slices; ++slice) {
    for (std::size_t tap = 0; tap < window.taps; ++tap) {
      const std::int16_t* block = panel + (slice * window.taps + tap) * window.slice_lanes * window.kernels;
      for (std::size_t pixel = 0; pixel < tile.pixels; ++pixel) {
        const std::int16_t* features = tile.rows[tap * tile.pixels + pixel] + slice * window.slice_lanes;
        std::int32_t* row = sums + pixel * window.kernels;
        for (std::size_t lane = 0; lane < window.lanes(slice); ++lane) {
          const std::int16_t* weights = block + lane / 2 * window.kernels * 2 + lane % 2;
          for (std::size_t kernel = 0; kernel < window.kernels; ++kernel)
            row[kernel] += std::int32_t{features[lane]} * weights[kernel * 2];
        }
      }
    }
  }
}

/// The order of every sum, written out.
void real_tile_plain(const Window& window, const Tile<double>& tile, const double* panel, double* sums) {
  for (std::size_t pixel = 0; pixel < tile.pixels; ++pixel) {
    for (std::size_t first = 0; first < window.kernels; first += kRealColumns) {
      std::array<double, kRealColumns> row{};
      for (std::size_t slice = 0; slice < window.slices; ++slice) {
        for (std::size_t tap = 0; tap < window.taps; ++tap) {
          const double* features = tile.rows[tap * tile.pixels + pixel] + slice * window.slice_lanes;
          const double* weights = panel + (slice * window.taps + tap) * window.slice_lanes * window.kernels + first;
          for (std::size_t lane = 0; lane < window.lanes(slice); ++lane) {
            const double feature = features[lane];
            for (std::size_t kernel = 0; kernel < row.size(); ++kernel)
              row[kernel] += feature * weights[lane * window.kernels + kernel];
          }
        }
      }
      std::copy(row.begin(), row.end(), sums + pixel * window.kernels + first);
    }
  }
}

}  // namespace

void decode_plain(const std::byte* bytes, std::size_t count, Precision precision, double* values) {
  decode_as(bytes, count, precision, values);
}
void decode_plain(const std::byte* bytes, std::size_t count, Precision precision, std::int16_t* values) {
  decode_as(bytes, count, precision, values);
}
void decode_plain(const std::byte* bytes, std::size_t count, Precision precision, std::int32_t* values) {
  decode_as(bytes, count, precision, values);
}

void real_panel_plain(const std::byte* rows, std::size_t blocks, std::size_t kernels, Precision precision,
                      double* panel) {
  const std::size_t lanes = kRowBytes / element_bytes(precision);
  for (std::size_t block = 0; block < blocks; ++block, panel += lanes * kernels) {
    for (std::size_t kernel = 0; kernel < kernels; ++kernel, rows += kRowBytes) {
      std::array<double, kRowBytes> row;
      decode_plain(rows, lanes, precision, row.data());
      for (std::size_t lane = 0; lane < lanes; ++lane) panel[lane * kernels + kernel] = row[lane];
    }
  }
}

constexpr Kernels kPlainKernels{"plain",        4, decode_plain, real_panel_plain, int8_panel_plain, real_tile_plain,
                                int8_tile_plain};

const Kernels& choose_kernels(std::string_view name) {
  if (name == kPlainKernels.name) return kPlainKernels;
  const auto vectors = vector_kernels();
  for (const Kernels& kernels : vectors)
    if (kernels.name == name) return kernels;
  return vectors.empty() ? kPlainKernels : vectors.back();
}

}  // namespace mattock::emulator
