#include <fmt/format.h>

#include "container/write_stages.hpp"
#include "rknn_generated.h"

namespace mattock::container {
namespace {

// What convolutions and pools have in common; `Family` is flatc's type of the table.
template <class Family>
Place write_convolution(FlatBuilder& builder, const NodeParams& params) {
  TableWriter table(builder);
  table.text(Family::VT_PAD_MODE, params.pad_mode);
  table.numbers(Family::VT_DILATIONS, params.dilations);
  table.numbers(Family::VT_KERNEL, params.kernel);
  table.numbers(Family::VT_PADS, params.pads);
  table.numbers(Family::VT_STRIDES, params.strides);
  table.fields().number(Family::VT_GROUP, params.group, 1);
  return table.finish();
}

Place write_max_pool(FlatBuilder& builder, const NodeParams& params) {
  using T = file::MaxPoolParams;
  TableWriter table(builder);
  table.text(T::VT_PAD_MODE, params.pad_mode);
  table.numbers(T::VT_DILATIONS, params.dilations);
  table.numbers(T::VT_KERNEL, params.kernel);
  table.numbers(T::VT_PADS, params.pads);
  table.numbers(T::VT_STRIDES, params.strides);
  return table.finish();
}

Place write_average_pool(FlatBuilder& builder, const NodeParams& params) {
  using T = file::AveragePoolParams;
  TableWriter table(builder);
  table.text(T::VT_PAD_MODE, params.pad_mode);
  table.numbers(T::VT_KERNEL, params.kernel);
  table.numbers(T::VT_PADS, params.pads);
  table.numbers(T::VT_STRIDES, params.strides);
  table.fields().number(T::VT_COUNT_INCLUDE_PAD, params.count_include_pad);
  return table.finish();
}

Place write_resize(FlatBuilder& builder, const NodeParams& params) {
  using T = file::ResizeParams;
  TableWriter table(builder);
  table.text(T::VT_COORDINATE_MODE, params.coordinate_mode);
  table.text(T::VT_MODE, params.resize_mode);
  table.text(T::VT_NEAREST_MODE, params.nearest_mode);
  return table.finish();
}

Place write_norm(FlatBuilder& builder, const NodeParams& params) {
  using T = file::NormParams;
  TableWriter table(builder);
  table.text(T::VT_MODE, params.norm_mode);
  table.numbers(T::VT_AXES, params.axes);
  table.fields().optional(T::VT_EPSILON, params.epsilon);
  return table.finish();
}

template <class Family>
Place write_axis(FlatBuilder& builder, const NodeParams& params) {
  TableWriter table(builder);
  table.fields().number(Family::VT_AXIS, params.axis.value_or(0));
  return table.finish();
}

// The families of one or two fields stand here whole.
std::optional<Place> write_params(FlatBuilder& builder, const NodeParams& params) {
  TableWriter table(builder);
  switch (static_cast<file::Params>(params.type)) {
    case file::Params_ConvParams: return write_convolution<file::ConvParams>(builder, params);
    case file::Params_ConvTransposeParams: return write_convolution<file::ConvTransposeParams>(builder, params);
    case file::Params_MaxPoolParams: return write_max_pool(builder, params);
    case file::Params_AveragePoolParams: return write_average_pool(builder, params);
    case file::Params_ResizeParams: return write_resize(builder, params);
    case file::Params_NormParams: return write_norm(builder, params);
    case file::Params_ConcatParams: return write_axis<file::ConcatParams>(builder, params);
    case file::Params_ArgMaxParams: return write_axis<file::ArgMaxParams>(builder, params);
    case file::Params_SoftmaxParams: return write_axis<file::SoftmaxParams>(builder, params);
    case file::Params_LeakyReluParams:
      table.fields().optional(file::LeakyReluParams::VT_ALPHA, params.alpha);
      return table.finish();
    case file::Params_BatchNormalizationParams:
      table.fields().optional(file::BatchNormalizationParams::VT_EPSILON, params.epsilon);
      table.fields().optional(file::BatchNormalizationParams::VT_MOMENTUM, params.momentum);
      return table.finish();
    case file::Params_SplitParams:
      table.numbers(file::SplitParams::VT_SIZES, params.split);
      table.fields().number(file::SplitParams::VT_AXIS, params.axis.value_or(0));
      return table.finish();
    case file::Params_TransposeParams:
      table.numbers(file::TransposeParams::VT_PERM, params.perm);
      return table.finish();
    case file::Params_PadParams: table.text(file::PadParams::VT_MODE, params.pad_mode); return table.finish();
    default: return std::nullopt;
  }
}

Place write_node(Encoder& encoder, const Node& node, const std::string& who) {
  using T = file::Node;
  TableWriter table(encoder.builder());
  if (node.params.type != 0) {
    const auto params = write_params(encoder.builder(), node.params);
    if (!params) {
      encoder.refuse(Code::kUnsupported,
                     fmt::format("{}: parameters of family {}, whose table is not known", who, node.params.type));
    }
    table.reference(T::VT_PARAMS, params.value_or(Place{}));
    table.fields().number(T::VT_PARAMS_TYPE, node.params.type);
  }
  table.text(T::VT_OP, node.op);
  table.text(T::VT_NAME, node.name);
  table.numbers(T::VT_INPUTS, encoder.int32s(node.inputs, who, "input"));
  table.numbers(T::VT_OUTPUTS, encoder.int32s(node.outputs, who, "output"));
  table.reference(T::VT_ATTRIBUTES, encoder.builder().bytes(node.attributes, 1));
  // Lists of one number each: these chips have one run slot.
  table.numbers(T::VT_TASK_COUNT, std::vector{encoder.int32(node.task_count, who, "task count")});
  table.numbers(T::VT_TASK_EXTRA, std::vector{encoder.int32(node.table_loads, who, "number of table loads")});
  table.fields().number(T::VT_ENGINE, static_cast<std::uint8_t>(node.engine));
  return table.finish();
}

}  // namespace

std::vector<Place> write_nodes(Encoder& encoder, const Model& model) {
  std::vector<Place> places;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    places.push_back(write_node(encoder, model.nodes[i], title_of("node", i, model.nodes[i].name)));
  }
  return places;
}

}  // namespace mattock::container
