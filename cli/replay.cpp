// mattock replay: executes recorded command streams on the emulator and checks their products.
#include "replay/replay.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/table.hpp"

namespace mattock::cli {
namespace {

constexpr auto kRight = Table::Align::kRight;

struct Options {
  std::vector<std::string> paths;
  std::uint64_t seed = 1;
  bool json = false;
};

struct Totals {
  std::uint64_t cycles = 0, command = 0, feature = 0, weight = 0, operand = 0, output = 0;
  std::uint64_t bytes() const { return command + feature + weight + operand + output; }
};

Totals totals_of(const replay::Outcome& outcome) {
  Totals totals;
  for (const emulator::TaskReport& task : outcome.tasks) {
    totals.cycles += task.cycles;
    totals.command += task.command_bytes;
    totals.feature += task.feature_bytes;
    totals.weight += task.weight_bytes;
    totals.operand += task.operand_bytes;
    totals.output += task.output_bytes;
  }
  return totals;
}

std::string result_text(const replay::Outcome& outcome) {
  if (!outcome.is_product()) return "no fault";
  if (outcome.exact()) return "exact";
  const replay::Mismatch& first = *outcome.first;
  return fmt::format("{} of {} elements differ, first [{}, {}]: {}, must be {}", outcome.wrong, outcome.m * outcome.n,
                     first.row, first.column, first.found, first.expected);
}

nlohmann::ordered_json json_of(const std::string& file, const replay::Outcome& outcome) {
  const Totals totals = totals_of(outcome);
  nlohmann::ordered_json json{{"file", file}};
  if (outcome.is_product())
    json.update({{"types", outcome.types}, {"m", outcome.m}, {"k", outcome.k}, {"n", outcome.n}});
  json.update({{"tasks", outcome.tasks.size()}, {"cycles", totals.cycles}});
  json["bytes"] = {{"commands", totals.command}, {"features", totals.feature}, {"weights", totals.weight},
                   {"operands", totals.operand}, {"output", totals.output},    {"total", totals.bytes()}};
  if (outcome.is_product()) {
    json["exact"] = outcome.exact();
    json["wrong_elements"] = outcome.wrong;
  }
  if (outcome.first)
    json["first_wrong"] = {{"row", outcome.first->row},
                           {"column", outcome.first->column},
                           {"found", outcome.first->found},
                           {"expected", outcome.first->expected}};
  for (const emulator::Event& event : outcome.events)
    json["events"].push_back({{"what", event.what}, {"first", event.first}, {"count", event.count}});
  return json;
}

Result<std::vector<replay::Outcome>> replay_file(const std::string& path, std::uint64_t seed) {
  const auto bytes = read_input(path);
  if (!bytes) return propagate(bytes);
  const auto recording = replay::parse_recording({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!recording) return propagate(recording, input_name(path));
  // The recordings are those of an RK3566; RK3568 has the same NPU.
  auto outcomes = replay::replay_all(*recording, *hw::find_chip("rk3566"), seed);
  if (!outcomes) return tl::unexpected(at(outcomes.error(), input_name(path)));
  return outcomes;
}

void add_row(Table& table, const std::string& name, const replay::Outcome& outcome) {
  const Totals totals = totals_of(outcome);
  const bool product = outcome.is_product();
  table.add({name, product ? fmt::format("{}x{}x{}", outcome.m, outcome.k, outcome.n) : "-",
             product ? outcome.types : "-", std::to_string(outcome.tasks.size()), std::to_string(totals.cycles),
             std::to_string(totals.bytes()), result_text(outcome)});
}

int run(const Options& options) {
  Table table({{"file"}, {"product"}, {"types"}, {"tasks", kRight}, {"cycles", kRight}, {"bytes", kRight}, {"result"}});
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  int status = kDone;
  for (const std::string& path : options.paths) {
    const auto outcomes = replay_file(path, options.seed);
    if (!outcomes) {
      // A file that cannot be executed does not keep the others from being checked; the first fault decides.
      const int fault = report(outcomes.error());
      if (status == kDone) status = fault;
      continue;
    }
    for (std::size_t i = 0; i < outcomes->size(); ++i) {
      const replay::Outcome& outcome = (*outcomes)[i];
      const std::string name =
          outcomes->size() == 1 ? input_name(path) : fmt::format("{}, submit {}", input_name(path), i + 1);
      if (!outcome.exact() && status == kDone) status = exit_status(Code::kBadInput);
      for (const emulator::Event& event : outcome.events)
        note("note", fmt::format("{}: {} ({} times, first: {})", name, event.what, event.count, event.first));
      add_row(table, name, outcome);
      json.push_back(json_of(name, outcome));
    }
  }
  const int printed = print(options.json ? json.dump(2) + "\n" : table.text(""));
  return status == kDone ? printed : status;
}

}  // namespace

void register_replay(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("replay", "Execute recorded command streams and check their products");
  command->add_option("streams", options->paths, "Recordings (text), or - for standard input")->required();
  command->add_option("--seed", options->seed, "Start of the random operands")->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON instead of a table");
  command->footer(
      "The operands are random whole numbers, so the product must be exact. Exit status 1 if one is not.\n"
      "A submit that the recording knows no product of is executed, and its result is \"no fault\".\n"
      "Examples:\n  mattock replay tests/data/streams/*.txt");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace mattock::cli
