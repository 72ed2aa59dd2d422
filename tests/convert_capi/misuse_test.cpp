// What the converter's C interface says to calls that cannot be meant.
#include <gtest/gtest.h>
#include <mattock/convert.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

std::string contents(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class ConvertLibrary : public testing::Test {
 protected:
  mattock_error error = MATTOCK_ERROR_INIT;
  TempDir folder;
  const std::string onnx = (folder / "m.onnx").string(), rknn = (folder / "m.rknn").string();
  mattock_convert_options options{sizeof(mattock_convert_options), nullptr, 0, 0};
  mattock_export_matmul_spec spec{sizeof(mattock_export_matmul_spec), 2, 3, 4, 0, 0, 0, nullptr};

  void export_model() { ASSERT_EQ(mattock_export_matmul(onnx.c_str(), &spec, &error), MATTOCK_OK) << error.message; }
  void expect_said(const std::string& text) const {
    const std::string said = std::string(error.where) + ": " + error.message + "; " + error.hint;
    EXPECT_NE(said.find(text), std::string::npos) << said;
  }
};

TEST_F(ConvertLibrary, NullIsRefusedByName) {
  export_model();
  void* out = nullptr;
  size_t bytes = 0;
  EXPECT_EQ(mattock_convert(nullptr, rknn.c_str(), nullptr, &error), MATTOCK_USAGE);
  expect_said("onnx_path is NULL");
  EXPECT_EQ(mattock_convert(onnx.c_str(), nullptr, nullptr, &error), MATTOCK_USAGE);
  expect_said("rknn_path is NULL");
  EXPECT_EQ(mattock_convert_memory(nullptr, 0, nullptr, nullptr, &out, &bytes, &error), MATTOCK_USAGE);
  EXPECT_EQ(mattock_convert_memory("x", 1, nullptr, nullptr, nullptr, &bytes, &error), MATTOCK_USAGE);
  EXPECT_EQ(mattock_convert_memory("x", 1, nullptr, nullptr, &out, nullptr, nullptr), MATTOCK_USAGE);
  EXPECT_EQ(mattock_export_matmul(nullptr, &spec, &error), MATTOCK_USAGE);
  EXPECT_EQ(mattock_export_matmul(onnx.c_str(), nullptr, &error), MATTOCK_USAGE);
  expect_said("spec is NULL");
}

TEST_F(ConvertLibrary, EvaluatingRefusesWhatItCannotEvaluate) {
  export_model();
  const std::string model = contents(onnx);
  int shown = 0;
  const auto visit = [](void* user, const char*, const mattock_array*) { ++*static_cast<int*>(user); };
  std::vector<float> numbers(12);
  const std::vector<int64_t> a_shape{2, 3}, b_shape{3, 4}, other{4, 3};
  mattock_array inputs[2]{};
  for (mattock_array& input : inputs) {
    input.struct_size = sizeof input;
    input.dtype = MATTOCK_FLOAT32;
    input.rank = 2;
    input.data = numbers.data();
  }
  inputs[0].shape = a_shape.data();
  inputs[1].shape = b_shape.data();
  const auto evaluate = [&](const std::string& bytes, size_t count, mattock_visitor visitor) {
    return mattock_evaluate(bytes.data(), bytes.size(), nullptr, inputs, count, visitor, &shown, &error);
  };
  EXPECT_EQ(mattock_evaluate(nullptr, 0, nullptr, inputs, 2, visit, &shown, &error), MATTOCK_USAGE);
  EXPECT_EQ(evaluate(model, 2, nullptr), MATTOCK_USAGE);
  expect_said("visit is NULL");
  EXPECT_EQ(evaluate("no model", 2, visit), MATTOCK_BAD_FILE);
  EXPECT_EQ(evaluate(model, 1, visit), MATTOCK_BAD_INPUT);
  expect_said("1 inputs");
  inputs[1].shape = other.data();
  EXPECT_EQ(evaluate(model, 2, visit), MATTOCK_BAD_INPUT);
  expect_said("input 'b' is float32 4x3");
  EXPECT_EQ(shown, 0);
  inputs[1].shape = b_shape.data();
  EXPECT_EQ(evaluate(model, 2, visit), MATTOCK_OK) << error.message;
  EXPECT_EQ(shown, 3);
}

TEST_F(ConvertLibrary, OptionsThatContradictThemselvesAreRefused) {
  export_model();
  options.struct_size = 8;
  EXPECT_EQ(mattock_convert(onnx.c_str(), rknn.c_str(), &options, &error), MATTOCK_USAGE);
  expect_said("options: struct_size is 8");
  options = {sizeof options, nullptr, 2, 0};
  EXPECT_EQ(mattock_convert(onnx.c_str(), rknn.c_str(), &options, &error), MATTOCK_USAGE);
  expect_said("flags 2");
  options = {sizeof options, nullptr, MATTOCK_ALLOW_ASSUMED, 7};
  EXPECT_EQ(mattock_convert(onnx.c_str(), rknn.c_str(), &options, &error), MATTOCK_USAGE);
  expect_said("reserved is 7");
  options = {sizeof options, "rk3588", 0, 0};
  EXPECT_EQ(mattock_convert(onnx.c_str(), rknn.c_str(), &options, &error), MATTOCK_UNSUPPORTED);
  expect_said("rk3588");
  EXPECT_FALSE(std::filesystem::exists(rknn));
}

TEST_F(ConvertLibrary, FilesThatAreNoModelAreNamed) {
  EXPECT_EQ(mattock_convert(onnx.c_str(), rknn.c_str(), nullptr, &error), MATTOCK_NOT_FOUND);
  expect_said("m.onnx");
  std::ofstream(onnx) << "no model";
  EXPECT_EQ(mattock_convert(onnx.c_str(), rknn.c_str(), nullptr, &error), MATTOCK_BAD_FILE);
  expect_said("m.onnx");
  void* out = nullptr;
  size_t bytes = 0;
  EXPECT_EQ(mattock_convert_memory("no model", 8, nullptr, nullptr, &out, &bytes, &error), MATTOCK_BAD_FILE);
  EXPECT_EQ(mattock_convert_memory("", 0, nullptr, nullptr, &out, &bytes, &error), MATTOCK_BAD_FILE);
  EXPECT_EQ(out, nullptr) << "written only when it is MATTOCK_OK";
  EXPECT_FALSE(std::filesystem::exists(rknn));
}

TEST_F(ConvertLibrary, AModelIsNeverWrittenOverItself) {
  export_model();
  const std::string before = contents(onnx);
  EXPECT_EQ(mattock_convert(onnx.c_str(), onnx.c_str(), nullptr, &error), MATTOCK_USAGE);
  std::filesystem::create_hard_link(onnx, rknn);
  EXPECT_EQ(mattock_convert(onnx.c_str(), rknn.c_str(), nullptr, &error), MATTOCK_USAGE);
  expect_said("would be written over itself");
  EXPECT_TRUE(contents(onnx) == before);
}

TEST_F(ConvertLibrary, ExportRefusesWhatNoModelHolds) {
  const auto expect_refused = [&](mattock_status status, const std::string& text) {
    EXPECT_EQ(mattock_export_matmul(onnx.c_str(), &spec, &error), status);
    expect_said(text);
    EXPECT_FALSE(std::filesystem::exists(onnx));
  };
  const mattock_export_matmul_spec good = spec;
  spec.struct_size = 8;
  expect_refused(MATTOCK_USAGE, "spec: struct_size is 8");
  spec = good;
  spec.reserved = 1;
  expect_refused(MATTOCK_USAGE, "reserved is 1");
  spec = good;
  spec.dtype = MATTOCK_INT8;
  expect_refused(MATTOCK_BAD_INPUT, "MATTOCK_FLOAT32 or MATTOCK_FLOAT16");
  spec = good;
  spec.k = 0;
  expect_refused(MATTOCK_BAD_INPUT, "dimension 0");
  spec.k = std::numeric_limits<uint64_t>::max();
  expect_refused(MATTOCK_BAD_INPUT, "k is 18446744073709551615");
  spec = good;
  EXPECT_EQ(mattock_export_matmul((folder / "no/m.onnx").string().c_str(), &spec, &error), MATTOCK_BAD_INPUT);
}

TEST_F(ConvertLibrary, ExportRefusesAConstantThatDoesNotFit) {
  const std::vector<int64_t> shape{3, 4};
  std::vector<double> numbers(12, 1);
  mattock_array b{};
  b.struct_size = sizeof b;
  b.dtype = MATTOCK_FLOAT64;
  b.rank = 2;
  b.shape = shape.data();
  b.data = numbers.data();
  spec.constant_b = &b;
  export_model();
  numbers[5] = 1e6;
  export_model();
  spec.dtype = MATTOCK_FLOAT16;
  EXPECT_EQ(mattock_export_matmul(onnx.c_str(), &spec, &error), MATTOCK_BAD_INPUT);
  expect_said("constant_b: 1 of 12 numbers are too large for float16");
  spec.n = 5;
  spec.dtype = 0;
  EXPECT_EQ(mattock_export_matmul(onnx.c_str(), &spec, &error), MATTOCK_BAD_INPUT);
  b.data = nullptr;
  EXPECT_EQ(mattock_export_matmul(onnx.c_str(), &spec, &error), MATTOCK_USAGE);
  expect_said("constant_b: data is NULL");
}

TEST_F(ConvertLibrary, AConstantIsTheSameWhateverItsStrides) {
  const std::vector<int64_t> shape{3, 4}, transposed{8, 24};
  std::vector<double> rows(12), columns(12);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 4; ++j) rows[i * 4 + j] = columns[j * 3 + i] = static_cast<double>(i * 10 + j);
  mattock_array b{};
  b.struct_size = sizeof b;
  b.dtype = MATTOCK_FLOAT64;
  b.rank = 2;
  b.shape = shape.data();
  b.data = rows.data();
  spec.constant_b = &b;
  export_model();
  const std::string expected = contents(onnx);
  b.data = columns.data();
  b.strides = transposed.data();
  export_model();
  EXPECT_TRUE(contents(onnx) == expected);
}

// Its numbers need not be there: nobody reads them before the shape is known to be right.
TEST_F(ConvertLibrary, ExportLooksAtTheShapeOfAConstantFirst) {
  const std::vector<int64_t> shape{int64_t{1} << 28, int64_t{1} << 28};
  float number = 1;
  mattock_array b{};
  b.struct_size = sizeof b;
  b.dtype = MATTOCK_FLOAT32;
  b.rank = 2;
  b.shape = shape.data();
  b.data = &number;
  spec.constant_b = &b;
  EXPECT_EQ(mattock_export_matmul(onnx.c_str(), &spec, &error), MATTOCK_BAD_INPUT);
  expect_said("b is 268435456x268435456, but k, n and batch make it 3x4");
}

}  // namespace
}  // namespace mattock::test
