// Changes ONNX models so that most remain models: changed bytes seldom get past the reader, as sizes and names must
// agree. libFuzzer calls it in place of its own changes, to which every third round is left; so does the replay driver.
#include <onnx.pb.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "fuzz/mutator.hpp"

namespace {

// Around the atoms and limits of the hardware, and beyond.
constexpr std::int64_t kSizes[] = {0,  1,  2,  3,  4,   5,    7,    8,    9,     12,    15,    16,
                                   17, 24, 31, 32, 33,  63,   64,   65,   100,   1000,  4096,  8191,
                                   -1, 40, 48, 72, 127, 8193, 2048, 3200, 10241, 32761, 70000, 1 << 20};
constexpr float kFar = std::numeric_limits<float>::infinity();
constexpr float kNumbers[] = {
    0,     1,      -1,     0.5F,   6,    65504, 65520, -65520,
    1e-7F, 1e-30F, 1e-45F, -3e38F, kFar, -kFar, 0.1F,  std::numeric_limits<float>::quiet_NaN()};
constexpr const char* kOperators[] = {"Abs",    "Add",       "Cast",      "Clip",    "Div",    "Flatten",
                                      "Gemm",   "Identity",  "MatMul",    "Max",     "Mul",    "Neg",
                                      "PRelu",  "LeakyRelu", "Transpose", "Relu",    "Sub",    "Div",
                                      "MatMul", "Reshape",   "Softmax",   "Squeeze", "MatMul", "Unsqueeze"};
constexpr const char* kAttributes[] = {"axis", "alpha", "beta", "transA", "transB", "perm", "min", "max", "to", "axes"};

class Mutation {
 public:
  Mutation(onnx::ModelProto& model, unsigned seed) : model_(model), graph_(*model.mutable_graph()), random_(seed) {}

  void apply() {
    for (onnx::ValueInfoProto& output : *graph_.mutable_output())  // sizes follow from the nodes
      output.mutable_type()->mutable_tensor_type()->clear_shape();
    for (unsigned left = 1 + pick(4); left > 0; --left) change();
  }

 private:
  unsigned pick(std::size_t below) { return below == 0 ? 0 : static_cast<unsigned>(random_() % below); }
  template <class Array>
  const auto& one_of(const Array& array) {
    return array[pick(std::size(array))];
  }
  template <class Field>
  auto* any(Field* field) {
    return field->empty() ? nullptr : field->Mutable(static_cast<int>(pick(static_cast<std::size_t>(field->size()))));
  }

  void change() {
    switch (pick(10)) {
      case 0:
      case 1: return resize();
      case 2: return set_number();
      case 3: return replace_operator();
      case 4: return rewire();
      case 5:
      case 6: return add_node();
      case 7: return add_output();
      case 8: return set_attribute();
      default: return set_opset();
    }
  }

  /// One size becomes another wherever it stands, so that products still fit; now and then in one place only.
  void resize() {
    std::vector<std::int64_t> found;
    for (const auto& input : graph_.input())
      for (const auto& dim : input.type().tensor_type().shape().dim()) found.push_back(dim.dim_value());
    for (const auto& tensor : graph_.initializer())
      found.insert(found.end(), tensor.dims().begin(), tensor.dims().end());
    if (found.empty()) return;
    const std::int64_t from = one_of(found), to = one_of(kSizes);
    const bool everywhere = pick(4) != 0;
    for (auto& input : *graph_.mutable_input())
      for (auto& dim : *input.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim())
        if (dim.dim_value() == from && (everywhere || pick(2) == 0)) dim.set_dim_value(to);
    for (auto& tensor : *graph_.mutable_initializer()) {
      if (!everywhere && pick(2) == 0) continue;
      for (auto& dim : *tensor.mutable_dims())
        if (dim == from) dim = to;
      fill(tensor);
    }
  }

