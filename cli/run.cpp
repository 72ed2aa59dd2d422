#include "cli/run.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/model_input.hpp"
#include "convert/describe.hpp"
#include "onnx/reader.hpp"
#include "session/json.hpp"
#include "verify/report.hpp"
#include "verify/source.hpp"
#include "verify/verify.hpp"

namespace mattock::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string model;
  std::vector<std::string> inputs;
  Destination output;
  std::string device = "auto";
  std::string layers_folder;
  bool verify = false;
  std::string source;  ///< of --verify-against; empty: not asked for
  bool json = false;
  bool print = false;
};

Json info_json(const TensorInfo& info) {
  Json json = {{"name", info.name}, {"dtype", dtype_name(info.dtype)}, {"shape", info.shape}};
  if (info.quantisation)
    json["quantisation"] = {{"scale", info.quantisation->scale}, {"zero_point", info.quantisation->zero_point}};
  return json;
}

/// What --verify and --verify-against found.
struct Verdicts {
  std::vector<verify::NodeVerdict> nodes;
  std::vector<verify::TensorVerdict> tensors;

  bool passed() const { return verify::passed(nodes) && verify::passed(tensors); }
};

/// All that a run leaves to show.
struct Report {
  const Options& options;
  const Device& device;
  const Session& session;
  std::span<const NamedArray> inputs;
  const RunResult& result;
  const Verdicts& verdicts;
};

std::string run_json(const Report& all) {
  Json json = {{"model", input_name(all.options.model)}, {"device", all.device.name()}};
  for (const TensorInfo& info : all.session.inputs()) json["inputs"].push_back(info_json(info));
  for (const TensorInfo& info : all.session.outputs()) json["outputs"].push_back(info_json(info));
  json["submits"] = session::to_json(std::span(all.result.submits));
  if (counts_tasks(all.result.submits)) json["total"] = session::to_json(total_of(all.result.submits));
  if (all.options.verify) json["verify"] = verify::to_json(all.verdicts.nodes);
  if (!all.options.source.empty()) json["verify_against"] = verify::to_json(all.verdicts.tensors);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string run_text(const Report& all) {
  std::string text = fmt::format("{} on {}\n\n", input_name(all.options.model), all.device.name());
  // Results that go to a file need no second place, unless asked for.
  if (all.options.print || all.options.output.path.empty()) {
    for (const NamedArray& input : all.inputs) text += "input " + array_text(input.name, input.array);
    for (const Output& output : all.result.outputs) text += "output " + array_text(output.name, output.values);
    text += '\n';
  }
  text += submits_text(all.session.model(), all.result.submits);
  if (all.options.verify) text += "\nverified on the CPU\n" + verify::text_table(all.verdicts.nodes);
  if (!all.options.source.empty())
    text += fmt::format("\nverified on the CPU against {}\n", all.options.source) +
            verify::text_table(all.verdicts.tensors);
  return text;
}

Result<Session> load(Device& device, const std::string& path) {
  auto model = read_model_input(path);
  if (!model) return propagate(model);
  auto session = Session::load(device, std::move(*model));
  if (!session) return propagate(session, input_name(path));
  return session;
}

/// The graph that the model is to be judged by, or nothing when that is not asked for.
Result<std::optional<graph::Graph>> read_source(const std::string& path) {
  if (path.empty()) return std::nullopt;
  auto reading = onnx::read_file(path);
  if (!reading) return propagate(reading);
  if (!reading->problems.empty()) {
    Error error = onnx::problems_error(reading->problems);
    return tl::unexpected<Error>(at(std::move(error), path));
  }
  return std::move(reading->graph);
}

Result<Verdicts> verdicts_of(const Options& options, const std::optional<graph::Graph>& source,
                             const container::Model& model, const RunResult& result) {
  verify::TensorValues values;
  for (const Layer& layer : result.layers) values[layer.tensor] = layer.array;
  Verdicts verdicts;
  if (options.verify) verdicts.nodes = verify::verify(model, values);
  if (!source) return verdicts;
  auto tensors = verify::verify_against(*source, model, values);
  if (!tensors) return propagate(tensors, options.source);
  verdicts.tensors = std::move(*tensors);
  return verdicts;
}

int run(const Options& options) {
  if (options.json && options.output.path == "-")
    return report({Code::kUsage, "--json and -o - both want standard output", "", "give -o a file"});
  auto device = Device::open(options.device);
  if (!device) return report(device.error());
  auto session = load(*device, options.model);
  if (!session) return report(session.error());
  const auto source = read_source(options.source);
  if (!source) return report(source.error());
  const auto inputs = read_inputs(session->inputs(), options.inputs);
  if (!inputs) return report(inputs.error());
  if (!device->notice().empty()) note("note", device->notice());
  const bool judged = options.verify || *source;
  const auto result = session->run(*inputs, {.keep_layers = judged || !options.layers_folder.empty()});
  if (!result) return report(result.error());
  for (const std::string& notice : result->notices) note("note", notice);
  for (const std::string& warning : result->warnings) note("warning", warning);

  if (const auto written = write_outputs(options.output, result->outputs); !written) return report(written.error());
  if (!options.layers_folder.empty())
    if (const auto written = write_layers(options.layers_folder, session->model(), result->layers); !written)
      return report(written.error());
  const auto verdicts = verdicts_of(options, *source, session->model(), *result);
  if (!verdicts) return report(verdicts.error());
  const int good = verdicts->passed() ? kDone
                                      : report({Code::kBadInput, "a node's result is not the reference's",
                                                input_name(options.model), "see the table of verdicts"});
  const auto unknown =
      std::ranges::count(verdicts->nodes, verify::Verdict::kNotVerified, &verify::NodeVerdict::verdict);
  if (unknown > 0 && !*source && session->model().compiler == convert::compiler_text())
    note("note", "what mattock convert wrote is judged by --verify-against MODEL.onnx, the model it was made from");
  if (options.output.path == "-") return good;
  const Report all{options, *device, *session, *inputs, *result, *verdicts};
  if (const int printed = print(options.json ? run_json(all) : run_text(all)); printed != kDone) return printed;
  return good;
}

}  // namespace

