#include "cli/check_onnx.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/console.hpp"
#include "cli/table.hpp"
#include "container/names.hpp"
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

}  // namespace

bool is_onnx(const std::string& path, std::span<const std::byte> bytes) {
  constexpr std::byte kVersionField{0x08};
  if (path != "-") return std::filesystem::path(path).extension() == ".onnx";
  return !bytes.empty() && bytes[0] == kVersionField;
}

int check_onnx(const std::string& path, std::span<const std::byte> bytes, std::string& text,
               nlohmann::ordered_json& json) {
  const std::string name = printable(input_name(path), 1024);
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const auto reading = onnx::read(bytes, path == "-" ? "" : (folder.empty() ? "." : folder));
  if (!reading) {
    Error error = reading.error();
    error.message = printable(error.message, 1024);
    return report(at(error, name));
  }
  const std::vector<onnx::Problem>& problems = reading->problems;
  const std::string size = fmt::format("opset {}, {}", reading->opset, plural(reading->nodes, "node"));
  json.push_back({{"file", name},
                  {"accepted", problems.empty()},
                  {"opset", reading->opset},
                  {"nodes", reading->nodes},
                  {"problems", problems_json(problems)}});
  if (problems.empty()) {
    text += fmt::format("{}: ok ({})\n", name, size);
    return kDone;
  }
  const std::string count = plural(problems.size(), "problem");
  text += fmt::format("{}: {} ({})\n{}", name, count, size, problems_text(problems));
  return report({Code::kUnsupported, fmt::format("{}: Mattock does not cover all of it", count), name, ""});
}

}  // namespace mattock::cli
