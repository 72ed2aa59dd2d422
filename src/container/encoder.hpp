// What every stage of encoding shares: the FlatBuffer being built, and the first reason to refuse the model. A stage
// goes on with zeros after a refusal; the writer asks for the status at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "container/flat_builder.hpp"
#include "container/limits.hpp"

namespace mattock::container {

class Encoder {
 public:
  FlatBuilder& builder() { return builder_; }

  /// Keeps the first reason only.
  void refuse(Code code, std::string message);
  /// Also refuses a model that outgrew the payload's limit.
  Result<void> status() const;

  /// The value as the file's type; refused and 0 when it does not fit. `owner` and `field` are named in the message.
  template <class T>
  std::int32_t int32(T value, std::string_view owner, std::string_view field) {
    if (std::in_range<std::int32_t>(value)) return static_cast<std::int32_t>(value);
    refuse_number(std::to_string(value), owner, field);
    return 0;
  }
  template <class T>
  std::vector<std::int32_t> int32s(const std::vector<T>& values, std::string_view owner, std::string_view field) {
    std::vector<std::int32_t> converted;
    converted.reserve(values.size());
    for (const T value : values) converted.push_back(int32(value, owner, field));
    return converted;
  }

 private:
  void refuse_number(const std::string& value, std::string_view owner, std::string_view field);

  FlatBuilder builder_{kMaxPayloadBytes};
  std::optional<Error> error_;
};

/// One table: what it refers to is stored as it is named, the table itself by finish(). Fields are named by flatc's
/// VT_ constants. Empty texts and lists are stored, as vendor files have them; numbers that are 0 are not.
class TableWriter {
 public:
  explicit TableWriter(FlatBuilder& builder) : builder_(builder) {}

  void text(std::uint16_t field, std::string_view text) { reference(field, builder_.text(text)); }
  void numbers(std::uint16_t field, std::span<const std::int32_t> values) {
    reference(field, builder_.numbers(values));
  }
  void numbers(std::uint16_t field, std::span<const float> values) { reference(field, builder_.numbers(values)); }
  void tables(std::uint16_t field, std::span<const Place> tables) { reference(field, builder_.references(tables)); }
  void empty_list(std::uint16_t field) { tables(field, {}); }
  void reference(std::uint16_t field, Place to) { fields_.reference(field, to); }

  /// For fields that stand in the table itself.
  TableFields& fields() { return fields_; }
  Place finish() { return builder_.table(std::move(fields_)); }

 private:
  FlatBuilder& builder_;
  TableFields fields_;
};

}  // namespace mattock::container
