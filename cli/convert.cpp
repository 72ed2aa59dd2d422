// mattock convert: an ONNX model to a .rknn file, or to the text of any stage on the way there.
#include "convert/convert.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "container/names.hpp"
#include "hw/chip.hpp"

namespace mattock::cli {
namespace {

using convert::Conversion;
using convert::Stage;
using Json = nlohmann::ordered_json;

constexpr std::array kStages{Stage::kGraph, Stage::kLowered, Stage::kModel, Stage::kFile};

struct Options {
  std::string model, output;
  std::string chip = "rk3566", stop_after = "file";
  bool allow_assumed = false, explain = false, json = false;
};

/// What is worth a line about a conversion.
struct Summary {
  std::size_t bytes = 0, npu_tasks = 0, npu_nodes = 0, host_nodes = 0;
  double milliseconds = 0;
};

Summary summary_of(const Conversion& conversion, double milliseconds) {
  Summary summary{.bytes = conversion.file.size(), .milliseconds = milliseconds};
  for (const container::Node& node : conversion.model.nodes) {
    summary.npu_tasks += node.task_count;
    if (node.engine == container::Engine::kNpu)
      ++summary.npu_nodes;
    else if (node.op != "InputOperator" && node.op != "OutputOperator")
      ++summary.host_nodes;
  }
  return summary;
}

/// The stage that runs, on one line of a terminal that is cleared at the end; nothing where nobody watches.
class Progress {
 public:
  Progress() : shown_(isatty(STDERR_FILENO) == 1) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  void show(Stage stage) {
    if (!shown_) return;
    const auto place = static_cast<std::size_t>(stage) + 1;
    fmt::print(stderr, "\r\033[Kmattock: [{}/{}] {}", place, kStages.size(), convert::name_of(stage));
    std::fflush(stderr);
    dirty_ = true;
  }

  void clear() {
    if (dirty_) fmt::print(stderr, "\r\033[K");
    dirty_ = false;
  }

