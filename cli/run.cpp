#include "cli/run.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/model_input.hpp"
#include "session/json.hpp"
#include "verify/report.hpp"
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
  bool json = false;
  bool print = false;
};

Json info_json(const TensorInfo& info) {
  Json json = {{"name", info.name}, {"dtype", dtype_name(info.dtype)}, {"shape", info.shape}};
  if (info.quantisation)
    json["quantisation"] = {{"scale", info.quantisation->scale}, {"zero_point", info.quantisation->zero_point}};
  return json;
}

/// All that a run leaves to show.
struct Report {
  const Options& options;
  const Device& device;
  const Session& session;
  std::span<const NamedArray> inputs;
  const RunResult& result;
  const std::vector<verify::NodeVerdict>& verdicts;
};

std::string run_json(const Report& all) {
  Json json = {{"model", input_name(all.options.model)}, {"device", all.device.name()}};
  for (const TensorInfo& info : all.session.inputs()) json["inputs"].push_back(info_json(info));
  for (const TensorInfo& info : all.session.outputs()) json["outputs"].push_back(info_json(info));
  json["submits"] = session::to_json(std::span(all.result.submits));
  json["total"] = session::to_json(total_of(all.result.submits));
  if (all.options.verify) json["verify"] = verify::to_json(all.verdicts);
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
  if (all.options.verify) text += "\nverified on the CPU\n" + verify::text_table(all.verdicts);
  return text;
}

Result<Session> load(Device& device, const std::string& path) {
  auto model = read_model_input(path);
  if (!model) return propagate(model);
  auto session = Session::load(device, std::move(*model));
  if (!session) return propagate(session, input_name(path));
  return session;
}

/// Recomputes every node that can be from what its inputs were.
std::vector<verify::NodeVerdict> verdicts_of(const container::Model& model, const RunResult& result) {
  verify::TensorValues values;
  for (const Layer& layer : result.layers) values[layer.tensor] = layer.array;
  return verify::verify(model, values);
}

int run(const Options& options) {
  if (options.json && options.output.path == "-")
    return report({Code::kUsage, "--json and -o - both want standard output", "", "give -o a file"});
  auto device = Device::open(options.device);
  if (!device) return report(device.error());
  auto session = load(*device, options.model);
  if (!session) return report(session.error());
  const auto inputs = read_inputs(session->inputs(), options.inputs);
  if (!inputs) return report(inputs.error());
  if (!device->notice().empty()) note("note", device->notice());
  const auto result = session->run(*inputs, {.keep_layers = options.verify || !options.layers_folder.empty()});
  if (!result) return report(result.error());
  for (const std::string& notice : result->notices) note("note", notice);
  for (const std::string& warning : result->warnings) note("warning", warning);

  if (const auto written = write_outputs(options.output, result->outputs); !written) return report(written.error());
  if (!options.layers_folder.empty())
    if (const auto written = write_layers(options.layers_folder, session->model(), result->layers); !written)
      return report(written.error());
  std::vector<verify::NodeVerdict> verdicts;
  if (options.verify) verdicts = verdicts_of(session->model(), *result);
  const int good = verify::passed(verdicts) ? kDone
                                            : report({Code::kBadInput, "a node's result is not the reference's",
                                                      input_name(options.model), "see the table of --verify"});
  if (options.output.path == "-") return good;
  const Report all{options, *device, *session, *inputs, *result, verdicts};
  if (const int printed = print(options.json ? run_json(all) : run_text(all)); printed != kDone) return printed;
  return good;
}

}  // namespace

void register_run(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("run", "Run a model file on the emulated NPU");
  command->add_option("model", options->model, "A .rknn file, or - for standard input")->required();
  command->add_option("inputs", options->inputs, "An .npy file per input, in the model's order, or NAME=FILE");
  command->add_option("-o,--output", options->output.path,
                      "Write the output to this .npy file (- is standard output), or all outputs into this folder");
  command->add_flag("--raw", options->output.raw, "Write outputs in the model's own type instead of float32");
  command->add_option("--device", options->device, "emulator, emulator:CHIP, or auto");
  command->add_flag("--verify", options->verify, "Recompute on the CPU every node whose parameters the file holds");
  command->add_option("--dump-layers", options->layers_folder, "Write what every node computed into this folder");
  command->add_flag("--json", options->json, "Print the report as JSON");
  command->add_flag("--print", options->print, "Show inputs and outputs even if they are written to files");
  command->footer(
      "Examples:\n"
      "  mattock run matmul.rknn a.npy b.npy\n"
      "  mattock run matmul.rknn a.npy b.npy -o c.npy --verify\n"
      "  mattock run net.rknn image=cat.npy -o results --dump-layers layers");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace mattock::cli
