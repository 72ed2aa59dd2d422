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

// Where a tensor lies: in the buffer that the first write to `offset` points into. A runtime that names its tensors
// gives each a buffer; a program that does not may have them anywhere in one, from the lowest address on.
enum class Begins { kWithItsBuffer, kAtLowestAddress };

Result<std::span<std::byte>> tensor_memory(const Recording& recording, std::uint16_t offset, std::size_t bytes,
                                           std::string_view name, Begins begins, DeviceMemory& memory) {
  std::optional<std::uint64_t> address;
  for (const Submit& submit : recording.submits)
    for (const Task& task : submit.tasks)
      for (const std::uint64_t word : task.words) {
        const hw::Command command = hw::Command::decode(word);
        if (command.offset != offset) continue;
        if (!address || (begins == Begins::kAtLowestAddress && command.value < *address)) address = command.value;
      }
  if (!address)
    return fail(Code::kBadFile, fmt::format("no word writes register {:04x}, the address of tensor {}", offset, name));
  const auto room = begins == Begins::kAtLowestAddress ? memory.from(*address) : memory.buffer_at(*address);
  if (room.size() < bytes)
    return fail(Code::kBadFile, fmt::format("register {:04x} points to {:#x}: no buffer of {} bytes for tensor {} lies "
                                            "there",
                                            offset, *address, bytes, name));
  return room.first(bytes);
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

// Where a product's operands and result lie, and what the operands hold.
struct Operands {
  std::span<std::byte> c;
  std::vector<int> a_values, b_values;
};

Result<Operands> fill_operands(const Recording& recording, const Product& product, Begins begins, DeviceMemory& memory,
                               std::uint64_t seed) {
  const auto a = tensor_memory(recording, kFeatureAddress, product.a_bytes(), "A", begins, memory);
  if (!a) return propagate(a);
  const auto b = tensor_memory(recording, kWeightAddress, product.b_bytes(), "B", begins, memory);
  if (!b) return propagate(b);
  const auto c = tensor_memory(recording, kOutputAddress, product.c_bytes(), "C", begins, memory);
  if (!c) return propagate(c);

  std::mt19937_64 random(seed);
  Operands operands{*c, whole_numbers(product.m * product.k, product.fp16, random),
                    whole_numbers(product.k * product.n, product.fp16, random)};
  for (std::size_t i = 0; i < operands.a_values.size(); ++i)
    store(*a, product.a_offset(i / product.k, i % product.k), operands.a_values[i], product.fp16);
  for (std::size_t i = 0; i < operands.b_values.size(); ++i)
    store(*b, product.b_offset(i / product.n, i % product.n), operands.b_values[i], product.fp16);
  return operands;
}

Result<void> execute(const Recording& recording, const hw::Chip& chip, DeviceMemory& memory, Outcome& outcome) {
  emulator::Emulator emulator(chip);
  if (auto done = memory.map(emulator); !done) return propagate(done);
  for (const Submit& submit : recording.submits) {
    const Task& first = submit.tasks[submit.task_start];
    auto report = emulator.submit({.first_address = first.record.regcmd_addr,
                                   .first_amount = first.record.regcfg_amount,
                                   .task_count = submit.task_number});
    if (!report) return propagate(report);
    outcome.tasks.insert(outcome.tasks.end(), report->tasks.begin(), report->tasks.end());
    outcome.events.insert(outcome.events.end(), report->events.begin(), report->events.end());
  }
  return {};
}

Result<Outcome> replay_as(const Recording& recording, const std::optional<Product>& product, Begins begins,
                          const hw::Chip& chip, std::uint64_t seed) {
  DeviceMemory memory;
  if (auto done = memory.create(recording.submits); !done) return propagate(done);
  if (auto done = store_words(recording, memory); !done) return propagate(done);
  Outcome outcome;
  if (!product) {
    if (auto done = execute(recording, chip, memory, outcome); !done) return propagate(done);
    return outcome;
  }
  const auto operands = fill_operands(recording, *product, begins, memory, seed);
  if (!operands) return propagate(operands);
  outcome.m = product->m;
  outcome.k = product->k;
  outcome.n = product->n;
  outcome.types = product->fp16 ? "fp16 to fp32" : "int8 to int32";
  if (auto done = execute(recording, chip, memory, outcome); !done) return propagate(done);
  compare(*product, operands->a_values, operands->b_values, operands->c, outcome);
  return outcome;
}

}  // namespace

Result<Outcome> replay(const Recording& recording, const hw::Chip& chip, std::uint64_t seed) {
  const auto product = product_of(recording);
  if (!product) return propagate(product);
  return replay_as(recording, *product, Begins::kWithItsBuffer, chip, seed);
}

namespace {

// A submit by itself, with the tensors that stand with it.
Result<Outcome> replay_alone(const std::string& name, const Submit& submit, const hw::Chip& chip, std::uint64_t seed) {
  std::optional<Product> product;
  if (!submit.tensors.empty()) {
    const auto found = product_of(submit.tensors);
    if (!found) return propagate(found);
    product = *found;
  }
  const Recording alone{.name = name, .tensors = submit.tensors, .submits = {submit}};
  return replay_as(alone, product, Begins::kAtLowestAddress, chip, seed);
}

}  // namespace

std::vector<Result<Outcome>> replay_all(const Recording& recording, const hw::Chip& chip, std::uint64_t seed) {
  std::vector<Result<Outcome>> outcomes;
  if (!recording.tensors.empty()) {
    outcomes.push_back(replay(recording, chip, seed));
    return outcomes;
  }
  for (const Submit& submit : recording.submits) outcomes.push_back(replay_alone(recording.name, submit, chip, seed));
  return outcomes;
}

}  // namespace mattock::replay
