// A small machine for tests of the emulator: one mapped range of memory with a simple allocator, and tasks
// given as register writes. It adds the tail words and chains the tasks as the notes say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "emulator/emulator.hpp"

namespace mattock::test {

/// Register writes of one task, without tail. Blocks follow from the offsets.
struct Task {
  std::vector<std::uint64_t> words;
  std::uint32_t enable_mask = 0;

  Task() = default;
  Task(std::uint32_t mask, std::initializer_list<std::pair<std::uint16_t, std::uint32_t>> writes);

  /// Replaces the last write to `offset`, or appends one.
  void set(std::uint16_t offset, std::uint32_t value);
  /// Last value written to `offset`; 0 if none.
  std::uint32_t get(std::uint16_t offset) const;
  void remove(std::uint16_t offset);
  /// Writes 0 to each; `fill` writes `value` to every register from `first` to `last`.
  void clear(std::initializer_list<std::uint16_t> offsets);
  void fill(std::uint16_t first, std::uint16_t last, std::uint32_t value);
};

class Machine {
 public:
  /// Memory starts out filled with 0x7f bytes: NaN in every float format, conspicuous in integers.
  explicit Machine(std::size_t bytes, emulator::Options options = {});

  /// DMA address of `bytes` fresh bytes, aligned to 64. Too little memory is a fault of the test and aborts.
  std::uint32_t allocate(std::size_t bytes);
  std::span<std::byte> memory() { return memory_; }
  std::span<std::byte> at(std::uint32_t address) { return std::span(memory_).subspan(address - kBase); }

  template <class T>
  T load(std::uint32_t address) {
    return load_le<T>(memory_, address - kBase);
  }
  template <class T>
  void store(std::uint32_t address, T value) {
    store_le<T>(memory_, address - kBase, value);
  }
  template <class T>
  std::uint32_t place(const std::vector<T>& values) {
    const std::uint32_t address = allocate(values.size() * sizeof(T));
    for (std::size_t i = 0; i < values.size(); ++i)
      store<T>(address + static_cast<std::uint32_t>(i * sizeof(T)), values[i]);
    return address;
  }

  /// Writes the tasks' words with their tails; the result can be submitted, or its words be spoilt first.
  emulator::Submit link(std::span<const Task> tasks);
  Result<emulator::SubmitReport> submit(const emulator::Submit& submit) { return emulator_.submit(submit); }
  const emulator::Ending& ending() const { return emulator_.ending(); }
  Result<emulator::SubmitReport> run(std::span<const Task> tasks) { return submit(link(tasks)); }
  Result<emulator::SubmitReport> run(const Task& task) { return run(std::span(&task, 1)); }

  static constexpr std::uint32_t kBase = 0x10000000;

 private:
  std::vector<std::byte> memory_;
  std::size_t used_ = 0;
  emulator::Emulator emulator_;
};

}  // namespace mattock::test
