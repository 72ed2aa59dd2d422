#include "replay/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <span>

#include "base/bytes.hpp"
#include "base/half.hpp"
#include "base/math.hpp"
#include "replay/layout.hpp"

namespace mattock::replay {
namespace {

constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t kMaxMemoryBytes = std::uint64_t{1} << 30;  // of one recording

// Where the words say the operands and the result begin. A tensor has a buffer of its own and starts with it,
// so a wrong address in a word shows as a wrong result.
constexpr std::uint16_t kFeatureAddress = 0x1070, kWeightAddress = 0x1110, kOutputAddress = 0x4020;

struct Region {
  std::uint64_t address = 0;
  std::string name;
  std::vector<std::byte> bytes;
};

class DeviceMemory {
 public:
  Result<void> create(const std::vector<Submit>& submits) {
    std::uint64_t total = 0;
    for (const Submit& submit : submits)
      for (const Buffer& buffer : submit.buffers) {
        const auto same = std::find_if(regions_.begin(), regions_.end(),
                                       [&](const Region& r) { return r.address == buffer.address; });
        const std::uint64_t bytes = align_up(std::max<std::uint64_t>(buffer.bytes, 1), kPageBytes);
        if (same != regions_.end() && same->bytes.size() == bytes) continue;  // named again by a later submit
        if ((total += bytes) > kMaxMemoryBytes)
          return fail(Code::kBadFile, fmt::format("the buffers take more than {} MiB", kMaxMemoryBytes >> 20));
        // Memory nobody wrote holds NaN in every float format.
        regions_.push_back(
            {buffer.address, fmt::format("mem {}", buffer.index), std::vector<std::byte>(bytes, std::byte{0x7f})});
      }
    return {};
  }

  Result<void> map(emulator::Emulator& emulator) {
    for (Region& region : regions_)
      if (auto done = emulator.map({region.address, region.bytes, region.name}); !done) return done;
    return {};
  }

  /// The whole buffer that `address` points into; empty if none.
  std::span<std::byte> buffer_at(std::uint64_t address) {
    for (Region& region : regions_)
      if (address >= region.address && address - region.address < region.bytes.size()) return region.bytes;
    return {};
  }

  std::span<std::byte> from(std::uint64_t address) {
    for (Region& region : regions_)
      if (address >= region.address && address - region.address < region.bytes.size())
        return std::span(region.bytes).subspan(address - region.address);
    return {};
  }

