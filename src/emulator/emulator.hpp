// The NPU in software: fetches 64-bit command words from memory like the chip's PC, writes registers, and
// starts the blocks they configure. It knows registers and memory, nothing of models, plans or products.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "emulator/variation.hpp"
#include "hw/chip.hpp"
#include "hw/command.hpp"

namespace mattock::emulator {

/// A range of device memory. `data` outlives its mapping and is not moved.
struct Mapping {
  std::uint64_t address = 0;  ///< DMA address of data[0]
  std::span<std::byte> data;
  std::string name;  ///< for messages
};

struct Options {
  /// Stop at anything not modelled (default). Otherwise report it as an event and go on.
  bool strict = true;
  /// Register groups per block. The chip has two; one is a negative control in tests.
  unsigned register_groups = 2;
  /// Threads that multiply, the caller's included; 0: one per processor this process may use. Small tasks run on
  /// the caller's alone. Results and reports do not depend on it.
  unsigned threads = 0;
  /// Inner loops by name, for tests: "plain" is without vectors (mac/kernels.hpp). Empty: the fastest this processor
  /// runs. Results do not depend on it.
  std::string kernels = {};
  /// Another chip than the one that is assumed.
  Variation variation = {};
};

/// Like the kernel's submit: where the first task's words are, how many words it has, how many tasks to run.
struct Submit {
  std::uint64_t first_address = 0;  ///< DMA address, a multiple of 16
  std::uint32_t first_amount = 0;   ///< regcfg_amount of the first task: words without the tail
  std::uint32_t task_count = 0;
  bool operator==(const Submit&) const = default;
};

/// What a task did. Cycles are those of the multipliers (pixels x slices x kernel groups x taps) or, for a
/// task without them, one per atom; bytes are counted at the memory port.
struct TaskReport {
  std::uint32_t enable_mask = 0;
  std::uint64_t macs = 0;
  std::uint64_t cycles = 0;
  std::uint64_t command_bytes = 0;
  std::uint64_t feature_bytes = 0;
  std::uint64_t weight_bytes = 0;
  std::uint64_t operand_bytes = 0;  ///< BS, BN and EW streams and the flying input
  std::uint64_t output_bytes = 0;
};

/// Numeric happenings that silicon may treat otherwise: counted, first place named.
struct Event {
  std::string what;   ///< "fp16 overflow", "int32 accumulator wrapped", "NaN in the output", ...
  std::string first;  ///< task and element of the first one
  std::uint64_t count = 0;
};

struct SubmitReport {
  std::vector<TaskReport> tasks;
  std::vector<Event> events;
  /// Beside the error of a chip that did not come to the end: the task it reached. The emulator leaves it alone.
  std::optional<std::size_t> stopped_at = {};
  /// What it took: as the driver measured it, or by the emulator's model (timing.hpp); nothing if neither says.
  std::optional<double> seconds = {};
};

/// How a submit ended, as a kernel would see it.
struct Ending {
  enum class Access { kNone, kRead, kWrite };
  std::uint32_t tasks_done = 0;
  Access refused = Access::kNone;  ///< what met no memory, if that is why it ended
};

class Emulator {
 public:
  explicit Emulator(const hw::Chip& chip, const Options& options = {});
  ~Emulator();
  Emulator(Emulator&&) noexcept;
  Emulator& operator=(Emulator&&) noexcept;

  /// Errors: kDevice when ranges overlap or leave the chip's DMA range.
  Result<void> map(Mapping mapping);
  void unmap(std::uint64_t address);

  /// Runs a chain of tasks to its end. Register groups, pointers and buffers start empty at each submit (the
  /// vendor's runtime leaves no state between submits). Errors: kNotModelled or kDevice; the message names
  /// task, word, block, register, field and value. Not thread-safe.
  Result<SubmitReport> submit(const Submit& submit);

  /// The same with the report's memory used again: a submit like the one before allocates nothing. After an error
  /// the report is of no use.
  Result<void> submit(const Submit& submit, SubmitReport& report);

  /// Of the last submit.
  const Ending& ending() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mattock::emulator
