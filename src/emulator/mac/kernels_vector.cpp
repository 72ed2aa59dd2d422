// The vector forms of the inner loops, one text compiled for each set of instructions (Highway; its headers alone:
// Debian's package has no static library, and a wheel may need no other shared one, so the choice at run time is
// made here).
//
// Why a vector form equals the plain one to the bit:
//  - products of two 16-bit elements (11 + 11 bits of significand, or 15 + 15) are exact in binary64, so a fused
//    multiply-add rounds what multiply, then add rounds;
//  - a lane is one kernel of one pixel and adds its terms in the plain order;
//  - integer sums are exact, so pairs may be added first;
//  - which bits a NaN has is the one thing that depends on the instruction: the caller sees to those sums.
//
// Highway's assertions, if they stayed in, would call its library.
#define HWY_IS_DEBUG_BUILD 0
#define HWY_WANT_AVX3_DL  // Highway 1.0.3 does not compile for such a processor (-march) without
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "emulator/mac/kernels_vector.cpp"  // NOLINT
#include <hwy/foreach_target.h>                               // must come before highway.h
#include <hwy/highway.h>

#include <array>
#include <cstring>
#include <vector>

#include "emulator/mac/kernels.hpp"

// The sets of instructions worth a form of their own, and what the whole build is for where that is more (-march).
// In Highway a better set has a lower number; names it does not know yet are 0 here.
#undef MATTOCK_FORM
#if HWY_ARCH_X86
#define MATTOCK_FORM                                                             \
  (HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || \
   (HWY_TARGET == HWY_STATIC_TARGET && HWY_TARGET < HWY_AVX3))
#else
#define MATTOCK_FORM (HWY_TARGET == HWY_STATIC_TARGET && (HWY_TARGET == HWY_NEON || HWY_TARGET == HWY_NEON_WITHOUT_AES))
#endif

#if MATTOCK_FORM
HWY_BEFORE_NAMESPACE();
namespace mattock::emulator::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using hw::Precision;

// Eight binary64 or sixteen int32 columns take this many vectors; the tile is as high as registers allow.
using RealTag = hn::CappedTag<double, kRealColumns>;
using Int32Tag = hn::CappedTag<std::int32_t, kInt8Columns>;
constexpr std::size_t kRealVectors = kRealColumns / hn::MaxLanes(RealTag());
constexpr std::size_t kInt8Vectors = kInt8Columns / hn::MaxLanes(Int32Tag());
constexpr std::size_t kTilePixels = kRealVectors == 1 ? 12 : kRealVectors == 2 ? 6 : 2;

using U16 = hn::Full128<std::uint16_t>;
using U16Vector = hn::Vec<U16>;

/// Four floats as doubles. Exact.
template <class D = hn::CappedTag<double, 4>>
HWY_INLINE void store_doubles(hn::Vec<hn::Full128<float>> values, double* to) {
  const D d;
  if constexpr (hn::MaxLanes(d) == 4) {
    hn::StoreU(hn::PromoteTo(d, values), d, to);
  } else {
    const hn::Half<hn::Full128<float>> half;
    hn::StoreU(hn::PromoteTo(d, hn::LowerHalf(half, values)), d, to);
    hn::StoreU(hn::PromoteTo(d, hn::UpperHalf(half, values)), d, to + 2);
  }
}

/// Four 16-bit patterns in the low halves of 32-bit lanes, as floats. Exact.
template <Precision kFormat>
HWY_INLINE hn::Vec<hn::Full128<float>> to_floats(hn::Vec<hn::Full128<std::uint32_t>> bits) {
  const hn::Full128<std::uint32_t> du;
  const hn::Full128<std::int32_t> di;
  const hn::Full128<float> df;
  if constexpr (kFormat == Precision::kInt16) {
    return hn::ConvertTo(df, hn::ShiftRight<16>(hn::BitCast(di, hn::ShiftLeft<16>(bits))));
  } else if constexpr (kFormat == Precision::kBf16) {
    return hn::BitCast(df, hn::ShiftLeft<16>(bits));
  } else {
    // The exponent and fraction fields stand 13 places higher and are biased by 127 instead of 15: times 2^112,
    // which turns fp16 subnormals into normal numbers too. Infinity and NaN get their exponent field back.
    const auto magnitude = hn::And(bits, hn::Set(du, 0x7fff));
    const auto scaled = hn::Mul(hn::BitCast(df, hn::ShiftLeft<13>(magnitude)), hn::Set(df, 0x1p112f));
    const auto special = hn::Gt(hn::BitCast(di, magnitude), hn::Set(di, 0x7bff));
    const auto exponent = hn::And(hn::BitCast(du, hn::VecFromMask(di, special)), hn::Set(du, 0x7f800000));
    const auto sign = hn::ShiftLeft<16>(hn::And(bits, hn::Set(du, 0x8000)));
    return hn::BitCast(df, hn::Or(hn::Or(hn::BitCast(du, scaled), exponent), sign));
  }
}

