// Any bytes through the NPY reader; what it accepts is written and read again and must be the same array.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/npy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto array = mattock::parse_npy(std::as_bytes(std::span(data, size)));
  if (!array) return 0;
  if (array->data.size() != array->size() * mattock::element_bytes(array->dtype)) std::abort();
  const auto again = mattock::parse_npy(mattock::format_npy(*array));
  if (!again || again->dtype != array->dtype || again->shape != array->shape || again->data != array->data) {
    std::abort();
  }
  return 0;
}
