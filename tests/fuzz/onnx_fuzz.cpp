// Any bytes through the ONNX reader; a graph it hands out must pass the graph's own check, and every refusal must say
// something. There is no folder, so external data are refused before a path is looked up.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "graph/check.hpp"
#include "onnx/reader.hpp"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto reading = mattock::onnx::read(std::as_bytes(std::span(data, size)), {});
  if (!reading) {
    require(!reading.error().message.empty(), "an error has a message");
    require(reading.error().code != mattock::Code::kInternal, "the fault is the file's");
    return 0;
  }
  for (const mattock::onnx::Problem& problem : reading->problems)
    require(!problem.reason.empty(), "a problem has a reason");
  if (!reading->problems.empty()) return 0;
  require(!reading->graph.outputs.empty(), "a whole graph has outputs");
  require(mattock::graph::check(reading->graph).has_value(), "a whole graph passes its check");
  return 0;
}
