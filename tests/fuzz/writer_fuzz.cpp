// Any bytes through the container reader; what it accepts must be written, and read again as the same model. As in
// container_fuzz, the bytes are also tried as the payload of a sound frame.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "container/reader.hpp"
#include "container/writer.hpp"
#include "fuzz/model_frame.hpp"

namespace {

using mattock::container::Model;

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

void drop_nan(std::vector<float>& values) {
  std::ranges::replace_if(
      values, [](float value) { return std::isnan(value); }, 0.0F);
}

void drop_nan(std::optional<float>& value) {
  if (value && std::isnan(*value)) value = 0.0F;
}

bool family_is_known(std::uint8_t type) {
  constexpr std::uint8_t kKnown[] = {0, 1, 2, 3, 5, 9, 17, 19, 20, 25, 26, 30, 51, 61, 87};
  return std::ranges::find(kKnown, type) != std::end(kKnown);
}

// Takes away what the writer refuses on purpose, and gives the relocations the order it writes.
void make_writable(Model& model) {
  for (auto& tensor : model.tensors) {
    drop_nan(tensor.range_min);
    drop_nan(tensor.range_max);
  }
  for (auto& norm : model.input_norm) {
    drop_nan(norm.mean);
    drop_nan(norm.std);
  }
  for (auto& node : model.nodes) {
    for (auto* value : {&node.params.alpha, &node.params.epsilon, &node.params.momentum}) drop_nan(*value);
    if (!family_is_known(node.params.type)) node.params.type = 0;
  }
  std::ranges::stable_sort(model.program.relocations, [](const auto& a, const auto& b) {
    return std::tie(a.tensor, a.word) < std::tie(b.tensor, b.word);
  });
}

void check(std::span<const std::byte> bytes) {
  auto model = mattock::container::parse_model(bytes);
  if (!model) return;
  make_writable(*model);
  const auto written = mattock::container::write_model(*model);
  if (!written) stop("not written: " + mattock::to_string(written.error()));
  auto back = mattock::container::parse_model(*written);
  if (!back) stop("not read again: " + mattock::to_string(back.error()));
  back->warnings = model->warnings;
  if (!(*back == *model)) stop("reads back as another model");
  if (mattock::container::write_model(*back) != *written) stop("written twice, but not the same bytes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  check(bytes);
  using mattock::test::kHeaderBytes;
  if (size > kHeaderBytes) check(mattock::test::framed(bytes.subspan(kHeaderBytes)));
  return 0;
}
