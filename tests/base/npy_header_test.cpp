#include "base/npy_header.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace mattock {
namespace {

TEST(NpyHeader, KeysComeInAnyOrderAndSpacing) {
  for (const char* text : {"{'descr': '<i4', 'fortran_order': True, 'shape': (3, 4), }",
                           "{'shape':(3,4),'fortran_order':True,'descr':'<i4'}",
                           " { \"fortran_order\" : True , \"descr\" : \"<i4\" , \"shape\" : ( 3 , 4 ) }   \n",
                           "{'descr': '<i4', 'fortran_order': True, 'shape': (3L, 4L)}"}) {
    const auto header = parse_npy_header(text);
    ASSERT_TRUE(header) << text << ": " << header.error().message;
    EXPECT_EQ(header->dtype, DType::kInt32);
    EXPECT_TRUE(header->fortran_order);
    EXPECT_FALSE(header->big_endian);
    EXPECT_EQ(header->shape, (Shape{3, 4}));
  }
}

TEST(NpyHeader, ByteOrderMarksAreUnderstood) {
  const auto parsed = [](const std::string& descr) {
    return parse_npy_header("{'descr': '" + descr + "', 'fortran_order': False, 'shape': ()}");
  };
  for (const char* descr : {"<f4", "=f4", "|f4", "f4"}) {
    const auto header = parsed(descr);
    ASSERT_TRUE(header) << descr;
    EXPECT_EQ(header->dtype, DType::kFloat32);
    EXPECT_FALSE(header->big_endian);
  }
  EXPECT_TRUE(parsed(">f4")->big_endian);
}

TEST(NpyHeader, DamagedTextIsRefused) {
  const std::array damaged{"",
                           "{",
                           "{}",
                           "'descr'",
                           "{'descr': '<f4', 'fortran_order': False}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)} x",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (3 4)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (-3, 4)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': 3}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4.0)}",
                           "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (3, 4)}",
                           "{'descr': '<f4', 'fortran_order': 0, 'shape': (3, 4)}",
                           "{'descr': 4, 'fortran_order': False, 'shape': (3, 4)}",
                           "{'descr': '<f4, 'fortran_order': False, 'shape': (3, 4)}",
                           "{'descr': '<f4' 'fortran_order': False, 'shape': (3, 4)}",
                           "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), 'more': 1}"};
  for (const char* text : damaged) {
    const auto header = parse_npy_header(text);
    ASSERT_FALSE(header) << text;
    EXPECT_EQ(header.error().code, Code::kBadFile) << text;
  }
}

TEST(NpyHeader, UnknownTypesAreRefusedWithTheAllowedOnes) {
  for (const char* descr : {"<x4", "<i3", "<f1", "", ">", "<f4x", "<b2"}) {
    const auto header =
        parse_npy_header("{'descr': '" + std::string(descr) + "', 'fortran_order': False, 'shape': ()}");
    ASSERT_FALSE(header) << descr;
    EXPECT_EQ(header.error().code, Code::kUnsupported) << descr;
    EXPECT_NE(header.error().message.find("f2 f4 f8"), std::string::npos) << header.error().message;
  }
}

TEST(NpyHeader, ThirtyTwoDimensionsAreReadAndThirtyThreeAreNot) {
  const auto parsed = [](std::size_t rank) {
    std::string sizes;
    for (std::size_t i = 0; i < rank; ++i) sizes += "1,";
    return parse_npy_header("{'descr': '<f4', 'fortran_order': False, 'shape': (" + sizes + ")}");
  };
  ASSERT_TRUE(parsed(32));
  EXPECT_EQ(parsed(32)->shape.size(), 32u);
  ASSERT_FALSE(parsed(33));
  EXPECT_EQ(parsed(33).error().code, Code::kUnsupported);
}

TEST(NpyHeader, IsWrittenAsNumpyWritesIt) {
  EXPECT_EQ(format_npy_header(DType::kFloat32, {3, 4}), "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }");
  EXPECT_EQ(format_npy_header(DType::kInt8, {5}), "{'descr': '|i1', 'fortran_order': False, 'shape': (5,), }");
  EXPECT_EQ(format_npy_header(DType::kBool, {}), "{'descr': '|b1', 'fortran_order': False, 'shape': (), }");
}

}  // namespace
}  // namespace mattock