#if HWY_ARCH_X86 && HWY_TARGET < HWY_SSE4
/// Eight fp16 patterns as doubles with the processor's own conversion. Exact; NaN becomes quiet, as above.
template <class D = RealTag>
HWY_INLINE void store_halves(U16Vector bits, double* to) {
  const D d;
  const hn::CappedTag<float, 8> df;
  const hn::Rebind<hwy::float16_t, decltype(df)> dh;
  const auto floats = hn::PromoteTo(df, hn::BitCast(dh, bits));
  if constexpr (hn::MaxLanes(d) == 8) {
    hn::StoreU(hn::PromoteTo(d, floats), d, to);
  } else {
    const hn::Half<decltype(df)> half;
    hn::StoreU(hn::PromoteTo(d, hn::LowerHalf(half, floats)), d, to);
    hn::StoreU(hn::PromoteTo(d, hn::UpperHalf(half, floats)), d, to + 4);
  }
}
#endif

template <Precision kFormat>
HWY_INLINE void store_eight(U16Vector bits, double* to) {
#if HWY_ARCH_X86 && HWY_TARGET < HWY_SSE4
  if constexpr (kFormat == Precision::kFp16) return store_halves(bits, to);
#endif
  const U16 d16;
  const hn::Full128<std::uint32_t> d32;
  const auto zero = hn::Zero(d16);
  store_doubles(to_floats<kFormat>(hn::BitCast(d32, hn::InterleaveLower(d16, bits, zero))), to);
  store_doubles(to_floats<kFormat>(hn::BitCast(d32, hn::InterleaveUpper(d16, bits, zero))), to + 4);
}

template <Precision kFormat>
void features_as(const std::byte* bytes, std::size_t count, double* values) {
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    store_eight<kFormat>(hn::BitCast(U16(), hn::LoadU(hn::Full128<std::uint8_t>(),
                                                      reinterpret_cast<const std::uint8_t*>(bytes + i * 2))),
                         values + i);
  }
  if (i < count) decode_plain(bytes + i * 2, count - i, kFormat, values + i);
}

void features(const std::byte* bytes, std::size_t count, Precision precision, double* values) {
  switch (precision) {
    case Precision::kFp16: return features_as<Precision::kFp16>(bytes, count, values);
    case Precision::kBf16: return features_as<Precision::kBf16>(bytes, count, values);
    case Precision::kInt16: return features_as<Precision::kInt16>(bytes, count, values);
    default: return decode_plain(bytes, count, precision, values);
  }
}

/// Eight rows of 8 16-bit units, kRowBytes apart, turned: result i holds unit i of every row.
HWY_INLINE void transpose(const std::byte* rows, U16Vector (&columns)[8]) {
  const U16 d16;
  const hn::Full128<std::uint8_t> d8;
  const hn::Full128<std::uint32_t> d32;
  const hn::Full128<std::uint64_t> d64;
  U16Vector r[8];
  for (std::size_t i = 0; i < 8; ++i)
    r[i] = hn::BitCast(d16, hn::LoadU(d8, reinterpret_cast<const std::uint8_t*>(rows + i * kRowBytes)));
  hn::Vec<decltype(d32)> a[8];
  for (std::size_t i = 0; i < 4; ++i) {
    a[2 * i] = hn::BitCast(d32, hn::InterleaveLower(d16, r[2 * i], r[2 * i + 1]));
    a[2 * i + 1] = hn::BitCast(d32, hn::InterleaveUpper(d16, r[2 * i], r[2 * i + 1]));
  }
  hn::Vec<decltype(d64)> b[8];
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      b[4 * i + 2 * j] = hn::BitCast(d64, hn::InterleaveLower(d32, a[4 * i + j], a[4 * i + j + 2]));
      b[4 * i + 2 * j + 1] = hn::BitCast(d64, hn::InterleaveUpper(d32, a[4 * i + j], a[4 * i + j + 2]));
    }
  }
  for (std::size_t i = 0; i < 4; ++i) {
    columns[2 * i] = hn::BitCast(d16, hn::InterleaveLower(d64, b[i], b[i + 4]));
    columns[2 * i + 1] = hn::BitCast(d16, hn::InterleaveUpper(d64, b[i], b[i + 4]));
  }
}

template <Precision kFormat>
void real_panel_as(const std::byte* rows, std::size_t blocks, std::size_t kernels, double* panel) {
  for (std::size_t block = 0; block < blocks; ++block, rows += kernels * kRowBytes, panel += 16 * kernels) {
    for (std::size_t first = 0; first < kernels; first += kRealColumns) {
      for (std::size_t half = 0; half < 2; ++half) {
        U16Vector columns[8];
        transpose(rows + first * kRowBytes + half * 16, columns);
        for (std::size_t i = 0; i < 8; ++i) store_eight<kFormat>(columns[i], panel + (half * 8 + i) * kernels + first);
      }
    }
  }
}

