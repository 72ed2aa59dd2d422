// Transposing blocks of weights in vectors.
//
// A block is 16 bytes by 2 x R rows, R = 8 for 2-byte elements and 16 for bytes. Row c goes to the lower half of a
// vector of 256 bits, row c + R to the upper; then the halves are turned side by side by log2(R) rounds of
// interleaving, and each vector is one kernel's 32 bytes. Processors with 128 bits do the halves one after the other.
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
HWY_INLINE void turn_half(D d, const T* from, std::size_t pitch, T* to, std::size_t to_pitch, bool stream) {
  using V = hn::Vec<D>;
  constexpr std::size_t kRowElements = 16 / sizeof(T);
  static_assert(kRows == kRowElements);
  const auto row = [&](std::size_t r) HWY_ATTR {
    const T* lower = from + r * pitch;
    if constexpr (hn::MaxLanes(D()) == 2 * kRowElements) {
      const hn::Half<D> half;
      return hn::Combine(d, hn::LoadU(half, lower + kRows * pitch), hn::LoadU(half, lower));
    } else {
      return hn::LoadU(d, lower);
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
void turn_all(const std::byte* from, std::size_t pitch_bytes, std::size_t blocks, std::byte* to, std::size_t to_step,
              bool stream) {
  constexpr std::size_t kRows = 16 / sizeof(T), kBlockRow = 32 / sizeof(T);
  const std::size_t pitch = pitch_bytes / sizeof(T);
  const hn::CappedTag<T, kBlockRow> d;
  for (std::size_t block = 0; block < blocks; ++block) {
    const T* HWY_RESTRICT in = static_cast<const T*>(static_cast<const void*>(from + block * 16));
    T* HWY_RESTRICT out = static_cast<T*>(static_cast<void*>(to + block * to_step));
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

#else

std::size_t TurnBlocks(std::size_t, const std::byte*, std::size_t, std::size_t, std::byte*, std::size_t, bool) {
  return 0;
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace mattock::layout::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mattock::layout::kernels {

HWY_EXPORT(TurnBlocks);

std::size_t turn_blocks(std::size_t element_bytes, const std::byte* from, std::size_t pitch, std::size_t blocks,
                        std::byte* to, std::size_t to_step, bool stream) {
  const bool whole_lines = reinterpret_cast<std::uintptr_t>(to) % 64 == 0 && to_step % 64 == 0;
  return HWY_DYNAMIC_DISPATCH(TurnBlocks)(element_bytes, from, pitch, blocks, to, to_step, stream && whole_lines);
}

void finish_streams() { hwy::FlushStream(); }

}  // namespace mattock::layout::kernels
#endif
