// The layout of a FlatBuffer, byte by byte, by the format's own rules and the vendor's order of fields.
#include "container/flat_builder.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace mattock::container {
namespace {

std::vector<std::byte> bytes_of(std::initializer_list<int> numbers) {
  std::vector<std::byte> bytes;
  for (const int number : numbers) bytes.push_back(static_cast<std::byte>(number));
  return bytes;
}

constexpr std::uint16_t slot(int index) { return static_cast<std::uint16_t>(4 + 2 * index); }

TEST(FlatBuilder, FieldsStandLargestFirstAndThenBySlotFromTheEnd) {
  FlatBuilder builder(1000);
  TableFields fields;
  fields.number(slot(0), std::uint8_t{7});
  fields.number(slot(1), std::int32_t{-2});
  fields.number(slot(2), std::int32_t{0});  // left out
  fields.number(slot(3), std::uint64_t{0x0102030405060708});
  fields.pair(slot(4), {.first = 9, .second = -1});
  const Place root = builder.table(std::move(fields));
  EXPECT_EQ(builder.finish(root, "RKNN"),
            bytes_of({28,   0,    0,    0,              // to the root
                      'R',  'K',  'N',  'N',            //
                      0,    0,    0,    0,    0,    0,  // up to a multiple of 8
                      14,   0,    28,   0,    7,    0,    8,    0,
                      0,    0,    20,   0,    12,   0,                 // sizes of vtable and table, slots 0 to 4
                      14,   0,    0,    0,                             // to the vtable
                      0,    0,    0,    7,                             // slot 0
                      0xfe, 0xff, 0xff, 0xff,                          // slot 1
                      9,    0,    0,    0,    0xff, 0xff, 0xff, 0xff,  // slot 4
                      8,    7,    6,    5,    4,    3,    2,    1}));  // slot 3
}

TEST(FlatBuilder, TextsEndInAZeroAndReferencesPointForward) {
  FlatBuilder builder(1000);
  const Place text = builder.text("abcd");
  const Place list = builder.references(std::vector{text, text});
  TableFields fields;
  fields.reference(slot(0), list);
  EXPECT_EQ(builder.finish(builder.table(std::move(fields)), "RKNN"),
            bytes_of({16,  0,   0,   0,          // to the root
                      'R', 'K', 'N', 'N',        //
                      0,   0,                    // up to a multiple of 4
                      6,   0,   8,   0,   4, 0,  // vtable: one slot
                      6,   0,   0,   0,          // to the vtable
                      4,   0,   0,   0,          // slot 0, to the list
                      2,   0,   0,   0,          // two references
                      8,   0,   0,   0,          //
                      4,   0,   0,   0,          //
                      4,   0,   0,   0,          // length, text, zero
                      'a', 'b', 'c', 'd', 0, 0, 0, 0}));
}

TEST(FlatBuilder, DataStartsAtItsAlignmentBehindAWideReference) {
  FlatBuilder builder(1000);
  const std::vector<std::byte> data(5, std::byte{0x55});
  const Place place = builder.bytes(data, 64);
  TableFields fields;
  fields.wide_reference(slot(0), place);
  const auto bytes = builder.finish(builder.table(std::move(fields)), "RKNN");
  ASSERT_EQ(bytes.size(), 128U);
  EXPECT_EQ(std::vector(bytes.begin() + 64, bytes.begin() + 69), data);
  EXPECT_EQ(bytes[60], std::byte{5}) << "the length, right in front";
  const std::size_t field = bytes.size() - 64 - 4 - 8 - 4;  // 8 bytes, aligned to 8, in front of the length
  EXPECT_EQ(bytes[field], static_cast<std::byte>(60 - field));
}

TEST(FlatBuilder, NothingIsStoredBeyondTheLimit) {
  for (const std::size_t limit : {0U, 7U, 8U, 11U}) {
    FlatBuilder builder(limit);
    builder.text("abcdefg");
    EXPECT_TRUE(builder.is_full());
    EXPECT_LE(builder.finish(builder.table({}), "RKNN").size(), limit);
  }
  FlatBuilder builder(12);
  builder.text("abcdefg");
  EXPECT_FALSE(builder.is_full());
  builder.text("");
  EXPECT_TRUE(builder.is_full());
}

}  // namespace
}  // namespace mattock::container
