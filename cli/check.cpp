// mattock check: asks the checker about every submit of a model file or a recorded command stream, and the reader about
// ONNX models. Nothing runs.
#include "check/check.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "base/math.hpp"
#include "cli/check_onnx.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/table.hpp"
#include "container/names.hpp"
#include "container/reader.hpp"
#include "onnx/support.hpp"
#include "replay/recording.hpp"
#include "session/check_model.hpp"

namespace mattock::cli {
namespace {

using session::CheckedSubmit;
constexpr auto kRight = Table::Align::kRight;
constexpr std::string_view kModelMagic = "RKNN";
constexpr std::size_t kMaxRecordingBytes = std::size_t{1} << 30;

struct Options {
  std::vector<std::string> paths;
  std::string chip;  ///< empty: the RK3566 for streams, and ONNX models are not lowered
  bool json = false;
  bool operators = false;
};

using Submits = std::vector<CheckedSubmit>;

Result<Submits> check_model_file(std::span<const std::byte> bytes, const std::string& path, const hw::Chip& chip) {
  const auto model = container::parse_model(bytes);
  if (!model) return propagate(model);
  for (const std::string& warning : model->warnings) note("warning", input_name(path) + ": " + warning);
  auto device = Device::open(fmt::format("emulator:{}", chip.name));
  if (!device) return propagate(device);
  return session::check_model(*device, *model);
}

/// The buffers of a submit as the recording's driver mapped them, in whole pages, with the words in their places.
Result<std::vector<std::vector<std::byte>>> memory_of(const replay::Submit& submit) {
  std::vector<std::vector<std::byte>> memory;
  std::size_t total = 0;
  for (const replay::Buffer& buffer : submit.buffers) {
    if (buffer.bytes > kMaxRecordingBytes || (total += buffer.bytes) > kMaxRecordingBytes)
      return fail(Code::kBadFile, fmt::format("the buffers take more than {} MiB", kMaxRecordingBytes >> 20));
    memory.emplace_back(align_up(std::max<std::size_t>(buffer.bytes, 1), kPageBytes));
  }
  for (const replay::Task& task : submit.tasks)
    for (std::size_t i = 0; i < memory.size(); ++i) {
      const std::uint64_t offset = task.record.regcmd_addr - submit.buffers[i].address;
      if (task.record.regcmd_addr < submit.buffers[i].address || offset >= memory[i].size()) continue;
      const std::size_t room = (memory[i].size() - offset) / hw::kWordBytes;
      for (std::size_t word = 0; word < std::min(task.words.size(), room); ++word)
        store_le(std::span(memory[i]), offset + word * hw::kWordBytes, task.words[word]);
    }
  return memory;
}

Result<Submits> check_recording(std::span<const std::byte> bytes, const hw::Chip& chip) {
  const auto recording = replay::parse_recording({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!recording) return propagate(recording);
  Submits submits;
  for (const replay::Submit& submit : recording->submits) {
    const auto memory = memory_of(submit);
    if (!memory) return propagate(memory);
    std::vector<std::string> names;
    for (const replay::Buffer& buffer : submit.buffers) names.push_back(fmt::format("mem {}", buffer.index));
    std::vector<check::Memory> buffers;
    for (std::size_t i = 0; i < memory->size(); ++i)
      buffers.push_back({submit.buffers[i].address, (*memory)[i], names[i]});
    CheckedSubmit checked{{submit.task_start, submit.task_number}, {}, 0, std::nullopt};
    std::vector<hw::TaskRecord> tasks;
    for (std::size_t i = 0; i < submit.task_number; ++i) {
      const replay::Task& task = submit.tasks[submit.task_start + i];
      tasks.push_back(task.record);
      checked.words += task.words.size();
    }
    if (const auto good = check::check({chip, tasks, buffers}); !good) checked.refusal = good.error();
    submits.push_back(std::move(checked));
  }
  return submits;
}

Result<Submits> check_submits(std::span<const std::byte> bytes, const std::string& path, const hw::Chip& chip) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  auto submits = text.starts_with(kModelMagic) ? check_model_file(bytes, path, chip) : check_recording(bytes, chip);
  if (!submits) return propagate(submits, input_name(path));
  return submits;
}

std::string tasks_text(const TaskRange& tasks) {
  return tasks.count == 1 ? std::to_string(tasks.first)
                          : fmt::format("{}-{}", tasks.first, tasks.first + tasks.count - 1);
}

void add(const std::string& path, const Submits& submits, Table& table, nlohmann::ordered_json& json) {
  nlohmann::ordered_json entries = nlohmann::ordered_json::array();
  bool accepted = true;
  for (std::size_t i = 0; i < submits.size(); ++i) {
    const CheckedSubmit& submit = submits[i];
    accepted = accepted && !submit.refusal;
    table.add({container::printable(input_name(path)), std::to_string(i), tasks_text(submit.tasks),
               std::to_string(submit.words), submit.refusal ? "refused" : "good"});
    nlohmann::ordered_json entry{{"first_task", submit.tasks.first},
                                 {"tasks", submit.tasks.count},
                                 {"words", submit.words},
                                 {"accepted", !submit.refusal}};
    if (submit.refusal) entry["message"] = container::printable(submit.refusal->message, 1024);
    entries.push_back(std::move(entry));
  }
  json.push_back({{"file", container::printable(input_name(path))}, {"accepted", accepted}, {"submits", entries}});
}

/// What is printed in the end, about all files.
struct Findings {
  Table submits{{{"file"}, {"submit", kRight}, {"tasks", kRight}, {"words", kRight}, {"verdict"}}};
  bool has_submits = false;
  std::string onnx;
  nlohmann::ordered_json json = nlohmann::ordered_json::array();

