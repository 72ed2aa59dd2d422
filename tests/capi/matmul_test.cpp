// Products without a model through the C interface: numbers, shapes, types.
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

#include "capi/library.hpp"

namespace mattock::test {
namespace {

class MatmulOfC : public testing::Test {
 protected:
  MatmulOfC() { EXPECT_EQ(mattock_device_open(device_name(), &device, nullptr), MATTOCK_OK); }
  ~MatmulOfC() override { mattock_device_close(device, nullptr); }

  mattock_device device = nullptr;
};

TEST_F(MatmulOfC, MultipliesOnce) {
  FloatArray a({3, 70}, -3), b({70, 5}, -2), c({3, 5});
  const mattock_array left = a.array(), right = b.array(), result = c.array();
  ErrorText error;
  ASSERT_EQ(mattock_multiply(device, &left, &right, &result, nullptr, error), MATTOCK_OK) << error.error.message;
  EXPECT_EQ(c.numbers, product_of(a, b));
}

TEST_F(MatmulOfC, MultipliesManyTimesByOneB) {
  OpenedMatmul opened;
  for (int round = 0; round < 3; ++round) {
    FloatArray b({5, 4}, static_cast<float>(round));
    const mattock_array right = b.array();
    ASSERT_EQ(mattock_matmul_set_b(opened.matmul, &right, nullptr), MATTOCK_OK);
    b.numbers.assign(20, 99);  // it is copied
    for (int run = 0; run < 3; ++run) {
      FloatArray a({3, 5}, static_cast<float>(run)), c({3, 4});
      const mattock_array left = a.array(), result = c.array();
      ASSERT_EQ(mattock_matmul_run(opened.matmul, &left, &result, nullptr), MATTOCK_OK);
      EXPECT_EQ(c.numbers, product_of(a, FloatArray({5, 4}, static_cast<float>(round))));
    }
  }
}

TEST_F(MatmulOfC, VectorsAndBatchesAreAsNumPySays) {
  FloatArray row({3}, 1), column({3}, 2), dot({});  // 1 2 3 by 2 3 4
  FloatArray stack({2, 1, 2, 3}), b({3, 3, 2}, 1), c({2, 3, 2, 2});
  const mattock_array left = row.array(), right = column.array(), result = dot.array();
  ASSERT_EQ(mattock_multiply(device, &left, &right, &result, nullptr, nullptr), MATTOCK_OK);
  EXPECT_EQ(dot.numbers, std::vector<float>{20});
  const mattock_array many = stack.array(), others = b.array(), all = c.array();
  ASSERT_EQ(mattock_multiply(device, &many, &others, &all, nullptr, nullptr), MATTOCK_OK);
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t at = 0; at < 4; ++at) {
        float sum = 0;
        for (std::size_t k = 0; k < 3; ++k)
          sum += stack.numbers[i * 6 + at / 2 * 3 + k] * b.numbers[j * 6 + k * 2 + at % 2];
        EXPECT_EQ(c.numbers[(i * 3 + j) * 4 + at], sum);
      }
}

TEST_F(MatmulOfC, NothingToAddUpGivesZerosAndNoRowsGiveNothing) {
  FloatArray a({2, 0}), b({0, 3}), c({2, 3}, 5), none({0, 3});
  mattock_array left = a.array(), right = b.array(), result = c.array();
  left.data = right.data = nullptr;
  ASSERT_EQ(mattock_multiply(device, &left, &right, &result, nullptr, nullptr), MATTOCK_OK);
  EXPECT_EQ(c.numbers, std::vector<float>(6, 0));
  FloatArray square({3, 3});
  const mattock_array empty = none.array(), three = square.array();
  EXPECT_EQ(mattock_multiply(device, &empty, &three, &empty, nullptr, nullptr), MATTOCK_OK);
}

TEST_F(MatmulOfC, TypesFollowTheArraysUnlessTheSpecSaysThem) {
  std::vector<int8_t> a(200, -128), b(200, -128);
  int32_t c = 0;
  float real = 0;
  const int64_t shape[] = {200};
  const mattock_array left{sizeof left, MATTOCK_INT8, 1, shape, nullptr, a.data(), 0, 0},
      right{sizeof right, MATTOCK_INT8, 1, shape, nullptr, b.data(), 0, 0},
      integer{sizeof integer, MATTOCK_INT32, 0, nullptr, nullptr, &c, 0, 0},
      floating{sizeof floating, MATTOCK_FLOAT32, 0, nullptr, nullptr, &real, 0, 0};
  ASSERT_EQ(mattock_multiply(device, &left, &right, &integer, nullptr, nullptr), MATTOCK_OK);
  EXPECT_EQ(c, 200 * 128 * 128);
  mattock_matmul_spec types = spec(0, 0, 0);
  types.operand = MATTOCK_FLOAT16;
  ASSERT_EQ(mattock_multiply(device, &left, &right, &floating, &types, nullptr), MATTOCK_OK);
  EXPECT_EQ(real, 200 * 128 * 128);
}

TEST_F(MatmulOfC, GivesFloat16WhenAsked) {
  FloatArray a({1, 3}, 1), b({3, 1}, 2);
  uint16_t c = 0;
  const int64_t shape[] = {1, 1};
  const mattock_array left = a.array(), right = b.array(),
                      result{sizeof result, MATTOCK_FLOAT16, 2, shape, nullptr, &c, 0, 0};
  mattock_matmul_spec types = spec(0, 0, 0);
  types.result = MATTOCK_FLOAT16;
  ASSERT_EQ(mattock_multiply(device, &left, &right, &result, &types, nullptr), MATTOCK_OK);
  EXPECT_EQ(c, 0x4d00);  // 20
}

TEST_F(MatmulOfC, AnyStridesAreReadAndWrittenWhereTheyLie) {
  FloatArray a({3, 5}, 1), b({5, 4}, -2), large({24}, 50), flipped({5, 3}, 0);
  // A is the transposed of another array, B has its rows upside down, C goes backwards to every second float.
  mattock_array left = flipped.array(), right = b.array(), result = large.array();
  const int64_t a_shape[] = {3, 5}, a_strides[] = {4, 12}, b_strides[] = {-16, 4};
  const int64_t c_shape[] = {3, 4}, c_strides[] = {-32, -8};
  left.shape = a_shape, left.strides = a_strides;
  right.strides = b_strides, right.data = b.numbers.data() + 16;
  result.rank = 2, result.shape = c_shape, result.strides = c_strides, result.data = large.numbers.data() + 23;
  FloatArray turned = b;
  for (std::size_t i = 0; i < 15; ++i) a.numbers[i] = flipped.numbers[i % 5 * 3 + i / 5];
  for (std::size_t i = 0; i < 20; ++i) turned.numbers[i] = b.numbers[(4 - i / 4) * 4 + i % 4];
  std::vector<float> expected = large.numbers;
  const std::vector<float> c = product_of(a, turned);
  for (std::size_t i = 0; i < 12; ++i) expected[23 - 2 * i] = c[i];
  ASSERT_EQ(mattock_multiply(device, &left, &right, &result, nullptr, nullptr), MATTOCK_OK);
  EXPECT_EQ(large.numbers, expected);
}

TEST_F(MatmulOfC, TheResultMayLieOnTheOperands) {
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{4, 4}, {3, 4, 4}}) {
    FloatArray a(shape, 1), b({4, 4}, -3), apart(shape);
    const mattock_array left = a.array(), right = b.array(), result = apart.array();
    ASSERT_EQ(mattock_multiply(device, &left, &right, &result, nullptr, nullptr), MATTOCK_OK);
    ASSERT_EQ(mattock_multiply(device, &left, &right, &left, nullptr, nullptr), MATTOCK_OK);
    EXPECT_EQ(a.numbers, apart.numbers);
  }
  // One matrix by a stack that the results replace, and rows by a stack, where C has rank 2.
  FloatArray one({4, 4}, 2), stack({3, 4, 4}, -1), apart({3, 4, 4});
  const mattock_array left = one.array(), right = stack.array(), result = apart.array();
  ASSERT_EQ(mattock_multiply(device, &left, &right, &result, nullptr, nullptr), MATTOCK_OK);
  FloatArray row({4}, 2), rows({3, 4});
  const mattock_array vector = row.array(), apart_rows = rows.array();
  ASSERT_EQ(mattock_multiply(device, &vector, &right, &apart_rows, nullptr, nullptr), MATTOCK_OK);
  FloatArray copy = stack;
  mattock_array over = copy.array(), into = rows.array();
  into.data = copy.numbers.data() + 14;  // within the first and second matrix
  ASSERT_EQ(mattock_multiply(device, &vector, &over, &into, nullptr, nullptr), MATTOCK_OK);
  EXPECT_EQ(std::vector<float>(copy.numbers.begin() + 14, copy.numbers.begin() + 26), rows.numbers);
  ASSERT_EQ(mattock_multiply(device, &left, &right, &right, nullptr, nullptr), MATTOCK_OK);
  EXPECT_EQ(stack.numbers, apart.numbers);
}

