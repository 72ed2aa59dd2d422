#include "probe/rounding.hpp"

#include <cmath>

namespace mattock::probe {
namespace {

double half_even(double value) {
  const double floor = std::floor(value), rest = value - floor;
  if (rest != 0.5) return std::floor(value + 0.5);
  return std::fmod(floor, 2) == 0 ? floor : floor + 1;
}
double half_up(double value) { return std::floor(value + 0.5); }
double half_down(double value) { return std::ceil(value - 0.5); }
double half_away(double value) { return value < 0 ? half_down(value) : half_up(value); }
double half_to_zero(double value) { return value < 0 ? half_up(value) : half_down(value); }
double towards_zero(double value) { return std::trunc(value); }
double down(double value) { return std::floor(value); }

}  // namespace

const std::vector<Rounding>& roundings() {
  static const std::vector<Rounding> all{{"half to even", half_even},
                                         {"half up", half_up},
                                         {"half away from zero", half_away},
                                         {"half down", half_down},
                                         {"half towards zero", half_to_zero},
                                         {"cut towards zero", towards_zero},
                                         {"cut downwards", down}};
  return all;
}

}  // namespace mattock::probe