  /// As many elements as the dimensions ask for, by repeating those there are.
  static void fill(onnx::TensorProto& tensor) {
    std::size_t count = 1;
    for (const std::int64_t dim : tensor.dims()) {
      if (dim < 0 || dim > 100'000) return;
      if ((count *= static_cast<std::size_t>(dim)) > 100'000) return;
    }
    if (tensor.raw_data().empty()) return;
    const std::size_t bytes = count * element_bytes(tensor.data_type());
    std::string& raw = *tensor.mutable_raw_data();
    const std::string pattern = raw;
    while (raw.size() < bytes) raw += pattern;
    raw.resize(bytes);
  }
  static std::size_t element_bytes(int type) {
    switch (type) {
      case onnx::TensorProto::FLOAT:
      case onnx::TensorProto::INT32: return 4;
      case onnx::TensorProto::INT64:
      case onnx::TensorProto::DOUBLE: return 8;
      case onnx::TensorProto::FLOAT16: return 2;
      default: return 1;
    }
  }

  void set_number() {
    onnx::TensorProto* tensor = any(graph_.mutable_initializer());
    if (tensor == nullptr) return;
    std::string& raw = *tensor->mutable_raw_data();
    if (tensor->data_type() == onnx::TensorProto::FLOAT && raw.size() >= 4) return put(raw, one_of(kNumbers));
    if (tensor->data_type() == onnx::TensorProto::INT64 && raw.size() >= 8)
      return put(raw, pick(2) == 0 ? one_of(kSizes) : static_cast<std::int64_t>(pick(4)) - 2);
    if (!raw.empty()) raw[pick(raw.size())] = static_cast<char>(random_());
  }
  template <class Number>
  void put(std::string& raw, Number number) {
    std::memcpy(raw.data() + pick(raw.size() / sizeof number) * sizeof number, &number, sizeof number);
  }

  void replace_operator() {
    if (onnx::NodeProto* node = any(graph_.mutable_node())) node->set_op_type(one_of(kOperators));
  }

  /// Inputs, initializers, and what the nodes before `end` give.
  std::vector<std::string> names(int end) const {
    std::vector<std::string> names;
    for (const auto& input : graph_.input()) names.push_back(input.name());
    for (const auto& tensor : graph_.initializer()) names.push_back(tensor.name());
    for (int i = 0; i < end; ++i)
      names.insert(names.end(), graph_.node(i).output().begin(), graph_.node(i).output().end());
    return names;
  }

  void rewire() {
    if (graph_.node().empty()) return;
    const int at = static_cast<int>(pick(static_cast<std::size_t>(graph_.node_size())));
    const std::vector<std::string> known = names(at);
    std::string* input = any(graph_.mutable_node(at)->mutable_input());
    if (input != nullptr && !known.empty()) *input = one_of(known);
  }

  void add_node() {
    const std::vector<std::string> known = names(graph_.node_size());
    if (known.empty() || graph_.node_size() > 20) return;
    onnx::NodeProto& node = *graph_.add_node();
    node.set_op_type(one_of(kOperators));
    for (unsigned left = 1 + pick(2); left > 0; --left) node.add_input(pick(2) == 0 ? known.back() : one_of(known));
    node.add_output(std::to_string(random_()));
    graph_.add_output()->set_name(node.output(0));
    if (pick(2) == 0 && graph_.output_size() > 1) graph_.mutable_output()->DeleteSubrange(0, 1);
  }

  void add_output() {
    const std::vector<std::string> known = names(graph_.node_size());
    if (known.empty()) return;
    if (pick(3) == 0 && graph_.output_size() > 1)
      graph_.mutable_output()->RemoveLast();
    else
      graph_.add_output()->set_name(one_of(known));
  }

  void set_attribute() {
    onnx::NodeProto* node = any(graph_.mutable_node());
    if (node == nullptr) return;
    onnx::AttributeProto* attribute = any(node->mutable_attribute());
    if (attribute == nullptr || pick(4) == 0) {
      attribute = node->add_attribute();
      attribute->set_name(one_of(kAttributes));
      attribute->set_type(pick(2) == 0 ? onnx::AttributeProto::INT : onnx::AttributeProto::FLOAT);
    }
    if (attribute->ints_size() > 1 && pick(2) == 0)
      attribute->mutable_ints()->SwapElements(0, attribute->ints_size() - 1);
    else if (attribute->ints_size() > 0)
      attribute->set_ints(0, static_cast<std::int64_t>(pick(6)) - 2);
    attribute->set_i(pick(4) == 0 ? one_of(kSizes) : static_cast<std::int64_t>(pick(6)) - 2);
    attribute->set_f(one_of(kNumbers));
  }

  void set_opset() {
    if (model_.opset_import_size() > 0) model_.mutable_opset_import(0)->set_version(6 + pick(17));
  }

  onnx::ModelProto& model_;
  onnx::GraphProto& graph_;
  std::mt19937 random_;
};

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  onnx::ModelProto model;
  if (seed % 3 != 0 && model.ParseFromArray(data, static_cast<int>(size)) && model.has_graph()) {
    Mutation(model, seed).apply();
    const std::string changed = model.SerializeAsString();
    if (changed.size() <= most) {
      std::memcpy(data, changed.data(), changed.size());
      return changed.size();
    }
  }
  return LLVMFuzzerMutate(data, size, most);
}
