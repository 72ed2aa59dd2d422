#include "container/flat_builder.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/bytes.hpp"
#include "base/math.hpp"

namespace mattock::container {
namespace {

constexpr std::size_t kOffsetBytes = 4;
constexpr std::size_t kSmallestStorage = 4096;
constexpr std::uint16_t kFirstField = 4;  // a vtable begins with its own size and the table's

}  // namespace

void TableFields::pair(std::uint16_t field, NumberPair value) {
  const auto second = static_cast<std::uint32_t>(value.second);
  fields_.push_back({field, 4, 8, false, std::uint64_t{second} << 32 | value.first});
}

void TableFields::reference(std::uint16_t field, Place to) { fields_.push_back({field, 4, 4, true, to.from_end}); }

void TableFields::wide_reference(std::uint16_t field, Place to) { fields_.push_back({field, 8, 8, true, to.from_end}); }

void FlatBuilder::push(std::span<const std::byte> bytes) {
  if (full_ || bytes.size() > limit_ - used_) {
    full_ = true;
    return;
  }
  if (bytes.size() > storage_.size() - used_) {
    const std::size_t wanted = std::max({kSmallestStorage, 2 * storage_.size(), used_ + bytes.size()});
    std::vector<std::byte> larger(std::min(wanted, limit_));
    std::copy_n(storage_.end() - static_cast<std::ptrdiff_t>(used_), used_,
                larger.end() - static_cast<std::ptrdiff_t>(used_));
    storage_ = std::move(larger);
  }
  used_ += bytes.size();
  std::copy(bytes.begin(), bytes.end(), storage_.end() - static_cast<std::ptrdiff_t>(used_));
}

// Zeros until `length` more bytes end at a multiple of `alignment`.
void FlatBuilder::pad(std::size_t length, std::size_t alignment) {
  static constexpr std::array<std::byte, 64> kZeros{};
  assert(alignment <= kZeros.size());
  largest_alignment_ = std::max(largest_alignment_, alignment);
  push(std::span(kZeros).first(align_up(used_ + length, alignment) - used_ - length));
}

template <class T>
void FlatBuilder::push_number(T value) {
  std::array<std::byte, sizeof(T)> bytes;
  store_le(std::span<std::byte>(bytes), 0, value);
  push(bytes);
}

// A length, then the body: every string and vector.
Place FlatBuilder::counted(std::size_t count, std::span<const std::byte> body, std::size_t alignment) {
  pad(body.size(), std::max(alignment, kOffsetBytes));
  push(body);
  push_number(static_cast<std::uint32_t>(count));
  return {used_};
}

Place FlatBuilder::text(std::string_view text) {
  pad(text.size() + 1, kOffsetBytes);
  push_number(std::uint8_t{0});
  push(std::as_bytes(std::span(text)));
  push_number(static_cast<std::uint32_t>(text.size()));
  return {used_};
}

Place FlatBuilder::bytes(std::span<const std::byte> bytes, std::size_t alignment) {
  return counted(bytes.size(), bytes, alignment);
}

namespace {

template <class T>
std::vector<std::byte> little_endian(std::span<const T> values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) store_le(std::span<std::byte>(bytes), i * sizeof(T), values[i]);
  return bytes;
}

}  // namespace

Place FlatBuilder::numbers(std::span<const std::int32_t> values) {
  return counted(values.size(), little_endian(values), sizeof(std::int32_t));
}

Place FlatBuilder::numbers(std::span<const float> values) {
  return counted(values.size(), little_endian(values), sizeof(float));
}

Place FlatBuilder::pairs(std::span<const NumberPair> values) {
  std::vector<std::int32_t> halves;
  halves.reserve(2 * values.size());
  for (const NumberPair& value : values) {
    halves.push_back(static_cast<std::int32_t>(value.first));
    halves.push_back(value.second);
  }
  return counted(values.size(), little_endian(std::span<const std::int32_t>(halves)), sizeof(std::int32_t));
}

Place FlatBuilder::references(std::span<const Place> to) {
  pad(0, kOffsetBytes);
  for (auto place = to.rbegin(); place != to.rend(); ++place) {
    push_number(static_cast<std::uint32_t>(used_ + kOffsetBytes - place->from_end));
  }
  push_number(static_cast<std::uint32_t>(to.size()));
  return {used_};
}

void FlatBuilder::push_field(const TableFields::Field& field) {
  pad(field.bytes, field.alignment);
  const std::uint64_t value = field.is_reference ? used_ + field.bytes - field.bits : field.bits;
  std::array<std::byte, sizeof(value)> bytes;
  store_le(std::span<std::byte>(bytes), 0, value);
  push(std::span(bytes).first(field.bytes));
}

Place FlatBuilder::table(TableFields table) {
  auto& fields = table.fields_;
  std::sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) {
    return a.alignment != b.alignment ? a.alignment > b.alignment : a.field > b.field;
  });
  const std::size_t end = used_;
  std::uint16_t vtable_bytes = kFirstField;
  std::vector<std::size_t> places;
  for (const auto& field : fields) {
    push_field(field);
    places.push_back(used_);
    vtable_bytes = std::max(vtable_bytes, static_cast<std::uint16_t>(field.field + sizeof(std::uint16_t)));
  }

  // The table begins with how far in front of it its vtable starts: directly, so by the vtable's size.
  pad(0, kOffsetBytes);
  push_number(std::int32_t{vtable_bytes});
  const std::size_t start = used_;
  std::vector<std::byte> vtable(vtable_bytes);
  store_le(std::span<std::byte>(vtable), 0, vtable_bytes);
  store_le(std::span<std::byte>(vtable), 2, static_cast<std::uint16_t>(start - end));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    store_le(std::span<std::byte>(vtable), fields[i].field, static_cast<std::uint16_t>(start - places[i]));
  }
  push(vtable);
  return {start};
}

std::vector<std::byte> FlatBuilder::finish(Place root, std::string_view identifier) {
  assert(identifier.size() == kOffsetBytes);
  pad(2 * kOffsetBytes, largest_alignment_);
  push(std::as_bytes(std::span(identifier)));
  push_number(static_cast<std::uint32_t>(used_ + kOffsetBytes - root.from_end));
  storage_.erase(storage_.begin(), storage_.end() - static_cast<std::ptrdiff_t>(used_));
  used_ = 0;
  return std::move(storage_);
}

}  // namespace mattock::container
