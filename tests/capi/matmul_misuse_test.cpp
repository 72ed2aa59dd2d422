// What a careless program does to products: every call returns a status, and the next right call works.
#include <functional>
#include <string>

#include "capi/library.hpp"

namespace mattock::test {
namespace {

struct Call {
  const char* name;
  std::function<mattock_status(mattock_matmul, mattock_error*)> run;
};

std::vector<Call> matmul_calls() {
  static FloatArray a({3, 5}), b({5, 4}), c({3, 4});
  return {{"set_b",
           [](auto m, auto* e) {
             const mattock_array right = b.array();
             return mattock_matmul_set_b(m, &right, e);
           }},
          {"run",
           [](auto m, auto* e) {
             const mattock_array left = a.array(), result = c.array();
             return mattock_matmul_run(m, &left, &result, e);
           }},
          {"explain", [](auto m, auto* e) { return mattock_matmul_explain(m, nullptr, 0, nullptr, e); }},
          {"plan", [](auto m, auto* e) { return mattock_matmul_plan(m, nullptr, 0, nullptr, e); }},
          {"error_bound",
           [](auto m, auto* e) {
             double bound = 0;
             return mattock_matmul_error_bound(m, &bound, e);
           }},
          {"array_info",
           [](auto m, auto* e) {
             mattock_tensor_info info{sizeof info, nullptr, nullptr, 0, 0, 0, 0, 0, 0};
             return mattock_matmul_array_info(m, 0, &info, e);
           }},
          {"close", mattock_matmul_close}};
}

TEST(MatmulMisuse, AMatmulThatIsNullClosedInventedOrAnotherHandleIsABadHandle) {
  Opened model;
  OpenedMatmul opened;
  mattock_matmul closed = nullptr;
  const mattock_matmul_spec small = spec(1, 1, 1);
  ASSERT_EQ(mattock_matmul_create(opened.device, &small, &closed, nullptr), MATTOCK_OK);
  ASSERT_EQ(mattock_matmul_close(closed, nullptr), MATTOCK_OK);
  for (const Call& call : matmul_calls())
    for (mattock_matmul bad :
         {mattock_matmul{nullptr}, closed, reinterpret_cast<mattock_matmul>(UINTPTR_MAX),
          reinterpret_cast<mattock_matmul>(opened.device), reinterpret_cast<mattock_matmul>(model.session)}) {
      ErrorText error;
      EXPECT_EQ(call.run(bad, error), MATTOCK_BAD_HANDLE) << call.name;
      EXPECT_STREQ(error.error.message, bad == nullptr ? "matmul is NULL" : "matmul is not an open handle");
      EXPECT_EQ(call.run(bad, nullptr), MATTOCK_BAD_HANDLE) << call.name;
    }
  size_t count = 0;
  EXPECT_EQ(mattock_session_input_count(reinterpret_cast<mattock_session>(opened.matmul), &count, nullptr),
            MATTOCK_BAD_HANDLE);
  EXPECT_EQ(mattock_device_close(reinterpret_cast<mattock_device>(opened.matmul), nullptr), MATTOCK_BAD_HANDLE);
}

TEST(MatmulMisuse, NullPointersAreNamed) {
  OpenedMatmul opened;
  FloatArray numbers({2, 2});
  const mattock_array array = numbers.array();
  const mattock_matmul_spec two = spec(2, 2, 2);
  mattock_matmul matmul = nullptr;
  const auto message = [](auto&& call) {
    ErrorText error;
    EXPECT_EQ(call(static_cast<mattock_error*>(error)), MATTOCK_USAGE);
    return std::string(error.error.message);
  };
  const mattock_device device = opened.device;
  EXPECT_EQ(message([&](auto* e) { return mattock_multiply(device, nullptr, &array, &array, nullptr, e); }),
            "A is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_multiply(device, &array, nullptr, &array, nullptr, e); }),
            "B is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_multiply(device, &array, &array, nullptr, nullptr, e); }),
            "C is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_matmul_create(device, nullptr, &matmul, e); }), "spec is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_matmul_create(device, &two, nullptr, e); }), "matmul is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_matmul_set_b(opened.matmul, nullptr, e); }), "B is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_matmul_run(opened.matmul, nullptr, &array, e); }), "A is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_matmul_run(opened.matmul, &array, nullptr, e); }), "C is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_matmul_explain(opened.matmul, nullptr, 9, nullptr, e); }),
            "buffer is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_matmul_error_bound(opened.matmul, nullptr, e); }), "bound is NULL");
  EXPECT_EQ(message([&](auto* e) { return mattock_matmul_array_info(opened.matmul, 0, nullptr, e); }), "info is NULL");
}

