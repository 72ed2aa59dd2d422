#include "cli/check_onnx.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/console.hpp"
#include "cli/table.hpp"
#include "container/names.hpp"
#include "convert/convert.hpp"
#include "onnx/reader.hpp"

namespace mattock::cli {
namespace {

using container::printable;

std::string plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string problems_text(std::span<const onnx::Problem> problems) {
  Table table({{"name"}, {"operator"}, {"problem"}, {"what works"}});
  for (const onnx::Problem& problem : problems)
    table.add({printable(problem.name, 64), printable(problem.op), printable(problem.reason, 512),
               problem.hint.empty() ? "-" : printable(problem.hint, 512)});
  return table.text();
}

nlohmann::ordered_json problems_json(std::span<const onnx::Problem> problems) {
  constexpr std::size_t kWhole = std::size_t{1} << 20;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const onnx::Problem& problem : problems)
    list.push_back({{"name", printable(problem.name, kWhole)},
                    {"operator", printable(problem.op, kWhole)},
                    {"problem", printable(problem.reason, kWhole)},
                    {"what_works", printable(problem.hint, kWhole)}});
  return list;
}

/// What the chip's forms do not cover. A graph with nodes that cannot be read is not asked about: its shapes are
/// unknown.
std::vector<onnx::Problem> chip_problems(graph::Graph graph, const hw::Chip& chip) {
  std::vector<onnx::Problem> problems;
  for (const lower::Refusal& refusal : convert::refusals(std::move(graph), chip, false)) {
    const Error& error = refusal.error;
    problems.push_back({refusal.node.empty() ? "-" : refusal.node, refusal.op,
                        error.where.empty() ? error.message : fmt::format("{}: {}", error.where, error.message),
                        error.hint});
  }
  return problems;
}

}  // namespace

bool is_onnx(const std::string& path, std::span<const std::byte> bytes) {
  constexpr std::byte kVersionField{0x08};
  if (path != "-") return std::filesystem::path(path).extension() == ".onnx";
  return !bytes.empty() && bytes[0] == kVersionField;
}

int check_onnx(const std::string& path, std::span<const std::byte> bytes, const hw::Chip* chip, std::string& text,
               nlohmann::ordered_json& json) {
  const std::string name = printable(input_name(path), 1024);
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  auto reading = onnx::read(bytes, path == "-" ? "" : (folder.empty() ? "." : folder));
  if (!reading) {
    Error error = reading.error();
    error.message = printable(error.message, 1024);
    return report(at(error, name));
  }
  std::vector<onnx::Problem>& problems = reading->problems;
  const bool is_covered = problems.empty();
  if (is_covered && chip != nullptr) problems = chip_problems(std::move(reading->graph), *chip);
  const std::string for_chip = chip == nullptr ? "" : fmt::format(", for {}", chip->name);
  const std::string size = fmt::format("opset {}, {}{}", reading->opset, plural(reading->nodes, "node"), for_chip);
  json.push_back({{"file", name},
                  {"accepted", problems.empty()},
                  {"opset", reading->opset},
                  {"nodes", reading->nodes},
                  {"problems", problems_json(problems)}});
  if (chip != nullptr) json.back()["chip"] = chip->name;
  if (problems.empty()) {
    text += fmt::format("{}: ok ({})\n", name, size);
    return kDone;
  }
  const std::string count = plural(problems.size(), "problem");
  text += fmt::format("{}: {} ({})\n{}", name, count, size, problems_text(problems));
  return report({Code::kUnsupported,
                 is_covered ? fmt::format("{}: it cannot be lowered for {}", count, chip->name)
                            : fmt::format("{}: Mattock does not cover all of it", count),
                 name, ""});
}

}  // namespace mattock::cli
