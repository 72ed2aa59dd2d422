// Products whose operands or results lie in the NPU's own layout, through the C interface.
#include <array>
#include <type_traits>

#include "capi/library.hpp"

namespace mattock::test {
namespace {

/// Numbers in memory with their shape.
template <class T>
struct Laid {
  explicit Laid(std::vector<std::size_t> dimensions) : shape(dimensions.begin(), dimensions.end()) {
    std::size_t size = 1;
    for (const std::size_t d : dimensions) size *= d;
    numbers.resize(size);
  }

  mattock_array array() {
    constexpr mattock_dtype kType = std::is_same_v<T, float>      ? MATTOCK_FLOAT32
                                    : std::is_same_v<T, int32_t>  ? MATTOCK_INT32
                                    : std::is_same_v<T, uint16_t> ? MATTOCK_FLOAT16
                                                                  : MATTOCK_INT8;
    return {
        sizeof(mattock_array), kType, static_cast<int32_t>(shape.size()), shape.data(), nullptr, numbers.data(), 0, 0};
  }

  std::vector<int64_t> shape;
  std::vector<T> numbers;
};

/// A product's sizes. Its operands are of numbers from -3 to 3, so that sums are exact.
struct Sizes {
  std::size_t m, k, n;

  int a(std::size_t i, std::size_t j) const { return static_cast<int>((i * 5 + j * 3 + i * j) % 7) - 3; }
  int b(std::size_t i, std::size_t j) const { return static_cast<int>((i * 2 + j * 4 + i * i * j) % 7) - 3; }
  int c(std::size_t i, std::size_t j) const {
    int sum = 0;
    for (std::size_t inner = 0; inner < k; ++inner) sum += a(i, inner) * b(inner, j);
    return sum;
  }
};

std::size_t rounded_up(std::size_t number, std::size_t step) { return (number + step - 1) / step * step; }

/// uint16_t: float16. The layouts of RK356x: channels of an atom of A, kernels and channels of a block of B.
template <class T>
struct Native {
  static constexpr bool kHalf = std::is_same_v<T, uint16_t>;
  static constexpr std::size_t kAtom = kHalf ? 4 : 8, kKernels = kHalf ? 8 : 16, kChannels = kHalf ? 16 : 32;
  using Result = std::conditional_t<kHalf, float, int32_t>;

  static T number(int small) {
    constexpr std::array<uint16_t, 7> kHalves{0xc200, 0xc000, 0xbc00, 0, 0x3c00, 0x4000, 0x4200};  // -3 to 3
    return static_cast<T>(kHalf ? kHalves[static_cast<std::size_t>(small + 3)] : small);
  }

  static Laid<T> a(const Sizes& s, bool native) {
    Laid<T> result(native ? std::vector{rounded_up(s.k, kChannels) / kAtom, s.m, kAtom} : std::vector{s.m, s.k});
    for (std::size_t i = 0; i < s.m; ++i)
      for (std::size_t j = 0; j < s.k; ++j)
        result.numbers[native ? (j / kAtom * s.m + i) * kAtom + j % kAtom : i * s.k + j] = number(s.a(i, j));
    return result;
  }

  static Laid<T> b(const Sizes& s, bool native) {
    const std::size_t blocks = rounded_up(s.k, kChannels) / kChannels;
    Laid<T> result(native ? std::vector{rounded_up(s.n, kKernels) / kKernels, blocks, kKernels, kChannels}
                          : std::vector{s.k, s.n});
    for (std::size_t i = 0; i < s.k; ++i)
      for (std::size_t j = 0; j < s.n; ++j) {
        const std::size_t block = j / kKernels * blocks + i / kChannels;
        result.numbers[native ? (block * kKernels + j % kKernels) * kChannels + i % kChannels : i * s.n + j] =
            number(s.b(i, j));
      }
    return result;
  }

  static Laid<Result> c(const Sizes& s, bool native) {
    return Laid<Result>(native ? std::vector{rounded_up(s.n, kKernels) / 4, s.m, std::size_t{4}}
                               : std::vector{s.m, s.n});
  }

  static Result in_c(const Laid<Result>& c, const Sizes& s, bool native, std::size_t i, std::size_t j) {
    return c.numbers[native ? (j / 4 * s.m + i) * 4 + j % 4 : i * s.n + j];
  }
};

class NativeOfC : public testing::Test {
 protected:
  NativeOfC() { EXPECT_EQ(mattock_device_open(device_name(), &device, nullptr), MATTOCK_OK); }
  ~NativeOfC() override {
    close();
    mattock_device_close(device, nullptr);
  }