void register_run(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("run", "Run a model file on the NPU or the emulated one");
  command->add_option("model", options->model, "A .rknn file, or - for standard input")->required();
  command->add_option("inputs", options->inputs, "An .npy file per input, in the model's order, or NAME=FILE");
  command->add_option("-o,--output", options->output.path,
                      "Write the output to this .npy file (- is standard output), or all outputs into this folder");
  command->add_flag("--raw", options->output.raw, "Write outputs in the model's own type instead of float32");
  command->add_option("--device", options->device,
                      "auto, rknpu, the path of its node, emulator, or emulator:CHIP; mattock devices lists them");
  command->add_flag("--verify", options->verify, "Recompute on the CPU every node whose parameters the file holds");
  command->add_option("--verify-against", options->source,
                      "The .onnx file a converted model was made from: recompute from it every tensor that was kept");
  command->add_option("--dump-layers", options->layers_folder, "Write what every node computed into this folder");
  command->add_flag("--json", options->json, "Print the report as JSON");
  command->add_flag("--print", options->print, "Show inputs and outputs even if they are written to files");
  command->footer(
      "--verify judges each node by what the file says of it: enough for Rockchip's files, not for the products and\n"
      "fused steps that mattock convert writes. --verify-against judges those by their ONNX model. Exit status 1 if a\n"
      "result is wrong.\n"
      "Examples:\n"
      "  mattock run matmul.rknn a.npy b.npy\n"
      "  mattock run matmul.rknn a.npy b.npy -o c.npy --verify\n"
      "  mattock convert net.onnx && mattock run net.rknn x.npy --verify-against net.onnx\n"
      "  mattock run net.rknn image=cat.npy -o results --dump-layers layers");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace mattock::cli
