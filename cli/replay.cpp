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

Result<std::vector<Result<replay::Outcome>>> replay_file(const std::string& path, std::uint64_t seed) {
  const auto bytes = read_input(path);
  if (!bytes) return propagate(bytes);
  const auto recording = replay::parse_recording({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!recording) return propagate(recording, input_name(path));
  // The recordings are those of an RK3566; RK3568 has the same NPU.
  return replay::replay_all(*recording, *hw::find_chip("rk3566"), seed);
}

void add_row(Table& table, const std::string& name, const replay::Outcome& outcome) {
  const Totals totals = totals_of(outcome);
  const bool product = outcome.is_product();
  table.add({name, product ? fmt::format("{}x{}x{}", outcome.m, outcome.k, outcome.n) : "-",
             product ? outcome.types : "-", std::to_string(outcome.tasks.size()), std::to_string(totals.cycles),
             std::to_string(totals.bytes()), result_text(outcome)});
}

/// What is printed at the end, and the exit status: that of the first thing that went wrong.
class Report {
 public:
  void add(const std::string& name, const Result<replay::Outcome>& outcome) {
    if (!outcome) return fault(name, outcome.error());
    if (!outcome->exact()) went_wrong(exit_status(Code::kBadInput));
    for (const emulator::Event& event : outcome->events)
      note("note", fmt::format("{}: {} ({} times, first: {})", name, event.what, event.count, event.first));
    add_row(table_, name, *outcome);
    json_.push_back(json_of(name, *outcome));
  }
  void went_wrong(int status) {
    if (status_ == kDone) status_ = status;
  }
  int print_as(bool json) const {
    const int printed = print(json ? json_.dump(2) + "\n" : table_.text(""));
    return status_ == kDone ? printed : status_;
  }

 private:
  void fault(const std::string& name, Error error) {
    error.where = error.where.empty() ? name : fmt::format("{}: {}", name, error.where);
    went_wrong(report(error));
    table_.add({name, "-", "-", "-", "-", "-", "fault"});
    json_.push_back({{"file", name}, {"fault", error.message}});
  }

  Table table_{
      {{"file"}, {"product"}, {"types"}, {"tasks", kRight}, {"cycles", kRight}, {"bytes", kRight}, {"result"}}};
  nlohmann::ordered_json json_ = nlohmann::ordered_json::array();
  int status_ = kDone;
};

int run(const Options& options) {
  Report all;
  for (const std::string& path : options.paths) {
    const auto outcomes = replay_file(path, options.seed);
    if (!outcomes) {
      // A file that cannot be read does not keep the others from being checked.
      all.went_wrong(report(outcomes.error()));
      continue;
    }
    for (std::size_t i = 0; i < outcomes->size(); ++i)
      all.add(outcomes->size() == 1 ? input_name(path) : fmt::format("{}, submit {}", input_name(path), i + 1),
              (*outcomes)[i]);
  }
  return all.print_as(options.json);
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
      "A submit that the recording knows no product of is executed, and its result is \"no fault\". A fault ends its\n"
      "submit alone; standard error says what it was.\n"
      "Examples:\n  mattock replay tests/data/streams/*.txt");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace mattock::cli
