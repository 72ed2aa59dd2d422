#include "convert/convert.hpp"

#include <fmt/format.h>

#include <array>
#include <system_error>

#include "base/file.hpp"
#include "container/writer.hpp"
#include "convert/assemble.hpp"
#include "onnx/reader.hpp"

namespace mattock::convert {
namespace {

constexpr std::array<std::string_view, 4> kStages{"graph", "lowered", "model", "file"};

Result<const hw::Chip*> chip_of(const std::string& name) {
  if (const hw::Chip* chip = hw::find_chip(name)) return chip;
  std::string names;
  for (const hw::Chip& chip : hw::chips()) names += fmt::format("{}{}", names.empty() ? "" : ", ", chip.name);
  return fail(Code::kUnsupported, fmt::format("no models are made for chip '{}'", name),
              fmt::format("those known: {}", names));
}

/// Once a graph is lowered its constants lie in the module, packed.
void drop_constants(graph::Graph& graph) {
  for (graph::Tensor& tensor : graph.tensors)
    if (tensor.constant) std::vector<std::byte>().swap(tensor.constant->data);
}

Result<Conversion> convert_graph(const std::function<Result<graph::Graph>()>& read, const Options& options,
                                 Stage last) {
  const auto chip = chip_of(options.chip);
  if (!chip) return propagate(chip);
  const auto begin = [&](Stage stage) {
    if (options.progress) options.progress(stage);
  };
  Conversion result;
  begin(Stage::kGraph);
  auto graph = read();
  if (!graph) return propagate(graph);
  result.graph = std::move(*graph);
  if (last == Stage::kGraph) return result;

  begin(Stage::kLowered);
  auto module = lower::lower(result.graph, **chip, {options.allow_assumed});
  if (!module) return propagate(module);
  result.module = std::move(*module);
  drop_constants(result.graph);
  if (last == Stage::kLowered) return result;

  begin(Stage::kModel);
  auto model = assemble(result.module, **chip);
  if (!model) return propagate(model);
  result.model = std::move(*model);
  if (last == Stage::kModel) return result;

  begin(Stage::kFile);
  auto file = container::write_model(result.model);
  if (!file) return propagate(file);
  result.file = std::move(*file);
  return result;
}

}  // namespace

Result<Stage> stage_of(std::string_view name) {
  for (std::size_t i = 0; i < kStages.size(); ++i)
    if (kStages[i] == name) return static_cast<Stage>(i);
  return fail(Code::kUsage, fmt::format("'{}' is no stage", name), "stages: graph, lowered, model, file");
}

std::string_view name_of(Stage stage) { return kStages[static_cast<std::size_t>(stage)]; }

Result<Conversion> convert(std::span<const std::byte> onnx, const std::filesystem::path& folder, const Options& options,
                           Stage last) {
  return convert_graph([&] { return onnx::read_graph(onnx, folder); }, options, last);
}

Result<Conversion> convert(const std::filesystem::path& onnx, const Options& options, Stage last) {
  return convert_graph([&] { return onnx::read_graph_file(onnx); }, options, last);
}

Result<void> convert_file(const std::filesystem::path& onnx, const std::filesystem::path& rknn,
                          const Options& options) {
  const auto result = convert(onnx, options);
  if (!result) return propagate(result);
  return write_file(rknn, result->file);
}

std::string explain(const Conversion& conversion, const hw::Chip& chip, Stage stage) {
  if (stage == Stage::kGraph) return graph::dump(conversion.graph);
  std::string text = lower::dump(conversion.module);
  for (const lower::Node& node : conversion.module.nodes)
    for (const lower::Launch& launch : node.launches)
      if (const auto* product = std::get_if<lower::Product>(&launch.work); product && stage != Stage::kLowered) {
        text += fmt::format("{} '{}':\n{}", node.op, node.name, plan::to_text(chip, product->plan));
        break;
      }
  return text;
}

}  // namespace mattock::convert
