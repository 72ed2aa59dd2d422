// mattock_matmul_spec, checked and turned into what the products of matmul take.
#pragma once

#include <mattock/mattock.h>

#include "capi/call.hpp"
#include "matmul/matmul.hpp"

namespace mattock::capi {

/// What a caller wants of a product, but for the shape.
struct Request {
  MatmulOptions options;
  bool over_int8 = false;  ///< by FloatOverInt8: arrays of any type to float32
};

/// For many products of the shape in `spec`. Errors: MATTOCK_USAGE for a structure that contradicts itself,
/// MATTOCK_UNSUPPORTED for types, MATTOCK_BAD_INPUT for scales.
Outcome<Request> request_for(const mattock_matmul_spec* spec);

/// For one product of these arrays; `spec` may be NULL. Errors: also MATTOCK_BAD_INPUT for types of arrays, and
/// MATTOCK_USAGE for native layouts.
Outcome<Request> request_for(const mattock_matmul_spec* spec, const ArrayView& a, const ArrayView& b);

}  // namespace mattock::capi
