// mattock estimate: what a product, a model or a recorded stream of commands takes by the cost model.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/model_input.hpp"
#include "plan/json.hpp"
#include "plan/recorded.hpp"
#include "probe/explain.hpp"
#include "replay/recording.hpp"
#include "session/session.hpp"

namespace mattock::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kUncalibrated = "uncalibrated";

struct Options {
  std::vector<std::string> what;
  std::string type = "fp16", chip = "rk3566";
  double bandwidth = 0;  // GB/s
  double task_us = -1;   // microseconds
  std::string ledger;
  std::string calibration{kUncalibrated};  ///< what the numbers are, for the reader
  probe::Constants measured;
  bool fill_hidden = false, allow_assumed = false, no_streaming = false, json = false;
};

plan::Options plan_options(const Options& options) {
  plan::Options result;
  result.allow_assumed = options.allow_assumed;
  result.weight_streaming = !options.no_streaming;
  result.fill_hidden = options.fill_hidden;
  const probe::Constants& measured = options.measured;
  result.bytes_per_second = options.bandwidth > 0 ? options.bandwidth * 1e9 : measured.bytes_per_second.value_or(0);
  result.task_seconds = options.task_us < 0 ? measured.task_seconds.value_or(-1) : options.task_us * 1e-6;
  result.submit_seconds = measured.submit_seconds.value_or(-1);
  result.cycles_per_second = measured.cycles_per_second.value_or(0);
  return result;
}

std::string assumptions(const hw::Chip& chip, const plan::Options& options, std::string_view calibration) {
  const plan::Rates rates = plan::rates_of(chip, options);
  return fmt::format("{}: {} {:.0f} MHz, {:.2f} GB/s, {:.0f} us a task, {:.0f} us a submit, {:.1f} GB/s on the CPU\n",
                     calibration, calibration == kUncalibrated ? "assumes" : "counts with",
                     rates.cycles_per_second / 1e6, rates.bytes_per_second / 1e9, rates.task_seconds * 1e6,
                     rates.submit_seconds * 1e6, rates.host_bytes_per_second / 1e9);
}

void say_calibration(Json& json, const Options& options) {
  json["uncalibrated"] = options.ledger.empty();
  if (!options.ledger.empty()) json["calibration"] = options.calibration;
}

/// Measured numbers take the place of the chip row's.
Result<void> calibrate(Options& options, const hw::Chip& chip) {
  if (options.ledger.empty()) return {};
  const auto ledger = probe::read_ledger(options.ledger);
  if (!ledger) return propagate(ledger);
  if (ledger->subject.chip != chip.name)
    return fail(Code::kBadInput,
                fmt::format("{} was measured on an {}, not on an {}", options.ledger, ledger->subject.chip, chip.name),
                "name the chip with --chip");
  options.measured = probe::constants_of(*ledger, chip);
  options.calibration =
      fmt::format("calibrated by {}{}", options.ledger, ledger->subject.emulated ? " (emulated)" : "");
  return {};
}

std::string cost_text(const hw::Chip& chip, const plan::Cost& cost, const plan::Options& options) {
  return fmt::format(
      "  time        {:.1f} us (fill hidden: {:.1f} us), limited by {}\n  tasks       {} in {} submit{}\n"
      "  bytes       {}\n  cycles      {} of the multipliers\n",
      cost.seconds * 1e6, cost.seconds_fill_hidden * 1e6, bound_of(chip, cost, options), cost.tasks, cost.submits,
      cost.submits == 1 ? "" : "s", cost.bytes(), cost.cycles);
}

