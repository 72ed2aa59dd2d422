// A fuzzer's bytes as numbers, one after another; what is missing is zero.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace mattock::fuzz {

class Input {
 public:
  explicit Input(std::span<const std::byte> bytes) : bytes_(bytes) {}
  bool empty() const { return bytes_.empty(); }
  template <class T>
  T take() {
    T value{};
    fill(std::as_writable_bytes(std::span(&value, 1)));
    return value;
  }
  void fill(std::span<std::byte> to) {
    const std::size_t bytes = std::min(to.size(), bytes_.size());
    std::copy_n(bytes_.begin(), bytes, to.begin());
    bytes_ = bytes_.subspan(bytes);
  }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace mattock::fuzz
