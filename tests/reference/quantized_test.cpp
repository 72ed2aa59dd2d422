#include <gtest/gtest.h>

#include "build.hpp"

namespace mattock::test {
namespace {

TEST(QuantizedMatMul, gives_the_values_worked_out_by_hand) {
  // a = (3 - 1) * 0.5, (-7 - 1) * 0.5 = 1, -4; b columns: (10 + 2) * 0.25 = 3, (-2 + 2) * 0.25 = 0;
  // (4 + 2) * 0.25 = 1.5, (1 + 2) * 0.25 = 0.75. Products 3 and 1.5 - 3 = -1.5.
  const Array a = array_of(DType::kInt8, {1, 2}, {3, -7});
  const Array b = array_of(DType::kInt8, {2, 2}, {10, 4, -2, 1});
  const std::vector<Operand> operands{{a, per_tensor(0.5, 1)}, {b, per_tensor(0.25, -2)}};
  EXPECT_EQ(numbers(run(single(graph::MatMul{}, operands, DType::kInt8, {1, 2}, per_tensor(0.5, 5)))),
            (std::vector<double>{11, 2}));
  // Ties: 3 / 2 = 1.5 to 2, -1.5 / 1 = -1.5 to -2; the zero point comes after the rounding.
  EXPECT_EQ(numbers(run(single(graph::MatMul{}, operands, DType::kInt8, {1, 2}, per_tensor(2, 1)))),
            (std::vector<double>{3, 0}));  // 1.5 to 2, -0.75 to -1
  EXPECT_EQ(numbers(run(single(graph::MatMul{}, operands, DType::kInt8, {1, 2}, per_tensor(1, 0)))),
            (std::vector<double>{3, -2}));
  // Saturation: 3 / 0.015625 = 192, -1.5 / 0.015625 = -96.
  EXPECT_EQ(numbers(run(single(graph::MatMul{}, operands, DType::kInt8, {1, 2}, per_tensor(0.015625, 0)))),
            (std::vector<double>{127, -96}));
  // As real numbers.
  EXPECT_EQ(numbers(run(single(graph::MatMul{}, operands, DType::kFloat32, {1, 2}))), (std::vector<double>{3, -1.5}));
}

TEST(QuantizedConv, has_a_scale_per_kernel_and_pads_with_the_number_zero) {
  // x = (5 - 5) = 0, (7 - 5) * 0.5 = 1, (1 - 5) * 0.5 = -2. Kernel 0: 2 * 0.5 = 1 three times; kernel 1:
  // (1 - 3) * 2 = -4 in the middle, 0 beside.
  const Array x = array_of(DType::kInt8, {1, 1, 1, 3}, {5, 7, 1});
  const Array w = array_of(DType::kInt8, {2, 1, 1, 3}, {2, 2, 2, 3, 1, 3});
  const Array bias = array_of(DType::kFloat32, {2}, {0.25, -0.5});
  const graph::Quantization per_kernel{{0.5, 2}, {0, 3}, 0};
  const graph::Conv op{.pads = {0, 1, 0, 1}};
  const std::vector<Operand> operands{{x, per_tensor(0.5, 5)}, {w, per_kernel}, {bias, {}}};
  EXPECT_EQ(numbers(run(single(op, operands, DType::kFloat32, {1, 2, 1, 3}))),
            (std::vector<double>{1.25, -0.75, -0.75, -0.5, -4.5, 7.5}));
  EXPECT_EQ(numbers(run(single(op, operands, DType::kInt8, {1, 2, 1, 3}, per_tensor(0.25, -100)))),
            (std::vector<double>{-95, -103, -103, -102, -118, -70}));
}

TEST(QuantizedAdd, joins_two_scales_exactly) {
  // (52 - 0) * 0.0235141 + (62 + 15) * 0.0176279 = 2.5800815; / 0.0405560 = 63.6; -5 gives 59.
  const Array a = array_of(DType::kInt8, {1}, {52});
  const Array b = array_of(DType::kInt8, {1}, {62});
  EXPECT_EQ(numbers(run(single(graph::Add{}, {{a, per_tensor(0.0235141, 0)}, {b, per_tensor(0.0176279, -15)}},
                               DType::kInt8, {1}, per_tensor(0.040556, -5)))),
            (std::vector<double>{59}));
}

TEST(Convert, requantizes_and_rounds_once) {
  const Array x = array_of(DType::kInt8, {4}, {-128, -3, 2, 127});
  EXPECT_EQ(numbers(run(single(graph::Convert{}, {{x, per_tensor(0.5, -2)}}, DType::kInt8, {4}, per_tensor(1, 10)))),
            (std::vector<double>{-53, 10, 12, 74}));  // -63, -0.5 (to even), 2, 64.5 (to even)
  EXPECT_EQ(numbers(run(single(graph::Convert{}, {{x, {}}}, DType::kFloat16, {4}))),
            (std::vector<double>{-128, -3, 2, 127}));
}

TEST(IntegerMatMul, wraps_at_int32_and_reports_it) {
  // 131,072 products of 128 * 128 = 2^31: one beyond the largest int32, so it wraps to -2^31. One product fewer fits.
  const std::int64_t k = 131072;
  Array a = Array::zeros(DType::kInt8, {2, k});
  Array b = Array::zeros(DType::kInt8, {k, 1});
  for (std::size_t i = 0; i < a.size(); ++i) set_element(a, i, -128);
  for (std::size_t i = 0; i < b.size(); ++i) set_element(b, i, -128);
  set_element(a, static_cast<std::size_t>(k), 0);  // second row: one product less
  reference::Report report;
  const Array out = run(single(graph::MatMul{}, {{a, {}}, {b, {}}}, DType::kInt32, {2, 1}), &report);
  EXPECT_EQ(numbers(out), (std::vector<double>{-2147483648.0, 2147483648.0 - 16384}));
  EXPECT_EQ(report.wrapped_outputs, 1u);
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_EQ(report.notes[0], "node 'node': 1 of 2 int32 sums wrapped");
}

TEST(IntegerMatMul, is_exact_and_silent_inside_int32) {
  const Array a = array_of(DType::kInt8, {1, 3}, {127, -128, 5});
  const Array b = array_of(DType::kInt8, {3, 1}, {127, -128, -7});
  reference::Report report;
  EXPECT_EQ(numbers(run(single(graph::MatMul{}, {{a, {}}, {b, {}}}, DType::kInt32, {1, 1}), &report)),
            (std::vector<double>{16129 + 16384 - 35}));
  EXPECT_EQ(report.wrapped_outputs, 0u);
}

TEST(IntegerMatMul, refuses_32_bit_operands_by_name) {
  const Array a = array_of(DType::kInt32, {1, 1}, {1});
  const Single made = single(graph::MatMul{}, {{a, {}}, {a, {}}}, DType::kInt32, {1, 1});
  const auto result = reference::evaluate(made.graph, made.inputs);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kUnsupported);
  EXPECT_NE(result.error().message.find("multiplies int32"), std::string::npos);
}

}  // namespace
}  // namespace mattock::test
