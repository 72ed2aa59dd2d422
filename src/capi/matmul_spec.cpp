#include "capi/matmul_spec.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <utility>

using namespace mattock;
using namespace mattock::capi;

namespace {

struct Pair {
  mattock_dtype operand, result;
  plan::Types types;
  bool over_int8 = false;  ///< numbers of any type are scaled to int8, the sums back to float32
};

constexpr std::uint32_t kNativeFlags = MATTOCK_NATIVE_A | MATTOCK_NATIVE_B | MATTOCK_NATIVE_C;

/// The first result of an operand is its default.
constexpr std::array kPairs{
    Pair{MATTOCK_FLOAT16, MATTOCK_FLOAT32, {plan::Operand::kFp16, plan::Output::kFp32}},
    Pair{MATTOCK_FLOAT16, MATTOCK_FLOAT16, {plan::Operand::kFp16, plan::Output::kFp16}},
    Pair{MATTOCK_INT8, MATTOCK_INT32, {plan::Operand::kInt8, plan::Output::kInt32}},
    Pair{MATTOCK_INT8, MATTOCK_INT8, {plan::Operand::kInt8, plan::Output::kInt8}},
    Pair{MATTOCK_INT8, MATTOCK_FLOAT32, {plan::Operand::kInt8, plan::Output::kInt32}, true},
};

Outcome<Pair> pair_of(mattock_dtype operand, mattock_dtype result) {
  bool known = false;
  for (const Pair& pair : kPairs) {
    known = known || pair.operand == operand;
    if (pair.operand == operand && (result == 0 || pair.result == result)) return pair;
  }
  if (!known)
    return refuse(
        MATTOCK_UNSUPPORTED,
        fmt::format("operands of {} ({}): a product takes float16 or int8", mattock_dtype_name(operand), operand),
        "float16 operands are made from arrays of any type");
  return refuse(
      MATTOCK_UNSUPPORTED,
      fmt::format("{0} x {0} to {1} ({2}): float16 gives float32 or float16, int8 gives int32, int8 or float32",
                  mattock_dtype_name(operand), mattock_dtype_name(result), result));
}

Outcome<void> check_structure(const mattock_matmul_spec& spec) {
  if (spec.struct_size < sizeof(mattock_matmul_spec))
    return refuse(MATTOCK_USAGE,
                  fmt::format("spec: struct_size is {}, but mattock_matmul_spec has {} bytes", spec.struct_size,
                              sizeof(mattock_matmul_spec)),
                  "set struct_size to sizeof(mattock_matmul_spec)");
  if ((spec.flags & ~(MATTOCK_ALLOW_ASSUMED | kNativeFlags)) != 0)
    return refuse(MATTOCK_USAGE, fmt::format("spec: flags {:#x} has bits that mean nothing here", spec.flags));
  if (spec.reserved != 0) return refuse(MATTOCK_USAGE, fmt::format("spec: reserved is {}, not 0", spec.reserved));
  return {};
}

/// The scales of an int8 result; others have none.
Outcome<Requantisation> scales_of(const mattock_matmul_spec& spec, const plan::Types& types) {
  const bool wanted = types.output == plan::Output::kInt8;
  if (wanted != (spec.scales != nullptr))
    return refuse(MATTOCK_USAGE, wanted ? "spec: an int8 result needs scales, which are NULL"
                                        : "spec: scales are of int8 results alone");
  if (!wanted) return Requantisation{};
  const mattock_scales& scales = *spec.scales;
  if (scales.struct_size < sizeof(mattock_scales))
    return refuse(MATTOCK_USAGE, fmt::format("scales: struct_size is {}, but mattock_scales has {} bytes",
                                             scales.struct_size, sizeof(mattock_scales)));
  for (const auto& [name, pointer] : {std::pair<const char*, const void*>{"b_scales", scales.b_scales},
                                      std::pair<const char*, const void*>{"b_zero_points", scales.b_zero_points}})
    if (const auto there = require(pointer, name); !there) return hand_on(there);
  for (const std::uint64_t count : {scales.b_scale_count, scales.b_zero_point_count})
    if (count == 0 || count > plan::kMaxDimension)
      return refuse(MATTOCK_BAD_INPUT, fmt::format("scales: {} of B's are 1 or one for each column", count));
  return Requantisation{scales.a_scale,
                        scales.a_zero_point,
                        {scales.b_scales, scales.b_scales + scales.b_scale_count},
                        {scales.b_zero_points, scales.b_zero_points + scales.b_zero_point_count},
                        scales.c_scale,
                        scales.c_zero_point};
}

plan::Options options_of(const mattock_matmul_spec& spec) {
  plan::Options options;
  options.allow_assumed = (spec.flags & MATTOCK_ALLOW_ASSUMED) != 0;
  options.native = {.a = (spec.flags & MATTOCK_NATIVE_A) != 0,
                    .b = (spec.flags & MATTOCK_NATIVE_B) != 0,
                    .c = (spec.flags & MATTOCK_NATIVE_C) != 0};
  return options;
}

Outcome<Request> request_of(const mattock_matmul_spec& spec, const Pair& pair) {
  auto scales = scales_of(spec, pair.types);
  if (!scales) return hand_on(scales);
  return Request{{pair.types.operand, pair.types.output, options_of(spec), std::move(*scales)}, pair.over_int8};
}

}  // namespace

namespace mattock::capi {

Outcome<Request> request_for(const mattock_matmul_spec* spec) {
  if (const auto there = require(spec, "spec"); !there) return hand_on(there);
  if (const auto good = check_structure(*spec); !good) return hand_on(good);
  const auto pair = pair_of(spec->operand == 0 ? MATTOCK_FLOAT16 : spec->operand, spec->result);
  if (!pair) return hand_on(pair);
  return request_of(*spec, *pair);
}

Outcome<Request> request_for(const mattock_matmul_spec* spec, const ArrayView& a, const ArrayView& b) {
  const mattock_matmul_spec none{sizeof(mattock_matmul_spec), 0, 0, 0, 0, 0, 0, 0, nullptr};
  if (spec == nullptr) spec = &none;
  if (const auto good = check_structure(*spec); !good) return hand_on(good);
  if ((spec->flags & kNativeFlags) != 0)
    return refuse(
        MATTOCK_USAGE,
        fmt::format("spec: flags {:#x} has MATTOCK_NATIVE_..., which mattock_multiply does not take", spec->flags),
        "arrays in the NPU's layout are for mattock_matmul_create, which makes a product of one shape");
  const bool both_int8 = a.dtype == DType::kInt8 && b.dtype == DType::kInt8;
  const mattock_dtype fitting = both_int8 ? MATTOCK_INT8 : MATTOCK_FLOAT16;
  const auto pair = pair_of(spec->operand == 0 ? fitting : spec->operand, spec->result);
  if (!pair) return hand_on(pair);
  if (pair->over_int8 && spec->operand == 0)  // not exact, so only for those who ask for it
    return refuse(MATTOCK_UNSUPPORTED, "int8 x int8 to float32 without an operand type: there are two ways",
                  "float16 operands give exact products, int8 operands scale the numbers again");
  if (pair->types.operand == plan::Operand::kInt8 && !pair->over_int8 && !both_int8)  // also of nothing to multiply
    return refuse(
        MATTOCK_BAD_INPUT,
        fmt::format("A is {} and B is {}, but an int8 product takes int8", dtype_name(a.dtype), dtype_name(b.dtype)),
        "make int8 arrays of them first, or ask for a float32 result: then the numbers are scaled to int8");
  return request_of(*spec, *pair);
}

}  // namespace mattock::capi
