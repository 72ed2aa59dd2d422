// Products with random operands, and what they must give, summed here in plain loops: the judge of the planner, the
// emitter, the packing and the emulator together.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/array.hpp"
#include "base/view.hpp"
#include "device/device.hpp"
#include "matmul/matmul.hpp"

namespace mattock::test {

/// Operands of one product, in memory of any strides.
struct Case {
  std::size_t m = 1, k = 1, n = 1;
  plan::Operand operand = plan::Operand::kFp16;
  plan::Output output = plan::Output::kFp32;
  bool a_transposed = false, b_transposed = false, c_transposed = false;
  bool a_reversed = false;      ///< rows from the last to the first
  bool small_integers = false;  ///< exact in every type: results are compared bit for bit
  DType a_type = DType::kFloat16;
};

std::string name_of(const Case& c);

/// Makes operands from the seed, multiplies on the device, compares every element. Returns what is wrong, or nothing.
/// What `options.native` names is handed over in the NPU's layout, in the operands' type.
std::string run_case(Device& device, const Case& c, std::uint32_t seed, const plan::Options& options = {});

}  // namespace mattock::test
