// Products of matrices through the C interface.
#include "matmul/matmul.hpp"

#include <fmt/format.h>
#include <mattock/mattock.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string>
#include <utility>

#include "capi/arrays.hpp"
#include "capi/call.hpp"
#include "capi/handles.hpp"

using namespace mattock;
using namespace mattock::capi;

namespace {

struct Pair {
  mattock_dtype operand, result;
  plan::Types types;
};

/// The first result of an operand is its default.
constexpr std::array kPairs{
    Pair{MATTOCK_FLOAT16, MATTOCK_FLOAT32, {plan::Operand::kFp16, plan::Output::kFp32}},
    Pair{MATTOCK_FLOAT16, MATTOCK_FLOAT16, {plan::Operand::kFp16, plan::Output::kFp16}},
    Pair{MATTOCK_INT8, MATTOCK_INT32, {plan::Operand::kInt8, plan::Output::kInt32}},
    Pair{MATTOCK_INT8, MATTOCK_INT8, {plan::Operand::kInt8, plan::Output::kInt8}},
};

Outcome<plan::Types> types_of(mattock_dtype operand, mattock_dtype result) {
  bool known = false;
  for (const Pair& pair : kPairs) {
    known = known || pair.operand == operand;
    if (pair.operand == operand && (result == 0 || pair.result == result)) return pair.types;
  }
  if (!known)
    return refuse(
        MATTOCK_UNSUPPORTED,
        fmt::format("operands of {} ({}): a product takes float16 or int8", mattock_dtype_name(operand), operand),
        "float16 operands are made from arrays of any type");
  return refuse(MATTOCK_UNSUPPORTED,
                fmt::format("{0} x {0} to {1} ({2}): float16 gives float32 or float16, int8 gives int32 or int8",
                            mattock_dtype_name(operand), mattock_dtype_name(result), result));
}

Outcome<void> check_structure(const mattock_matmul_spec& spec) {
  if (spec.struct_size < sizeof(mattock_matmul_spec))
    return refuse(MATTOCK_USAGE,
                  fmt::format("spec: struct_size is {}, but mattock_matmul_spec has {} bytes", spec.struct_size,
                              sizeof(mattock_matmul_spec)),
                  "set struct_size to sizeof(mattock_matmul_spec)");
  if ((spec.flags & ~MATTOCK_ALLOW_ASSUMED) != 0)
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
  return options;
}

/// What does not fit is far beyond the largest dimension, and refused as that.
std::size_t dimension(std::uint64_t number) {
  return static_cast<std::size_t>(std::min<std::uint64_t>(number, std::numeric_limits<std::size_t>::max()));
}

Outcome<MatmulSpec> spec_of(const mattock_matmul_spec* spec) {
  if (const auto there = require(spec, "spec"); !there) return hand_on(there);
  if (const auto good = check_structure(*spec); !good) return hand_on(good);
  const auto types = types_of(spec->operand == 0 ? MATTOCK_FLOAT16 : spec->operand, spec->result);
  if (!types) return hand_on(types);
  auto scales = scales_of(*spec, *types);
  if (!scales) return hand_on(scales);
  return MatmulSpec{.m = dimension(spec->m),
                    .k = dimension(spec->k),
                    .n = dimension(spec->n),
                    .types = *types,
                    .options = options_of(*spec),
                    .requantisation = std::move(*scales)};
}

/// For one product of these arrays; `spec` may be NULL.
Outcome<MatmulOptions> options_for(const mattock_matmul_spec* spec, const ArrayView& a, const ArrayView& b) {
  const mattock_matmul_spec none{sizeof(mattock_matmul_spec), 0, 0, 0, 0, 0, 0, 0, nullptr};
  if (spec == nullptr) spec = &none;
  if (const auto good = check_structure(*spec); !good) return hand_on(good);
  const bool both_int8 = a.dtype == DType::kInt8 && b.dtype == DType::kInt8;
  const mattock_dtype fitting = both_int8 ? MATTOCK_INT8 : MATTOCK_FLOAT16;
  const auto types = types_of(spec->operand == 0 ? fitting : spec->operand, spec->result);
  if (!types) return hand_on(types);
  if (types->operand == plan::Operand::kInt8 && !both_int8)  // also where there is nothing to multiply
    return refuse(
        MATTOCK_BAD_INPUT,
        fmt::format("A is {} and B is {}, but an int8 product takes int8", dtype_name(a.dtype), dtype_name(b.dtype)),
        "make int8 arrays of them first");
  auto scales = scales_of(*spec, *types);
  if (!scales) return hand_on(scales);
  return MatmulOptions{.operand = types->operand,
                       .output = types->output,
                       .plan = options_of(*spec),
                       .requantisation = std::move(*scales)};
}

/// First byte and the one after the last. Nothing for arrays without elements.
std::pair<std::uintptr_t, std::uintptr_t> extent(const ArrayView& view) {
  auto first = reinterpret_cast<std::uintptr_t>(view.data), last = first;
  if (view.size() == 0) return {first, last};
  for (std::size_t d = 0; d < view.shape.size(); ++d) {
    const std::int64_t reach = (view.shape[d] - 1) * view.strides[d];
    (reach < 0 ? first : last) += static_cast<std::uintptr_t>(reach);
  }
  return {first, last + element_bytes(view.dtype)};
}

bool may_overlap(const ArrayView& one, const ArrayView& other) {
  const auto [first, end] = extent(one);
  const auto [other_first, other_end] = extent(other);
  return first < other_end && other_first < end;
}

Outcome<void> multiply(Device& device, const ArrayView& a, const ArrayView& b, const MutableView& c,
                       const MatmulOptions& options) {
  // The first product of a batch must not overwrite operands of the next; a single one is written when all is read.
  const bool batch = a.shape.size() > 2 || b.shape.size() > 2;
  if (!batch || (!may_overlap(a, c) && !may_overlap(b, c))) {
    if (const auto done = matmul_into(device, a, b, c, options); !done) return refuse(done);
    return {};
  }
  Array aside = Array::zeros(c.dtype, c.shape);
  if (const auto done = matmul_into(device, a, b, view_of(aside), options); !done) return refuse(done);
  scatter(aside.data, c, 0);
  return {};
}

/// Runs `work` on the matmul, alone.
template <class Work>
mattock_status with_matmul(mattock_matmul matmul, mattock_error* error, const Work& work) {
  return call(error, [&]() -> Outcome<void> {
    const auto found = Handles::instance().find(matmul);
    if (!found) return hand_on(found);
    const std::scoped_lock lock((*found)->mutex);
    return work((*found)->matmul);
  });
}

}  // namespace

