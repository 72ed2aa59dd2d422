#include "convert/convert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/file.hpp"
#include "container/writer.hpp"
#include "convert/assemble.hpp"
#include "convert/describe.hpp"
#include "convert/pack.hpp"
#include "onnx/reader.hpp"

namespace mattock::convert {
namespace {

constexpr std::array<std::pair<Stage, std::string_view>, 4> kStages{
    {{Stage::kGraph, "graph"}, {Stage::kLowered, "lowered"}, {Stage::kModel, "model"}, {Stage::kFile, "file"}}};

std::string chip_names() {
  std::string names;
  for (const hw::Chip& chip : hw::chips()) names += fmt::format("{}{}", names.empty() ? "" : ", ", chip.name);
  return names;
}

Result<const hw::Chip*> chip_of(const Options& options) {
  if (const hw::Chip* chip = hw::find_chip(options.chip)) return chip;
  return fail(Code::kUnsupported, fmt::format("chip '{}' is not known", options.chip),
              fmt::format("models can be made for: {}", chip_names()));
}

/// Once a graph is lowered its constants lie in the module, packed: only their shapes are kept.
void drop_constants(graph::Graph& graph) {
  for (graph::Tensor& tensor : graph.tensors)
    if (tensor.constant) std::vector<std::byte>().swap(tensor.constant->data);
}

/// From result.graph on, up to and with `last`. Every step checks what it gets and what it gives: the graph, the
/// tensors' places, and the file, which is read again.
Result<void> make(Conversion& result, const hw::Chip& chip, const Options& options, Stage last) {
  const auto begin = [&](Stage stage) {
    if (options.progress) options.progress(stage);
  };
  if (last == Stage::kGraph) return {};

  begin(Stage::kLowered);
  auto module = lower::lower(result.graph, chip, {.allow_assumed = options.allow_assumed});
  if (!module) return propagate(module);
  result.module = std::move(*module);
  if (const auto packed = pack_kernels(result.module, chip); !packed) return propagate(packed);
  drop_constants(result.graph);
  if (last == Stage::kLowered) return {};

  begin(Stage::kModel);
  auto model = assemble(result.module, chip);
  if (!model) return propagate(model);
  result.model = std::move(*model);
  if (last == Stage::kModel) return {};

  begin(Stage::kFile);
  auto file = container::write_model(result.model);
  if (!file) return propagate(file);
  result.file = std::move(*file);
  return {};
}

/// `read` gives the Reading.
template <class Read>
Result<Conversion> run(const Read& read, const Options& options, Stage last) {
  const auto chip = chip_of(options);
  if (!chip) return propagate(chip);
  if (options.progress) options.progress(Stage::kGraph);
  auto reading = read();
  if (!reading) return propagate(reading);
  if (!reading->problems.empty()) return tl::unexpected<Error>(onnx::problems_error(reading->problems));
  Conversion result;
  result.graph = std::move(reading->graph);
  if (const auto made = make(result, **chip, options, last); !made) return propagate(made);
  return result;
}

}  // namespace

Result<Stage> stage_of(std::string_view name) {
  for (const auto& [stage, text] : kStages)
    if (text == name) return stage;
  std::string names;
  for (const auto& [stage, text] : kStages) names += fmt::format("{}{}", names.empty() ? "" : ", ", text);
  return fail(Code::kUsage, fmt::format("'{}' is no stage of a conversion; there are: {}", name, names));
}

std::string_view name_of(Stage stage) { return kStages[static_cast<std::size_t>(stage)].second; }

Result<Conversion> convert(const std::filesystem::path& onnx, const Options& options, Stage last) {
  auto result = run([&] { return onnx::read_file(onnx); }, options, last);
  if (result) return result;
  Error error = result.error();  // the reader has named the file, lowering the node
  if (error.where.empty())
    error.where = onnx.string();
  else if (error.where != onnx.string())
    error.where = fmt::format("{}: {}", onnx.string(), error.where);
  return tl::unexpected<Error>(std::move(error));
}

Result<Conversion> convert(std::span<const std::byte> onnx, const std::filesystem::path& folder, const Options& options,
                           Stage last) {
  return run([&] { return onnx::read(onnx, folder); }, options, last);
}

std::vector<lower::Refusal> refusals(graph::Graph graph, const hw::Chip& chip, bool allow_assumed) {
  auto found = lower::refusals(graph, chip, {.allow_assumed = allow_assumed});
  if (!found.empty()) return found;
  Options options;
  options.allow_assumed = allow_assumed;
  Conversion whole;
  whole.graph = std::move(graph);
  if (const auto made = make(whole, chip, options, Stage::kFile); !made) found.push_back({"", "model", made.error()});
  return found;
}

Result<void> convert_file(const std::filesystem::path& onnx, const std::filesystem::path& rknn,
                          const Options& options) {
  const auto result = convert(onnx, options);
  if (!result) return propagate(result);
  return write_file(rknn, result->file);
}

std::string explain(const Conversion& conversion, const hw::Chip& chip, Stage stage) {
  switch (stage) {
    case Stage::kGraph: return graph::dump(conversion.graph);
    case Stage::kLowered: return lower::dump(conversion.module);
    case Stage::kModel: return model_text(conversion.model);
    case Stage::kFile:
      return fmt::format("file of {} bytes for {}, which takes {} tasks at once\n", conversion.file.size(), chip.name,
                         chip.max_tasks) +
             tasks_text(conversion.model);
  }
  return {};
}

}  // namespace mattock::convert
