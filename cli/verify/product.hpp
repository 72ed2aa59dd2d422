// `mattock matmul --verify`: the product again, by the reference.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/array.hpp"
#include "base/error.hpp"

namespace mattock::verify {

struct ProductVerdict {
  std::size_t elements = 0;
  std::size_t differing = 0;  ///< not the reference's bits
  double worst = 0;           ///< largest difference
  double allowed = 0;         ///< what the place of the worst allows; 0 for integers
  std::size_t beyond = 0;     ///< elements beyond what is allowed

  bool passed() const { return beyond == 0; }
};

/// Compares C with A x B as the reference computes it from the operands as the NPU takes them (fp16, or int8). A whole
/// inner dimension and integers must give the reference's bits. `parts` of the inner dimension, joined on the CPU, may
/// differ by one rounding of the result and, for each part, one of its sum of absolute products to binary32. Errors:
/// those of the reference.
Result<ProductVerdict> verify_product(const Array& a, const Array& b, const Array& c, bool int8, std::size_t parts);

/// "verified on the CPU: 81 of 81 elements equal".
std::string to_text(const ProductVerdict& verdict);
nlohmann::json to_json(const ProductVerdict& verdict);

}  // namespace mattock::verify
