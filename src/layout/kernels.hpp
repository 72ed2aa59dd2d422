// Private to the room: loops in vectors, compiled for several instruction sets, of which the best this processor has
// is taken (Highway's dynamic dispatch). Each does as many elements as fill its vectors, from the first on, and
// returns how many; the caller does the rest with plain loops, which give the same bytes. On a processor without any
// vectors that is all of them. Pointers may have any alignment unless it is said.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mattock::layout::kernels {

/// Number `index` of those at `bytes`.
template <class T>
inline const T* at(const std::byte* bytes, std::size_t index) {
  return static_cast<const T*>(static_cast<const void*>(bytes)) + index;
}

template <class T>
inline T* at(std::byte* bytes, std::size_t index) {
  return static_cast<T*>(static_cast<void*>(bytes)) + index;
}

/// binary32 to binary16 and back, by the rules of base/half.hpp.
std::size_t half_from_float(const std::byte* from, std::size_t n, std::byte* to);
std::size_t float_from_half(const std::byte* from, std::size_t n, std::byte* to);

/// binary64 to binary16 and to binary32, rounded once.
std::size_t half_from_double(const std::byte* from, std::size_t n, std::byte* to);
std::size_t float_from_double(const std::byte* from, std::size_t n, std::byte* to);

/// binary32 and int32 to binary64: exact.
std::size_t double_from_float(const std::byte* from, std::size_t n, std::byte* to);
std::size_t double_from_int32(const std::byte* from, std::size_t n, std::byte* to);

/// As add_floats() and so on of sums.hpp.
std::size_t add_floats(const std::byte* terms, std::size_t n, bool first, std::byte* sums);
std::size_t add_integers(const std::byte* terms, std::size_t n, bool first, std::byte* sums);
std::size_t scale_sums(const std::byte* sums, std::size_t n, float row_scale, const float* column_scales,
                       std::byte* numbers);
std::size_t settle_nans(std::byte* numbers, std::size_t n);

/// largest[i] = the larger of itself and |x[i]|, if that is finite.
std::size_t largest_each(const double* x, std::size_t n, double* largest);

/// The same for one number and all of x.
std::size_t largest_of(const double* x, std::size_t n, double* largest);

/// int8 codes of quantise.hpp; with scale_step 0 all have scales[0], with 1 each has its own.
std::size_t codes(const double* x, std::size_t n, const float* scales, std::size_t scale_step, std::int8_t* out);

/// Blocks of weights from rows of channels, for elements of 2 bytes (16 channels of 8 kernels) or 1 (32 of 16): both
/// are rows of 16 bytes into rows of 32. Row c of block b begins at from + c * pitch + b * 16; the block is written
/// to to + b * to_step. Returns the number of blocks done: all or none. With `stream`, here and below, bytes go past
/// the caches where whole cache lines are written; finish_streams() afterwards.
std::size_t turn_blocks(std::size_t element_bytes, const std::byte* from, std::size_t pitch, std::size_t blocks,
                        std::byte* to, std::size_t to_step, bool stream);

/// Blocks of weights from rows of kernels: piece s (32 bytes) of row n goes to to + (s * rows + n) * 32. Returns the
/// number of pieces of a row done: all or none.
std::size_t weave_rows(const std::byte* from, std::size_t pitch, std::size_t rows, std::size_t pieces, std::byte* to,
                       bool stream);

/// Surfaces from rows: pixel g (8 bytes) of row r goes to to + g * to_step + r * 8. Returns the number of rows done.
std::size_t split_rows(const std::byte* from, std::size_t pitch, std::size_t rows, std::size_t pixels, std::byte* to,
                       std::size_t to_step, bool stream);

/// Rows from surfaces: pixel g (16 bytes) of row r, at from + g * from_step + r * 16, goes to to + r * pitch + g * 16.
/// Returns the number of rows done: all or none.
std::size_t join_pixels(const std::byte* from, std::size_t from_step, std::size_t rows, std::size_t pixels,
                        std::byte* to, std::size_t pitch, bool stream);

/// half_from_float() past the caches; nothing unless `to` is a multiple of 64.
std::size_t stream_half_from_float(const std::byte* from, std::size_t n, std::byte* to);

/// Makes what was streamed by this thread visible in order with what it writes next.
void finish_streams();

}  // namespace mattock::layout::kernels
