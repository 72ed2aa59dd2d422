// mattock matmul: one product of two .npy files, planned and run without a model.
#include "matmul/matmul.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/npy.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/run.hpp"
#include "matmul/float_over_int8.hpp"
#include "plan/json.hpp"
#include "verify/product.hpp"

namespace mattock::cli {
namespace {

struct Options {
  std::string a, b, output;
  std::string type = "auto", output_type = "auto";
  std::string device = "auto";
  bool allow_assumed = false, no_streaming = false;
  bool verify = false, explain = false, json = false;
};

Result<Array> read_matrix(const std::string& path) {
  const auto bytes = read_input(path);
  if (!bytes) return propagate(bytes);
  auto array = parse_npy(*bytes);
  if (!array) return propagate(array, input_name(path));
  return array;
}

Result<MatmulOptions> options_of(const Options& options, const Array& a, const Array& b) {
  MatmulOptions result;
  const bool int8 =
      options.type == "int8" || (options.type == "auto" && a.dtype == DType::kInt8 && b.dtype == DType::kInt8);
  result.operand = int8 ? plan::Operand::kInt8 : plan::Operand::kFp16;
  result.output = int8 ? plan::Output::kInt32 : plan::Output::kFp32;
  if (options.output_type == "fp16") result.output = plan::Output::kFp16;
  if (options.output_type == "fp32") result.output = plan::Output::kFp32;
  if (options.output_type == "int32") result.output = plan::Output::kInt32;
  result.plan.allow_assumed = options.allow_assumed;
  result.plan.weight_streaming = !options.no_streaming;
  return result;
}

/// The plan of one matrix product of the stack, which is what explain and --json show.
Result<plan::MatmulPlan> plan_of(const hw::Chip& chip, const Array& a, const Array& b, const MatmulOptions& options) {
  const auto size = [](std::int64_t dimension) { return static_cast<std::size_t>(dimension); };
  const std::size_t m = a.shape.size() == 1 ? 1 : size(a.shape[a.shape.size() - 2]);
  const std::size_t n = b.shape.size() == 1 ? 1 : size(b.shape.back());
  return plan::plan_matmul(chip, {m, size(a.shape.back()), n}, {options.operand, options.output}, options.plan);
}

/// Numbers that are not int8 asked to be multiplied as int8: each row of A and column of B gets a scale.
bool is_float_over_int8(const Options& options, const Array& a, const Array& b) {
  return options.type == "int8" && (a.dtype != DType::kInt8 || b.dtype != DType::kInt8);
}

Result<Array> multiply_over_int8(Device& device, const Array& a, const Array& b, const MatmulOptions& options,
                                 double& error_bound) {
  const auto shape = matmul_shape(a.shape, b.shape);
  if (!shape) return propagate(shape);
  Array c = Array::zeros(DType::kFloat32, *shape);
  const auto bound = matmul_over_int8(device, view_of(a), view_of(b), view_of(c), options.plan);
  if (!bound) return propagate(bound);
  error_bound = *bound;
  return c;
}

/// What is shown of a product that has elements.
struct Shown {
  std::optional<plan::MatmulPlan> plan;
  std::optional<verify::ProductVerdict> verdict;
  std::optional<double> error_bound;  ///< of numbers multiplied as int8
};

std::string text_of(const Options& options, const Device& device, const Array& c, const Shown& shown) {
  std::string text;
  if (options.explain && shown.plan) text += plan::to_text(device.chip(), *shown.plan) + "\n";
  if (options.output.empty()) text += "C: " + array_text("product", c).substr(std::string_view("product: ").size());
  if (shown.error_bound)
    text += fmt::format("multiplied as int8: at most {:.4g} from the exact product\n", *shown.error_bound);
  if (shown.verdict) text += verify::to_text(*shown.verdict) + "\n";
  return text;
}

std::string json_of(const Options& options, const Device& device, const Array& c, const Shown& shown) {
  nlohmann::ordered_json json{{"device", device.name()}, {"shape", c.shape}, {"dtype", dtype_name(c.dtype)}};
  if (shown.plan) json["plan"] = to_json(device.chip(), *shown.plan, {});
  if (shown.error_bound) json["error_bound"] = *shown.error_bound;
  if (shown.verdict) json["verify"] = verify::to_json(*shown.verdict);
  if (!options.output.empty()) json["output"] = options.output;
  return json.dump(2) + "\n";
}

int multiply(const Options& options) {
  if (options.output == "-" && (options.json || options.explain))
    return report({Code::kUsage, "-o - and a report both want standard output", "", "give -o a file"});
  auto device = Device::open(options.device);
  if (!device) return report(device.error());
  const auto a = read_matrix(options.a);
  if (!a) return report(a.error());
  const auto b = read_matrix(options.b);
  if (!b) return report(b.error());
  const auto how = options_of(options, *a, *b);
  if (!how) return report(how.error());
  if (!device->notice().empty()) note("note", device->notice());
  Shown shown;
  const bool over_int8 = is_float_over_int8(options, *a, *b);
  if (over_int8 && options.verify)
    return report({Code::kUsage, "--verify compares bits, which numbers multiplied as int8 do not keep", "",
                   "the error bound is printed instead"});
  double error_bound = 0;
  const auto c = over_int8 ? multiply_over_int8(*device, *a, *b, *how, error_bound)
                           : matmul(*device, view_of(*a), view_of(*b), *how);
  if (!c) return report(c.error());
  if (over_int8) shown.error_bound = error_bound;
  if (c->size() > 0 && a->size() > 0) {
    auto plan = plan_of(device->chip(), *a, *b, *how);
    if (!plan) return report(plan.error());
    shown.plan = std::move(*plan);
  }
  if (options.verify) {
    auto verdict = verify::verify_product(*a, *b, *c, how->operand == plan::Operand::kInt8,
                                          shown.plan ? shown.plan->parts.size() : 1);
    if (!verdict) return report(verdict.error());
    shown.verdict = *verdict;
  }
  if (!options.output.empty() && options.output != "-")
    if (const auto written = write_npy(options.output, *c); !written) return report(written.error());
  if (options.output == "-") {
    const auto bytes = format_npy(*c);
    return print({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  const std::string text = options.json ? json_of(options, *device, *c, shown) : text_of(options, *device, *c, shown);
  if (const int printed = print(text); printed != kDone) return printed;
  if (shown.verdict && !shown.verdict->passed())
    return report({Code::kBadInput, "the product is not the reference's", "", ""});
  return kDone;
}

}  // namespace

void register_matmul(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("matmul", "Multiply two matrices, without a model");
  command->add_option("a", options->a, "A .npy file, or - for standard input")->required();
  command->add_option("b", options->b, "A .npy file; shapes as in NumPy's matmul")->required();
  command->add_option("-o,--output", options->output, "Write the product to this .npy file (- is standard output)");
  command
      ->add_option("--type", options->type,
                   "What is multiplied: fp16, int8 (other numbers are scaled to it per row and column), or auto "
                   "(int8 if both arrays are)")
      ->check(CLI::IsMember({"auto", "fp16", "int8"}));
  command->add_option("--output-type", options->output_type, "fp32 or fp16 of fp16, int32 of int8")
      ->check(CLI::IsMember({"auto", "fp32", "fp16", "int32"}));
  command->add_option("--device", options->device,
                      "auto, rknpu, the path of its node, emulator, or emulator:CHIP; mattock devices lists them");
  command->add_flag("--verify", options->verify, "Compute the product again on the CPU and compare");
  command->add_flag("--explain", options->explain, "Show the plan: tiles, banks, tasks, bytes, time, grade");
  command->add_flag("--allow-assumed", options->allow_assumed, "Use programming forms nobody has seen on a chip");
  command->add_flag("--no-weight-streaming", options->no_streaming, "Keep kernels inside their banks");
  command->add_flag("--json", options->json, "Print a report as JSON");
  command->footer(
      "Examples:\n"
      "  mattock matmul a.npy b.npy\n"
      "  mattock matmul a.npy b.npy -o c.npy --verify --explain\n"
      "  mattock matmul weights.npy x.npy --type fp16 --json | jq .plan.tasks");
  command->callback([options, &status] { status = multiply(*options); });
}

}  // namespace mattock::cli
