#include <algorithm>
#include <array>

#include "probe/conformance.hpp"
#include "probe/floats.hpp"
#include "probe/integers.hpp"
#include "probe/lanes.hpp"
#include "probe/measure.hpp"
#include "probe/pointers.hpp"
#include "probe/probe.hpp"
#include "probe/recorded.hpp"

namespace mattock::probe {
namespace {

constexpr std::array kProbes{
    Probe{"clock", "The frequency that the driver says the NPU has.", "kernel.md 2.7", clock_rate},
    Probe{"product-9x9", "The model file that an RK3566 was recorded with gives the exact sums, rounded once.",
          "npu.md 8", product_9x9},
    Probe{"recorded-streams", "Products of the vendor's runtime, word for word, are exact.", "matmul-streams.md",
          recorded_streams},
    Probe{"matmul-shapes", "Products of other shapes and types are exact.", "matmul-streams.md", matmul_shapes},
    Probe{"repeat", "A product in turn with another gives the same 100 times: nothing stale stays in a cache.",
          "kernel.md 2.4", repeat},
    Probe{"k-slices", "Sums over several slices and parts of the inner dimension are whole.", "npu.md 3.2", k_slices},
    Probe{"weight-streaming", "Kernels beyond their banks give the same as kernels inside.", "npu.md 4",
          weight_streaming},
    Probe{"fp16-ties", "Where a sum halfway between two fp16 numbers is rounded to.", "numerics.md 8.2", fp16_ties},
    Probe{"fp16-overflow", "What a sum beyond the largest fp16 number becomes.", "numerics.md 8.2", fp16_overflow},
    Probe{"fp16-subnormals", "Whether numbers below the smallest normal fp16 number are kept.", "numerics.md 8.2",
          fp16_subnormals},
    Probe{"fp16-specials", "What infinities and NaN among the operands become.", "numerics.md 8.2", fp16_specials},
    Probe{"accumulation-order", "In which order and how wide fp16 products are summed.", "numerics.md 8.3",
          accumulation_order},
    Probe{"int8-ties", "Where the multiplier of BS rounds halves to.", "numerics.md 8.1", int8_ties},
    Probe{"int8-output-ties", "Where the output converter rounds halves to.", "numerics.md 8.1", int8_output_ties},
    Probe{"int8-offset", "Whether the output offset enters before or behind the rounding.", "numerics.md 8.1",
          int8_offset},
    Probe{"int32-wrap", "What an integer sum beyond 2^31 becomes (of int16 operands).", "numerics.md 8.4", int32_wrap},
    Probe{"lanes-above-channels", "What results above the original channels hold.", "npu.md 12.2",
          lanes_above_channels},
    Probe{"channels-above-real", "Whether input channels above the real ones are multiplied.", "npu.md 12.2",
          channels_above_real},
    Probe{"submit-cost", "What a submit takes beside its tasks.", "docs/planning.md", submit_cost},
    Probe{"task-cost", "What a task takes beside its work.", "docs/planning.md", task_cost},
    Probe{"bandwidth", "Bytes a second from memory, by kernels that stream.", "docs/planning.md", bandwidth},
    Probe{"rate-fp16", "Multiplications and additions of fp16 a second.", "docs/planning.md", rate_fp16},
    Probe{"rate-int8", "Multiplications and additions of int8 a second.", "docs/planning.md", rate_int8},
    Probe{"pointer-state", "Which register group a task runs, and what of that a submit of an odd number leaves.",
          "npu.md 12.1", pointer_state},
};

}  // namespace

std::span<const Probe> probes() { return kProbes; }

const Probe* find_probe(std::string_view name) {
  const auto found = std::ranges::find(kProbes, name, &Probe::name);
  return found == kProbes.end() ? nullptr : &*found;
}

Outcome ask(const Probe& probe, Context& context) {
  auto outcome = probe.run(context);
  if (outcome) return std::move(*outcome);
  return {.verdict = Verdict::kFailed, .text = to_string(outcome.error())};
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAgreed: return "agreed";
    case Verdict::kDisagrees: return "disagrees";
    case Verdict::kAnswer: return "answer";
    case Verdict::kNoAnswer: return "no answer";
    case Verdict::kMeasured: return "measured";
    case Verdict::kFailed: return "failed";
    case Verdict::kHung: return "hung";
  }
  return "failed";
}

}  // namespace mattock::probe
