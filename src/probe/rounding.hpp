// Private to the room: what becomes of a number between two whole ones, by name.
#pragma once

#include <string_view>
#include <vector>

namespace mattock::probe {

struct Rounding {
  std::string_view name;
  double (*round)(double value);
};

/// To nearest with different fates of halves, and without nearest. The first is assumed today.
const std::vector<Rounding>& roundings();

}  // namespace mattock::probe
