// The payload as a verified FlatBuffer. The library checks what it knows; the two 64-bit offsets of the format
// it does not know are followed and checked here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"

namespace mattock::container {

namespace file {
struct Model;
struct Buffer;
}  // namespace file

class FlatModel {
 public:
  /// `payload` must outlive the result. Errors: kBadFile.
  static Result<FlatModel> open(std::span<const std::byte> payload);

  const file::Model& root() const { return *root_; }

  /// Bytes of a data buffer; empty when it has none. Errors: kBadFile.
  Result<std::span<const std::byte>> data_of(const file::Buffer& buffer) const;

  /// Errors: kBadFile.
  Result<std::span<const std::byte>> custom_ops() const;

 private:
  /// The object that the 64-bit offset at `field` leads to; `field` is null or inside the payload.
  Result<std::span<const std::byte>> follow(const std::uint8_t* field, const char* name) const;

  std::vector<std::uint64_t> copy_;  ///< holds the payload when the caller's bytes are not aligned
  std::span<const std::byte> bytes_;
  const file::Model* root_ = nullptr;
};

}  // namespace mattock::container