TEST(MatmulMisuse, SpecsThatCannotBeAreRefused) {
  OpenedMatmul opened;
  struct Case {
    const char* message;
    mattock_status status;
    std::function<void(mattock_matmul_spec&)> change;
  };
  const Case cases[] = {
      {"spec: struct_size is 47, but mattock_matmul_spec has 56 bytes", MATTOCK_USAGE,
       [](auto& s) { s.struct_size = 47; }},
      {"spec: flags 0x12 has bits that mean nothing here", MATTOCK_USAGE, [](auto& s) { s.flags = 0x12; }},
      {"spec: reserved is 1, not 0", MATTOCK_USAGE, [](auto& s) { s.reserved = 1; }},
      {"operands of float32 (2): a product takes float16 or int8", MATTOCK_UNSUPPORTED,
       [](auto& s) { s.operand = MATTOCK_FLOAT32; }},
      {"operands of unknown (-1): a product takes float16 or int8", MATTOCK_UNSUPPORTED,
       [](auto& s) { s.operand = -1; }},
      {"float16 x float16 to int32 (9): float16 gives float32 or float16, int8 gives int32, int8 or float32",
       MATTOCK_UNSUPPORTED, [](auto& s) { s.result = MATTOCK_INT32; }},
      {"int8 x int8 to unknown (77): float16 gives float32 or float16, int8 gives int32, int8 or float32",
       MATTOCK_UNSUPPORTED, [](auto& s) { s.operand = MATTOCK_INT8, s.result = 77; }},
  };
  FloatArray numbers({2, 2}), result({2, 2}, 7);
  const std::vector<float> before = result.numbers;
  const mattock_array array = numbers.array(), c = result.array();
  for (const Case& change : cases) {
    mattock_matmul_spec changed = spec(2, 2, 2);
    change.change(changed);
    mattock_matmul matmul = nullptr;
    ErrorText error;
    EXPECT_EQ(mattock_matmul_create(opened.device, &changed, &matmul, error), change.status);
    EXPECT_STREQ(error.error.message, change.message);
    EXPECT_EQ(matmul, nullptr);
    EXPECT_EQ(mattock_multiply(opened.device, &array, &array, &c, &changed, error), change.status);
    EXPECT_STREQ(error.error.message, change.message);
  }
  EXPECT_EQ(result.numbers, before);
  struct {
    mattock_matmul_spec spec;
    int appended;
  } later{spec(2, 2, 2), 7};
  later.spec.struct_size = sizeof later;
  EXPECT_EQ(mattock_multiply(opened.device, &array, &array, &c, &later.spec, nullptr), MATTOCK_OK);
}

TEST(MatmulMisuse, DimensionsThatCannotBeAreRefused) {
  OpenedMatmul opened;
  const auto create = [&](uint64_t m, uint64_t k, uint64_t n, mattock_status status) {
    const mattock_matmul_spec shape = spec(m, k, n);
    mattock_matmul matmul = nullptr;
    ErrorText error;
    EXPECT_EQ(mattock_matmul_create(opened.device, &shape, &matmul, error), status) << error.error.message;
    EXPECT_EQ(matmul, nullptr);
    return std::string(error.error.message);
  };
  EXPECT_EQ(create(0, 1, 1, MATTOCK_BAD_INPUT), "M is 0; it can be 1 to 1048576");
  EXPECT_EQ(create(1, (1u << 20) + 1, 1, MATTOCK_BAD_INPUT), "K is 1048577; it can be 1 to 1048576");
  EXPECT_NE(create(1, 1, UINT64_MAX, MATTOCK_BAD_INPUT), "");
  EXPECT_NE(create(1u << 20, 1u << 10, 1, MATTOCK_DEVICE), "");
}