 private:
  bool shown_ = false, dirty_ = false;
};

/// "net.onnx" becomes "net.rknn", "-" stays.
std::string default_output(const std::string& model) {
  return model == "-" ? model : std::filesystem::path(model).replace_extension(".rknn").string();
}

bool is_same_file(const std::string& one, const std::string& other) {
  std::error_code ignored;
  return one != "-" && (one == other || std::filesystem::equivalent(one, other, ignored));
}

Error chip_error(const std::string& name) {
  std::string names;
  for (const hw::Chip& chip : hw::chips()) names += fmt::format("{}{}", names.empty() ? "" : ", ", chip.name);
  return {Code::kUsage, fmt::format("no chip '{}'", name), "", "chips: " + names};
}

int list_chips() {
  std::string text;
  for (const hw::Chip& chip : hw::chips()) text += fmt::format("{}\n", chip.name);
  return print(text);
}

/// Contradictions between options; `options.output` is filled in.
Result<void> settle(Options& options, Stage last) {
  if (options.model.empty()) return fail(Code::kUsage, "model is required", "see mattock convert --help");
  if (last != Stage::kFile) {
    if (options.output.empty()) return {};
    return fail(Code::kUsage, fmt::format("--stop-after {} writes no file", convert::name_of(last)), "leave out -o");
  }
  if (options.output.empty()) options.output = default_output(options.model);
  if (is_same_file(options.model, options.output))
    return fail(Code::kUsage, fmt::format("{} would be written over itself", options.model),
                "give another name with -o");
  if (options.output == "-" && (options.explain || options.json))
    return fail(Code::kUsage,
                fmt::format("the model and {} both want standard output", options.json ? "--json" : "--explain"),
                "give a file with -o");
  return {};
}

Result<Conversion> run_stages(const Options& options, Stage last) {
  Progress progress;
  const convert::Options how{options.chip, options.allow_assumed, [&](Stage stage) { progress.show(stage); }};
  if (options.model != "-") return convert::convert(std::filesystem::path(options.model), how, last);
  const auto bytes = read_input(options.model);
  if (!bytes) return propagate(bytes);
  // A stream has no folder: files beside the model are refused.
  return convert::convert(*bytes, std::filesystem::path(), how, last);
}

/// The texts that are wanted: of all stages, or of the one that was the last.
std::vector<std::pair<Stage, std::string>> stage_texts(const Options& options, const Conversion& conversion,
                                                       const hw::Chip& chip, Stage last) {
  std::vector<std::pair<Stage, std::string>> texts;
  for (const Stage stage : kStages) {
    if (stage > last || !(options.explain || (stage == last && last != Stage::kFile))) continue;
    std::string text = convert::explain(conversion, chip, stage);
    if (!text.ends_with('\n')) text += '\n';
    texts.emplace_back(stage, std::move(text));
  }
  return texts;
}

std::string text_of(const std::vector<std::pair<Stage, std::string>>& texts) {
  std::string text;
  for (const auto& [stage, lines] : texts) {
    if (texts.size() > 1) text += fmt::format("{}{}\n", text.empty() ? "" : "\n", convert::name_of(stage));
    text += lines;
  }
  return text;
}

std::string summary_text(const Options& options, const Summary& all) {
  return fmt::format("{}: {} bytes for {}, {} NPU tasks in {} nodes, {} host nodes, {:.0f} ms\n",
                     container::printable(options.output, 1024), all.bytes, options.chip, all.npu_tasks, all.npu_nodes,
                     all.host_nodes, all.milliseconds);
}

std::string json_of(const Options& options, Stage last, const Summary& all,
                    const std::vector<std::pair<Stage, std::string>>& texts) {
  Json json{{"model", input_name(options.model)}, {"chip", options.chip}, {"stage", convert::name_of(last)}};
  if (last == Stage::kFile) {
    json["output"] = options.output;
    json["bytes"] = all.bytes;
  }
  if (last >= Stage::kModel) {
    json["npu_tasks"] = all.npu_tasks;
    json["npu_nodes"] = all.npu_nodes;
    json["host_nodes"] = all.host_nodes;
  }
  json["milliseconds"] = all.milliseconds;
  for (const auto& [stage, text] : texts) json["stages"][std::string(convert::name_of(stage))] = text;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

int run(Options options) {
  if (options.chip == "help") return list_chips();
  const hw::Chip* chip = hw::find_chip(options.chip);
  if (chip == nullptr) return report(chip_error(options.chip));
  const auto last = convert::stage_of(options.stop_after);
  if (!last) return report(last.error());
  if (const auto settled = settle(options, *last); !settled) return report(settled.error());

  const auto start = std::chrono::steady_clock::now();
  const auto conversion = run_stages(options, *last);
  if (!conversion) return report(at(conversion.error(), input_name(options.model)));
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
  const Summary summary = summary_of(*conversion, taken.count());

  if (*last == Stage::kFile) {
    const std::vector<std::byte>& file = conversion->file;
    if (options.output == "-") return print({reinterpret_cast<const char*>(file.data()), file.size()});
    if (const auto written = write_file(options.output, file); !written) return report(written.error());
  }
  const auto texts = stage_texts(options, *conversion, *chip, *last);
  if (options.json) return print(json_of(options, *last, summary, texts));
  const std::string text = text_of(texts);
  return print(*last == Stage::kFile ? text + (text.empty() ? "" : "\n") + summary_text(options, summary) : text);
}

}  // namespace

void register_convert(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("convert", "Convert an ONNX model to a .rknn file");
  command->add_option("model", options->model, "An .onnx file, or - for standard input");
  command->add_option("-o,--output", options->output,
                      "Write the model to this file (- is standard output); otherwise to the input's name with .rknn");
  command->add_option("--chip", options->chip, "The chip it is for; help lists the chips")->capture_default_str();
  command->add_flag("--allow-assumed", options->allow_assumed,
                    "Use forms that no program or model of Rockchip's shows, where they are faster");
  command->add_flag("--explain", options->explain, "Print every stage as text");
  command->add_option("--stop-after", options->stop_after, "Print this stage and write no file")
      ->check(CLI::IsMember({"graph", "lowered", "model", "file"}))
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print the summary, and what --explain and --stop-after show, as JSON");
  command->footer(
      "Nodes that are not covered are named; mattock check MODEL.onnx lists all of them.\n"
      "Examples:\n"
      "  mattock convert matmul.onnx\n"
      "  mattock convert net.onnx -o net-3568.rknn --chip rk3568\n"
      "  mattock convert net.onnx --stop-after lowered\n"
      "  mattock export matmul --m 4 --k 32 --n 16 -o - | mattock convert - -o matmul.rknn");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace mattock::cli
