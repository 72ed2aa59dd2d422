#include "plan/types.hpp"

namespace mattock::plan {

std::size_t bytes_of(Operand operand) { return operand == Operand::kFp16 ? 2 : 1; }

std::size_t bytes_of(Output output) {
  switch (output) {
    case Output::kFp32:
    case Output::kInt32: return 4;
    case Output::kFp16: return 2;
    case Output::kInt8: return 1;
  }
  return 4;
}

std::string_view name_of(Operand operand) { return operand == Operand::kFp16 ? "fp16" : "int8"; }

std::string_view name_of(Output output) {
  switch (output) {
    case Output::kFp32: return "fp32";
    case Output::kFp16: return "fp16";
    case Output::kInt32: return "int32";
    case Output::kInt8: return "int8";
  }
  return "";
}

std::size_t slice_channels(const hw::Chip& chip, Operand operand) { return chip.slice_bytes / bytes_of(operand); }

std::size_t group_kernels(const hw::Chip& chip, Operand operand) {
  return operand == Operand::kFp16 ? chip.kernels_per_group_16bit : chip.kernels_per_group_8bit;
}

std::size_t macs_per_cycle(const hw::Chip& chip, Operand operand) {
  return slice_channels(chip, operand) * group_kernels(chip, operand);
}

}  // namespace mattock::plan
