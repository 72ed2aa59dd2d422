// Memory for the time of one task. The next task gets the same again, so that after the first tasks of their kind
// nothing is allocated any more. Between two pieces there is a gap, in which the address sanitizer finds whoever leaves
// his own.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

namespace mattock::emulator {

class Scratch {
 public:
  /// `count` values T{}, on cache lines of their own. Valid until reset().
  template <class T>
  std::span<T> take(std::size_t count) {
    const std::span<T> taken = take_unset<T>(count);
    std::uninitialized_value_construct_n(taken.data(), count);
    return taken;
  }

  /// The same of any values, for numbers that are all written before they are read.
  template <class T>
  std::span<T> take_unset(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= kLine);
    return {static_cast<T*>(take_bytes(count * sizeof(T))), count};
  }

  /// Takes everything back.
  void reset();

 private:
  static constexpr std::size_t kLine = 64;
  struct alignas(kLine) Line {
    std::byte bytes[kLine];
  };

  void* take_bytes(std::size_t bytes);
  void add_block(std::size_t lines);

  std::vector<std::vector<Line>> blocks_;  // all but the last are given out
  std::size_t used_ = 0;                   // lines of the last that are
};

}  // namespace mattock::emulator
