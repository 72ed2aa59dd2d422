// Numbers from one float type to another in vectors, bit for bit what base/convert.hpp gives.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "layout/convert_kernels.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "layout/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace mattock::layout::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

/// The processor rounds to binary16 itself. Where it does not, Highway would cut off: it has no rounding of its own.
#define MATTOCK_HAS_HALF (HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_ARCH_ARM_A64)

/// How far ahead inputs are asked for: a run of kRunElements fp32, so that tiles of a matrix find the next tile's.
constexpr std::size_t kPrefetchBytes = 1024;

/// binary16 bits of binary32 numbers, to nearest even; NaN keeps its sign alone.
template <class D, class V>
HWY_INLINE auto half_bits(D d, V v) {
  const hn::Rebind<std::uint16_t, D> du16;
  const hn::RebindToUnsigned<D> du;
  const auto bits = hn::BitCast(du, v);
  const auto sign = hn::And(bits, hn::Set(du, 0x8000'0000u));
#if MATTOCK_HAS_HALF
  const hn::Rebind<hwy::float16_t, D> dh;
  const auto quiet = hn::BitCast(d, hn::Or(sign, hn::Set(du, 0x7fc0'0000u)));
  return hn::BitCast(du16, hn::DemoteTo(dh, hn::IfThenElse(hn::IsNaN(v), quiet, v)));
#else
  const hn::RebindToSigned<D> di;
  const auto magnitude = hn::Xor(bits, sign);
  // From 65536 on: infinity, or NaN.
  const auto large =
      hn::IfThenElse(hn::BitCast(di, magnitude) > hn::Set(di, 0x7f80'0000), hn::Set(di, 0x7e00), hn::Set(di, 0x7c00));
  // Below 2^-14: 0.5 has its last place where a subnormal binary16 has it, so the addition rounds there.
  const auto half = hn::Set(d, 0.5f);
  const auto small = hn::Sub(hn::BitCast(di, hn::Add(hn::BitCast(d, magnitude), half)), hn::BitCast(di, half));
  // Between: 13 places less, half of the last one added, a little less than half where the last one is even.
  const auto odd = hn::And(hn::ShiftRight<13>(magnitude), hn::Set(du, 1u));
  const auto rounded = hn::Add(hn::Add(magnitude, hn::Set(du, 0xc800'0fffu)), odd);
  const auto normal = hn::BitCast(di, hn::ShiftRight<13>(rounded));
  const auto i = hn::BitCast(di, magnitude);
  auto result = hn::IfThenElse(i < hn::Set(di, 0x3880'0000), small, normal);
  result = hn::IfThenElse(i > hn::Set(di, 0x477f'ffff), large, result);
  return hn::DemoteTo(du16, hn::Or(result, hn::BitCast(di, hn::ShiftRight<16>(sign))));
#endif
}

/// Numbers of binary16 bits; NaN becomes quiet.
template <class D, class V16>
HWY_INLINE auto float_of_half_bits(D d, V16 v) {
#if MATTOCK_HAS_HALF
  const hn::Rebind<hwy::float16_t, D> dh;
  return hn::PromoteTo(d, hn::BitCast(dh, v));
#else
  const hn::RebindToSigned<D> di;
  const auto bits = hn::PromoteTo(di, v);
  const auto magnitude = hn::And(bits, hn::Set(di, 0x7fff));
  const auto sign = hn::ShiftLeft<16>(hn::Xor(bits, magnitude));
  const auto shifted = hn::ShiftLeft<13>(magnitude);
  const auto normal = hn::Add(shifted, hn::Set(di, 112 << 23));
  const auto small = hn::BitCast(di, hn::Mul(hn::ConvertTo(d, magnitude), hn::Set(d, 0x1p-24f)));
  const auto quiet = hn::IfThenElseZero(magnitude > hn::Set(di, 0x7c00), hn::Set(di, 0x40'0000));
  const auto large = hn::Or(hn::Or(shifted, hn::Set(di, 0x7f80'0000)), quiet);
  auto result = hn::IfThenElse(magnitude < hn::Set(di, 0x400), small, normal);
  result = hn::IfThenElse(magnitude > hn::Set(di, 0x7bff), large, result);
  return hn::BitCast(d, hn::Or(result, sign));
#endif
}

/// binary32 numbers that round to binary16 as the binary64 ones do: cut off to 24 places, the last one set if anything
/// was lost. (Numbers outside binary32's range are far outside binary16's.)
template <class D, class V>
HWY_INLINE auto odd_floats(D d, V v) {
  const hn::RebindToUnsigned<D> du;
  const hn::Rebind<float, D> df;
  const auto bits = hn::BitCast(du, v);
  const auto below = hn::Set(du, (std::uint64_t{1} << 29) - 1);
  const auto lost = hn::And(hn::Add(hn::And(bits, below), below), hn::Set(du, std::uint64_t{1} << 29));
  return hn::DemoteTo(df, hn::BitCast(d, hn::Or(hn::AndNot(below, bits), lost)));
}

std::size_t HalfFromFloat(const std::byte* from, std::size_t n, std::byte* to) {
  const hn::ScalableTag<float> d;
  const hn::Rebind<std::uint16_t, decltype(d)> du16;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    hwy::Prefetch(from + i * sizeof(float) + kPrefetchBytes);
    hn::StoreU(half_bits(d, hn::LoadU(d, at<float>(from, i))), du16, at<std::uint16_t>(to, i));
  }
  return i;
}

std::size_t StreamHalfFromFloat(const std::byte* from, std::size_t n, std::byte* to) {
  const hn::ScalableTag<float> d;
  const hn::Rebind<std::uint16_t, decltype(d)> du16;
  const hn::Twice<decltype(du16)> twice;  // no vector smaller than a register can be streamed
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    hwy::Prefetch(from + i * sizeof(float) + kPrefetchBytes);
    hwy::Prefetch(from + i * sizeof(float) + kPrefetchBytes + 64);
    const auto lower = half_bits(d, hn::LoadU(d, at<float>(from, i)));
    const auto upper = half_bits(d, hn::LoadU(d, at<float>(from, i + lanes)));
    hn::Stream(hn::Combine(twice, upper, lower), twice, at<std::uint16_t>(to, i));
  }
  return i;
}

std::size_t FloatFromHalf(const std::byte* from, std::size_t n, std::byte* to) {
  const hn::ScalableTag<float> d;
  const hn::Rebind<std::uint16_t, decltype(d)> du16;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    hn::StoreU(float_of_half_bits(d, hn::LoadU(du16, at<std::uint16_t>(from, i))), d, at<float>(to, i));
  return i;
}

std::size_t HalfFromDouble(const std::byte* from, std::size_t n, std::byte* to) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> df;
  const hn::Rebind<std::uint16_t, decltype(d)> du16;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    hn::StoreU(half_bits(df, odd_floats(d, hn::LoadU(d, at<double>(from, i)))), du16, at<std::uint16_t>(to, i));
  return i;
}

std::size_t FloatFromDouble(const std::byte* from, std::size_t n, std::byte* to) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> df;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    hn::StoreU(hn::DemoteTo(df, hn::LoadU(d, at<double>(from, i))), df, at<float>(to, i));
  return i;
}

template <class From>
HWY_INLINE std::size_t doubles(const std::byte* from, std::size_t n, std::byte* to) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<From, decltype(d)> df;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    hn::StoreU(hn::PromoteTo(d, hn::LoadU(df, at<From>(from, i))), d, at<double>(to, i));
  return i;
}

std::size_t DoubleFromFloat(const std::byte* from, std::size_t n, std::byte* to) { return doubles<float>(from, n, to); }
std::size_t DoubleFromInt32(const std::byte* from, std::size_t n, std::byte* to) {
  return doubles<std::int32_t>(from, n, to);
}

#undef MATTOCK_HAS_HALF

#else

std::size_t HalfFromFloat(const std::byte*, std::size_t, std::byte*) { return 0; }
std::size_t StreamHalfFromFloat(const std::byte*, std::size_t, std::byte*) { return 0; }
std::size_t FloatFromHalf(const std::byte*, std::size_t, std::byte*) { return 0; }
std::size_t HalfFromDouble(const std::byte*, std::size_t, std::byte*) { return 0; }
std::size_t FloatFromDouble(const std::byte*, std::size_t, std::byte*) { return 0; }
std::size_t DoubleFromFloat(const std::byte*, std::size_t, std::byte*) { return 0; }
std::size_t DoubleFromInt32(const std::byte*, std::size_t, std::byte*) { return 0; }

#endif

}  // namespace HWY_NAMESPACE
}  // namespace mattock::layout::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mattock::layout::kernels {

HWY_EXPORT(HalfFromFloat);
HWY_EXPORT(StreamHalfFromFloat);
HWY_EXPORT(FloatFromHalf);
HWY_EXPORT(HalfFromDouble);
HWY_EXPORT(FloatFromDouble);
HWY_EXPORT(DoubleFromFloat);
HWY_EXPORT(DoubleFromInt32);

std::size_t half_from_float(const std::byte* from, std::size_t n, std::byte* to) {
  return HWY_DYNAMIC_DISPATCH(HalfFromFloat)(from, n, to);
}

std::size_t stream_half_from_float(const std::byte* from, std::size_t n, std::byte* to) {
  if (reinterpret_cast<std::uintptr_t>(to) % 64 != 0) return 0;
  return HWY_DYNAMIC_DISPATCH(StreamHalfFromFloat)(from, n, to);
}

std::size_t float_from_half(const std::byte* from, std::size_t n, std::byte* to) {
  return HWY_DYNAMIC_DISPATCH(FloatFromHalf)(from, n, to);
}

std::size_t half_from_double(const std::byte* from, std::size_t n, std::byte* to) {
  return HWY_DYNAMIC_DISPATCH(HalfFromDouble)(from, n, to);
}

std::size_t float_from_double(const std::byte* from, std::size_t n, std::byte* to) {
  return HWY_DYNAMIC_DISPATCH(FloatFromDouble)(from, n, to);
}

std::size_t double_from_float(const std::byte* from, std::size_t n, std::byte* to) {
  return HWY_DYNAMIC_DISPATCH(DoubleFromFloat)(from, n, to);
}

std::size_t double_from_int32(const std::byte* from, std::size_t n, std::byte* to) {
  return HWY_DYNAMIC_DISPATCH(DoubleFromInt32)(from, n, to);
}

}  // namespace mattock::layout::kernels
#endif