void real_panel(const std::byte* rows, std::size_t blocks, std::size_t kernels, Precision precision, double* panel) {
  switch (precision) {
    case Precision::kFp16: return real_panel_as<Precision::kFp16>(rows, blocks, kernels, panel);
    case Precision::kBf16: return real_panel_as<Precision::kBf16>(rows, blocks, kernels, panel);
    case Precision::kInt16: return real_panel_as<Precision::kInt16>(rows, blocks, kernels, panel);
    default: return real_panel_plain(rows, blocks, kernels, precision, panel);
  }
}

/// A unit is a pair of channels; its bytes become 16-bit lanes by doubling them and shifting one away.
void int8_panel(const std::byte* rows, std::size_t blocks, std::size_t kernels, std::int16_t* panel) {
  const hn::Full128<std::int8_t> d8;
  const hn::Full128<std::int16_t> d16;
  for (std::size_t block = 0; block < blocks; ++block, rows += kernels * kRowBytes, panel += kRowBytes * kernels) {
    for (std::size_t first = 0; first < kernels; first += 8) {
      for (std::size_t half = 0; half < 2; ++half) {
        U16Vector columns[8];
        transpose(rows + first * kRowBytes + half * 16, columns);
        for (std::size_t i = 0; i < 8; ++i) {
          const auto bytes = hn::BitCast(d8, columns[i]);
          std::int16_t* to = panel + ((half * 8 + i) * kernels + first) * 2;
          hn::StoreU(hn::ShiftRight<8>(hn::BitCast(d16, hn::InterleaveLower(d8, bytes, bytes))), d16, to);
          hn::StoreU(hn::ShiftRight<8>(hn::BitCast(d16, hn::InterleaveUpper(d8, bytes, bytes))), d16, to + 8);
        }
      }
    }
  }
}

/// kPixels pixels by 8 kernels: the sums stay in registers from the first channel to the last.
template <std::size_t kPixels>
void real_block(const Window& window, const double* const* rows, std::size_t pitch, const double* panel, double* sums) {
  const RealTag d;
  constexpr std::size_t kLanes = hn::MaxLanes(RealTag());
  hn::Vec<RealTag> sum[kPixels][kRealVectors];
  for (std::size_t p = 0; p < kPixels; ++p)
    for (std::size_t v = 0; v < kRealVectors; ++v) sum[p][v] = hn::Zero(d);
  for (std::size_t slice = 0; slice < window.slices; ++slice) {
    const std::size_t lanes = window.lanes(slice);
    for (std::size_t tap = 0; tap < window.taps; ++tap) {
      const double* weights = panel + (slice * window.taps + tap) * window.slice_lanes * window.kernels;
      const double* features[kPixels];
      for (std::size_t p = 0; p < kPixels; ++p) features[p] = rows[tap * pitch + p] + slice * window.slice_lanes;
      for (std::size_t lane = 0; lane < lanes; ++lane, weights += window.kernels) {
        hn::Vec<RealTag> weight[kRealVectors];
        for (std::size_t v = 0; v < kRealVectors; ++v) weight[v] = hn::LoadU(d, weights + v * kLanes);
        for (std::size_t p = 0; p < kPixels; ++p) {
          const auto feature = hn::Set(d, features[p][lane]);
          for (std::size_t v = 0; v < kRealVectors; ++v) sum[p][v] = hn::MulAdd(feature, weight[v], sum[p][v]);
        }
      }
    }
  }
  for (std::size_t p = 0; p < kPixels; ++p)
    for (std::size_t v = 0; v < kRealVectors; ++v) hn::StoreU(sum[p][v], d, sums + p * window.kernels + v * kLanes);
}