  void close() {
    if (matmul != nullptr) mattock_matmul_close(matmul, nullptr);
    matmul = nullptr;
  }

  mattock_status create(const Sizes& s, mattock_dtype operand, uint32_t flags, mattock_dtype result = 0) {
    close();
    mattock_matmul_spec wanted = spec(s.m, s.k, s.n);
    wanted.operand = operand, wanted.result = result, wanted.flags = flags;
    return mattock_matmul_create(device, &wanted, &matmul, error);
  }

  mattock_tensor_info info(std::size_t index) {
    mattock_tensor_info found{sizeof found, nullptr, nullptr, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(mattock_matmul_array_info(matmul, index, &found, error), MATTOCK_OK) << message();
    return found;
  }

  std::vector<int64_t> shape(std::size_t index) {
    const mattock_tensor_info found = info(index);
    return {found.shape, found.shape + found.rank};
  }

  std::string message() const { return error.error.message; }

  template <class T>
  void multiply(const Sizes& s, uint32_t flags) {
    using Of = Native<T>;
    const bool native_c = (flags & MATTOCK_NATIVE_C) != 0;
    auto a = Of::a(s, (flags & MATTOCK_NATIVE_A) != 0), b = Of::b(s, (flags & MATTOCK_NATIVE_B) != 0);
    auto c = Of::c(s, native_c);
    const mattock_array left = a.array(), right = b.array(), result = c.array();
    ASSERT_EQ(create(s, left.dtype, flags), MATTOCK_OK) << message();
    EXPECT_EQ(shape(0), a.shape);
    EXPECT_EQ(shape(1), b.shape);
    EXPECT_EQ(shape(2), c.shape);
    ASSERT_EQ(mattock_matmul_set_b(matmul, &right, error), MATTOCK_OK) << message();
    ASSERT_EQ(mattock_matmul_run(matmul, &left, &result, error), MATTOCK_OK) << message();
    for (std::size_t i = 0; i < s.m; ++i)
      for (std::size_t j = 0; j < s.n; ++j)
        ASSERT_EQ(Of::in_c(c, s, native_c, i, j), static_cast<typename Of::Result>(s.c(i, j))) << i << ", " << j;
  }

  mattock_device device = nullptr;
  mattock_matmul matmul = nullptr;
  ErrorText error;
};

TEST_F(NativeOfC, ProductsAreExactWhicheverArraysLieNatively) {
  for (const Sizes s : {Sizes{4, 64, 32}, {3, 5, 7}, {1, 1, 1}, {5, 33, 17}, {1, 100, 40}, {50, 70, 1}, {3, 9000, 9}})
    for (uint32_t arrays = 0; arrays < 8; ++arrays) {
      SCOPED_TRACE(testing::Message() << s.m << "x" << s.k << "x" << s.n << ", flags " << arrays * MATTOCK_NATIVE_A);
      multiply<uint16_t>(s, arrays * MATTOCK_NATIVE_A);
      multiply<int8_t>(s, arrays * MATTOCK_NATIVE_A);
    }
}

TEST_F(NativeOfC, ArraysAreDescribed) {
  constexpr uint32_t kAll = MATTOCK_NATIVE_A | MATTOCK_NATIVE_B | MATTOCK_NATIVE_C;
  ASSERT_EQ(create({4, 64, 32}, MATTOCK_INT8, kAll | MATTOCK_ALLOW_ASSUMED), MATTOCK_OK) << message();
  const char* const names[] = {"A", "B", "C"};
  const mattock_dtype types[] = {MATTOCK_INT8, MATTOCK_INT8, MATTOCK_INT32};
  for (std::size_t i = 0; i < 3; ++i) {
    const mattock_tensor_info found = info(i);
    EXPECT_STREQ(found.name, names[i]);
    EXPECT_EQ(found.dtype, types[i]);
    EXPECT_EQ(found.quantised, 0);
  }
  EXPECT_EQ(shape(0), (std::vector<int64_t>{8, 4, 8}));  // as Rockchip's library reports them
  EXPECT_EQ(shape(1), (std::vector<int64_t>{2, 2, 16, 32}));
  EXPECT_EQ(shape(2), (std::vector<int64_t>{8, 4, 4}));
  mattock_tensor_info untouched{sizeof untouched, nullptr, nullptr, 7, 0, 0, 0, 0, 0};
  EXPECT_EQ(mattock_matmul_array_info(matmul, 3, &untouched, error), MATTOCK_NOT_FOUND);
  EXPECT_EQ(message(), "there is no array 3: a product has 3");
  untouched.struct_size = 8;
  EXPECT_EQ(mattock_matmul_array_info(matmul, 0, &untouched, error), MATTOCK_USAGE);
  EXPECT_EQ(message(), "info: struct_size is 8, but the structure has 48 bytes");
  EXPECT_EQ(untouched.rank, 7);
}

TEST_F(NativeOfC, FloatsOverInt8HaveNoNativeLayout) {
  for (const uint32_t flag : {MATTOCK_NATIVE_A, MATTOCK_NATIVE_B, MATTOCK_NATIVE_C}) {
    EXPECT_EQ(create({2, 3, 4}, MATTOCK_INT8, flag, MATTOCK_FLOAT32), MATTOCK_USAGE);
    EXPECT_EQ(message(), "numbers that are scaled to int8 cannot be in the NPU's layout");
    EXPECT_EQ(matmul, nullptr);
  }
  ASSERT_EQ(create({2, 3, 4}, MATTOCK_INT8, 0, MATTOCK_FLOAT32), MATTOCK_OK) << message();
  EXPECT_EQ(shape(0), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(shape(1), (std::vector<int64_t>{3, 4}));
  EXPECT_EQ(shape(2), (std::vector<int64_t>{2, 4}));
  EXPECT_EQ(info(0).dtype, MATTOCK_INT8);
  EXPECT_EQ(info(2).dtype, MATTOCK_FLOAT32);
}

TEST_F(NativeOfC, MultiplyOnceTakesNoNativeLayout) {
  FloatArray a({2, 3}), b({3, 2}), c({2, 2}, 7);
  const mattock_array left = a.array(), right = b.array(), result = c.array();
  const std::vector<float> before = c.numbers;
  mattock_matmul_spec types = spec(0, 0, 0);
  types.flags = MATTOCK_NATIVE_B | MATTOCK_ALLOW_ASSUMED;
  EXPECT_EQ(mattock_multiply(device, &left, &right, &result, &types, error), MATTOCK_USAGE);
  EXPECT_EQ(message(), "spec: flags 0x5 has MATTOCK_NATIVE_..., which mattock_multiply does not take");
  EXPECT_NE(std::string(error.error.hint).find("mattock_matmul_create"), std::string::npos);
  EXPECT_EQ(c.numbers, before);
}

TEST_F(NativeOfC, OtherShapesTypesAndGapsAreRefusedAndTheBBeforeStays) {
  const Sizes s{3, 20, 5};
  ASSERT_EQ(create(s, MATTOCK_FLOAT16, MATTOCK_NATIVE_B | MATTOCK_NATIVE_C), MATTOCK_OK) << message();
  auto a = Native<uint16_t>::a(s, false), b = Native<uint16_t>::b(s, true), plain = Native<uint16_t>::b(s, false);
  auto c = Native<uint16_t>::c(s, true);
  const mattock_array left = a.array(), right = b.array(), rows = plain.array(), result = c.array();
  ASSERT_EQ(mattock_matmul_set_b(matmul, &right, error), MATTOCK_OK) << message();
  const auto refused = [&](mattock_array array) {
    EXPECT_EQ(mattock_matmul_set_b(matmul, &array, error), MATTOCK_BAD_INPUT);
    return message();
  };
  EXPECT_EQ(refused(rows), "B has shape 20x5, this product has 1x2x8x16 in the NPU's layout");
  mattock_array flawed = right;
  flawed.dtype = MATTOCK_INT16;
  EXPECT_EQ(refused(flawed), "B is int16, but in the NPU's layout it is float16");
  const int64_t backwards[] = {512, 256, 32, -2};
  flawed = right;
  flawed.strides = backwards, flawed.data = b.numbers.data() + 15;
  EXPECT_EQ(refused(flawed), "B is not row-major without gaps, as the NPU's layout is");
  flawed = result;
  flawed.dtype = MATTOCK_INT32;
  EXPECT_EQ(mattock_matmul_run(matmul, &left, &flawed, error), MATTOCK_BAD_INPUT);
  EXPECT_EQ(message(), "C is int32, but in the NPU's layout it is float32");
  ASSERT_EQ(mattock_matmul_run(matmul, &left, &result, error), MATTOCK_OK) << message();
  EXPECT_EQ(Native<uint16_t>::in_c(c, s, true, 2, 4), static_cast<float>(s.c(2, 4)));
}

}  // namespace
}  // namespace mattock::test
