// A rule is one sentence and one function that says where it is broken. The sentence is what the user reads.
//
// The order in a table matters: a rule may rely on those above it (sizes are not zero, types are known).
#pragma once

#include <fmt/format.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "check/registers.hpp"
#include "check/space.hpp"
#include "hw/chip.hpp"
#include "hw/generated/enums.hpp"

namespace mattock::check {

/// The register field that breaks a rule. `limit`: what is allowed here, or what was computed; may be empty.
struct Finding {
  hw::Block block;
  std::uint16_t offset;
  std::string_view field;  ///< as in the description; empty: the whole register
  std::string limit;
};
using Verdict = std::optional<Finding>;

template <class Register>
Finding at(std::string_view field, std::string limit = {}) {
  return {Register::kBlock, Register::kOffset, field, std::move(limit)};
}

/// For conditions on one field: `return unless<hw::cna::DataSize0>(width <= 2047, "datain_width")`.
template <class Register>
Verdict unless(bool good, std::string_view field) {
  if (good) return std::nullopt;
  return at<Register>(field);
}
template <class Register, class... Arguments>
Verdict unless(bool good, std::string_view field, fmt::format_string<Arguments...> limit, Arguments&&... arguments) {
  if (good) return std::nullopt;
  return at<Register>(field, fmt::format(limit, std::forward<Arguments>(arguments)...));
}

template <class Subject>
struct Rule {
  std::string_view sentence;
  Verdict (*broken)(const Subject&);
};

/// What a task's op-enable starts: the groups that run, and where they may reach.
struct Started {
  const hw::Chip& chip;
  const Space& space;
  std::uint32_t task;
  std::uint32_t mask;
  const Group* groups[hw::kBlockCount];

  bool starts(hw::Block block) const { return (mask >> hw::enable_bit(block).value_or(31U) & 1U) != 0; }
  const Group& group(hw::Block block) const { return *groups[static_cast<std::size_t>(block)]; }
  template <class Register>
  Register get() const {
    return Register::unpack(group(Register::kBlock).value(Register::kOffset));
  }
  template <class Register>
  std::uint32_t raw() const {
    return group(Register::kBlock).value(Register::kOffset);
  }
};

/// "cna.data_size0.datain_width = 2048 (word 17): the input ...; 1 to 2047". Errors: kBadInput.
Error refusal(const Started& started, const Finding& finding, std::string_view sentence);

/// The first rule of the table that is broken, as an error.
template <class Subject>
Result<void> obey(std::span<const Rule<Subject>> rules, const Subject& subject, const Started& started) {
  for (const Rule<Subject>& rule : rules)
    if (const Verdict finding = rule.broken(subject))
      return tl::unexpected<Error>(refusal(started, *finding, rule.sentence));
  return {};
}

/// Bytes of an element; 0 for types that no rule here covers (int4, tf32).
std::int64_t type_bytes(hw::Precision type);
bool is_float(hw::Precision type);

}  // namespace mattock::check
