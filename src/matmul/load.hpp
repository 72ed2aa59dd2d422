// An emitted program in device memory: its words with the addresses of the tensors, and the records of its tasks.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/error.hpp"
#include "device/device.hpp"
#include "hw/program.hpp"

namespace mattock {

/// Where a tensor of the program lies.
struct TensorPlace {
  std::string_view tensor;
  std::uint64_t address = 0;
};

struct LoadedProgram {
  Buffer commands, task_records;
};

/// Every tensor that the program names is among `places` (asserted). Both buffers are synced. Errors: kDevice.
Result<LoadedProgram> load_program(Device& device, const hw::Program& program, std::span<const TensorPlace> places);

}  // namespace mattock