  std::string text() const { return (has_submits ? submits.text("") : "") + onnx; }
};

/// Reports what is wrong with a file and gives the exit status of the first fault.
int check_file(const std::string& path, const hw::Chip& chip, bool lower, Findings& findings) {
  const auto bytes = read_input(path);
  if (!bytes) return report(bytes.error());
  if (is_onnx(path, *bytes)) return check_onnx(path, *bytes, lower ? &chip : nullptr, findings.onnx, findings.json);
  const auto submits = check_submits(*bytes, path, chip);
  if (!submits) return report(submits.error());
  findings.has_submits = true;
  add(path, *submits, findings.submits, findings.json);
  int status = kDone;
  for (std::size_t i = 0; i < submits->size(); ++i) {
    if (!(*submits)[i].refusal) continue;
    const int fault = report(at(*(*submits)[i].refusal, fmt::format("{}: submit {}", input_name(path), i)));
    if (status == kDone) status = fault;
  }
  return status;
}

int list_chips() {
  std::string text;
  for (const hw::Chip& chip : hw::chips()) text += fmt::format("{}\n", chip.name);
  return print(text);
}

int run(const Options& options) {
  if (options.chip == "help") return list_chips();
  if (options.operators) return print(onnx::support_text());
  const hw::Chip* chip = hw::find_chip(options.chip.empty() ? "rk3566" : options.chip);
  if (chip == nullptr)
    return report({Code::kUsage, fmt::format("no chip '{}'", options.chip), "", "--chip help lists them"});
  if (options.paths.empty()) return report({Code::kUsage, "no file given", "", "see mattock check --help"});

  Findings findings;
  int status = kDone;
  for (const std::string& path : options.paths) {
    // A file that cannot be read does not keep the others from being checked; the first fault decides.
    const int fault = check_file(path, *chip, !options.chip.empty(), findings);
    if (status == kDone) status = fault;
  }
  const int printed = print(options.json ? findings.json.dump(2) + "\n" : findings.text());
  return status == kDone ? printed : status;
}

}  // namespace

void register_check(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "check", "Ask the checker about model files and recorded streams, or what an ONNX model has that is not covered");
  command->add_option("files", options->paths, "Models (.rknn, .onnx) or recordings (text), or - for standard input");
  command->add_option(
      "--chip", options->chip,
      "The chip they are for (rk3566 if not given); help lists the chips. ONNX models are lowered for it");
  command->add_flag("--operators", options->operators, "Print which ONNX operators are covered, and nothing else");
  command->add_flag("--json", options->json, "Print JSON instead of a table");
  command->footer(
      "Nothing runs. The checker is what every device asks before a submit: registers, limits, and every byte the "
      "tasks\n"
      "would read or write. Exit status 1 if a submit is refused; the message says why. Of an ONNX model all\n"
      "nodes are listed that Mattock does not cover, with the nearest thing that works; with --chip also those whose\n"
      "shapes no form of this chip covers.\n"
      "Examples:\n"
      "  mattock check matmul.rknn\n"
      "  mattock check model.onnx\n"
      "  mattock check model.onnx --chip rk3566\n"
      "  mattock check --json tests/data/streams/*.txt\n"
      "  mattock check --chip help");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace mattock::cli
