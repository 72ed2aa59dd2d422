// mattock export: writes small ONNX models, without the framework that would otherwise be needed for it.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/convert.hpp"
#include "base/file.hpp"
#include "base/npy.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "onnx/matmul_model.hpp"

namespace mattock::cli {
namespace {

struct Options {
  onnx::MatMulModel model;
  std::string dtype = "fp32";
  std::string constant_b;
  std::string output;
  bool json = false;
};

Result<Array> read_constant(const std::string& path, DType dtype) {
  const auto bytes = read_input(path);
  if (!bytes) return propagate(bytes);
  const auto array = parse_npy(*bytes);
  if (!array) return propagate(array, input_name(path));
  Array result = converted(*array, dtype);
  const std::size_t lost = count_infinities(dtype, result.data) - count_infinities(array->dtype, array->data);
  if (lost > 0)
    note("warning", fmt::format("{}: {} of {} numbers are too large for {} and become infinite", input_name(path), lost,
                                array->size(), dtype_name(dtype)));
  return result;
}

std::string json_of(const Options& options, std::size_t bytes) {
  const onnx::MatMulModel& model = options.model;
  nlohmann::ordered_json json{
      {"output", options.output}, {"bytes", bytes}, {"m", model.m}, {"k", model.k}, {"n", model.n}};
  if (model.batch) json["batch"] = *model.batch;
  json["dtype"] = dtype_name(model.dtype);
  json["constant_b"] = model.b.has_value();
  return json.dump(2) + "\n";
}

int export_matmul(Options options) {
  if (options.output == "-" && options.json)
    return report({Code::kUsage, "-o - and --json both want standard output", "", "give -o a file"});
  options.model.dtype = options.dtype == "fp16" ? DType::kFloat16 : DType::kFloat32;
  if (!options.constant_b.empty()) {
    auto b = read_constant(options.constant_b, options.model.dtype);
    if (!b) return report(b.error());
    options.model.b = std::move(*b);
  }
  const auto bytes = onnx::write_matmul(options.model);
  if (!bytes) return report(bytes.error());
  if (options.output == "-") return print({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (const auto written = write_file(options.output, *bytes); !written) return report(written.error());
  return options.json ? print(json_of(options, bytes->size())) : kDone;
}

}  // namespace

void register_export(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("export", "Write a small ONNX model");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();
  CLI::App* matmul = command->add_subcommand("matmul", "One matrix product: C [m, n] = A [m, k] times B [k, n]");
  matmul->add_option("--m", options->model.m, "Rows of A")->required();
  matmul->add_option("--k", options->model.k, "Columns of A, rows of B")->required();
  matmul->add_option("--n", options->model.n, "Columns of B")->required();
  matmul->add_option("--batch", options->model.batch, "That many products at once: A and B have three dimensions");
  matmul->add_option("--dtype", options->dtype, "Type of A, B and C")
      ->check(CLI::IsMember({"fp32", "fp16"}))
      ->capture_default_str();
  matmul->add_option("--constant-b", options->constant_b, "Store this .npy file as B; otherwise B is an input");
  matmul->add_option("-o,--output", options->output, "Write the model to this file (- is standard output)")->required();
  matmul->add_flag("--json", options->json, "Print what was written as JSON");
  matmul->footer("Example:\n  mattock export matmul --m 4 --k 32 --n 16 -o matmul.onnx");
  matmul->callback([options, &status] { status = export_matmul(*options); });
}

}  // namespace mattock::cli
