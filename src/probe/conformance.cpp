#include "probe/conformance.hpp"

#include <array>

#include "base/half.hpp"
#include "probe/product.hpp"

namespace mattock::probe {
namespace {

using plan::Operand;
using plan::Output;
using plan::Shape;

constexpr plan::Types kFloat{Operand::kFp16, Output::kFp32}, kHalf{Operand::kFp16, Output::kFp16},
    kInteger{Operand::kInt8, Output::kInt32};

// Small enough that no sum is rounded in any type, whatever the order: at most 2^11 with fp16 results, 2^24 with fp32.
constexpr int kMostFp16 = 4, kMostInt8 = 127, kMostHalf = 2;

// The inputs of a product that an RK3566 was recorded with (HadySK/rk3566NpuModel, MIT): 9x9 by 9x9.
constexpr std::array<std::uint16_t, 81> kSeedA{
    0x37e5, 0x38be, 0x3ab3, 0x392b, 0x31ec, 0x3bfd, 0x2edb, 0x3877, 0x3191, 0x3537, 0x3879, 0x373b, 0x3af7, 0x388d,
    0x3b10, 0x31ef, 0x3499, 0x3547, 0x3614, 0x3811, 0x382c, 0x2dff, 0x2c4a, 0x3a70, 0x3263, 0x303a, 0x34fe, 0x3b8d,
    0x3a04, 0x2c61, 0x399e, 0x286f, 0x3b89, 0x39b0, 0x3052, 0x3a6f, 0x3614, 0x38ff, 0x3175, 0x3bc3, 0x3b1a, 0x388a,
    0x3a51, 0x35f2, 0x3662, 0x333d, 0x35aa, 0x301b, 0x3b4f, 0x2436, 0x3734, 0x36ba, 0x3a43, 0x3326, 0x36c2, 0x3a38,
    0x390b, 0x3945, 0x395f, 0x3abc, 0x3b49, 0x3bef, 0x30b2, 0x3be4, 0x3bd1, 0x3af5, 0x3825, 0x3671, 0x2cb9, 0x3b47,
    0x3b41, 0x3a61, 0x304a, 0x3ad5, 0x2c81, 0x357a, 0x3839, 0x3b1c, 0x3844, 0x37b1, 0x39fa};
constexpr std::array<std::uint16_t, 81> kSeedB{
    0x2fa9, 0x3443, 0x36e7, 0x3bac, 0x3b8f, 0x38f1, 0x2d16, 0x3540, 0x3895, 0x3a7e, 0x3b55, 0x3ad1, 0x307e, 0x3abb,
    0x3715, 0x3567, 0x3513, 0x2721, 0x3aad, 0x317c, 0x388c, 0x39d8, 0x3479, 0x37db, 0x3598, 0x3bce, 0x3b39, 0x372f,
    0x3a52, 0x36ad, 0x3916, 0x3a3e, 0x3826, 0x36cf, 0x38a6, 0x3950, 0x3b76, 0x3940, 0x39c5, 0x32ef, 0x37d9, 0x20e3,
    0x375c, 0x3820, 0x3003, 0x31cb, 0x35d1, 0x343d, 0x30d4, 0x3a35, 0x3491, 0x381a, 0x3910, 0x3752, 0x3746, 0x3572,
    0x3baa, 0x3826, 0x365a, 0x3ba0, 0x3543, 0x3677, 0x3656, 0x396c, 0x3bd0, 0x3810, 0x184e, 0x33e2, 0x2513, 0x3906,
    0x2e41, 0x30bf, 0x3728, 0x3969, 0x373c, 0x35f4, 0x3493, 0x3848, 0x38d3, 0x38b9, 0x36bc};

Operands seed_operands() {
  Operands operands{{9, 9, 9}, {}, {}};
  for (const std::uint16_t bits : kSeedA) operands.a.push_back(to_double(half{bits}));
  for (const std::uint16_t bits : kSeedB) operands.b.push_back(to_double(half{bits}));
  return operands;
}

int most_of(const plan::Types& types) {
  return types.operand == Operand::kInt8 ? kMostInt8 : types.output == Output::kFp16 ? kMostHalf : kMostFp16;
}

struct Case {
  Shape shape;
  plan::Types types;
};

/// All cases as one row of words.
Result<Outcome> all_exact(Device& device, std::span<const Case> cases, const plan::Options& options) {
  Words expected, found;
  std::uint32_t seed = 1;
  for (const Case& c : cases) {
    const Operands operands = whole_numbers(c.shape, most_of(c.types), seed++);
    const Words wanted = plain_product(operands, c.types.output);
    const auto words = multiply(device, {c.types, options, {}}, operands);
    if (!words) return propagate(words);
    expected.insert(expected.end(), wanted.begin(), wanted.end());
    found.insert(found.end(), words->begin(), words->end());
  }
  return exact(expected, found);
}

}  // namespace

Result<Outcome> product_9x9(Context& context) {
  const Operands operands = seed_operands();
  const auto words = multiply(context.device, {kHalf, {}, {}}, operands);
  if (!words) return propagate(words);
  return exact(plain_product(operands, Output::kFp16), *words);
}

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
  const std::array operands{whole_numbers(shape, kMostFp16, 7), whole_numbers(shape, kMostFp16, 8)};
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
  const Operands operands = whole_numbers(shape, kMostFp16, 5);
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
