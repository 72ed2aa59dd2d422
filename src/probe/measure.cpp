#include "probe/measure.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "emit/matmul.hpp"
#include "probe/compare.hpp"
#include "probe/hand_made.hpp"

namespace mattock::probe {
namespace {

constexpr int kTimes = 10;  // the least of so many runs counts
constexpr std::size_t kChain = 257;

/// Seconds of one submit.
Result<double> time_once(Context& context, const Buffer& records, std::size_t tasks, SubmitReport& report) {
  const double before = context.clock ? context.clock() : 0;
  if (const auto done = context.device.submit(records, {0, tasks}, report); !done) return propagate(done);
  if (context.clock) return context.clock() - before;
  if (report.seconds) return *report.seconds;
  return fail(Code::kDevice, "nothing says how long a submit takes on this device");
}

Result<double> least_time(Context& context, const hw::Program& program, const Tensors& tensors) {
  const auto loaded = tensors.load(program);
  if (!loaded) return propagate(loaded);
  double least = std::numeric_limits<double>::max();
  SubmitReport report;
  for (int i = 0; i < kTimes; ++i) {
    const auto seconds = time_once(context, loaded->task_records, program.tasks.size(), report);
    if (!seconds) return seconds;
    least = std::min(least, *seconds);
  }
  return least;
}

Result<double> chain_time(Context& context, std::size_t tasks) {
  const hw::Chip& chip = context.device.chip();
  const auto task = small_convolution(chip);
  if (!task) return propagate(task);
  hw::Program chain;
  for (std::size_t i = 0; i < tasks; ++i) append(chip, chain, *task, "");
  Tensors tensors(context.device);
  const std::vector<double> zeros(kPixels * kChannels + kKernels * kChannels);
  for (const auto& added : {tensors.add_halves(emit::kFeatures, zeros), tensors.add_halves(emit::kWeights, zeros),
                            tensors.add_results(emit::kResults, kPixels * kKernels)})
    if (!added) return propagate(added);
  return least_time(context, chain, tensors);
}

struct Costs {
  double task = 0, submit = 0;
};

Result<Costs> fixed_costs(Context& context) {
  const auto shortest = chain_time(context, 1), longest = chain_time(context, kChain);
  if (!shortest) return propagate(shortest);
  if (!longest) return propagate(longest);
  const double task = (*longest - *shortest) / (kChain - 1);
  return Costs{task, *shortest - task};
}

/// A product's one submit.
struct Run {
  plan::Cost cost;
  double seconds = 0;
};

Result<Run> time_product(Context& context, const plan::Shape& shape, const plan::Types& types) {
  const hw::Chip& chip = context.device.chip();
  const auto plan = plan::plan_matmul(chip, shape, types);
  if (!plan) return propagate(plan);
  if (plan->cost.submits != 1) return fail(Code::kInternal, "the planner no longer makes one submit of a measurement");
  const auto program = emit::emit_matmul(chip, *plan);
  if (!program) return propagate(program);
  Tensors tensors(context.device);
  const auto zeros = [&](const char* name, std::size_t bytes) {
    return tensors.add(name, std::vector<std::byte>(bytes));
  };
  for (const auto& added : {zeros(emit::kFeatures, plan->features_bytes()),
                            zeros(emit::kWeights, plan->weights_bytes()), zeros(emit::kResults, plan->results_bytes())})
    if (!added) return propagate(added);
  const auto seconds = least_time(context, *program, tensors);
  if (!seconds) return propagate(seconds);
  return Run{plan->cost, *seconds};
}

/// What the larger one has more of, by the time that it takes longer, without that of its additional tasks.
Result<double> slope(Context& context, const plan::Shape& less, const plan::Shape& more, const plan::Types& types,
                     double (*amount)(const plan::Cost&)) {
  const auto costs = fixed_costs(context);
  if (!costs) return propagate(costs);
  const auto first = time_product(context, less, types), second = time_product(context, more, types);
  if (!first) return propagate(first);
  if (!second) return propagate(second);
  const double tasks = static_cast<double>(second->cost.tasks) - static_cast<double>(first->cost.tasks);
  const double seconds = second->seconds - first->seconds - tasks * costs->task;
  if (seconds <= 0) return fail(Code::kDevice, "the larger product did not take longer");
  return (amount(second->cost) - amount(first->cost)) / seconds;
}

double bytes_of(const plan::Cost& cost) { return static_cast<double>(cost.bytes()); }
double cycles_of(const plan::Cost& cost) { return static_cast<double>(cost.cycles); }

Result<Outcome> rate(Context& context, const plan::Types& types) {
  const auto cycles = slope(context, {256, 512, 512}, {512, 512, 512}, types, cycles_of);
  if (!cycles) return propagate(cycles);
  return measured(*cycles * static_cast<double>(plan::macs_per_cycle(context.device.chip(), types.operand)), "MAC/s");
}

}  // namespace

Result<Outcome> clock_rate(Context& context) {
  const DeviceIdentity identity = context.device.identity();
  if (identity.clock_hz) return measured(*identity.clock_hz, "Hz");
  if (!identity.driver.empty()) return fail(Code::kDevice, "the driver does not say its clock");
  Outcome outcome = measured(context.device.chip().npu_hz, "Hz");
  outcome.text = "what the emulator counts with; no driver says it";
  return outcome;
}

Result<Outcome> task_cost(Context& context) {
  const auto costs = fixed_costs(context);
  if (!costs) return propagate(costs);
  return measured(costs->task, "s");
}

Result<Outcome> submit_cost(Context& context) {
  const auto costs = fixed_costs(context);
  if (!costs) return propagate(costs);
  return measured(costs->submit, "s");
}

Result<Outcome> bandwidth(Context& context) {
  const auto bytes =
      slope(context, {1, 2048, 256}, {1, 2048, 1024}, {plan::Operand::kFp16, plan::Output::kFp32}, bytes_of);
  if (!bytes) return propagate(bytes);
  return measured(*bytes, "B/s");
}

Result<Outcome> rate_fp16(Context& context) { return rate(context, {plan::Operand::kFp16, plan::Output::kFp32}); }
Result<Outcome> rate_int8(Context& context) { return rate(context, {plan::Operand::kInt8, plan::Output::kInt32}); }

}  // namespace mattock::probe