mattock_status mattock_multiply(mattock_device device, const mattock_array* a, const mattock_array* b,
                                const mattock_array* c, const mattock_matmul_spec* spec, mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    const auto found = Handles::instance().find(device);
    if (!found) return hand_on(found);
    const auto left = matrix_array(a, "A"), right = matrix_array(b, "B"), result = matrix_array(c, "C");
    for (const auto* view : {&left, &right, &result})
      if (!*view) return hand_on(*view);
    const auto options = options_for(spec, *left, *right);
    if (!options) return hand_on(options);
    return multiply((*found)->device, *left, *right, *result, *options);
  });
}

mattock_status mattock_matmul_create(mattock_device device, const mattock_matmul_spec* spec, mattock_matmul* matmul,
                                     mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    if (const auto there = require(matmul, "matmul"); !there) return there;
    const auto found = Handles::instance().find(device);
    if (!found) return hand_on(found);
    const auto wanted = spec_of(spec);
    if (!wanted) return hand_on(wanted);
    Device& on = (*found)->device;
    auto made = Matmul::create(on, *wanted);
    if (!made) return refuse(made);
    std::string explanation = plan::to_text(on.chip(), made->plan());
    *matmul = Handles::instance().add(std::make_shared<MatmulObject>(std::move(*made), std::move(explanation)));
    return {};
  });
}

mattock_status mattock_matmul_set_b(mattock_matmul matmul, const mattock_array* b, mattock_error* error) {
  return with_matmul(matmul, error, [&](Matmul& object) -> Outcome<void> {
    const auto view = matrix_array(b, "B");
    if (!view) return hand_on(view);
    if (const auto set = object.set_b(*view); !set) return refuse(set);
    return {};
  });
}

mattock_status mattock_matmul_run(mattock_matmul matmul, const mattock_array* a, const mattock_array* c,
                                  mattock_error* error) {
  return with_matmul(matmul, error, [&](Matmul& object) -> Outcome<void> {
    const auto left = matrix_array(a, "A"), result = matrix_array(c, "C");
    for (const auto* view : {&left, &result})
      if (!*view) return hand_on(*view);
    if (const auto run = object.run(*left, *result); !run) return refuse(run);
    return {};
  });
}

mattock_status mattock_matmul_explain(mattock_matmul matmul, char* buffer, size_t capacity, size_t* needed,
                                      mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    const auto found = Handles::instance().find(matmul);
    if (!found) return hand_on(found);
    return copy_text((*found)->explanation, buffer, capacity, needed);  // never changes: waits for no run
  });
}

mattock_status mattock_matmul_close(mattock_matmul matmul, mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    const auto removed = Handles::instance().remove(matmul);
    if (!removed) return hand_on(removed);
    return {};
  });
}