 private:
  std::vector<Region> regions_;
};

Result<void> store_words(const Recording& recording, DeviceMemory& memory) {
  for (const Submit& submit : recording.submits)
    for (std::size_t t = 0; t < submit.tasks.size(); ++t) {
      const Task& task = submit.tasks[t];
      const auto room = memory.from(task.record.regcmd_addr);
      if (room.size() < task.words.size() * hw::kWordBytes)
        return fail(Code::kBadFile, fmt::format("the words of task {} at {:#x} lie in no buffer of the recording", t,
                                                task.record.regcmd_addr));
      for (std::size_t w = 0; w < task.words.size(); ++w) store_le(room, w * hw::kWordBytes, task.words[w]);
    }
  return {};
}

// The buffer that the first write to `offset` points into.
Result<std::span<std::byte>> tensor_buffer(const Recording& recording, std::uint16_t offset, std::size_t bytes,
                                           std::string_view name, DeviceMemory& memory) {
  for (const Submit& submit : recording.submits)
    for (const Task& task : submit.tasks)
      for (const std::uint64_t word : task.words) {
        const hw::Command command = hw::Command::decode(word);
        if (command.offset != offset) continue;
        const auto buffer = memory.buffer_at(command.value);
        if (buffer.size() < bytes)
          return fail(Code::kBadFile, fmt::format("register {:04x} points to {:#x}: no buffer of {} bytes for tensor "
                                                  "{} lies there",
                                                  offset, command.value, bytes, name));
        return buffer.first(bytes);
      }
  return fail(Code::kBadFile, fmt::format("no word writes register {:04x}, the address of tensor {}", offset, name));
}

// Small enough that every partial sum is a whole number below 2^24 (fp16 work, K up to 10240) or 2^31 (int8).
std::vector<int> whole_numbers(std::size_t count, bool fp16, std::mt19937_64& random) {
  std::vector<int> values(count);
  for (int& value : values)
    value = fp16 ? static_cast<int>(random() % 31) - 15 : static_cast<int>(random() % 256) - 128;
  return values;
}

void store(std::span<std::byte> bytes, std::size_t offset, int value, bool fp16) {
  if (fp16)
    store_le(bytes, offset, half_from_double(value).bits);
  else
    store_le(bytes, offset, static_cast<std::int8_t>(value));
}

void compare(const Product& product, const std::vector<int>& a, const std::vector<int>& b, std::span<const std::byte> c,
             Outcome& outcome) {
  std::vector<std::int64_t> sums(product.n);
  for (std::size_t row = 0; row < product.m; ++row) {
    std::fill(sums.begin(), sums.end(), 0);
    for (std::size_t inner = 0; inner < product.k; ++inner)
      for (std::size_t column = 0; column < product.n; ++column)
        sums[column] += std::int64_t{a[row * product.k + inner]} * b[inner * product.n + column];
    for (std::size_t column = 0; column < product.n; ++column) {
      const std::size_t at = product.c_offset(row, column);
      const auto found = product.fp16 ? static_cast<double>(load_le<float>(c, at)) : load_le<std::int32_t>(c, at);
      const auto expected = static_cast<double>(sums[column]);
      if (found == expected) continue;
      if (outcome.wrong++ == 0) outcome.first = Mismatch{row, column, found, expected};
    }
  }
}

}  // namespace

Result<Outcome> replay(const Recording& recording, const hw::Chip& chip, std::uint64_t seed) {
  const auto product = product_of(recording);
  if (!product) return propagate(product);
  DeviceMemory memory;
  if (auto done = memory.create(recording.submits); !done) return propagate(done);
  if (auto done = store_words(recording, memory); !done) return propagate(done);
  const auto a = tensor_buffer(recording, kFeatureAddress, product->a_bytes(), "A", memory);
  if (!a) return propagate(a);
  const auto b = tensor_buffer(recording, kWeightAddress, product->b_bytes(), "B", memory);
  if (!b) return propagate(b);
  const auto c = tensor_buffer(recording, kOutputAddress, product->c_bytes(), "C", memory);
  if (!c) return propagate(c);

  std::mt19937_64 random(seed);
  const std::vector<int> a_values = whole_numbers(product->m * product->k, product->fp16, random);
  const std::vector<int> b_values = whole_numbers(product->k * product->n, product->fp16, random);
  for (std::size_t i = 0; i < a_values.size(); ++i)
    store(*a, product->a_offset(i / product->k, i % product->k), a_values[i], product->fp16);
  for (std::size_t i = 0; i < b_values.size(); ++i)
    store(*b, product->b_offset(i / product->n, i % product->n), b_values[i], product->fp16);

  emulator::Emulator emulator(chip);
  if (auto done = memory.map(emulator); !done) return propagate(done);
  Outcome outcome{.m = product->m,
                  .k = product->k,
                  .n = product->n,
                  .types = product->fp16 ? "fp16 to fp32" : "int8 to int32",
                  .tasks = {},
                  .events = {},
                  .wrong = 0,
                  .first = std::nullopt};
  for (const Submit& submit : recording.submits) {
    const Task& first = submit.tasks[submit.task_start];
    auto report = emulator.submit({.first_address = first.record.regcmd_addr,
                                   .first_amount = first.record.regcfg_amount,
                                   .task_count = submit.task_number});
    if (!report) return propagate(report);
    outcome.tasks.insert(outcome.tasks.end(), report->tasks.begin(), report->tasks.end());
    outcome.events.insert(outcome.events.end(), report->events.begin(), report->events.end());
  }
  compare(*product, a_values, b_values, *c, outcome);
  return outcome;
}

}  // namespace mattock::replay