/// kPixels pixels by 16 kernels, two channels at a time: a lane adds the products of both.
template <std::size_t kPixels>
void int8_block(const Window& window, const std::int16_t* const* rows, std::size_t pitch, const std::int16_t* panel,
                std::int32_t* sums) {
  const Int32Tag d;
  const hn::Repartition<std::int16_t, Int32Tag> d16;
  constexpr std::size_t kLanes = hn::MaxLanes(Int32Tag());
  hn::Vec<Int32Tag> even[kPixels][kInt8Vectors], odd[kPixels][kInt8Vectors];
  for (std::size_t p = 0; p < kPixels; ++p)
    for (std::size_t v = 0; v < kInt8Vectors; ++v) even[p][v] = odd[p][v] = hn::Zero(d);
  for (std::size_t slice = 0; slice < window.slices; ++slice) {
    const std::size_t lanes = window.lanes(slice);
    for (std::size_t tap = 0; tap < window.taps; ++tap) {
      const std::int16_t* weights = panel + (slice * window.taps + tap) * window.slice_lanes * window.kernels;
      const std::int16_t* features[kPixels];
      for (std::size_t p = 0; p < kPixels; ++p) features[p] = rows[tap * pitch + p] + slice * window.slice_lanes;
      for (std::size_t lane = 0; lane < lanes; lane += 2, weights += 2 * window.kernels) {
        hn::Vec<decltype(d16)> weight[kInt8Vectors];
        for (std::size_t v = 0; v < kInt8Vectors; ++v) weight[v] = hn::LoadU(d16, weights + v * 2 * kLanes);
        for (std::size_t p = 0; p < kPixels; ++p) {
          std::int32_t pair;
          std::memcpy(&pair, features[p] + lane, sizeof pair);
          const auto feature = hn::BitCast(d16, hn::Set(d, pair));
          for (std::size_t v = 0; v < kInt8Vectors; ++v)
            even[p][v] = hn::ReorderWidenMulAccumulate(d, feature, weight[v], even[p][v], odd[p][v]);
        }
      }
    }
  }
  for (std::size_t p = 0; p < kPixels; ++p)
    for (std::size_t v = 0; v < kInt8Vectors; ++v)
      hn::StoreU(hn::RearrangeToOddPlusEven(even[p][v], odd[p][v]), d, sums + p * window.kernels + v * kLanes);
}

/// A tile, cut into the heights there are.
void real_tile(const Window& window, const Tile<double>& tile, const double* panel, double* sums) {
  for (std::size_t column = 0; column < window.kernels; column += kRealColumns) {
    std::size_t p = 0;
    const auto run = [&](auto block, std::size_t height) HWY_ATTR {
      for (; p + height <= tile.pixels; p += height)
        block(window, tile.rows + p, tile.pixels, panel + column, sums + p * window.kernels + column);
    };
    run(real_block<kTilePixels>, kTilePixels);
    if constexpr (kTilePixels > 4) run(real_block<4>, 4);
    if constexpr (kTilePixels > 2) run(real_block<2>, 2);
    run(real_block<1>, 1);
  }
}

void int8_tile(const Window& window, const Tile<std::int16_t>& tile, const std::int16_t* panel, std::int32_t* sums) {
  for (std::size_t column = 0; column < window.kernels; column += kInt8Columns) {
    std::size_t p = 0;
    const auto run = [&](auto block, std::size_t height) HWY_ATTR {
      for (; p + height <= tile.pixels; p += height)
        block(window, tile.rows + p, tile.pixels, panel + column * 2, sums + p * window.kernels + column);
    };
    run(int8_block<kTilePixels>, kTilePixels);
    if constexpr (kTilePixels > 4) run(int8_block<4>, 4);
    if constexpr (kTilePixels > 2) run(int8_block<2>, 2);
    run(int8_block<1>, 1);
  }
}

}  // namespace

#if HWY_ARCH_X86
constexpr std::string_view kName = HWY_TARGET == HWY_SSE4 ? "sse4" : HWY_TARGET == HWY_AVX2 ? "avx2" : "avx3";
#else
constexpr std::string_view kName = "neon";
#endif
constexpr Kernels kKernels{kName, kTilePixels, features, real_panel, int8_panel, real_tile, int8_tile};

}  // namespace mattock::emulator::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#if HWY_ONCE
namespace mattock::emulator {

std::span<const Kernels> vector_kernels() {
  static const std::vector<Kernels> found = [] {
    std::vector<Kernels> list;
#if HWY_ARCH_X86
    // What Highway's targets stand on. Every processor with AVX2 has F16C, every one with SSE4.2 has SSE4.1.
    const bool sse4 = __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("aes") != 0 &&
                      __builtin_cpu_supports("pclmul") != 0;
    const bool avx2 = sse4 && __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0 &&
                      __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0;
    const bool avx3 = avx2 && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
                      __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                      __builtin_cpu_supports("avx512cd") != 0;
#if HWY_TARGETS & HWY_SSE4
    if (sse4) list.push_back(N_SSE4::kKernels);
#endif
#if HWY_TARGETS & HWY_AVX2
    if (avx2) list.push_back(N_AVX2::kKernels);
#endif
#if HWY_TARGETS & HWY_AVX3
    if (avx3) list.push_back(N_AVX3::kKernels);
#endif
#if HWY_STATIC_TARGET < HWY_AVX3
    list.push_back(HWY_NAMESPACE::kKernels);
#endif
    (void)avx3;
#elif MATTOCK_FORM
    list.push_back(HWY_NAMESPACE::kKernels);
#endif
    return list;
  }();
  return found;
}

}  // namespace mattock::emulator
#endif
