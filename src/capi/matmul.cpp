// Products of matrices through the C interface.
#include "matmul/matmul.hpp"

#include <fmt/format.h>
#include <mattock/mattock.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "capi/arrays.hpp"
#include "capi/call.hpp"
#include "capi/handles.hpp"
#include "capi/matmul_spec.hpp"
#include "matmul/float_over_int8.hpp"
#include "plan/json.hpp"

using namespace mattock;
using namespace mattock::capi;

namespace {

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

/// C may lie where the operands lie only if it is one product.
Outcome<void> multiply_apart(Device& device, const ArrayView& a, const ArrayView& b, const MutableView& c,
                             const Request& request) {
  if (request.over_int8) {
    if (const auto done = matmul_over_int8(device, a, b, c, request.options.plan); !done) return refuse(done);
    return {};
  }
  if (const auto done = matmul_into(device, a, b, c, request.options); !done) return refuse(done);
  return {};
}

Outcome<void> multiply(Device& device, const ArrayView& a, const ArrayView& b, const MutableView& c,
                       const Request& request) {
  // The first product of a batch must not overwrite operands of the next; a single one is written when all is read.
  const bool batch = a.shape.size() > 2 || b.shape.size() > 2;
  if (!batch || (!may_overlap(a, c) && !may_overlap(b, c))) return multiply_apart(device, a, b, c, request);
  Array aside = Array::zeros(c.dtype, c.shape);
  if (const auto done = multiply_apart(device, a, b, view_of(aside), request); !done) return done;
  scatter(aside.data, c, 0);
  return {};
}

/// What does not fit is far beyond the largest dimension, and refused as that.
std::size_t dimension(std::uint64_t number) {
  return static_cast<std::size_t>(std::min<std::uint64_t>(number, std::numeric_limits<std::size_t>::max()));
}

/// An open product and how it is done.
template <class Product>
Outcome<std::shared_ptr<MatmulObject>> opened(const hw::Chip& chip, Result<Product> made, DType result) {
  if (!made) return refuse(made);
  constexpr bool kScales = std::is_same_v<Product, FloatOverInt8>;
  std::string explanation = plan::to_text(chip, made->plan());
  if (kScales)
    explanation += "  numbers     scaled to int8, by row of A and column of B; sums scaled back to float32\n";
  nlohmann::ordered_json json = plan::to_json(chip, made->plan(), {});
  json["scaled_to_int8"] = kScales;
  const DType operand = made->plan().types.operand == plan::Operand::kInt8 ? DType::kInt8 : DType::kFloat16;
  MatmulShapes shapes = made->shapes();
  return std::make_shared<MatmulObject>(std::move(*made), std::move(shapes), operand, result, std::move(explanation),
                                        json.dump());
}

Outcome<std::shared_ptr<MatmulObject>> create(Device& device, const mattock_matmul_spec& spec, const Request& request) {
  const MatmulSpec wanted{.m = dimension(spec.m),
                          .k = dimension(spec.k),
                          .n = dimension(spec.n),
                          .types = {request.options.operand, request.options.output},
                          .options = request.options.plan,
                          .requantisation = request.options.requantisation};
  if (request.over_int8) return opened(device.chip(), FloatOverInt8::create(device, wanted), DType::kFloat32);
  return opened(device.chip(), Matmul::create(device, wanted), dtype_of(wanted.types.output));
}

Outcome<void> describe(const char* name, const Shape& shape, DType dtype, mattock_tensor_info* info) {
  return fill(info,
              {sizeof(mattock_tensor_info), name, shape.data(), static_cast<int32_t>(shape.size()), dtype_number(dtype),
               0, 0, 0, 0},
              "info");
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
    const auto request = request_for(spec, *left, *right);
    if (!request) return hand_on(request);
    return multiply((*found)->device, *left, *right, *result, *request);
  });
}

mattock_status mattock_matmul_create(mattock_device device, const mattock_matmul_spec* spec, mattock_matmul* matmul,
                                     mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    if (const auto there = require(matmul, "matmul"); !there) return there;
    const auto found = Handles::instance().find(device);
    if (!found) return hand_on(found);
    const auto request = request_for(spec);
    if (!request) return hand_on(request);
    auto made = create((*found)->device, *spec, *request);
    if (!made) return hand_on(made);
    *matmul = Handles::instance().add(std::move(*made));
    return {};
  });
}

mattock_status mattock_matmul_array_info(mattock_matmul matmul, size_t index, mattock_tensor_info* info,
                                         mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    const auto found = Handles::instance().find(matmul);
    if (!found) return hand_on(found);
    const MatmulObject& object = **found;  // none of this ever changes: waits for no run
    switch (index) {
      case 0: return describe("A", object.shapes.a, object.operand, info);
      case 1: return describe("B", object.shapes.b, object.operand, info);
      case 2: return describe("C", object.shapes.c, object.result, info);
      default:
        return refuse(MATTOCK_NOT_FOUND, fmt::format("there is no array {}: a product has 3", index),
                      "0: A, 1: B, 2: C");
    }
  });
}

mattock_status mattock_matmul_set_b(mattock_matmul matmul, const mattock_array* b, mattock_error* error) {
  return with_matmul(matmul, error, [&](AnyMatmul& object) -> Outcome<void> {
    const auto view = matrix_array(b, "B");
    if (!view) return hand_on(view);
    const auto set = std::visit([&](auto& product) { return product.set_b(*view); }, object);
    if (!set) return refuse(set);
    return {};
  });
}

mattock_status mattock_matmul_run(mattock_matmul matmul, const mattock_array* a, const mattock_array* c,
                                  mattock_error* error) {
  return with_matmul(matmul, error, [&](AnyMatmul& object) -> Outcome<void> {
    const auto left = matrix_array(a, "A"), result = matrix_array(c, "C");
    for (const auto* view : {&left, &result})
      if (!*view) return hand_on(*view);
    const auto run = std::visit([&](auto& product) { return product.run(*left, *result); }, object);
    if (!run) return refuse(run);
    return {};
  });
}

mattock_status mattock_matmul_error_bound(mattock_matmul matmul, double* bound, mattock_error* error) {
  return with_matmul(matmul, error, [&](AnyMatmul& object) -> Outcome<void> {
    if (const auto there = require(bound, "bound"); !there) return there;
    const auto* product = std::get_if<FloatOverInt8>(&object);
    if (product == nullptr)
      return refuse(MATTOCK_USAGE, "only a product of int8 operands to a float32 result has an error bound",
                    "others say in mattock.h how they round");
    const auto found = product->error_bound();
    if (!found) return refuse(MATTOCK_USAGE, "the product has not run, so it has no error bound", "run it first");
    *bound = *found;
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

mattock_status mattock_matmul_plan(mattock_matmul matmul, char* buffer, size_t capacity, size_t* needed,
                                   mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    const auto found = Handles::instance().find(matmul);
    if (!found) return hand_on(found);
    return copy_text((*found)->plan, buffer, capacity, needed);
  });
}

mattock_status mattock_matmul_close(mattock_matmul matmul, mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    const auto removed = Handles::instance().remove(matmul);
    if (!removed) return hand_on(removed);
    return {};
  });
}
