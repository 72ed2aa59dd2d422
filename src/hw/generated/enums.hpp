// Written by tools/generate_registers.py from src/hw/registers/enums.toml: change that, not this.

// clang-format off
#pragma once

#include <cstdint>

namespace mattock::hw {

/// Element types, one code everywhere.
enum class Precision : std::uint32_t { kInt8 = 0, kInt16 = 1, kFp16 = 2, kBf16 = 3, kInt32 = 4, kFp32 = 5, kInt4 = 6, kTf32 = 7 };

/// Kind of convolution.
enum class ConvMode : std::uint32_t { kDirect = 0, kDepthwise = 3 };

/// Where the DPU sends its results.
enum class OutputMode : std::uint32_t { kPpu = 1, kMemory = 4 };

/// Operation of an ALU. Divide is known in EW only.
enum class AluOp : std::uint32_t { kMax = 0, kMin = 1, kAdd = 2, kDivide = 3 };

/// Unit that EW uses.
enum class EwOp : std::uint32_t { kAlu = 0, kMul = 1 };

/// How the EW operand is spread.
enum class OperandMode : std::uint32_t { kPerChannel = 0, kPerPixel = 1 };

/// Element size of the EW operand. 32 bits are assumed; settled by a convolution with an fp32 operand.
enum class OperandSize : std::uint32_t { kBits8 = 0, kBits16 = 1, kBits32 = 2 };

/// Table of the EW stage.
enum class LutTable : std::uint32_t { kLe = 0, kLo = 1 };

/// Kind of pooling.
enum class PoolingMethod : std::uint32_t { kAverage = 0, kMax = 1, kMin = 2 };

}  // namespace mattock::hw
