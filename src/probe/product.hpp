// Private to the room: products of fixed numbers, and what they must be by a plain loop.
#pragma once

#include <cstdint>
#include <vector>

#include "matmul/matmul.hpp"
#include "probe/compare.hpp"

namespace mattock::probe {

struct Operands {
  plan::Shape shape;
  std::vector<double> a, b;  ///< row-major [m, k] and [k, n]
};

/// The largest operand whose products these types sum without rounding, whatever the order: to 2^11 with fp16 results,
/// 2^24 with fp32.
int most_exact(const plan::Types& types);

/// Whole numbers from -`most` to `most`, the same for the same seed. No two neighbours are alike for long.
Operands whole_numbers(const plan::Shape& shape, int most, std::uint32_t seed);

/// What the product is in the output's type, as raw words: by a loop over whole numbers that no type here rounds.
Words plain_product(const Operands& operands, plan::Output output);

struct Kind {
  plan::Types types = {};
  plan::Options options = {};
  Requantisation requantisation = {};
};

/// A product on the device, ready to run.
class Product {
 public:
  static Result<Product> create(Device& device, const Kind& kind, const plan::Shape& shape);
  const plan::MatmulPlan& plan() const { return matmul_.plan(); }
  /// Raw words of C, row-major.
  Result<Words> run(const Operands& operands);

 private:
  Product(Matmul matmul, const Kind& kind) : matmul_(std::move(matmul)), types_(kind.types) {}
  Matmul matmul_;
  plan::Types types_;
};

Result<Words> multiply(Device& device, const Kind& kind, const Operands& operands);

}  // namespace mattock::probe