TEST_F(MatmulOfC, TheResultsOfABatchMayReplaceItBackwards) {
  // Four matrices in memory: the operands are 1, 2 and 3, the products go to 2, 1 and 0.
  FloatArray one({4, 4}, -3), memory({4, 4, 4}, 1), apart({3, 4, 4});
  const mattock_array left = one.array(), result = apart.array();
  mattock_array right = memory.array(), over = memory.array();
  right.shape = over.shape = apart.shape.data();
  right.data = memory.numbers.data() + 16;
  const int64_t backwards[] = {-64, 16, 4};
  over.strides = backwards;
  over.data = memory.numbers.data() + 32;
  ASSERT_EQ(mattock_multiply(device, &left, &right, &result, nullptr, nullptr), MATTOCK_OK);
  ASSERT_EQ(mattock_multiply(device, &left, &right, &over, nullptr, nullptr), MATTOCK_OK);
  for (std::size_t i = 0; i < 48; ++i) EXPECT_EQ(memory.numbers[(2 - i / 16) * 16 + i % 16], apart.numbers[i]);
}

TEST_F(MatmulOfC, OutlivesTheHandleOfItsDevice) {
  OpenedMatmul opened;
  ASSERT_EQ(mattock_device_close(opened.device, nullptr), MATTOCK_OK);
  FloatArray a({3, 5}, 1), b({5, 4}, -3), c({3, 4});
  const mattock_array left = a.array(), right = b.array(), result = c.array();
  ASSERT_EQ(mattock_matmul_set_b(opened.matmul, &right, nullptr), MATTOCK_OK);
  ASSERT_EQ(mattock_matmul_run(opened.matmul, &left, &result, nullptr), MATTOCK_OK);
  EXPECT_EQ(c.numbers, product_of(a, b));
}

