// What every stage of decoding shares: the first reason to refuse the file, warnings, and the budget of bytes.
// A stage reads on with empty values after a refusal; the reader asks for the status between stages.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "container/limits.hpp"
#include "rknn_generated.h"

namespace mattock::container {

class Decoder {
 public:
  explicit Decoder(std::size_t payload_bytes) : budget_(kDecodedBytesBase + payload_bytes * kDecodedBytesPerFileByte) {}

  /// Keeps the first reason only.
  void refuse(Code code, std::string message);
  bool refused() const { return error_.has_value(); }
  Result<void> status() const;

  void warn(std::string message);
  std::vector<std::string> take_warnings() { return std::move(warnings_); }

  /// False, and a refusal, when decoded values would take too much memory.
  bool charge(std::size_t bytes);

  /// False, and a refusal, when `count` of `what` is above `limit`.
  bool within(std::size_t count, std::size_t limit, std::string_view what);

  /// An absent string is empty.
  std::string text(const flatbuffers::String* text, std::size_t limit, std::string_view what);

  /// An absent vector is empty. T is a scalar of the file, or what it converts to without loss.
  template <class T, class F>
  std::vector<T> list(const flatbuffers::Vector<F>* vector, std::size_t limit, std::string_view what) {
    static_assert(std::is_arithmetic_v<F> && sizeof(T) >= sizeof(F));
    if (vector == nullptr || !within(vector->size(), limit, what) || !charge(vector->size() * sizeof(T))) return {};
    std::vector<T> values(vector->size());
    for (flatbuffers::uoffset_t i = 0; i < vector->size(); ++i) values[i] = static_cast<T>(vector->Get(i));
    return values;
  }

 private:
  std::size_t budget_;
  std::optional<Error> error_;
  std::vector<std::string> warnings_;
};

/// Elements of a vector that may be absent.
template <class T>
std::size_t count_of(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr ? 0 : vector->size();
}

/// The table at `i` of a vector of tables.
template <class T>
const T& table_at(const flatbuffers::Vector<flatbuffers::Offset<T>>& vector, std::size_t i) {
  return *vector.Get(static_cast<flatbuffers::uoffset_t>(i));
}

}  // namespace mattock::container
