// From a register struct to a command word at run time, and the sentence for a value that does not fit:
//
//   auto word = hw::command(cna::DataSize0{.datain_width = width, .datain_height = 1});
//
// Constants use packed() of hw/registers.hpp, which does not compile when something does not fit.
#pragma once

#include <string>

#include "base/error.hpp"
#include "hw/registers.hpp"

namespace mattock::hw {

/// The bits of `value` in this field, or kBadInput with the sentence of misfit_error.
Result<std::uint32_t> encode_field(const RegisterInfo& reg, const FieldInfo& field, std::int64_t value);

/// "1 to 2048", "a multiple of 16 up to 0xfffffff0".
std::string allowed_text(const FieldInfo& field);

/// "cna.data_size0.datain_width = 4096 does not fit bits [26:16]; allowed: 0 to 2047 pixels".
Error misfit_error(const RegisterInfo& reg, const FieldInfo& field, std::int64_t found);

/// The command that writes this register. Errors: kBadInput, naming register, field, value and range.
template <class Register>
Result<Command> command(const Register& reg) {
  const PackResult result = reg.pack();
  if (!result) {
    return tl::unexpected<Error>(
        misfit_error(*find_register(Register::kBlock, Register::kOffset), *result.misfit, result.found));
  }
  return Command{target_of(Register::kBlock), result.value, Register::kOffset};
}

}  // namespace mattock::hw
