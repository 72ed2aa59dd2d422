#include "session/vendor_compare.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "base/npy.hpp"

namespace mattock::test {
namespace {

/// Distance of neighbouring floats of this type at `value`: fraction bits of half and bfloat16.
double step_at(DType dtype, double value) {
  const int fraction_bits = dtype == DType::kBfloat16 ? 7 : 10;
  const int lowest_exponent = dtype == DType::kBfloat16 ? -126 : -14;
  const int exponent = value == 0 ? lowest_exponent : std::max(std::ilogb(value), lowest_exponent);
  return std::ldexp(1.0, exponent - fraction_bits);
}

/// The simulator's number as the integer it stands for.
double quantised(const Quantisation& quantisation, double value) {
  return std::nearbyint(value / double{quantisation.scale}) + quantisation.zero_point;
}

void add_difference(Comparison& result, double found, double expected, double unit) {
  ++result.elements;
  if (found == expected) ++result.equal;
  const double steps = std::fabs(found - expected) / unit;
  result.worst = std::max(result.worst, std::isnan(steps) ? INFINITY : steps);
}

void compare_output(Comparison& result, const TensorInfo& info, const Output& output, const Array& simulated) {
  if (info.quantisation) {
    for (std::size_t i = 0; i < simulated.size(); ++i)
      add_difference(result, element_as_double(output.raw, i),
                     quantised(*info.quantisation, element_as_double(simulated, i)), 1);
    return;
  }
  double largest = 0;
  for (std::size_t i = 0; i < simulated.size(); ++i)
    largest = std::max(largest, std::fabs(element_as_double(simulated, i)));
  for (std::size_t i = 0; i < simulated.size(); ++i)
    add_difference(result, element_as_double(output.raw, i), element_as_double(simulated, i),
                   step_at(info.dtype, largest));
}

}  // namespace

std::vector<Expectation> read_expectations(const std::filesystem::path& readme) {
  std::vector<Expectation> rows;
  std::ifstream file(readme);
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells;
    std::istringstream text(line);
    for (std::string cell; std::getline(text, cell, '|');) {
      const auto begin = cell.find_first_not_of(' ');
      cells.push_back(begin == std::string::npos ? "" : cell.substr(begin, cell.find_last_not_of(' ') - begin + 1));
    }
    // | model | type | bytes | NPU tasks | exercises | elements | equal | worst | worst vs onnxruntime |
    if (cells.size() != 10 || cells[6].empty() || cells[6].find_first_not_of("0123456789") != std::string::npos)
      continue;
    rows.push_back({cells[1], cells[2], std::stoul(cells[6]), std::stoul(cells[7]), std::stod(cells[8])});
  }
  return rows;
}

Result<Comparison> compare(Device& device, const std::filesystem::path& model, const std::filesystem::path& arrays) {
  auto session = Session::load(device, model);
  if (!session) return propagate(session);
  std::vector<Array> inputs;
  for (const TensorInfo& input : session->inputs()) {
    auto array = read_npy(arrays / ("in_" + input.name + ".npy"));
    if (!array) return propagate(array);
    inputs.push_back(std::move(*array));
  }
  const auto run = session->run(inputs);
  if (!run) return propagate(run);

  Comparison result;
  for (const SubmitRecord& submit : run->submits)
    for (const auto& task : submit.report.tasks) {
      ++result.tasks;
      result.cycles += task.cycles;
      result.bytes +=
          task.command_bytes + task.feature_bytes + task.weight_bytes + task.operand_bytes + task.output_bytes;
    }
  for (std::size_t i = 0; i < run->outputs.size(); ++i) {
    const auto simulated = read_npy(arrays / ("sim_" + run->outputs[i].name + ".npy"));
    if (!simulated) return propagate(simulated);
    if (simulated->size() != run->outputs[i].raw.size())
      return fail(Code::kBadInput, "the recorded output has another element count than the model's");
    compare_output(result, session->outputs()[i], run->outputs[i], *simulated);
  }
  return result;
}

bool meets(const Comparison& found, const Expectation& expected) {
  const double allowed = 0.01 * static_cast<double>(expected.equal);
  const double difference = static_cast<double>(found.equal) - static_cast<double>(expected.equal);
  return found.elements == expected.elements && std::fabs(difference) <= allowed &&
         std::round(found.worst * 100) / 100 <= expected.worst;
}

}  // namespace mattock::test
