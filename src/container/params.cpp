#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "container/stages.hpp"

namespace mattock::container {
namespace {

// Decodes the fields of one node's family: all families share these few kinds of values.
class Fields {
 public:
  Fields(Decoder& decoder, std::string_view name) : decoder_(decoder), name_(name) {}

  using Numbers = flatbuffers::Vector<std::int32_t>;

  std::vector<std::int32_t> numbers(const Numbers* source, std::int32_t smallest, std::string_view field) {
    auto values = decoder_.list<std::int32_t>(source, kMaxParamNumbers, name_);
    for (const std::int32_t value : values) {
      if (value >= smallest) continue;
      decoder_.refuse(Code::kBadFile,
                      fmt::format("node '{}': {} holds {}; at least {} expected", name_, field, value, smallest));
      break;
    }
    return values;
  }

  std::string text(const flatbuffers::String* source) { return decoder_.text(source, kMaxNameBytes, name_); }

  std::vector<std::int32_t> permutation(const Numbers* source) {
    auto perm = numbers(source, 0, "perm");
    auto sorted = perm;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (static_cast<std::size_t>(sorted[i]) == i) continue;
      decoder_.refuse(Code::kBadFile, fmt::format("node '{}': perm {} is no permutation", name_, fmt::join(perm, ",")));
      break;
    }
    return perm;
  }

  // What convolutions and pools have in common.
  template <class Table>
  void window(const Table& table, NodeParams& params) {
    params.pad_mode = text(table.pad_mode());
    params.kernel = numbers(table.kernel(), 1, "kernel");
    params.pads = numbers(table.pads(), 0, "pads");
    params.strides = numbers(table.strides(), 1, "strides");
  }

  template <class Table>
  void convolution(const Table& table, NodeParams& params) {
    window(table, params);
    params.dilations = numbers(table.dilations(), 1, "dilations");
    params.group = table.group();
    if (params.group < 1) {
      decoder_.refuse(Code::kBadFile, fmt::format("node '{}': group {}; at least 1 expected", name_, params.group));
    }
  }

 private:
  Decoder& decoder_;
  std::string_view name_;
};

std::optional<float> optional_of(flatbuffers::Optional<float> value) {
  return value.has_value() ? std::optional<float>(value.value()) : std::nullopt;
}

}  // namespace

NodeParams decode_params(Decoder& decoder, const file::Node& node, std::string_view name) {
  NodeParams params;
  if (node.params() == nullptr) return params;  // a family without its table says nothing
  params.type = static_cast<std::uint8_t>(node.params_type());
  Fields fields(decoder, name);
  if (const auto* conv = node.params_as_ConvParams()) fields.convolution(*conv, params);
  if (const auto* conv = node.params_as_ConvTransposeParams()) fields.convolution(*conv, params);
  if (const auto* pool = node.params_as_MaxPoolParams()) {
    fields.window(*pool, params);
    params.dilations = fields.numbers(pool->dilations(), 1, "dilations");
  }
  if (const auto* pool = node.params_as_AveragePoolParams()) {
    fields.window(*pool, params);
    params.count_include_pad = pool->count_include_pad();
  }
  if (const auto* leaky = node.params_as_LeakyReluParams()) params.alpha = optional_of(leaky->alpha());
  if (const auto* norm = node.params_as_BatchNormalizationParams()) {
    params.epsilon = optional_of(norm->epsilon());
    params.momentum = optional_of(norm->momentum());
  }
  if (const auto* concat = node.params_as_ConcatParams()) params.axis = concat->axis();
  if (const auto* split = node.params_as_SplitParams()) {
    params.axis = split->axis();
    params.split = fields.numbers(split->sizes(), 0, "split sizes");
  }
  if (const auto* transpose = node.params_as_TransposeParams()) params.perm = fields.permutation(transpose->perm());
  if (const auto* resize = node.params_as_ResizeParams()) {
    params.coordinate_mode = fields.text(resize->coordinate_mode());
    params.resize_mode = fields.text(resize->mode());
    params.nearest_mode = fields.text(resize->nearest_mode());
  }
  if (const auto* pad = node.params_as_PadParams()) params.pad_mode = fields.text(pad->mode());
  if (const auto* arg = node.params_as_ArgMaxParams()) params.axis = arg->axis();
  if (const auto* softmax = node.params_as_SoftmaxParams()) params.axis = softmax->axis();
  if (const auto* norm = node.params_as_NormParams()) {
    params.norm_mode = fields.text(norm->mode());
    params.epsilon = optional_of(norm->epsilon());
    params.axes = fields.numbers(norm->axes(), std::numeric_limits<std::int32_t>::min(), "axes");
  }
  return params;
}

}  // namespace mattock::container
