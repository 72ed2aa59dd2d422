// Moving elements into blocks of weights and surfaces in vectors.
//
// A block of weights from rows of channels is 16 bytes by 2 x R rows, R = 8 for 2-byte elements and 16 for bytes. Row c
// goes to the lower half of a vector of 256 bits, row c + R to the upper; then the halves are turned side by side by
// log2(R) rounds of interleaving, and each vector is one kernel's 32 bytes. Processors with 128 bits do the halves one
// after the other.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "layout/turn_kernels.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "layout/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace mattock::layout::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

/// One round on kRows vectors: those r and r + kRows / 2 become neighbours. After log2(kRows) rounds row and column
/// of each 128 bits have changed places.
template <std::size_t kRows, class D, class V>
HWY_INLINE void interleave_round(D d, const V* HWY_RESTRICT in, V* HWY_RESTRICT out) {
  for (std::size_t r = 0; r < kRows / 2; ++r) {
    out[2 * r] = hn::InterleaveLower(d, in[r], in[r + kRows / 2]);
    out[2 * r + 1] = hn::InterleaveUpper(d, in[r], in[r + kRows / 2]);
  }
}

/// Vectors of both halves where a vector is 256 bits; else of the half that begins at row 0 of `from`.
template <std::size_t kRows, class T, class D>
HWY_INLINE void turn_half(D d, const std::uint8_t* from, std::size_t pitch, T* to, std::size_t to_pitch, bool stream) {
  using V = hn::Vec<D>;
  constexpr std::size_t kRowElements = 16 / sizeof(T);
  static_assert(kRows == kRowElements);
  const auto row = [&](std::size_t r) HWY_ATTR {
    const std::uint8_t* lower = from + r * pitch;
    const hn::Repartition<std::uint8_t, D> bytes;  // rows may begin anywhere
    if constexpr (hn::MaxLanes(D()) == 2 * kRowElements) {
      const hn::Half<decltype(bytes)> half;
      return hn::BitCast(d, hn::Combine(bytes, hn::LoadU(half, lower + kRows * pitch), hn::LoadU(half, lower)));
    } else {
      return hn::BitCast(d, hn::LoadU(bytes, lower));
    }
  };
  V a[kRows], b[kRows];
  for (std::size_t r = 0; r < kRows; ++r) a[r] = row(r);
  interleave_round<kRows>(d, a, b);
  interleave_round<kRows>(d, b, a);
  interleave_round<kRows>(d, a, b);
  if constexpr (kRows == 16) interleave_round<kRows>(d, b, a);
  const V* turned = kRows == 16 ? a : b;
  for (std::size_t n = 0; n < kRows; ++n) {
    if (stream)
      hn::Stream(turned[n], d, to + n * to_pitch);
    else
      hn::StoreU(turned[n], d, to + n * to_pitch);
  }
}

template <class T>
void turn_all(const std::byte* from, std::size_t pitch, std::size_t blocks, std::byte* to, std::size_t to_step,
              bool stream) {
  constexpr std::size_t kRows = 16 / sizeof(T), kBlockRow = 32 / sizeof(T);
  const hn::CappedTag<T, kBlockRow> d;
  for (std::size_t block = 0; block < blocks; ++block) {
    const auto* in = reinterpret_cast<const std::uint8_t*>(from + block * 16);
    T* out = static_cast<T*>(static_cast<void*>(to + block * to_step));
    turn_half<kRows>(d, in, pitch, out, kBlockRow, stream);
    if constexpr (hn::MaxLanes(hn::CappedTag<T, kBlockRow>()) == kRows)
      turn_half<kRows>(d, in + kRows * pitch, pitch, out + kRows, kBlockRow, stream);
  }
}

std::size_t TurnBlocks(std::size_t element_bytes, const std::byte* from, std::size_t pitch, std::size_t blocks,
                       std::byte* to, std::size_t to_step, bool stream) {
  if (element_bytes == 2)
    turn_all<std::uint16_t>(from, pitch, blocks, to, to_step, stream);
  else
    turn_all<std::uint8_t>(from, pitch, blocks, to, to_step, stream);
  return blocks;
}

template <class D, class V, class T>
HWY_INLINE void store(D d, V v, T* to, bool stream) {
  if (stream)
    hn::Stream(v, d, to);
  else
    hn::StoreU(v, d, to);
}

std::size_t WeaveRows(const std::byte* from_bytes, std::size_t pitch, std::size_t rows, std::size_t pieces,
                      std::byte* to_bytes, bool stream) {
  const hn::CappedTag<std::uint8_t, 32> d;
  const auto* from = reinterpret_cast<const std::uint8_t*>(from_bytes);
  auto* to = reinterpret_cast<std::uint8_t*>(to_bytes);
  for (std::size_t s = 0; s < pieces; ++s, from += 32)
    for (std::size_t n = 0; n < rows; ++n, to += 32)
      for (std::size_t i = 0; i < 32; i += hn::Lanes(d)) store(d, hn::LoadU(d, from + n * pitch + i), to + i, stream);
  return pieces;
}

