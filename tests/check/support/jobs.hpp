// Jobs to check: the submits of a model file or a recording with memory of their own, placed by this file alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "check/check.hpp"
#include "emulator/emulator.hpp"
#include "plan/matmul.hpp"

namespace mattock::test {

struct JobBuffer {
  std::uint64_t address = 0;
  std::string name;
  std::vector<std::byte> bytes;
};

/// Memory with relocated words, and what is submitted from it.
struct Program {
  std::string name;
  std::vector<JobBuffer> buffers;
  std::vector<std::vector<hw::TaskRecord>> submits;

  std::vector<check::Memory> memory() const;
  Result<void> check(const std::vector<hw::TaskRecord>& tasks) const;
  /// `address` lies in a buffer (asserted).
  std::span<std::byte> at(std::uint64_t address);
  /// Strict, on the memory as it is. The program outlives the emulator.
  emulator::Emulator emulator();
};

/// One submit per run of NPU nodes, or one per node.
Program program_of_model(const std::string& path, bool merge = true);
Program program_of_recording(const std::string& path);
/// What we emit for a product ourselves.
Program program_of_product(const plan::Shape& shape, const plan::Types& types, const plan::Options& options = {});

/// `folder`/*.`extension`, sorted.
std::vector<std::string> files(const std::string& folder, const std::string& extension);

}  // namespace mattock::test