TEST(MatmulMisuse, ARunBeforeItsBIsTheWrongOrder) {
  OpenedMatmul opened;
  FloatArray a({3, 5}), b({5, 4}), wrong({4, 5}), c({3, 4}, 7);
  const std::vector<float> before = c.numbers;
  const mattock_array left = a.array(), right = b.array(), other = wrong.array(), result = c.array();
  ErrorText error;
  EXPECT_EQ(mattock_matmul_run(opened.matmul, &left, &result, error), MATTOCK_USAGE);
  EXPECT_STREQ(error.error.message, "the product has no B yet");
  EXPECT_EQ(c.numbers, before);
  ASSERT_EQ(mattock_matmul_set_b(opened.matmul, &right, error), MATTOCK_OK);
  EXPECT_EQ(mattock_matmul_set_b(opened.matmul, &other, error), MATTOCK_BAD_INPUT);
  ASSERT_EQ(mattock_matmul_run(opened.matmul, &left, &result, error), MATTOCK_OK) << "the B before is still there";
  EXPECT_EQ(c.numbers, product_of(a, b));
}

TEST(MatmulMisuse, ShapesTypesAndRanksThatDoNotFitAreRefused) {
  OpenedMatmul opened;
  FloatArray a({3, 5}), b({5, 4}), c({3, 4}), flat({15});
  mattock_array left = a.array(), right = b.array(), result = c.array(), vector = flat.array();
  const auto message = [&](mattock_status wanted, const mattock_array& one, const mattock_array& other) {
    ErrorText error;
    EXPECT_EQ(mattock_matmul_run(opened.matmul, &one, &other, error), wanted);
    return std::string(error.error.message);
  };
  ASSERT_EQ(mattock_matmul_set_b(opened.matmul, &right, nullptr), MATTOCK_OK);
  EXPECT_EQ(message(MATTOCK_BAD_INPUT, vector, result), "A has shape 15, this product has 3x5");
  EXPECT_EQ(message(MATTOCK_BAD_INPUT, right, result), "A has shape 5x4, this product has 3x5");
  EXPECT_EQ(message(MATTOCK_BAD_INPUT, left, right), "C has shape 5x4, this product has 3x4");
  mattock_array flawed = result;
  flawed.dtype = MATTOCK_INT32;
  EXPECT_EQ(message(MATTOCK_BAD_INPUT, left, flawed), "C is int32, this product gives float32");
  flawed = left;
  flawed.dtype = 14;
  EXPECT_EQ(message(MATTOCK_BAD_INPUT, flawed, result), "A: dtype 14 is none");
  flawed = left;
  flawed.struct_size = 8;
  EXPECT_EQ(message(MATTOCK_USAGE, flawed, result), "A: struct_size is 8, but mattock_array has 48 bytes");
  flawed = left;
  flawed.flags = MATTOCK_PASS_THROUGH;
  EXPECT_EQ(message(MATTOCK_USAGE, flawed, result), "A: flags 0x1 has bits that mean nothing here");
  flawed = result;
  flawed.data = nullptr;
  EXPECT_EQ(message(MATTOCK_USAGE, left, flawed), "C: data is NULL, but the array has 12 elements");
}

TEST(MatmulMisuse, ProductsThatNumPyRefusesAreRefused) {
  OpenedMatmul opened;
  FloatArray number({}), a({3, 5}), b({5, 4}), c({3, 4}), three({3, 5, 4}), two({2, 3, 5}), wrong({4, 3});
  const auto message = [&](FloatArray& x, FloatArray& y, FloatArray& z, const mattock_matmul_spec* types = nullptr) {
    const mattock_array left = x.array(), right = y.array(), result = z.array();
    ErrorText error;
    EXPECT_EQ(mattock_multiply(opened.device, &left, &right, &result, types, error), MATTOCK_BAD_INPUT);
    return std::string(error.error.message);
  };
  EXPECT_EQ(message(number, b, c), "A is a single number: a product takes vectors and matrices");
  EXPECT_EQ(message(a, number, c), "B is a single number: a product takes vectors and matrices");
  EXPECT_EQ(message(a, a, c), "A is 3x5 and B is 3x5: the inner dimensions 5 and 3 differ");
  EXPECT_EQ(message(two, three, c), "batches of 2 and 3 do not go together");
  EXPECT_EQ(message(a, b, wrong), "C has shape 4x3, this product gives 3x4");
  mattock_matmul_spec types = spec(0, 0, 0);
  types.result = MATTOCK_FLOAT16;
  EXPECT_EQ(message(a, b, c, &types), "C is float32, this product gives float16");
  types = spec(0, 0, 0);
  types.operand = MATTOCK_INT8;
  EXPECT_EQ(message(a, b, c, &types), "A is float32 and B is float32, but an int8 product takes int8");
}

}  // namespace
}  // namespace mattock::test