std::size_t SplitRows(const std::byte* from, std::size_t pitch, std::size_t rows, std::size_t pixels, std::byte* to,
                      std::size_t to_step, bool stream) {
  const hn::Full128<std::uint64_t> d;
  const auto load = [&](std::size_t row, std::size_t pixel) HWY_ATTR {
    return hn::LoadU(d, static_cast<const std::uint64_t*>(static_cast<const void*>(from + row * pitch + pixel * 8)));
  };
  const auto put = [&](std::size_t row, std::size_t pixel, auto v) HWY_ATTR {
    store(d, v, static_cast<std::uint64_t*>(static_cast<void*>(to + pixel * to_step + row * 8)), stream);
  };
  if (pixels % 2 != 0) return 0;
  constexpr std::size_t kAhead = 256;  // bytes of a row; processors do not follow so many rows by themselves
  // Squares of 8 by 8 pixels are whole cache lines on both sides.
  const std::size_t pairs = rows / 2 * 2;
  for (std::size_t g0 = 0; g0 < pixels; g0 += 8) {
    for (std::size_t r = 0; r < pairs; ++r) hwy::Prefetch(from + r * pitch + g0 * 8 + kAhead);
    for (std::size_t r0 = 0; r0 < pairs; r0 += 8)
      for (std::size_t g = g0; g < HWY_MIN(g0 + 8, pixels); g += 2)
        for (std::size_t r = r0; r < HWY_MIN(r0 + 8, pairs); r += 2) {
          const auto one = load(r, g), two = load(r + 1, g);
          put(r, g, hn::InterleaveLower(d, one, two));
          put(r, g + 1, hn::InterleaveUpper(d, one, two));
        }
  }
  return pairs;
}

std::size_t JoinPixels(const std::byte* from, std::size_t from_step, std::size_t rows, std::size_t pixels,
                       std::byte* to, std::size_t pitch, bool stream) {
  const hn::Full128<std::uint8_t> d;
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t g = 0; g < pixels; ++g) {
      const auto pixel = hn::LoadU(d, reinterpret_cast<const std::uint8_t*>(from + g * from_step + r * 16));
      store(d, pixel, reinterpret_cast<std::uint8_t*>(to + r * pitch + g * 16), stream);
    }
  return rows;
}

#else

std::size_t WeaveRows(const std::byte*, std::size_t, std::size_t, std::size_t, std::byte*, bool) { return 0; }
std::size_t SplitRows(const std::byte*, std::size_t, std::size_t, std::size_t, std::byte*, std::size_t, bool) {
  return 0;
}

std::size_t JoinPixels(const std::byte*, std::size_t, std::size_t, std::size_t, std::byte*, std::size_t, bool) {
  return 0;
}

std::size_t TurnBlocks(std::size_t, const std::byte*, std::size_t, std::size_t, std::byte*, std::size_t, bool) {
  return 0;
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace mattock::layout::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mattock::layout::kernels {
namespace {

/// Streamed stores want whole cache lines and vectors at multiples of their size.
bool on_line(const std::byte* to) { return reinterpret_cast<std::uintptr_t>(to) % 64 == 0; }

}  // namespace

HWY_EXPORT(TurnBlocks);
HWY_EXPORT(WeaveRows);
HWY_EXPORT(SplitRows);
HWY_EXPORT(JoinPixels);

std::size_t turn_blocks(std::size_t element_bytes, const std::byte* from, std::size_t pitch, std::size_t blocks,
                        std::byte* to, std::size_t to_step, bool stream) {
  const bool lines = on_line(to) && to_step % 64 == 0;
  return HWY_DYNAMIC_DISPATCH(TurnBlocks)(element_bytes, from, pitch, blocks, to, to_step, stream && lines);
}

std::size_t weave_rows(const std::byte* from, std::size_t pitch, std::size_t rows, std::size_t pieces, std::byte* to,
                       bool stream) {
  return HWY_DYNAMIC_DISPATCH(WeaveRows)(from, pitch, rows, pieces, to, stream && on_line(to));
}

std::size_t split_rows(const std::byte* from, std::size_t pitch, std::size_t rows, std::size_t pixels, std::byte* to,
                       std::size_t to_step, bool stream) {
  const bool lines = on_line(to) && to_step % 64 == 0;
  return HWY_DYNAMIC_DISPATCH(SplitRows)(from, pitch, rows, pixels, to, to_step, stream && lines);
}

std::size_t join_pixels(const std::byte* from, std::size_t from_step, std::size_t rows, std::size_t pixels,
                        std::byte* to, std::size_t pitch, bool stream) {
  const bool lines = on_line(to) && pitch % 64 == 0 && pixels % 4 == 0;
  return HWY_DYNAMIC_DISPATCH(JoinPixels)(from, from_step, rows, pixels, to, pitch, stream && lines);
}

void finish_streams() { hwy::FlushStream(); }

}  // namespace mattock::layout::kernels
#endif
