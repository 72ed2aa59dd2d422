#include "container/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "container/names.hpp"
#include "hw/chip.hpp"

namespace mattock::container {
namespace {

struct OtherChip {
  std::string_view target;
  std::string_view generation;
};

// Chips whose files have been seen and which no row of hw::chips() describes.
constexpr std::array<OtherChip, 6> kOtherChips{{{"rk3562", "RKNPU t4"},
                                                {"rk3576", "RKNPU f2"},
                                                {"rk3588", "RKNPU v2"},
                                                {"rv1126b", "RKNPU f3"},
                                                {"rv1103", "RKNPU t3"},
                                                {"rv1106", "RKNPU t3"}}};

std::string known_chips() {
  std::string names;
  for (const hw::Chip& chip : hw::chips()) names += (names.empty() ? "" : ", ") + std::string(chip.name);
  return names;
}

tl::unexpected<Error> wrong_chip(std::string message) {
  return fail(Code::kUnsupported, std::move(message),
              fmt::format("convert the model again for one of: {}", known_chips()));
}

bool is_known_generation(std::string_view generation) {
  return std::any_of(hw::chips().begin(), hw::chips().end(),
                     [&](const hw::Chip& chip) { return chip.generation == generation; });
}

}  // namespace

Result<std::string> check_target(std::string_view target, std::string_view generation) {
  if (!is_known_generation(generation)) {
    const auto owner = std::find_if(kOtherChips.begin(), kOtherChips.end(),
                                    [&](const OtherChip& chip) { return chip.generation == generation; });
    const std::string whose = owner == kOtherChips.end() ? "nobody known" : std::string(owner->target);
    return wrong_chip(fmt::format("generation '{}' belongs to {}; allowed is '{}' (target says '{}')",
                                  printable(generation), whose, hw::chips().front().generation, printable(target)));
  }
  for (const OtherChip& chip : kOtherChips) {
    if (chip.target == target) {
      return wrong_chip(fmt::format("target '{}' is another chip, though the generation is '{}'", target, generation));
    }
  }
  if (hw::find_chip(target) != nullptr) return std::string();
  return fmt::format("unknown target '{}'; the generation '{}' fits, so the file is read as one for {}",
                     printable(target), generation, known_chips());
}

}  // namespace mattock::container
