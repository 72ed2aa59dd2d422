// What goes through the C interface comes out as the same numbers, whatever the strides and types.
#include <cstring>

#include "capi/library.hpp"

namespace mattock::test {
namespace {

TEST(Numbers, StridedArraysAreReadAndWrittenWhereTheyLie) {
  Opened opened;
  FloatArray a = matrix(1), b = matrix(2);
  // A backwards along its rows, B transposed, C into every second float of a larger array.
  mattock_array in[] = {a.array(), b.array()};
  static const int64_t backwards[] = {0, 36, -4}, transposed[] = {324, 4, 36}, gaps[] = {648, 72, 8};
  in[0].strides = backwards;
  in[0].data = a.numbers.data() + 8;
  in[1].strides = transposed;
  FloatArray reversed = a, turned = b, large({162});
  for (std::size_t i = 0; i < 81; ++i) {
    reversed.numbers[i] = a.numbers[i / 9 * 9 + 8 - i % 9];
    turned.numbers[i] = b.numbers[i % 9 * 9 + i / 9];
  }
  const std::vector<float> before = large.numbers;
  FloatArray c = matrix();
  mattock_array out = c.array();
  out.strides = gaps;
  out.data = large.numbers.data();
  ASSERT_EQ(mattock_session_run(opened.session, in, 2, &out, 1, nullptr), MATTOCK_OK);
  const std::vector<float> expected = product(reversed, turned);
  for (std::size_t i = 0; i < 81; ++i) {
    EXPECT_EQ(large.numbers[2 * i], expected[i]);
    EXPECT_EQ(large.numbers[2 * i + 1], before[2 * i + 1]);
  }
}

TEST(Numbers, AnOutputMayLieWhereAnInputLies) {
  Opened opened;
  FloatArray a = matrix(1), b = matrix(2);
  const std::vector<float> expected = product(a, b);
  const mattock_array in[] = {a.array(), b.array()}, out = a.array();
  ASSERT_EQ(mattock_session_run(opened.session, in, 2, &out, 1, nullptr), MATTOCK_OK);
  EXPECT_EQ(a.numbers, expected);
}

TEST(Numbers, UnalignedArraysInTheModelsOwnTypePassThrough) {
  Opened opened;
  std::vector<unsigned char> bytes(81 * 2 + 1), result(81 * 2 + 1);
  for (std::size_t i = 0; i < 81; ++i) {
    const uint16_t one_or_zero = i % 10 == 0 ? 0x3c00 : 0;
    std::memcpy(&bytes[1 + 2 * i], &one_or_zero, 2);
  }
  static const int64_t shape[] = {1, 9, 9};
  const mattock_array identity{sizeof(mattock_array), MATTOCK_FLOAT16,      3, shape, nullptr,
                               bytes.data() + 1,      MATTOCK_PASS_THROUGH, 0};
  const mattock_array in[] = {identity, identity};
  mattock_array out = identity;
  out.flags = 0;
  out.data = result.data() + 1;
  ASSERT_EQ(mattock_session_run(opened.session, in, 2, &out, 1, nullptr), MATTOCK_OK);
  EXPECT_EQ(result, bytes);
}

TEST(Numbers, ValuesBeyondTheModelsTypeAreAWarningOfTheRun) {
  Opened opened;
  FloatArray a = matrix(), b = matrix();
  b.numbers[3] = 1e6f;
  const mattock_array in[] = {a.array(), b.array()};
  ASSERT_EQ(mattock_session_run(opened.session, in, 2, nullptr, 0, nullptr), MATTOCK_OK);
  char text[200];
  ASSERT_EQ(mattock_session_warnings(opened.session, text, sizeof text, nullptr, nullptr), MATTOCK_OK);
  EXPECT_STREQ(text, "input 'onnx::MatMul_1': 1 of 81 values are beyond the range of float16 and became infinite");
}

TEST(Numbers, QuantisedTensorsTellTheirScale) {
  Opened opened;
  mattock_session session = nullptr;
  ASSERT_EQ(mattock_session_load(opened.device, MATTOCK_TEST_DATA "/vendor/gemm_bias_i8.rknn", &session, nullptr),
            MATTOCK_OK);
  mattock_tensor_info info{};
  info.struct_size = sizeof info;
  ASSERT_EQ(mattock_session_input_info(session, 0, &info, nullptr), MATTOCK_OK);
  EXPECT_EQ(info.dtype, MATTOCK_INT8);
  EXPECT_EQ(info.quantised, 1);
  EXPECT_GT(info.scale, 0);
  EXPECT_EQ(mattock_session_close(session, nullptr), MATTOCK_OK);
}

}  // namespace
}  // namespace mattock::test
