#include "graph/graph.hpp"

#include <algorithm>

namespace mattock::graph {
namespace {

struct Namer {
  std::string_view operator()(const MatMul&) const { return "MatMul"; }
  std::string_view operator()(const Conv&) const { return "Conv"; }
  std::string_view operator()(const ConvTranspose&) const { return "ConvTranspose"; }
  std::string_view operator()(const Add&) const { return "Add"; }
  std::string_view operator()(const Sub&) const { return "Sub"; }
  std::string_view operator()(const Mul&) const { return "Mul"; }
  std::string_view operator()(const Div&) const { return "Div"; }
  std::string_view operator()(const Max&) const { return "Max"; }
  std::string_view operator()(const Neg&) const { return "Neg"; }
  std::string_view operator()(const Abs&) const { return "Abs"; }
  std::string_view operator()(const Relu&) const { return "Relu"; }
  std::string_view operator()(const Clip&) const { return "Clip"; }
  std::string_view operator()(const LeakyRelu&) const { return "LeakyRelu"; }
  std::string_view operator()(const PRelu&) const { return "PRelu"; }
  std::string_view operator()(const Reshape&) const { return "Reshape"; }
  std::string_view operator()(const Transpose&) const { return "Transpose"; }
  std::string_view operator()(const Split&) const { return "Split"; }
  std::string_view operator()(const Concat&) const { return "Concat"; }
  std::string_view operator()(const Softmax&) const { return "Softmax"; }
  std::string_view operator()(const Convert&) const { return "Convert"; }
};

}  // namespace

std::string_view op_name(const Op& op) { return std::visit(Namer{}, op); }
std::string_view op_name(const Elementwise& op) { return std::visit(Namer{}, op); }

bool is_arithmetic(const Op& op) {
  return !std::holds_alternative<Reshape>(op) && !std::holds_alternative<Transpose>(op) &&
         !std::holds_alternative<Split>(op) && !std::holds_alternative<Concat>(op) &&
         !std::holds_alternative<Softmax>(op) && !std::holds_alternative<Convert>(op);
}

std::optional<Shape> broadcast(const Shape& a, const Shape& b) {
  Shape result(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < result.size(); ++i) {  // from the last dimension backwards
    const std::int64_t left = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t right = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (left != right && left != 1 && right != 1) return std::nullopt;
    result[result.size() - 1 - i] = left == 1 ? right : left;
  }
  return result;
}

}  // namespace mattock::graph
