// Arrays that users hand in go straight into device memory, and results straight into users' arrays: the doors
// allocate nothing, so they cannot copy a whole array, whatever its type and strides.
#include <gtest/gtest.h>

#include "session/arrays.hpp"
#include "session/doors.hpp"
#include "support/allocations.hpp"

namespace mattock::session {
namespace {

using test::bytes_allocated_by;
using test::tensor_of;

constexpr std::int64_t kRows = 300, kColumns = 70;

struct Case {
  DType tensor, array;
  bool transposed;
};

ArrayView view(const Array& array, bool transposed) {
  ArrayView result = view_of(array);
  const auto bytes = static_cast<std::int64_t>(element_bytes(array.dtype));
  if (transposed) result.strides = {bytes, kRows * bytes};
  return result;
}

class Copies : public testing::TestWithParam<Case> {};

TEST_P(Copies, NoneIsMadeOfAWholeArray) {
  const auto [own, given, transposed] = GetParam();
  container::Tensor tensor = tensor_of("a", own, {kRows, kColumns});
  if (own == DType::kInt8) tensor.scale = {0.5f};
  const Array array = Array::zeros(given, tensor.shape);
  const ArrayView in = view(array, transposed);
  const Form form = Plain{tensor.size, element_bytes(own)};
  std::vector<std::byte> memory(tensor.size);
  const auto door = InputDoor::open(tensor, {}, false, given, false);
  ASSERT_TRUE(door);
  EXPECT_EQ(bytes_allocated_by([&] { door->write(in, form, memory); }), 0u);

  Array result = Array::zeros(DType::kFloat32, tensor.shape);
  MutableView out = view_of(result);
  out.strides = view(result, transposed).strides;
  EXPECT_EQ(bytes_allocated_by([&] { read_into(tensor, form, memory, out); }), 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Types, Copies,
    testing::Values(Case{DType::kFloat16, DType::kFloat16, false}, Case{DType::kFloat16, DType::kFloat16, true},
                    Case{DType::kFloat16, DType::kFloat32, false}, Case{DType::kFloat16, DType::kInt64, true},
                    Case{DType::kBfloat16, DType::kFloat64, true}, Case{DType::kInt8, DType::kInt8, false},
                    Case{DType::kInt8, DType::kFloat32, true}));

TEST(CopiesCounter, SeesAnAllocation) {
  EXPECT_GE(bytes_allocated_by([] { EXPECT_EQ(std::vector<int>(100).size(), 100u); }), 400u);
}

}  // namespace
}  // namespace mattock::session
