// Small ONNX models through the C interface.
#include <mattock/convert.h>

#include <cstddef>
#include <limits>
#include <string>

#include "base/convert.hpp"
#include "base/file.hpp"
#include "capi/arrays.hpp"
#include "capi/call.hpp"
#include "onnx/matmul_model.hpp"

using namespace mattock;
using namespace mattock::capi;

namespace {

static_assert(sizeof(mattock_export_matmul_spec) == 56 && offsetof(mattock_export_matmul_spec, constant_b) == 48);

Outcome<std::int64_t> size_of(std::uint64_t number, const char* name) {
  if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return refuse(MATTOCK_BAD_INPUT, std::string(name) + " is " + std::to_string(number) + ", beyond any model");
  return static_cast<std::int64_t>(number);
}

Outcome<DType> dtype_of(mattock_dtype dtype) {
  if (dtype == 0 || dtype == MATTOCK_FLOAT32) return DType::kFloat32;
  if (dtype == MATTOCK_FLOAT16) return DType::kFloat16;
  return refuse(MATTOCK_BAD_INPUT, "spec: dtype " + std::to_string(dtype) + " is not that of a product",
                "MATTOCK_FLOAT32 or MATTOCK_FLOAT16");
}

/// The caller's numbers in the model's type, without gaps.
Outcome<Array> constant_of(const mattock_array* given, const onnx::MatMulModel& model) {
  const DType dtype = model.dtype;
  const auto view = matrix_array(given, "constant_b");
  if (!view) return hand_on(view);
  if (const auto fits = onnx::check_constant(model, view->shape); !fits) return refuse(fits);
  Array array{view->dtype, view->shape, std::vector<std::byte>(view->bytes())};
  gather(*view, 0, array.data);
  Array result = converted(array, dtype);
  const std::size_t lost = count_infinities(dtype, result.data) - count_infinities(array.dtype, array.data);
  if (lost > 0)
    return refuse(MATTOCK_BAD_INPUT, "constant_b: " + std::to_string(lost) + " of " + std::to_string(array.size()) +
                                         " numbers are too large for " + std::string(dtype_name(dtype)));
  return result;
}

Outcome<onnx::MatMulModel> model_of(const mattock_export_matmul_spec* spec) {
  if (const auto there = require(spec, "spec"); !there) return hand_on(there);
  if (spec->struct_size < sizeof(mattock_export_matmul_spec))
    return refuse(MATTOCK_USAGE,
                  "spec: struct_size is " + std::to_string(spec->struct_size) + ", but the structure has " +
                      std::to_string(sizeof(mattock_export_matmul_spec)) + " bytes",
                  "set struct_size to sizeof the structure before the call");
  if (spec->reserved != 0)
    return refuse(MATTOCK_USAGE, "spec: reserved is " + std::to_string(spec->reserved) + ", not 0");
  onnx::MatMulModel model;
  const auto m = size_of(spec->m, "m"), k = size_of(spec->k, "k"), n = size_of(spec->n, "n"),
             batch = size_of(spec->batch, "batch");
  for (const auto* size : {&m, &k, &n, &batch})
    if (!*size) return hand_on(*size);
  const auto dtype = dtype_of(spec->dtype);
  if (!dtype) return hand_on(dtype);
  model.m = *m;
  model.k = *k;
  model.n = *n;
  model.dtype = *dtype;
  if (spec->batch != 0) model.batch = *batch;
  if (spec->constant_b == nullptr) return model;
  auto b = constant_of(spec->constant_b, model);
  if (!b) return hand_on(b);
  model.b = std::move(*b);
  return model;
}

}  // namespace

mattock_status mattock_export_matmul(const char* path, const mattock_export_matmul_spec* spec, mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    if (const auto there = require(path, "path"); !there) return there;
    const auto model = model_of(spec);
    if (!model) return hand_on(model);
    const auto bytes = onnx::write_matmul(*model);
    if (!bytes) return refuse(bytes);
    if (const auto written = write_file(path, *bytes); !written) return refuse(written);
    return {};
  });
}
