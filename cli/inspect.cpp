#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <cstdlib>
#include <memory>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/model_input.hpp"
#include "cli/table.hpp"
#include "container/json.hpp"
#include "container/names.hpp"

namespace mattock::cli {
namespace {

using container::printable;
constexpr auto kRight = Table::Align::kRight;

std::string line(std::string_view key, std::string_view value) { return fmt::format("  {:<10} {}\n", key, value); }

std::string heading_text(const container::Model& model, const std::string& name) {
  const hw::Program& program = model.program;
  std::string text = printable(name) + "\n";
  text += line("target", fmt::format("{} (generation {})", printable(model.target), printable(model.generation)));
  text += line("compiler", printable(model.compiler));
  text += line("framework", printable(model.framework));
  text += line("container", fmt::format("version {}", model.container_version));
  text += line("memory", fmt::format("constants {} bytes, internal {} bytes", model.memory.weight_bytes,
                                     model.memory.internal_bytes));
  text += line("commands",
               fmt::format("{} words ({} bytes), {} tasks, {} relocations", program.words.size(),
                           program.words.size() * hw::kWordBytes, program.tasks.size(), program.relocations.size()));
  if (!model.custom_ops.empty()) text += line("custom", printable(model.custom_ops));
  return text;
}

// Many channels are shown by their number alone; --json has them all.
std::string quantization_text(const container::Tensor& tensor) {
  if (tensor.scale.empty()) return "-";
  if (tensor.scale.size() > 1) return fmt::format("{} channels", tensor.scale.size());
  const std::int64_t zero_point = tensor.zero_point[0];
  if (zero_point == 0) return fmt::format("q * {}", tensor.scale[0]);
  return fmt::format("(q {} {}) * {}", zero_point < 0 ? '+' : '-', std::abs(zero_point), tensor.scale[0]);
}

std::string shape_cell(const Shape& shape) { return shape.empty() ? "-" : shape_text(shape); }

bool has_offset(container::TensorKind kind) {
  return kind == container::TensorKind::kInput || kind == container::TensorKind::kOutput ||
         kind == container::TensorKind::kIntermediate;
}

// Command stream and task records state no size; their bytes are those of the program.
std::size_t bytes_of(const container::Model& model, const container::Tensor& tensor) {
  if (tensor.kind == container::TensorKind::kCommands) return model.program.words.size() * hw::kWordBytes;
  if (tensor.kind == container::TensorKind::kTasks) return model.program.tasks.size() * hw::TaskRecord::kBytes;
  return std::max(tensor.size, tensor.data.size());
}

std::string tensors_text(const container::Model& model) {
  Table table({{"#", kRight},
               {"name"},
               {"kind"},
               {"dtype"},
               {"shape"},
               {"layout"},
               {"stored as"},
               {"bytes", kRight},
               {"offset", kRight},
               {"real value"}});
  for (std::size_t i = 0; i < model.tensors.size(); ++i) {
    const container::Tensor& tensor = model.tensors[i];
    if (tensor.kind == container::TensorKind::kPlaceholder) continue;
    table.add({std::to_string(i), printable(tensor.name), std::string(kind_name(tensor.kind)),
               std::string(dtype_name(tensor.dtype)), shape_cell(tensor.shape), std::string(layout_name(tensor.layout)),
               shape_cell(tensor.native_shape), std::to_string(bytes_of(model, tensor)),
               has_offset(tensor.kind) ? std::to_string(tensor.offset) : "-", quantization_text(tensor)});
  }
  return table.text();
}

std::string indices_text(const std::vector<std::size_t>& indices) {
  return indices.empty() ? "-" : fmt::format("{}", fmt::join(indices, " "));
}

std::string task_range(const container::Node& node) {
  if (node.task_count == 0) return "-";
  const std::size_t last = node.first_task + node.task_count - 1;
  return last == node.first_task ? std::to_string(last) : fmt::format("{}-{}", node.first_task, last);
}

std::string nodes_text(const container::Model& model) {
  Table table(
      {{"#", kRight}, {"operator"}, {"name"}, {"engine"}, {"tasks", kRight}, {"which"}, {"inputs"}, {"outputs"}});
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const container::Node& node = model.nodes[i];
    table.add({std::to_string(i), printable(node.op), printable(node.name), std::string(engine_name(node.engine)),
               std::to_string(node.task_count), task_range(node), indices_text(node.inputs),
               indices_text(node.outputs)});
  }
  return table.text();
}

/// Tables for people. `name` is what the file is called.
std::string model_text(const container::Model& model, const std::string& name) {
  std::string text = heading_text(model, name);
  text += fmt::format("  {:<10} tensor {}\n  {:<10} tensor {}\n", "inputs", indices_text(model.inputs), "outputs",
                      indices_text(model.outputs));
  text += "\ntensors\n" + tensors_text(model) + "\noperators\n" + nodes_text(model);
  return text;
}

int inspect(const std::string& path, bool as_json) {
  const auto model = read_model_input(path);
  if (!model) return report(model.error());
  return print(as_json ? container::to_json(*model, input_name(path)) : model_text(*model, input_name(path)));
}

struct Options {
  std::string path;
  bool json = false;
};

}  // namespace

void register_inspect(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("inspect", "Show what is in a model file: tensors, operators, memory");
  command->add_option("file", options->path, "A .rknn file, or - for standard input")->required();
  command->add_flag("--json", options->json, "Print JSON instead of tables");
  command->footer("Examples:\n  mattock inspect matmul.rknn\n  mattock inspect --json matmul.rknn | jq .tensors");
  command->callback([options, &status] { status = inspect(options->path, options->json); });
}

}  // namespace mattock::cli