TEST_F(MatmulOfC, AssumedFormsAreUsedOnlyWhenAllowed) {
  const auto text = [&](uint32_t flags) {
    mattock_matmul_spec wide = spec(16, 16, 20000);
    wide.flags = flags;
    mattock_matmul matmul = nullptr;
    char buffer[4000] = "";
    EXPECT_EQ(mattock_matmul_create(device, &wide, &matmul, nullptr), MATTOCK_OK);
    EXPECT_EQ(mattock_matmul_explain(matmul, buffer, sizeof buffer, nullptr, nullptr), MATTOCK_OK);
    EXPECT_EQ(mattock_matmul_close(matmul, nullptr), MATTOCK_OK);
    return std::string(buffer);
  };
  EXPECT_EQ(text(0).find("assumed"), std::string::npos) << text(0);
  EXPECT_NE(text(MATTOCK_ALLOW_ASSUMED).find("assumed"), std::string::npos) << text(MATTOCK_ALLOW_ASSUMED);
}

TEST_F(MatmulOfC, APlanInWordsAndForProgramsIsTheSamePlan) {
  const mattock_matmul_spec shape = spec(300, 9000, 40);
  mattock_matmul matmul = nullptr;
  ASSERT_EQ(mattock_matmul_create(device, &shape, &matmul, nullptr), MATTOCK_OK);
  char words[4000] = "", json[4000] = "";
  ASSERT_EQ(mattock_matmul_explain(matmul, words, sizeof words, nullptr, nullptr), MATTOCK_OK);
  ASSERT_EQ(mattock_matmul_plan(matmul, json, sizeof json, nullptr, nullptr), MATTOCK_OK);
  ASSERT_EQ(mattock_matmul_close(matmul, nullptr), MATTOCK_OK);
  const auto plan = nlohmann::json::parse(json);
  EXPECT_EQ(plan["m"], 300);
  EXPECT_EQ(plan["k"], 9000);
  EXPECT_EQ(plan["n"], 40);
  EXPECT_EQ(plan["uncalibrated"], true);
  EXPECT_EQ(plan["scaled_to_int8"], false);
  EXPECT_GT(plan["seconds"], 0.0);
  EXPECT_GT(plan["roofline"], 0.0);
  EXPECT_LE(plan["roofline"], 1.0);
  const auto stands = [&](const std::string& text) { return std::string(words).find(text) != std::string::npos; };
  EXPECT_TRUE(stands(std::to_string(plan["tasks"].get<int>()) + " in ")) << words;
  EXPECT_TRUE(stands(std::to_string(plan["parts"].get<int>()) + " parts of ")) << words;
  EXPECT_TRUE(stands("joined on the " + plan["joined_on"].get<std::string>())) << words;
}

