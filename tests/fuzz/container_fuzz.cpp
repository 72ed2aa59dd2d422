// Any bytes through the container reader; what it accepts must keep every promise of a Model. Changes to a
// model file rarely keep its frame whole, so the bytes are also tried as the payload of a sound frame.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "container/invariants.hpp"
#include "container/reader.hpp"
#include "fuzz/model_frame.hpp"

namespace {

void check(std::span<const std::byte> bytes) {
  const auto model = mattock::container::parse_model(bytes);
  if (!model) return;
  const std::string broken = mattock::test::broken_promise(*model);
  if (broken.empty()) return;
  std::fprintf(stderr, "broken promise: %s\n", broken.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  check(bytes);
  using mattock::test::kHeaderBytes;
  if (size > kHeaderBytes) check(mattock::test::framed(bytes.subspan(kHeaderBytes)));
  return 0;
}
