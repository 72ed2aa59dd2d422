// Builds a FlatBuffer of container 6, from its last object to its first. The library cannot: it has no 64-bit
// offsets. The layout is the vendor's, so that equal values give equal bytes (found by rewriting vendor files): each
// table has a vtable of its own right in front of it, and its fields stand largest first, of one size the highest
// slot first, counted from the end. A pair of numbers inside a table counts as a field of four bytes.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mattock::container {

/// Where an object starts, in bytes before the end of the buffer.
struct Place {
  std::size_t from_end = 0;
};

/// Two numbers side by side: a value and a command word, as relocations and patches hold them.
struct NumberPair {
  std::uint32_t first = 0;
  std::int32_t second = 0;
};

/// The fields of one table. `field` is the offset in the vtable that flatc's VT_ constants give.
class TableFields {
 public:
  /// A value equal to `left_out` is not stored, as readers assume it.
  template <class T>
  void number(std::uint16_t field, T value, T left_out = {}) {
    if (value != left_out) add_number(field, value);
  }
  /// Stored whenever there is one, 0 as well.
  template <class T>
  void optional(std::uint16_t field, const std::optional<T>& value) {
    if (value) add_number(field, *value);
  }
  void pair(std::uint16_t field, NumberPair value);
  void reference(std::uint16_t field, Place to);       ///< 32-bit offset
  void wide_reference(std::uint16_t field, Place to);  ///< 64-bit offset

 private:
  friend class FlatBuilder;
  struct Field {
    std::uint16_t field;
    std::uint8_t alignment;  ///< decides the order
    std::uint8_t bytes;
    bool is_reference;
    std::uint64_t bits;  ///< the value, or the place from the end
  };

  template <class T>
  void add_number(std::uint16_t field, T value) {
    using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t,
                                    std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint8_t>>;
    static_assert(std::is_arithmetic_v<T> && sizeof(T) == sizeof(Bits));
    fields_.push_back({field, sizeof(T), sizeof(T), false, std::bit_cast<Bits>(value)});
  }

  std::vector<Field> fields_;
};

class FlatBuilder {
 public:
  /// Takes no more than `limit` bytes, at most 2^31 - 1.
  explicit FlatBuilder(std::size_t limit) : limit_(limit) {}

  Place text(std::string_view text);
  /// The first byte lies at a multiple of `alignment` from the start of the finished buffer.
  Place bytes(std::span<const std::byte> bytes, std::size_t alignment);
  Place numbers(std::span<const std::int32_t> values);
  Place numbers(std::span<const float> values);
  Place pairs(std::span<const NumberPair> values);
  Place references(std::span<const Place> to);
  Place table(TableFields fields);

  /// The limit was met: nothing more was stored, and the result is of no use.
  bool is_full() const { return full_; }

  /// The whole buffer; the builder is empty afterwards. `identifier` has four characters.
  std::vector<std::byte> finish(Place root, std::string_view identifier);

 private:
  void pad(std::size_t length, std::size_t alignment);
  void push(std::span<const std::byte> bytes);
  template <class T>
  void push_number(T value);
  Place counted(std::size_t count, std::span<const std::byte> body, std::size_t alignment);
  void push_field(const TableFields::Field& field);

  std::size_t limit_;
  std::vector<std::byte> storage_;  ///< filled from its end
  std::size_t used_ = 0;
  std::size_t largest_alignment_ = 1;
  bool full_ = false;
};

}  // namespace mattock::container