/// C = (A x B) / 4 rounded, A = [3, 5], B = [1 -8; 2 1]: sums 13 and -19, quarters 3.25 and -4.75.
mattock_status scaled(mattock_device device, const mattock_scales* scales, std::vector<int8_t>& c,
                      mattock_error* error) {
  static std::vector<int8_t> a{3, 5}, b{1, -8, 2, 1};
  static const int64_t one_two[] = {1, 2}, two_two[] = {2, 2};
  const auto array = [](std::vector<int8_t>& numbers, const int64_t* shape) {
    return mattock_array{sizeof(mattock_array), MATTOCK_INT8, 2, shape, nullptr, numbers.data(), 0, 0};
  };
  mattock_matmul_spec types = spec(0, 0, 0);
  types.operand = types.result = MATTOCK_INT8;
  types.scales = scales;
  const mattock_array left = array(a, one_two), right = array(b, two_two), result = array(c, one_two);
  return mattock_multiply(device, &left, &right, &result, &types, error);
}

TEST(MatmulNumbers, Int8ResultsAreScaled) {
  Opened opened;
  const float half[] = {0.5f, 0.25f};
  const int32_t zero[] = {0};
  std::vector<int8_t> c(2);
  mattock_scales scales{sizeof scales, half, zero, 1, 1, 0.5f, 0, 1.0f, 0};
  ASSERT_EQ(scaled(opened.device, &scales, c, nullptr), MATTOCK_OK);
  EXPECT_EQ(c, (std::vector<int8_t>{3, -5}));
  scales.b_scale_count = 2;  // the second column by an eighth: -2.375
  scales.c_zero_point = 100;
  ASSERT_EQ(scaled(opened.device, &scales, c, nullptr), MATTOCK_OK);
  EXPECT_EQ(c, (std::vector<int8_t>{103, 98}));
}

TEST(MatmulNumbers, ScalesThatCannotBeAreRefused) {
  Opened opened;
  const float half[] = {0.5f, 0};
  const int32_t zero[] = {0};
  std::vector<int8_t> c{7, 7};
  const auto message = [&](const std::function<void(mattock_scales&)>& change) {
    mattock_scales scales{sizeof scales, half, zero, 1, 1, 0.5f, 0, 1.0f, 0};
    change(scales);
    ErrorText error;
    EXPECT_NE(scaled(opened.device, &scales, c, error), MATTOCK_OK);
    return std::string(error.error.message);
  };
  EXPECT_EQ(message([](auto& s) { s.struct_size = 8; }), "scales: struct_size is 8, but mattock_scales has 56 bytes");
  EXPECT_EQ(message([](auto& s) { s.b_scales = nullptr; }), "b_scales is NULL");
  EXPECT_EQ(message([](auto& s) { s.b_zero_points = nullptr; }), "b_zero_points is NULL");
  EXPECT_EQ(message([](auto& s) { s.b_scale_count = 0; }), "scales: 0 of B's are 1 or one for each column");
  EXPECT_EQ(message([](auto& s) { s.b_scale_count = 2; }), "the scale of B is 0; it must be above 0 and finite");
  EXPECT_EQ(message([](auto& s) { s.c_zero_point = 128; }), "the zero point of C is 128; it can be -128 to 127");
  ErrorText error;
  EXPECT_EQ(scaled(opened.device, nullptr, c, error), MATTOCK_USAGE);
  EXPECT_STREQ(error.error.message, "spec: an int8 result needs scales, which are NULL");
  EXPECT_EQ(c, (std::vector<int8_t>{7, 7}));
}

}  // namespace
}  // namespace mattock::test
