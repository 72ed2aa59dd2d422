// judge_evaluate --with reference|emulator FOLDER: evaluates the models of a folder, many in one process.
//
// For each case-N.onnx the inputs are case-N.in0.npy, case-N.in1.npy, ... in the graph's order; the results become
// case-N.reference0.npy and so on, after who was asked. A case that fails is one line on stdout, "case-N: error", and
// the next one follows. Exit status: 0 if all were evaluated, 1 if some failed, 2 if the call is wrong.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/npy.hpp"
#include "container/reader.hpp"
#include "convert/convert.hpp"
#include "onnx/problem.hpp"
#include "onnx/reader.hpp"
#include "reference/reference.hpp"
#include "session/session.hpp"

namespace {

using namespace mattock;
namespace fs = std::filesystem;

using Evaluate = Result<std::vector<Array>> (*)(const fs::path& model);

fs::path beside(const fs::path& model, std::string_view kind, std::size_t i) {
  return fs::path(model).replace_extension(fmt::format("{}{}.npy", kind, i));
}

Result<std::vector<Array>> inputs_of(const graph::Graph& graph, const fs::path& model) {
  std::vector<Array> inputs;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    auto input = read_npy(beside(model, "in", i));
    if (!input) return propagate(input);
    inputs.push_back(std::move(*input));
  }
  return inputs;
}

Result<std::vector<Array>> by_reference(const fs::path& model) {
  const auto reading = onnx::read_file(model);
  if (!reading) return propagate(reading);
  if (!reading->problems.empty()) return tl::unexpected<Error>(onnx::problems_error(reading->problems));
  const auto inputs = inputs_of(reading->graph, model);
  if (!inputs) return propagate(inputs);
  return reference::evaluate(reading->graph, *inputs);
}

/// Converted, written, read again and run: all that stands between an ONNX file and its results.
Result<std::vector<Array>> by_emulator(const fs::path& model) {
  const auto conversion = convert::convert(model, {});
  if (!conversion) return propagate(conversion);
  auto file = container::parse_model(conversion->file);
  if (!file) return propagate(file);
  const auto inputs = inputs_of(conversion->graph, model);
  if (!inputs) return propagate(inputs);
  auto device = Device::open("emulator");
  if (!device) return propagate(device);
  auto session = Session::load(*device, std::move(*file));
  if (!session) return propagate(session);
  const auto result = session->run(*inputs);
  if (!result) return propagate(result);
  std::vector<Array> outputs;
  for (const Output& output : result->outputs) outputs.push_back(output.values);
  return outputs;
}

/// Who can be asked.
struct Evaluator {
  std::string_view name;
  Evaluate evaluate;
};
constexpr std::array kEvaluators{Evaluator{"reference", by_reference}, Evaluator{"emulator", by_emulator}};

Result<void> judge(const fs::path& model, const Evaluator& evaluator) {
  const auto outputs = evaluator.evaluate(model);
  if (!outputs) return propagate(outputs);
  for (std::size_t i = 0; i < outputs->size(); ++i)
    if (auto ok = write_npy(beside(model, evaluator.name, i), (*outputs)[i]); !ok) return ok;
  return {};
}

std::vector<fs::path> models_in(const fs::path& folder) {
  std::vector<fs::path> models;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".onnx") models.push_back(entry.path());
  std::sort(models.begin(), models.end());
  return models;
}

int usage() {
  std::fputs("usage: judge_evaluate --with reference|emulator FOLDER\n", stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 || std::string_view(argv[1]) != "--with" || !fs::is_directory(argv[3])) return usage();
  const auto* evaluator =
      std::find_if(kEvaluators.begin(), kEvaluators.end(), [&](const Evaluator& row) { return row.name == argv[2]; });
  if (evaluator == kEvaluators.end()) return usage();
  bool all = true;
  for (const fs::path& model : models_in(argv[3])) {
    const auto ok = judge(model, *evaluator);
    if (ok) continue;
    all = false;
    fmt::print("{}: {}\n", model.stem().string(), to_string(ok.error()));
    std::fflush(stdout);  // it is to be seen even if the next model ends the program
  }
  return all ? 0 : 1;
}
