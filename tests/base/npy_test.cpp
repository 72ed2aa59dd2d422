// Files made by NumPy (tests/data/npy/make.py states the rule of their values), and files written out by hand.
#include "base/npy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "support/temp_dir.hpp"

namespace mattock {
namespace {

namespace fs = std::filesystem;

fs::path fixture(const std::string& name) { return fs::path(MATTOCK_TEST_DATA) / "npy" / (name + ".npy"); }

/// The rule of make.py.
double expected_value(DType dtype, std::size_t index) {
  constexpr std::array floats{0.0, 1.0, -2.5, 0.125, 1000.0, -0.0};
  constexpr std::array whole{0.0, 1.0, -2.0, 100.0, -128.0, 127.0};
  constexpr std::array natural{0.0, 1.0, 2.0, 100.0, 200.0, 255.0};
  constexpr std::array truth{0.0, 1.0, 1.0};
  switch (dtype_name(dtype).front()) {
    case 'f': return floats[index % floats.size()];
    case 'i': return whole[index % whole.size()];
    case 'u': return natural[index % natural.size()];
    default: return truth[index % truth.size()];
  }
}

void expect_fixture(const std::string& name, DType dtype, const Shape& shape) {
  const auto array = read_npy(fixture(name));
  ASSERT_TRUE(array) << to_string(array.error());
  EXPECT_EQ(array->dtype, dtype) << name;
  EXPECT_EQ(array->shape, shape) << name;
  ASSERT_EQ(array->data.size(), element_count(shape) * element_bytes(dtype)) << name;
  for (std::size_t i = 0; i < array->size(); ++i) {
    EXPECT_EQ(element_as_double(*array, i), expected_value(dtype, i)) << name << " element " << i;
  }
}

struct TypeCase {
  const char* code;
  DType dtype;
};
constexpr std::array kTypes{
    TypeCase{"f2", DType::kFloat16}, TypeCase{"f4", DType::kFloat32}, TypeCase{"f8", DType::kFloat64},
    TypeCase{"i1", DType::kInt8},    TypeCase{"u1", DType::kUint8},   TypeCase{"i2", DType::kInt16},
    TypeCase{"u2", DType::kUint16},  TypeCase{"i4", DType::kInt32},   TypeCase{"u4", DType::kUint32},
    TypeCase{"i8", DType::kInt64},   TypeCase{"u8", DType::kUint64},  TypeCase{"b1", DType::kBool}};

std::vector<std::byte> bytes_of(const std::string& text) {
  const auto view = std::as_bytes(std::span(text));
  return {view.begin(), view.end()};
}

/// A version 1 file with this header text and data.
std::vector<std::byte> file_of(const std::string& header, const std::string& data) {
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(header.size() & 0xff);
  text += static_cast<char>(header.size() >> 8);
  return bytes_of(text + header + data);
}

std::string header_of(const std::string& descr, const std::string& shape) {
  return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + "}";
}

Error error_of(const std::vector<std::byte>& bytes) {
  const auto array = parse_npy(bytes);
  return array ? Error{Code::kInternal, "was accepted", "", ""} : array.error();
}

void expect_error(const std::vector<std::byte>& bytes, Code code, const std::string& part) {
  const Error error = error_of(bytes);
  EXPECT_EQ(error.code, code) << error.message;
  EXPECT_NE(error.message.find(part), std::string::npos) << error.message;
}

TEST(Npy, ReadsEveryTypeInBothByteOrders) {
  for (const auto& [code, dtype] : kTypes) {
    expect_fixture(std::string(code) + "_little", dtype, {2, 3});
    if (element_bytes(dtype) > 1) expect_fixture(std::string(code) + "_big", dtype, {2, 3});
  }
}

TEST(Npy, ReadsScalarsVectorsEmptyAndDeepArrays) {
  expect_fixture("scalar", DType::kFloat32, {});
  expect_fixture("vector", DType::kFloat32, {5});
  expect_fixture("empty", DType::kFloat32, {0, 4});
  expect_fixture("rank_five", DType::kInt16, {2, 1, 3, 2, 2});
}

TEST(Npy, BringsFortranOrderIntoRowMajorOrder) {
  expect_fixture("fortran", DType::kFloat32, {2, 3, 4});
  expect_fixture("fortran_big", DType::kInt32, {3, 5});
}

TEST(Npy, ReadsVersionsTwoAndThree) {
  expect_fixture("version_2", DType::kFloat32, {2, 3});
  expect_fixture("version_3", DType::kFloat32, {2, 3});
}

TEST(Npy, WritesTheSameBytesAsNumpy) {
  std::vector<std::string> names{"scalar", "vector", "empty", "rank_five"};
  for (const auto& row : kTypes) names.push_back(std::string(row.code) + "_little");
  for (const std::string& name : names) {
    const auto bytes = read_file(fixture(name));
    ASSERT_TRUE(bytes) << name;
    const auto array = parse_npy(*bytes);
    ASSERT_TRUE(array) << name;
    EXPECT_EQ(format_npy(*array), *bytes) << name;
  }
}

TEST(Npy, WrittenFilesAreReadBack) {
  const test::TempDir folder;
  Array array = Array::zeros(DType::kFloat16, {3, 7});
  for (std::size_t i = 0; i < array.size(); ++i) set_element(array, i, static_cast<double>(i) / 4);
  ASSERT_TRUE(write_npy(folder / "a.npy", array));
  const auto read = read_npy(folder / "a.npy");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->shape, array.shape);
  EXPECT_EQ(read->data, array.data);
}

TEST(Npy, AHeaderTooLongForVersionOneIsWrittenAsVersionTwo) {
  Array array = Array::zeros(DType::kInt8, Shape(30'000, 1));
  const auto bytes = format_npy(array);
  EXPECT_EQ(std::to_integer<int>(bytes[6]), 2);
  const std::size_t data_at = 12 + load_le<std::uint32_t>(bytes, 8);
  EXPECT_EQ(data_at % 64, 0u);
  EXPECT_EQ(data_at + 1, bytes.size());
}

TEST(Npy, RefusesOtherElementTypesByName) {
  const std::array<std::pair<const char*, const char*>, 7> cases{{{"refused_object", "Python objects"},
                                                                  {"refused_unicode", "unicode"},
                                                                  {"refused_bytes", "byte strings"},
                                                                  {"refused_complex", "complex"},
                                                                  {"refused_structured", "structured"},
                                                                  {"refused_date", "dates"},
                                                                  {"refused_longdouble", "floats of this size"}}};
  for (const auto& [name, words] : cases) {
    const auto array = read_npy(fixture(name));
    ASSERT_FALSE(array) << name;
    EXPECT_EQ(array.error().code, Code::kUnsupported) << name;
    EXPECT_NE(array.error().message.find(words), std::string::npos) << array.error().message;
    EXPECT_EQ(array.error().where, fixture(name).string());
  }
}

TEST(Npy, EveryTruncationIsRefused) {
  for (const char* name : {"f4_little", "version_2", "fortran", "rank_five"}) {
    const auto bytes = read_file(fixture(name));
    ASSERT_TRUE(bytes);
    for (std::size_t length = 0; length < bytes->size(); ++length) {
      const auto array = parse_npy(std::span(*bytes).first(length));
      ASSERT_FALSE(array) << name << " cut to " << length;
      ASSERT_EQ(array.error().code, Code::kBadFile) << name << " cut to " << length;
    }
  }
}

TEST(Npy, SaysHowManyBytesOfDataAreExpected) {
  expect_error(file_of(header_of("<f4", "(2, 3)"), "12345678"), Code::kBadFile,
               "2x3 of float32 needs 24 bytes of data, the file has 8");
  expect_error(file_of(header_of("<i2", "(2,)"), "12345"), Code::kBadFile, "needs 4 bytes of data, the file has 5");
}

TEST(Npy, ShapesThatOverflowAreRefused) {
  for (const char* shape : {"(4294967296, 4294967296)", "(9223372036854775807,)", "(9223372036854775807, 2, 0)",
                            "(2, 9223372036854775807, 9223372036854775807)"}) {
    expect_error(file_of(header_of("<f8", shape), ""), Code::kBadFile, "exceeds");
  }
  expect_error(file_of(header_of("<f4", "(9223372036854775808,)"), ""), Code::kBadFile, "sizes from 0 to 2^63 - 1");
}

TEST(Npy, OtherFilesAndVersionsAreRefused) {
  expect_error(bytes_of("PK\x03\x04 a zip file"), Code::kBadFile, "not an NPY file");
  expect_error(bytes_of(std::string("\x93NUMPY\x04\x00", 8)), Code::kUnsupported, "version 4.0");
  expect_error(bytes_of(std::string("\x93NUMPY\x01\x01", 8)), Code::kUnsupported, "version 1.1");
}

TEST(Npy, HeadersBeyondTheLimitAreRefusedBeforeTheyAreRead) {
  expect_error(bytes_of(std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12)), Code::kBadFile, "at most 65536");
}

TEST(Npy, AnAbsentFileIsNotFound) {
  const auto array = read_npy("no/such/file.npy");
  ASSERT_FALSE(array);
  EXPECT_EQ(array.error().code, Code::kNotFound);
}

}  // namespace
}  // namespace mattock
