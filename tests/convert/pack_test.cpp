// Constant kernels, packed. Where their bytes lie is the layout room's test; here it is which number goes where.
#include "convert/pack.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/bytes.hpp"
#include "base/half.hpp"

namespace mattock::convert {
namespace {

const hw::Chip& chip() { return *hw::find_chip("rk3566"); }

/// Numbers 1, 2, 3 ... in memory order.
Array counting(Shape shape) {
  Array array = Array::zeros(DType::kFloat32, std::move(shape));
  for (std::size_t i = 0; i < array.size(); ++i) set_element(array, i, static_cast<double>(i + 1));
  return array;
}

lower::Module module_of(const lower::KernelNumbers& numbers, std::size_t bytes) {
  lower::Module module;
  module.tensors.resize(2);
  module.tensors[1].name = "kernels";
  module.tensors[1].role = lower::Role::kConstant;
  module.tensors[1].bytes = bytes;
  module.tensors[1].unpacked = numbers;
  return module;
}

std::vector<double> numbers_of(const lower::Tensor& tensor) {
  std::vector<double> numbers;
  for (std::size_t at = 0; at < tensor.data.size(); at += 2)
    numbers.push_back(to_double(half{load_le<std::uint16_t>(std::span(tensor.data), at)}));
  return numbers;
}

/// Two matrices of 2 channels and 3 kernels. Of 4 declared channels a kernel has a slice of one atom; groups are 8.
TEST(PackKernels, ColumnsAreKernelsAndMatricesFollowEachOther) {
  const Array array = counting({2, 2, 3});
  lower::Module module = module_of({&array, 2, 2, 3, false, {0, 2}, {0, 3}, 4}, 2 * 8 * 8);
  ASSERT_TRUE(pack_kernels(module, chip()));
  std::vector<double> wanted(64, 0);
  const double first[3][2] = {{1, 4}, {2, 5}, {3, 6}}, second[3][2] = {{7, 10}, {8, 11}, {9, 12}};
  for (std::size_t kernel = 0; kernel < 3; ++kernel)
    for (std::size_t channel = 0; channel < 2; ++channel) {
      wanted[kernel * 4 + channel] = first[kernel][channel];
      wanted[32 + kernel * 4 + channel] = second[kernel][channel];
    }
  EXPECT_EQ(numbers_of(module.tensors[1]), wanted);
  EXPECT_FALSE(module.tensors[1].unpacked.has_value());
}

TEST(PackKernels, RowsAreKernelsWhereTheConstantIsTheLeftMatrix) {
  const Array array = counting({3, 2});
  lower::Module module = module_of({&array, 1, 2, 3, true, {0, 2}, {0, 3}, 4}, 8 * 8);
  ASSERT_TRUE(pack_kernels(module, chip()));
  std::vector<double> wanted(32, 0);
  const double kernels[3][2] = {{1, 2}, {3, 4}, {5, 6}};
  for (std::size_t kernel = 0; kernel < 3; ++kernel)
    for (std::size_t channel = 0; channel < 2; ++channel) wanted[kernel * 4 + channel] = kernels[kernel][channel];
  EXPECT_EQ(numbers_of(module.tensors[1]), wanted);
}

/// Two matrices of 5 channels and 4 kernels, of which channels 2 and 3 and kernels 1 to 3 are wanted.
TEST(PackKernels, APartOfEveryMatrix) {
  const double first[3][2] = {{10, 14}, {11, 15}, {12, 16}};
  std::vector<double> wanted(64, 0);
  for (std::size_t kernel = 0; kernel < 3; ++kernel)
    for (std::size_t channel = 0; channel < 2; ++channel) {
      wanted[kernel * 4 + channel] = first[kernel][channel];
      wanted[32 + kernel * 4 + channel] = first[kernel][channel] + 20;
    }
  const Array columns = counting({2, 5, 4});
  lower::Module module = module_of({&columns, 2, 5, 4, false, {2, 2}, {1, 3}, 4}, 2 * 8 * 8);
  ASSERT_TRUE(pack_kernels(module, chip()));
  EXPECT_EQ(numbers_of(module.tensors[1]), wanted);

  Array rows = counting({2, 4, 5});  // the same, transposed
  for (std::size_t m = 0; m < 2; ++m)
    for (std::size_t i = 0; i < 20; ++i)
      set_element(rows, m * 20 + i % 4 * 5 + i / 4, element_as_double(columns, m * 20 + i));
  module = module_of({&rows, 2, 5, 4, true, {2, 2}, {1, 3}, 4}, 2 * 8 * 8);
  ASSERT_TRUE(pack_kernels(module, chip()));
  EXPECT_EQ(numbers_of(module.tensors[1]), wanted);
}

TEST(PackKernels, ArraysOfTheModuleAreLetGo) {
  lower::Module module = module_of({nullptr, 1, 2, 3, false, {0, 2}, {0, 3}, 4}, 8 * 8);
  module.arrays.push_back(std::make_shared<const Array>(counting({2, 3})));
  module.tensors[1].unpacked->array = module.arrays[0].get();
  const std::weak_ptr<const Array> array = module.arrays[0];
  ASSERT_TRUE(pack_kernels(module, chip()));
  EXPECT_TRUE(array.expired());
}

TEST(PackKernels, APlaceThatIsNotTheKernelsIsRefused) {
  const Array array = counting({2, 3});
  lower::Module module = module_of({&array, 1, 2, 3, false, {0, 2}, {0, 3}, 4}, 8 * 8 + 8);
  const auto packed = pack_kernels(module, chip());
  ASSERT_FALSE(packed.has_value());
  EXPECT_EQ(packed.error().code, Code::kInternal);
}

}  // namespace
}  // namespace mattock::convert
