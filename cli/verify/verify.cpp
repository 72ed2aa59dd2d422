#include "verify/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/bytes.hpp"
#include "reference/reference.hpp"
#include "verify/node_graph.hpp"

namespace mattock::verify {
namespace {

/// Position of a 16- or 32-bit float pattern on the number line, so that neighbours differ by one.
template <class Bits, class Signed>
double line_position(Bits bits) {
  constexpr Bits kSign = static_cast<Bits>(Bits{1} << (sizeof(Bits) * 8 - 1));
  const auto magnitude = static_cast<Signed>(bits & static_cast<Bits>(~kSign));
  return (bits & kSign) != 0 ? -static_cast<double>(magnitude) : static_cast<double>(magnitude);
}

double position(const Array& array, std::size_t i) {
  switch (array.dtype) {
    case DType::kFloat16:
    case DType::kBfloat16: return line_position<std::uint16_t, std::int32_t>(load_le<std::uint16_t>(array.data, i * 2));
    case DType::kFloat32: return line_position<std::uint32_t, std::int64_t>(load_le<std::uint32_t>(array.data, i * 4));
    default: return element_as_double(array, i);
  }
}

/// Steps between two elements; two NaN are equal, the sign of zero does not count (no recording promises
/// either), one NaN alone is infinitely far.
double steps_between(const Array& a, const Array& b, std::size_t i) {
  const bool a_nan = std::isnan(element_as_double(a, i));
  const bool b_nan = std::isnan(element_as_double(b, i));
  if (a_nan || b_nan) return a_nan && b_nan ? 0 : INFINITY;
  return std::fabs(position(a, i) - position(b, i));
}

struct Worst {
  std::size_t tensor = 0, element = 0;
  double found = 0, expected = 0;
};

void compare(const Array& found, const Array& expected, std::size_t tensor, NodeVerdict& verdict, Worst& worst) {
  verdict.elements += expected.size();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double steps = steps_between(found, expected, i);
    if (steps == 0) continue;
    ++verdict.differing;
    if (steps <= verdict.worst) continue;
    verdict.worst = steps;
    worst = {tensor, i, element_as_double(found, i), element_as_double(expected, i)};
  }
}

NodeVerdict not_verified(NodeVerdict verdict, std::string note) {
  verdict.verdict = Verdict::kNotVerified;
  verdict.note = std::move(note);
  return verdict;
}

NodeVerdict verify_node(const container::Model& model, std::size_t index, const TensorValues& values) {
  const container::Node& node = model.nodes[index];
  NodeVerdict verdict{index, node.name, node.op, Verdict::kNotVerified, 0, 0, 0, {}};
  const auto made = node_graph(model, node, values);
  if (!made) return not_verified(std::move(verdict), fmt::format("not verified: {}", made.error().message));
  if (!*made) return not_verified(std::move(verdict), std::string(kOnlyInCommands));
  const auto expected = reference::evaluate((*made)->graph, (*made)->inputs);
  if (!expected) return not_verified(std::move(verdict), fmt::format("not verified: {}", expected.error().message));

  Worst worst;
  for (std::size_t i = 0; i < expected->size(); ++i) {
    const std::size_t tensor = (*made)->outputs[i];
    const auto found = values.find(tensor);
    if (found == values.end() || found->second.dtype != (*expected)[i].dtype ||
        found->second.shape != (*expected)[i].shape)
      return not_verified(std::move(verdict), fmt::format("not verified: the value of tensor '{}' was not kept",
                                                          model.tensors[tensor].name));
    compare(found->second, (*expected)[i], tensor, verdict, worst);
  }
  if (verdict.differing == 0) {
    verdict.verdict = Verdict::kExact;
    return verdict;
  }
  verdict.verdict = !(*made)->exact && verdict.worst <= 1 ? Verdict::kWithin : Verdict::kMismatch;
  verdict.note = fmt::format("element {} of '{}' is {}, reference {}", worst.element, model.tensors[worst.tensor].name,
                             worst.found, worst.expected);
  return verdict;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kExact: return "exact";
    case Verdict::kWithin: return "within 1";
    case Verdict::kMismatch: return "mismatch";
    case Verdict::kNotVerified: return "not verified";
  }
  return "";
}

std::vector<NodeVerdict> verify(const container::Model& model, const TensorValues& values) {
  std::vector<NodeVerdict> verdicts;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const container::Node& node = model.nodes[i];
    if (node.op == "InputOperator" || node.op == "OutputOperator" || node.outputs.empty()) continue;
    verdicts.push_back(verify_node(model, i, values));
  }
  return verdicts;
}

bool passed(const std::vector<NodeVerdict>& verdicts) {
  return std::none_of(verdicts.begin(), verdicts.end(),
                      [](const NodeVerdict& v) { return v.verdict == Verdict::kMismatch; });
}

}  // namespace mattock::verify
