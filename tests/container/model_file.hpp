// A model file in memory that a test can break in one place. Places are found through the FlatBuffer, so a
// test names a field, not a byte.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "container/reader.hpp"
#include "rknn_generated.h"

namespace mattock::test {

namespace file = container::file;

inline constexpr std::size_t kPayloadStart = 64;

inline std::vector<std::byte> test_data(const std::string& name) {
  auto bytes = read_file(std::string(MATTOCK_TEST_DATA) + "/" + name);
  EXPECT_TRUE(bytes) << name;
  return bytes ? *bytes : std::vector<std::byte>();
}

class ModelFile {
 public:
  explicit ModelFile(const std::string& name = "seed/matmul.rknn") : bytes(test_data(name)) {}

  const file::Model& model() const { return *file::GetModel(bytes.data() + kPayloadStart); }
  const file::Graph& graph() const { return *model().graphs()->Get(0); }
  const file::Node& node(unsigned i) const { return *graph().nodes()->Get(i); }
  const file::Tensor& tensor(std::string_view name) const {
    for (const file::Tensor* tensor : *graph().tensors()) {
      if (tensor->name()->string_view() == name) return *tensor;
    }
    ADD_FAILURE() << "no tensor " << name;
    return *graph().tensors()->Get(0);
  }

  /// Overwrites what stands at `place`, which points into the bytes.
  template <class T>
  void put(const void* place, T value) {
    const auto offset = static_cast<std::size_t>(static_cast<const std::byte*>(place) - bytes.data());
    ASSERT_LE(offset + sizeof(T), bytes.size());
    store_le(std::span<std::byte>(bytes), offset, value);
  }

  /// Overwrites a field that is present in the table.
  template <class T, class Table>
  void set(const Table& table, flatbuffers::voffset_t field, T value) {
    const auto* place = reinterpret_cast<const flatbuffers::Table*>(&table)->GetAddressOf(field);
    ASSERT_NE(place, nullptr) << "field " << field << " is absent";
    put(place, value);
  }

  template <class T>
  void set_element(const flatbuffers::Vector<T>& vector, unsigned i, T value) {
    ASSERT_LT(i, vector.size());
    put(vector.Data() + i * sizeof(T), value);
  }

  /// Changes how many elements a vector, or bytes a string, claims to have.
  template <class Vector>
  void set_length(const Vector& vector, std::uint32_t length) {
    put(&vector, length);
  }

  void set_text(const flatbuffers::String& text, std::string_view value) {
    ASSERT_LE(value.size(), text.size());
    for (std::size_t i = 0; i < value.size(); ++i) put(text.c_str() + i, value[i]);
    set_length(text, static_cast<std::uint32_t>(value.size()));
    put(text.c_str() + value.size(), char{0});
  }

  /// Where the data of a tensor's buffer starts.
  std::byte* data_of(const file::Tensor& tensor) {
    const auto* buffer = model().buffers()->Get(static_cast<unsigned>(tensor.buffer()));
    const auto* field = reinterpret_cast<const flatbuffers::Table*>(buffer)->GetAddressOf(file::Buffer::VT_DATA);
    const auto* place = reinterpret_cast<const std::byte*>(field) + buffer->data();
    return bytes.data() + (place - bytes.data()) + sizeof(std::uint32_t);
  }
  std::byte* commands() { return data_of(tensor("regcmd")); }
  std::byte* task_record(std::size_t i) { return data_of(tensor("task")) + i * hw::TaskRecord::kBytes; }
  std::byte* word(std::size_t i) { return commands() + i * hw::kWordBytes; }

  std::vector<std::byte> bytes;
};

inline void expect_refused(std::span<const std::byte> bytes, Code code, std::string_view text) {
  const auto model = container::parse_model(bytes);
  ASSERT_FALSE(model) << "accepted, though: " << text;
  EXPECT_EQ(code_name(model.error().code), code_name(code)) << to_string(model.error());
  EXPECT_NE(to_string(model.error()).find(text), std::string::npos) << to_string(model.error());
}

inline void expect_damaged(const ModelFile& file, std::string_view text) {
  expect_refused(file.bytes, Code::kBadFile, text);
}

/// Accepted, with exactly one warning, which contains `text`.
inline void expect_warning(const ModelFile& file, std::string_view text) {
  const auto model = container::parse_model(file.bytes);
  ASSERT_TRUE(model) << to_string(model.error());
  ASSERT_EQ(model->warnings.size(), 1U);
  EXPECT_NE(model->warnings[0].find(text), std::string::npos) << model->warnings[0];
}

}  // namespace mattock::test
