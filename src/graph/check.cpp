#include "graph/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/printable.hpp"

namespace mattock::graph {
namespace {

constexpr std::int64_t kMaxElements = std::int64_t{1} << 40;

bool is_integer(DType dtype) {
  return dtype == DType::kInt8 || dtype == DType::kUint8 || dtype == DType::kInt16 || dtype == DType::kUint16 ||
         dtype == DType::kInt32 || dtype == DType::kUint32;
}

std::pair<std::int64_t, std::int64_t> stored_range(DType dtype) {
  const std::int64_t values = std::int64_t{1} << (8 * element_bytes(dtype));
  const bool is_signed = dtype == DType::kInt8 || dtype == DType::kInt16 || dtype == DType::kInt32;
  return is_signed ? std::pair{-values / 2, values / 2 - 1} : std::pair{std::int64_t{0}, values - 1};
}

Result<void> check_shape(const Tensor& tensor) {
  std::int64_t count = 1;
  for (const std::int64_t dim : tensor.shape) {
    if (dim < 1 || dim > kMaxElements / count)
      return fail(Code::kBadInput, fmt::format("tensor '{}': shape {} has a dimension below 1 or is too large",
                                               printable(tensor.name), shape_text(tensor.shape)));
    count *= dim;
  }
  return {};
}

Result<void> check_quantization(const Tensor& tensor) {
  const Quantization& q = *tensor.quantization;
  if (!is_integer(tensor.dtype))
    return fail(Code::kBadInput, fmt::format("tensor '{}': {} cannot be quantized, only integers of 8 to 32 bits",
                                             printable(tensor.name), dtype_name(tensor.dtype)));
  const bool per_axis = q.scale.size() > 1;
  if (q.scale.empty() || q.zero_point.size() != q.scale.size() ||
      (per_axis &&
       (q.axis >= tensor.shape.size() || tensor.shape[q.axis] != static_cast<std::int64_t>(q.scale.size()))))
    return fail(Code::kBadInput,
                fmt::format("tensor '{}': {} scales and {} zero points for shape {}; either one of each, or one of "
                            "each per index of an axis",
                            printable(tensor.name), q.scale.size(), q.zero_point.size(), shape_text(tensor.shape)));
  for (const std::int32_t zero_point : q.zero_point)
    if (const auto [low, high] = stored_range(tensor.dtype); zero_point < low || zero_point > high)
      return fail(Code::kBadInput, fmt::format("tensor '{}': zero point {} is no {}", printable(tensor.name),
                                               zero_point, dtype_name(tensor.dtype)));
  for (const double scale : q.scale)
    if (!(scale > 0) || std::isinf(scale))
      return fail(Code::kBadInput,
                  fmt::format("tensor '{}': scale {} is not a positive number", printable(tensor.name), scale));
  return {};
}

Result<void> check_tensor(const Tensor& tensor) {
  if (auto shape = check_shape(tensor); !shape) return shape;
  if (tensor.quantization)
    if (auto quantization = check_quantization(tensor); !quantization) return quantization;
  if (!tensor.constant) return {};
  const Array& data = *tensor.constant;
  if (data.dtype != tensor.dtype || data.shape != tensor.shape ||
      data.data.size() != data.size() * element_bytes(data.dtype))
    return fail(Code::kBadInput, fmt::format("tensor '{}': declared {} {}, but its constant is {} {} in {} bytes",
                                             printable(tensor.name), dtype_name(tensor.dtype), shape_text(tensor.shape),
                                             dtype_name(data.dtype), shape_text(data.shape), data.data.size()));
  return {};
}

/// Which tensors hold a value at this point of the walk over the nodes.
class Written {
 public:
  explicit Written(const Graph& graph) : graph_(graph), written_(graph.tensors.size(), false) {}

  Result<void> define(TensorId id, std::string_view by) {
    if (id >= written_.size()) return out_of_range(id, by);
    if (written_[id])
      return fail(Code::kBadInput,
                  fmt::format("{}: tensor '{}' already has a value", by, printable(graph_.tensors[id].name)));
    written_[id] = true;
    return {};
  }

  Result<void> use(TensorId id, std::string_view by) const {
    if (id >= written_.size()) return out_of_range(id, by);
    if (!written_[id])
      return fail(Code::kBadInput, fmt::format("{}: tensor '{}' is read before it has a value; it must be an input, a "
                                               "constant or written by an earlier node",
                                               by, printable(graph_.tensors[id].name)));
    return {};
  }

 private:
  Result<void> out_of_range(TensorId id, std::string_view by) const {
    return fail(Code::kBadInput,
                fmt::format("{}: tensor index {} of {} tensors does not exist", by, id, written_.size()));
  }

  const Graph& graph_;
  std::vector<bool> written_;
};

Result<void> walk_node(const Graph& graph, const Node& node, Written& written) {
  const std::string by = fmt::format("node '{}' ({})", printable(node.name), op_name(node.op));
  for (const TensorId id : node.inputs)
    if (auto ok = written.use(id, by); !ok) return ok;
  for (const Fused& step : node.epilogue)
    if (step.operand)
      if (auto ok = written.use(*step.operand, by); !ok) return ok;
  for (const TensorId id : node.outputs)
    if (auto ok = written.define(id, by); !ok) return ok;
  return check_node(graph, node);
}

}  // namespace

Result<void> check(const Graph& graph) {
  Written written(graph);
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    const Tensor& tensor = graph.tensors[id];
    if (auto ok = check_tensor(tensor); !ok) return ok;
    if (tensor.constant)
      if (auto ok = written.define(id, "constants"); !ok) return ok;
  }
  for (const TensorId id : graph.inputs)
    if (auto ok = written.define(id, "graph inputs"); !ok) return ok;
  for (const Node& node : graph.nodes)
    if (auto ok = walk_node(graph, node, written); !ok) return ok;
  for (const TensorId id : graph.outputs)
    if (auto ok = written.use(id, "graph outputs"); !ok) return ok;
  return {};
}

}  // namespace mattock::graph
