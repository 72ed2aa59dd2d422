#include "container/dtype_number.hpp"

#include <array>

namespace mattock::container {
namespace {

struct Row {
  std::uint8_t number;
  DType dtype;
};

constexpr std::array<Row, 13> kRows{{{1, DType::kFloat32},
                                     {2, DType::kUint8},
                                     {3, DType::kInt8},
                                     {4, DType::kUint16},
                                     {5, DType::kInt16},
                                     {6, DType::kInt32},
                                     {7, DType::kInt64},
                                     {9, DType::kBool},
                                     {10, DType::kFloat16},
                                     {11, DType::kFloat64},
                                     {12, DType::kUint32},
                                     {13, DType::kUint64},
                                     {16, DType::kBfloat16}}};

}  // namespace

std::optional<DType> dtype_from_number(unsigned number) {
  for (const Row& row : kRows) {
    if (row.number == number) return row.dtype;
  }
  return std::nullopt;
}

std::optional<std::uint8_t> number_of_dtype(DType dtype) {
  for (const Row& row : kRows) {
    if (row.dtype == dtype) return row.number;
  }
  return std::nullopt;
}

}  // namespace mattock::container
