// Any bytes through the whole conversion: what the reader takes is lowered, emitted, placed and written, or refused
// with a reason. A file that is written must be read again as the same bytes, keep every promise of a Model, and have
// each of its submits taken by the checker. Models are small: with memory and time for a large one a fuzzer learns
// nothing more.
//
// The count of bytes chooses the options, so that a finding needs no more than its file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "container/invariants.hpp"
#include "container/reader.hpp"
#include "container/writer.hpp"
#include "convert/convert.hpp"
#include "onnx/reader.hpp"
#include "session/check_model.hpp"

namespace {

using namespace mattock;

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 18;
constexpr std::size_t kMaxTensorBytes = std::size_t{1} << 19;  // of all tensors together
constexpr std::size_t kMaxTensors = 300;
constexpr std::size_t kMaxMatrices = 600;  // of a tensor: each is a task or two of a product

void require(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what.c_str());
  std::abort();
}

void require_reason(const Error& error) {
  require(!error.message.empty(), "an error has a message");
  require(error.code == Code::kBadFile || error.code == Code::kUnsupported,
          "the fault is the file's: " + to_string(error));
}

bool is_small(const graph::Graph& graph) {
  std::size_t bytes = 0;
  for (const graph::Tensor& tensor : graph.tensors) {
    const std::size_t more = element_bytes(tensor.dtype) * element_count(tensor.shape);
    const Shape& shape = tensor.shape;
    if (shape.size() > 2 && element_count(std::span(shape).first(shape.size() - 2)) > kMaxMatrices) return false;
    if (more > kMaxTensorBytes || (bytes += more) > kMaxTensorBytes) return false;
  }
  return graph.tensors.size() <= kMaxTensors;
}

void check_file(std::span<const std::byte> file, const std::string& chip) {
  const auto model = container::parse_model(file);
  require(model.has_value(), "what is written is read: " + (model ? "" : to_string(model.error())));
  const std::string broken = test::broken_promise(*model);
  require(broken.empty(), broken);
  const auto again = container::write_model(*model);
  require(again.has_value() && std::ranges::equal(*again, file), "what is read is written as the same bytes");
  auto device = Device::open("emulator:" + chip);
  require(device.has_value(), "an emulator opens");
  const auto submits = session::check_model(*device, *model);
  require(submits.has_value(), "what is written is placed: " + (submits ? "" : to_string(submits.error())));
  for (const session::CheckedSubmit& submit : *submits)
    require(!submit.refusal, "every submit is taken: " + (submit.refusal ? to_string(*submit.refusal) : ""));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kMaxFileBytes) return 0;
  const auto bytes = std::as_bytes(std::span(data, size));
  const convert::Options options{
      .chip = size % 2 == 0 ? "rk3566" : "rk3568", .allow_assumed = size % 4 >= 2, .progress = {}};
  const auto read = convert::convert(bytes, {}, options, convert::Stage::kGraph);
  if (!read) {
    require_reason(read.error());
    return 0;
  }
  if (!is_small(read->graph)) return 0;
  const auto made = convert::convert(bytes, {}, options);
  if (made)
    check_file(made->file, options.chip);
  else
    require_reason(made.error());
  return 0;
}
