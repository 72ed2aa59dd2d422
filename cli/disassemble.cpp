#include "hw/disassemble.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/model_input.hpp"
#include "container/names.hpp"

namespace mattock::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string path;
  std::string tasks;
  bool json = false;
  bool no_address = false;
  bool no_raw = false;
  bool evidence = false;
};

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// "3" or "3-5"; all tasks when empty.
Result<hw::TaskRange> task_range(std::string_view text, std::size_t task_count) {
  if (text.empty()) return hw::TaskRange{0, task_count};
  const std::size_t dash = text.find('-');
  const auto first = number(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number(text.substr(dash + 1));
  if (!first || !last || *last < *first) {
    return fail(Code::kUsage, fmt::format("--task {}: a number or a range such as 2-5 expected", text));
  }
  if (*last >= task_count) {
    return fail(Code::kBadInput, fmt::format("--task {}: the file has {} tasks, counted from 0", text, task_count));
  }
  return hw::TaskRange{*first, *last - *first + 1};
}

std::string node_line(const container::Model& model, std::size_t task) {
  const std::uint32_t index = model.program.tasks[task].op_index;
  const container::Node& node = model.nodes[index];
  return fmt::format("; node {} {} {} '{}'\n", index, engine_name(node.engine), container::printable(node.op),
                     container::printable(node.name));
}

hw::TextOptions text_options(const Options& options) {
  hw::TextOptions text;
  text.show_raw = !options.no_raw;
  text.show_addresses = !options.no_address;
  text.show_evidence = options.evidence;
  return text;
}

int print_text(container::Model model, hw::TaskRange range, const Options& options) {
  for (hw::Relocation& relocation : model.program.relocations) {
    relocation.tensor = container::printable(relocation.tensor);
  }
  for (std::size_t task = range.first; task < range.first + range.count; ++task) {
    const auto text = hw::listing(model.program, {task, 1}, text_options(options));
    if (!text) return report(at(text.error(), input_name(options.path)));
    const std::string gap = task == range.first ? "" : "\n";
    if (const int status = print(gap + node_line(model, task) + *text); status != kDone) return status;
  }
  return kDone;
}

Json word_json(const hw::ListedWord& word, const Options& options) {
  Json json = {{"index", word.index}};
  if (!options.no_raw) json["word"] = fmt::format("{:016x}", word.decoded.word);
  json["register"] = hw::register_text(word.decoded);
  Json fields = Json::object();
  for (const hw::DecodedField& field : word.decoded.fields) {
    const bool hidden = options.no_address && field.info->unit == "address";
    fields[std::string(field.info->name)] = hidden ? "*" : hw::value_text(field);
  }
  if (!fields.empty()) json["fields"] = std::move(fields);
  for (const hw::Block block : word.decoded.starts) json["starts"].push_back(hw::block_name(block));
  if (word.decoded.unknown_bits != 0) json["unknown_bits"] = fmt::format("{:#x}", word.decoded.unknown_bits);
  if (!word.decoded.fully_known()) json["unknown"] = true;
  if (word.relocation != nullptr) {
    json["relocation"] = {{"tensor", word.relocation->tensor}, {"addend", word.relocation->addend}};
  }
  return json;
}

int print_json(const container::Model& model, hw::TaskRange range, const Options& options) {
  Json tasks = Json::array();
  for (std::size_t i = range.first; i < range.first + range.count; ++i) {
    const auto words = hw::list_task(model.program, i);
    if (!words) return report(at(words.error(), input_name(options.path)));
    const hw::TaskRecord& record = model.program.tasks[i];
    Json task = {{"task", i},
                 {"node", record.op_index},
                 {"operator", model.nodes[record.op_index].op},
                 {"name", model.nodes[record.op_index].name},
                 {"enable_mask", record.enable_mask},
                 {"int_mask", record.int_mask},
                 {"regcfg_amount", record.regcfg_amount},
                 {"regcmd_addr", record.regcmd_addr},
                 {"words", Json::array()}};
    for (const hw::ListedWord& word : *words) task["words"].push_back(word_json(word, options));
    tasks.push_back(std::move(task));
  }
  const Json json = {{"file", input_name(options.path)}, {"tasks", std::move(tasks)}};
  return print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

int disassemble(const Options& options) {
  auto model = read_model_input(options.path);
  if (!model) return report(model.error());
  const auto range = task_range(options.tasks, model->program.tasks.size());
  if (!range) return report(range.error());
  if (model->program.tasks.empty()) note("note", input_name(options.path) + ": no NPU tasks in this file");
  return options.json ? print_json(*model, *range, options) : print_text(std::move(*model), *range, options);
}

}  // namespace

void register_disassemble(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("disassemble", "List the register commands of a model's tasks");
  command->add_option("file", options->path, "A .rknn file, or - for standard input")->required();
  command->add_option("--task", options->tasks, "Only this task, or a range such as 2-5 (default: all)");
  command->add_flag("--json", options->json, "Print JSON instead of a listing");
  command->add_flag("--no-address", options->no_address, "Print * for addresses");
  command->add_flag("--no-raw", options->no_raw, "Leave out the raw words");
  command->add_flag("--evidence", options->evidence, "Say for every field where its meaning is known from (text only)");
  command->footer(
      "Each line: index in the task, raw word, block.register, fields. Unknown bits are marked with '!'.\n\n"
      "Examples:\n  mattock disassemble matmul.rknn\n  mattock disassemble --task 7 matmul.rknn\n"
      "  mattock disassemble --no-address --no-raw a.rknn > a.txt");
  command->callback([options, &status] { status = disassemble(*options); });
}

}  // namespace mattock::cli
