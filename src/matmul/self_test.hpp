// Whether a device multiplies at all, as cheaply as can be: a product of small whole numbers, exact whatever the
// rounding, so that nothing has to be tolerated.
#pragma once

#include <string>

#include "base/error.hpp"
#include "device/device.hpp"

namespace mattock {

struct SelfTest {
  std::string shape;  ///< "9x9 by 9x9 in fp16"
  unsigned runs = 0, wrong = 0;
};

/// Multiplies `runs` times. Errors: those of Matmul.
Result<SelfTest> self_test(Device& device, unsigned runs);

}  // namespace mattock