Result<plan::Cost> stream_cost(const hw::Chip& chip, const std::string& path, const plan::Options& options) {
  const auto bytes = read_input(path);
  if (!bytes) return propagate(bytes);
  const auto recording = replay::parse_recording({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!recording) return propagate(recording, input_name(path));
  std::vector<plan::TaskWork> works;
  std::size_t words = 0;
  for (const replay::Submit& submit : recording->submits) {
    plan::RecordedTasks tasks(chip);
    for (const replay::Task& task : submit.tasks) {
      const auto work = tasks.next(task.words);
      if (!work) return propagate(work, input_name(path));
      works.push_back(*work);
      words += task.words.size();
    }
  }
  return plan::cost_of(chip, works, words, options);
}

/// One task of a model as the emulator counted it; what its banks hold is read from its words.
plan::TaskWork work_of(const emulator::TaskReport& counted, plan::RecordedTasks& recorded, plan::TaskWords words) {
  const auto convolution = recorded.next(words);
  plan::TaskWork work;
  work.cycles = counted.cycles;
  work.feature_bytes = counted.feature_bytes;
  work.weight_bytes = counted.weight_bytes;
  work.record_bytes = counted.operand_bytes;
  work.result_bytes = counted.output_bytes;
  work.two_groups_fit = !convolution || convolution->two_groups_fit;
  return work;
}

/// A model is run once on the emulator, with zeros, and costed by what was counted. The CPU's operators do not count.
Result<plan::Cost> model_cost(const hw::Chip& chip, const std::string& path, const plan::Options& options) {
  auto model = read_model_input(path);
  if (!model) return propagate(model);
  auto device = Device::open(fmt::format("emulator:{}", chip.name));
  if (!device) return propagate(device);
  auto session = Session::load(*device, std::move(*model));
  if (!session) return propagate(session, input_name(path));
  std::vector<Array> zeros;
  for (const TensorInfo& input : session->inputs()) zeros.push_back(Array::zeros(input.dtype, input.shape));
  const auto result = session->run(zeros);
  if (!result) return propagate(result, input_name(path));

  const hw::Program& program = session->model().program;
  std::vector<plan::TaskWork> works;
  std::size_t words = 0;
  for (const SubmitRecord& submit : result->submits) {
    plan::RecordedTasks recorded(chip);
    for (std::size_t t = 0; t < submit.report.tasks.size(); ++t) {
      const hw::TaskRecord& task = program.tasks[submit.tasks.first + t];
      const plan::TaskWords of_task =
          std::span(program.words).subspan(task.regcmd_addr / hw::kWordBytes, task.regcfg_amount + hw::kTailWords);
      works.push_back(work_of(submit.report.tasks[t], recorded, of_task));
      words += of_task.size();
    }
  }
  plan::Cost cost = plan::cost_of(chip, works, words, options);
  const double more = static_cast<double>(result->submits.size() - std::min(cost.submits, result->submits.size())) *
                      plan::rates_of(chip, options).submit_seconds;
  cost.submits = result->submits.size();
  cost.seconds += more;
  cost.seconds_fill_hidden += more;
  return cost;
}

int estimate_file(const Options& options, const hw::Chip& chip) {
  const plan::Options how = plan_options(options);
  const bool is_model = options.what[0].ends_with(".rknn");
  const auto cost = is_model ? model_cost(chip, options.what[0], how) : stream_cost(chip, options.what[0], how);
  if (!cost) return report(cost.error());
  if (options.json) {
    Json json = to_json(chip, *cost, how);
    json["roofline"] = fraction_of_roof(chip, *cost, how);
    say_calibration(json, options);
    return print(json.dump(2) + "\n");
  }
  return print(input_name(options.what[0]) + "\n" + cost_text(chip, *cost, how) +
               assumptions(chip, how, options.calibration));
}

Result<plan::Shape> shape_of(const std::vector<std::string>& numbers) {
  std::size_t values[3] = {};
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string& text = numbers[i];
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), values[i]);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
      return fail(Code::kUsage, fmt::format("'{}' is no dimension", text), "give M K N, a model, or a recorded stream");
  }
  return plan::Shape{values[0], values[1], values[2]};
}

int estimate_product(const Options& options, const hw::Chip& chip) {
  const plan::Options how = plan_options(options);
  const auto shape = shape_of(options.what);
  if (!shape) return report(shape.error());
  const plan::Types types = options.type == "int8" ? plan::Types{plan::Operand::kInt8, plan::Output::kInt32}
                                                   : plan::Types{plan::Operand::kFp16, plan::Output::kFp32};
  const auto plan = plan::plan_matmul(chip, *shape, types, how);
  if (!plan) return report(plan.error());
  if (options.json) {
    Json json = to_json(chip, *plan, how);
    say_calibration(json, options);
    return print(json.dump(2) + "\n");
  }
  const double roof = plan::roof_seconds(chip, *shape, types, how);
  return print(plan::to_text(chip, *plan, options.calibration, how) +
               fmt::format("  limited by  {}\n  roof        {:.1f} us\n", bound_of(chip, plan->cost, how), roof * 1e6) +
               assumptions(chip, how, options.calibration));
}

int estimate(Options& options) {
  const hw::Chip* chip = hw::find_chip(options.chip);
  if (chip == nullptr) {
    std::string names;
    for (const hw::Chip& known : hw::chips()) names += fmt::format("{}{}", names.empty() ? "" : ", ", known.name);
    if (options.chip == "help") return print(names + "\n");
    return report({Code::kUsage, fmt::format("no chip '{}'", options.chip), "", "chips: " + names});
  }
  if (const auto calibrated = calibrate(options, *chip); !calibrated) return report(calibrated.error());
  if (options.what.size() == 1) return estimate_file(options, *chip);
  if (options.what.size() == 3) return estimate_product(options, *chip);
  return report(
      {Code::kUsage, "estimate wants M K N, a model, or a recorded stream", "", "see mattock estimate --help"});
}

}  // namespace

void register_estimate(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("estimate", "Say what a product or a model takes, by the cost model");
  command->add_option("what", options->what, "M K N, a model (.rknn), or a recorded command stream (.txt)");
  command->add_option("--type", options->type, "fp16 or int8")->check(CLI::IsMember({"fp16", "int8"}));
  command->add_option("--chip", options->chip, "The chip; help lists them");
  command->add_option("--bandwidth", options->bandwidth, "Memory bandwidth in GB/s instead of the chip row's")
      ->check(CLI::PositiveNumber);
  command->add_option("--task-us", options->task_us, "Cost of a task in microseconds instead of the chip row's")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--ledger", options->ledger, "What mattock probe measured, instead of the chip row's numbers");
  command->add_flag("--fill-hidden", options->fill_hidden, "Plan as if loading features hid behind the work before");
  command->add_flag("--allow-assumed", options->allow_assumed, "Use programming forms nobody has seen on a chip");
  command->add_flag("--no-weight-streaming", options->no_streaming, "Keep kernels inside their banks");
  command->add_flag("--json", options->json, "Print JSON: seconds, tasks, bytes, bound, roofline and more");
  command->footer(
      "Examples:\n"
      "  mattock estimate 256 2048 1024\n"
      "  mattock estimate 256 2048 1024 --type int8 --bandwidth 5.5 --json\n"
      "  mattock estimate matmul.rknn --ledger zero3w.json\n"
      "  mattock estimate stream.txt");
  command->callback([options, &status] { status = estimate(*options); });
}

}  // namespace mattock::cli
