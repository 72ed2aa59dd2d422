// Converted models judged by the ONNX models they were made from: right ones pass, and a changed constant is found.
#include "verify/source.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "base/bytes.hpp"
#include "convert/convert.hpp"
#include "onnx/reader.hpp"
#include "session/session.hpp"

namespace mattock::verify {
namespace {

class Source : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const auto path = std::filesystem::path(MATTOCK_TEST_DATA) / (std::string(GetParam()) + ".onnx");
    auto reading = onnx::read_file(path);
    ASSERT_TRUE(reading) << to_string(reading.error());
    graph_ = std::move(reading->graph);
    auto conversion = convert::convert(path, {});
    ASSERT_TRUE(conversion) << to_string(conversion.error());
    model_ = std::move(conversion->model);
  }

  void run(const container::Model& model, TensorValues& values) {
    auto device = Device::open("emulator");
    ASSERT_TRUE(device);
    auto session = Session::load(*device, model);
    ASSERT_TRUE(session) << to_string(session.error());
    std::mt19937 random(7);
    std::normal_distribution<> draw(0, 1.2);
    std::vector<Array> inputs;
    for (const TensorInfo& info : session->inputs()) {
      inputs.push_back(Array::zeros(DType::kFloat32, info.shape));
      for (std::size_t i = 0; i < inputs.back().size(); ++i) set_element(inputs.back(), i, draw(random));
    }
    auto result = session->run(inputs, {.keep_layers = true});
    ASSERT_TRUE(result) << to_string(result.error());
    values.clear();
    for (const Layer& layer : result->layers) values[layer.tensor] = layer.array;
  }

  std::vector<TensorVerdict> verdicts(const container::Model& model) {
    TensorValues values;
    run(model, values);
    auto result = verify_against(graph_, model, values);
    EXPECT_TRUE(result) << to_string(result.error());
    return result.value_or(std::vector<TensorVerdict>{});
  }

  graph::Graph graph_;
  container::Model model_;
};

TEST_P(Source, agrees_with_the_converted_model_at_every_kept_tensor) {
  const auto found = verdicts(model_);
  EXPECT_TRUE(passed(found)) << text_table(found);
  EXPECT_GE(found.size(), graph_.outputs.size());
  for (const TensorVerdict& v : found) EXPECT_TRUE(v.verified && v.elements > 0) << v.name << ": " << v.note;
}

/// A number twice as large, or 1 instead of 0, in any stored kernel.
TEST_P(Source, finds_a_weight_that_was_changed) {
  std::size_t changed = 0;
  for (std::size_t t = 0; t < model_.tensors.size(); ++t) {
    if (model_.tensors[t].layout != container::Layout::kNativeWeight || model_.tensors[t].data.empty()) continue;
    container::Model wrong = model_;
    std::span<std::byte> data(wrong.tensors[t].data);
    const auto bits = load_le<std::uint16_t>(std::span<const std::byte>(data), 0);
    store_le(data, 0, static_cast<std::uint16_t>((bits & 0x7fff) == 0 ? 0x3c00 : bits + 0x0400));
    const auto found = verdicts(wrong);
    EXPECT_FALSE(passed(found)) << model_.tensors[t].name << '\n' << text_table(found);
    ++changed;
  }
  bool has_weights = false;
  for (const graph::Node& node : graph_.nodes)
    for (const graph::TensorId id : node.inputs)
      has_weights =
          has_weights || (std::holds_alternative<graph::MatMul>(node.op) && graph_.tensors[id].constant.has_value());
  EXPECT_EQ(changed > 0, has_weights);
}

TEST_P(Source, finds_one_wrong_number_in_any_kept_result) {
  TensorValues values;
  ASSERT_NO_FATAL_FAILURE(run(model_, values));
  for (const std::size_t output : model_.outputs) {
    TensorValues wrong = values;
    Array& array = wrong.at(output);
    const std::size_t last = array.size() - 1;
    set_element(array, last, element_as_double(array, last) * 1.5 + 1);
    const auto found = verify_against(graph_, model_, wrong);
    ASSERT_TRUE(found);
    std::size_t beyond = 0;
    for (const TensorVerdict& v : *found)
      if (v.name == model_.tensors[output].name) beyond += v.beyond;
    EXPECT_EQ(beyond, 1u) << text_table(*found);
  }
}

TEST_P(Source, is_refused_for_a_model_with_other_doors) {
  TensorValues values;
  ASSERT_NO_FATAL_FAILURE(run(model_, values));
  graph::Graph other = graph_;
  other.tensors[other.inputs[0]].name += "x";
  const auto refused = verify_against(other, model_, values);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kBadInput);
  EXPECT_NE(refused.error().message.find("input 0 of the ONNX model is '"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Data, Source,
                         testing::Values("seed/matmul", "vendor/gemm_bias", "vendor/mlp_tiny", "vendor/mm3_b4",
                                         "vendor/mm_17x31x33", "vendor/mmc_add_relu", "vendor/mmc_clip"));

}  // namespace
}  // namespace mattock::verify
