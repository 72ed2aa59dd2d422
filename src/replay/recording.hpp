// Recorded command streams: what a runtime handed to the kernel driver, as text. Per submit its fields, the buffers
// with device addresses, and the tasks: record and words. Tensors before the first submit are those of one product that
// all submits make together; tensors after a submit's line are those of a product that it makes alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "hw/command.hpp"

namespace mattock::replay {

struct Tensor {
  std::string name;  ///< "A", "B" or "C"
  std::vector<std::uint64_t> shape;
  std::uint64_t bytes = 0;
  std::string type;  ///< "FP16", "FP32", "INT8", "INT32"
};

struct Buffer {
  std::uint64_t index = 0;  ///< number in the recording
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  std::uint32_t flags = 0;
};

struct Task {
  hw::TaskRecord record;             ///< regcmd_addr is a device address
  std::vector<std::uint64_t> words;  ///< with the tail
};

struct Submit {
  std::uint32_t task_start = 0;
  std::uint32_t task_number = 0;
  std::vector<Buffer> buffers;
  std::vector<Task> tasks;
  std::vector<Tensor> tensors = {};  ///< of this submit alone
  std::uint32_t flags = 0, timeout = 0, core_mask = 0;
  std::int32_t priority = 0;
  std::uint64_t task_base = 0;
};

struct Recording {
  std::string name;
  std::vector<Tensor> tensors;  ///< of all submits together
  std::vector<Submit> submits;

  /// Of `tensors`; nothing (nullptr) if there is none of that name.
  const Tensor* tensor(std::string_view wanted) const;
};

/// Errors: kBadFile; the message starts with the line's number. What it accepts is consistent: every word
/// agrees with its listing, words are numbered from 0, tasks hold all their words and the tail.
Result<Recording> parse_recording(std::string_view text);

}  // namespace mattock::replay
