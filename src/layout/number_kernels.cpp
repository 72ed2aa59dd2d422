// Sums, scales and int8 codes in vectors. Every element is computed by itself, in the order of the plain loops, so
// the number of lanes never shows.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "layout/number_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <limits>

#include "layout/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace mattock::layout::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

std::size_t AddFloats(const std::byte* terms, std::size_t n, bool first, std::byte* sums) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> df;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto term = hn::PromoteTo(d, hn::LoadU(df, at<float>(terms, i)));
    hn::StoreU(first ? term : hn::Add(hn::LoadU(d, at<double>(sums, i)), term), d, at<double>(sums, i));
  }
  return i;
}

std::size_t AddIntegers(const std::byte* terms, std::size_t n, bool first, std::byte* sums) {
  const hn::ScalableTag<std::uint32_t> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto term = hn::LoadU(d, at<std::uint32_t>(terms, i));
    hn::StoreU(first ? term : hn::Add(hn::LoadU(d, at<std::uint32_t>(sums, i)), term), d, at<std::uint32_t>(sums, i));
  }
  return i;
}

std::size_t ScaleSums(const std::byte* sums, std::size_t n, float row_scale, const float* column_scales,
                      std::byte* numbers) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> df;
  const hn::Rebind<std::int32_t, decltype(d)> di;
  const std::size_t lanes = hn::Lanes(d);
  const auto row = hn::Set(d, static_cast<double>(row_scale));
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto sum = hn::PromoteTo(d, hn::LoadU(di, at<std::int32_t>(sums, i)));
    const auto column = hn::PromoteTo(d, hn::LoadU(df, column_scales + i));
    hn::StoreU(hn::Mul(hn::Mul(sum, row), column), d, at<double>(numbers, i));
  }
  return i;
}

std::size_t SettleNans(std::byte* numbers, std::size_t n) {
  const hn::ScalableTag<double> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto quiet = hn::Set(d, std::numeric_limits<double>::quiet_NaN());
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto number = hn::LoadU(d, at<double>(numbers, i));
    hn::StoreU(hn::IfThenElse(hn::IsNaN(number), quiet, number), d, at<double>(numbers, i));
  }
  return i;
}

/// |x| where it is finite, else 0.
template <class D, class V>
HWY_INLINE auto finite_magnitude(D d, V x) {
  const auto magnitude = hn::Abs(x);
  return hn::IfThenElseZero(hn::Le(magnitude, hn::Set(d, std::numeric_limits<double>::max())), magnitude);
}

std::size_t LargestEach(const double* x, std::size_t n, double* largest) {
  const hn::ScalableTag<double> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    hn::StoreU(hn::Max(hn::LoadU(d, largest + i), finite_magnitude(d, hn::LoadU(d, x + i))), d, largest + i);
  return i;
}

std::size_t LargestOf(const double* x, std::size_t n, double* largest) {
  const hn::ScalableTag<double> d;
  const std::size_t lanes = hn::Lanes(d);
  auto all = hn::Set(d, *largest);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) all = hn::Max(all, finite_magnitude(d, hn::LoadU(d, x + i)));
  *largest = hn::GetLane(hn::MaxOfLanes(d, all));
  return i;
}

/// With scale_step 0 all elements have scales[0], with 1 each its own.
std::size_t Codes(const double* x, std::size_t n, const float* scales, std::size_t scale_step, std::int8_t* codes) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> df;
  const hn::Rebind<std::int32_t, decltype(d)> di;
  const hn::Rebind<std::int8_t, decltype(d)> d8;
  const std::size_t lanes = hn::Lanes(d);
  const auto low = hn::Set(d, -127.0), high = hn::Set(d, 127.0);
  const auto one_scale = hn::Set(d, static_cast<double>(scales[0]));
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto scale = scale_step == 0 ? one_scale : hn::PromoteTo(d, hn::LoadU(df, scales + i));
    auto quotient = hn::Div(hn::LoadU(d, x + i), scale);
    quotient = hn::IfThenZeroElse(hn::IsNaN(quotient), quotient);
    const auto whole = hn::Round(hn::Min(hn::Max(quotient, low), high));
    hn::StoreU(hn::DemoteTo(d8, hn::DemoteTo(di, whole)), d8, codes + i);
  }
  return i;
}

#else

std::size_t AddFloats(const std::byte*, std::size_t, bool, std::byte*) { return 0; }
std::size_t AddIntegers(const std::byte*, std::size_t, bool, std::byte*) { return 0; }
std::size_t ScaleSums(const std::byte*, std::size_t, float, const float*, std::byte*) { return 0; }
std::size_t SettleNans(std::byte*, std::size_t) { return 0; }
std::size_t LargestEach(const double*, std::size_t, double*) { return 0; }
std::size_t LargestOf(const double*, std::size_t, double*) { return 0; }
std::size_t Codes(const double*, std::size_t, const float*, std::size_t, std::int8_t*) { return 0; }

#endif

}  // namespace HWY_NAMESPACE
}  // namespace mattock::layout::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mattock::layout::kernels {

HWY_EXPORT(AddFloats);
HWY_EXPORT(AddIntegers);
HWY_EXPORT(ScaleSums);
HWY_EXPORT(SettleNans);
HWY_EXPORT(LargestEach);
HWY_EXPORT(LargestOf);
HWY_EXPORT(Codes);

std::size_t add_floats(const std::byte* terms, std::size_t n, bool first, std::byte* sums) {
  return HWY_DYNAMIC_DISPATCH(AddFloats)(terms, n, first, sums);
}

std::size_t add_integers(const std::byte* terms, std::size_t n, bool first, std::byte* sums) {
  return HWY_DYNAMIC_DISPATCH(AddIntegers)(terms, n, first, sums);
}

std::size_t scale_sums(const std::byte* sums, std::size_t n, float row_scale, const float* column_scales,
                       std::byte* numbers) {
  return HWY_DYNAMIC_DISPATCH(ScaleSums)(sums, n, row_scale, column_scales, numbers);
}

std::size_t settle_nans(std::byte* numbers, std::size_t n) { return HWY_DYNAMIC_DISPATCH(SettleNans)(numbers, n); }

std::size_t largest_each(const double* x, std::size_t n, double* largest) {
  return HWY_DYNAMIC_DISPATCH(LargestEach)(x, n, largest);
}

std::size_t largest_of(const double* x, std::size_t n, double* largest) {
  return HWY_DYNAMIC_DISPATCH(LargestOf)(x, n, largest);
}

std::size_t codes(const double* x, std::size_t n, const float* scales, std::size_t scale_step, std::int8_t* out) {
  return HWY_DYNAMIC_DISPATCH(Codes)(x, n, scales, scale_step, out);
}

}  // namespace mattock::layout::kernels
#endif
