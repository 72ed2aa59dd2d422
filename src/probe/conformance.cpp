#include "probe/conformance.hpp"

#include <array>

#include "probe/product.hpp"

namespace mattock::probe {
namespace {

using plan::Operand;
using plan::Output;
using plan::Shape;

constexpr plan::Types kFloat{Operand::kFp16, Output::kFp32}, kHalf{Operand::kFp16, Output::kFp16},
    kInteger{Operand::kInt8, Output::kInt32};

struct Case {
  Shape shape;
  plan::Types types;
};

/// All cases as one row of words.
Result<Outcome> all_exact(Device& device, std::span<const Case> cases, const plan::Options& options) {
  Words expected, found;
  std::uint32_t seed = 1;
  for (const Case& c : cases) {
    const Operands operands = whole_numbers(c.shape, most_exact(c.types), seed++);
    const Words wanted = plain_product(operands, c.types.output);
    const auto words = multiply(device, {c.types, options, {}}, operands);
    if (!words) return propagate(words);
    expected.insert(expected.end(), wanted.begin(), wanted.end());
    found.insert(found.end(), words->begin(), words->end());
  }
  return exact(expected, found);
}

}  // namespace

Result<Outcome> matmul_shapes(Context& context) {
  constexpr std::array cases{Case{{1, 1, 1}, kFloat},     Case{{5, 7, 3}, kFloat},     Case{{4, 32, 16}, kFloat},
                             Case{{33, 64, 17}, kFloat},  Case{{2, 200, 41}, kHalf},   Case{{100, 48, 20}, kHalf},
                             Case{{1, 64, 90}, kInteger}, Case{{7, 33, 15}, kInteger}, Case{{65, 96, 34}, kInteger},
                             Case{{3, 9, 130}, kInteger}};
  return all_exact(context.device, cases, {});
}

Result<Outcome> repeat(Context& context) {
  // Two products in turn, so that a result that stayed behind in a cache is the other's.
  constexpr int kTimes = 100;
  constexpr Shape shape{24, 40, 18};
  auto product = Product::create(context.device, {kFloat, {}, {}}, shape);
  if (!product) return propagate(product);
  const std::array operands{whole_numbers(shape, most_exact(kFloat), 7), whole_numbers(shape, most_exact(kFloat), 8)};
  const std::array expected{plain_product(operands[0], Output::kFp32), plain_product(operands[1], Output::kFp32)};
  for (int i = 0; i < kTimes; ++i) {
    const auto which = static_cast<std::size_t>(i % 2);
    const auto words = product->run(operands[which]);
    if (!words) return propagate(words);
    Outcome outcome = exact(expected[which], *words);
    if (outcome.verdict == Verdict::kAgreed) continue;
    outcome.text = "in run " + std::to_string(i + 1) + " of " + std::to_string(kTimes);
    return outcome;
  }
  return Outcome{.verdict = Verdict::kAgreed};
}

Result<Outcome> k_slices(Context& context) {
  // Several slices, an odd last one; and an inner dimension that takes several parts.
  constexpr std::array cases{Case{{6, 83, 9}, kFloat}, Case{{3, 1000, 10}, kFloat}, Case{{5, 2085, 18}, kInteger},
                             Case{{2, 11000, 9}, kFloat}, Case{{2, 10500, 17}, kInteger}};
  return all_exact(context.device, cases, {});
}

Result<Outcome> weight_streaming(Context& context) {
  constexpr Shape shape{3, 1024, 264};  // 540 KB of kernels: more than all banks hold
  const Operands operands = whole_numbers(shape, most_exact(kFloat), 5);
  const Words expected = plain_product(operands, Output::kFp32);
  Words wanted, found;
  for (const bool streams : {false, true}) {
    plan::Options options;
    options.weight_streaming = streams;
    auto product = Product::create(context.device, {kFloat, options, {}}, shape);
    if (!product) return propagate(product);
    if (product->plan().tiling.weights_resident == streams)
      return fail(Code::kInternal, "the planner no longer streams the kernels of this probe");
    const auto words = product->run(operands);
    if (!words) return propagate(words);
    wanted.insert(wanted.end(), expected.begin(), expected.end());
    found.insert(found.end(), words->begin(), words->end());
  }
  return exact(wanted, found);
}

}  // namespace mattock::probe
