// Whole models against what onnxruntime gave for them (tests/data/vendor, arrays ort_*).
#include <algorithm>

#include "base/npy.hpp"
#include "onnx/model.hpp"

namespace mattock::test {
namespace {

const std::filesystem::path kFolder = MATTOCK_TEST_DATA "/vendor";

class OnnxVendor : public testing::TestWithParam<const char*> {};

TEST_P(OnnxVendor, gives_the_recorded_output) {
  const std::string name = GetParam();
  const auto reading = onnx::read_file(kFolder / (name + ".onnx"));
  ASSERT_TRUE(reading) << to_string(reading.error());
  ASSERT_TRUE(reading->problems.empty()) << reading->problems[0].reason;
  const graph::Graph& graph = reading->graph;
  std::vector<Array> inputs;
  for (const graph::TensorId id : graph.inputs) {
    const auto array = read_npy(kFolder / name / ("in_" + graph.tensors[id].name + ".npy"));
    ASSERT_TRUE(array) << to_string(array.error());
    inputs.push_back(converted(*array, DType::kFloat32));
  }
  const auto outputs = reference::evaluate(graph, inputs);
  ASSERT_TRUE(outputs) << to_string(outputs.error());
  const auto recorded = read_npy(kFolder / name / ("ort_" + graph.tensors[graph.outputs.at(0)].name + ".npy"));
  ASSERT_TRUE(recorded) << to_string(recorded.error());
  ASSERT_EQ(outputs->at(0).shape, recorded->shape);
  double largest = 0;
  const std::vector<double> expected = numbers(*recorded), found = numbers(outputs->at(0));
  for (const double value : expected) largest = std::max(largest, std::abs(value));
  ASSERT_GT(largest, 0);
  // onnxruntime sums in float32: some of its steps of the largest value.
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], largest * 0x1p-20) << i;
}

INSTANTIATE_TEST_SUITE_P(, OnnxVendor,
                         testing::Values("gemm_bias", "mlp_tiny", "mm3_b4", "mm_17x31x33", "mm_9x9x9", "mmc_add_relu",
                                         "mmc_clip"),
                         [](const auto& model) { return std::string(model.param); });

TEST(OnnxVendorFiles, the_seed_keeps_its_names) {
  const auto reading = onnx::read_file(MATTOCK_TEST_DATA "/seed/matmul.onnx");
  ASSERT_TRUE(reading) << to_string(reading.error());
  EXPECT_EQ(graph::dump(reading->graph),
            "inputs %onnx::MatMul_0, %onnx::MatMul_1\n"
            "tensor %onnx::MatMul_0 float32 1x9x9\n"
            "tensor %onnx::MatMul_1 float32 1x9x9\n"
            "tensor %2 float32 1x9x9\n"
            "%2 = MatMul(%onnx::MatMul_0, %onnx::MatMul_1)  # /MatMul\n"
            "outputs %2\n");
}

TEST(OnnxOperators, every_operator_is_read_in_its_old_and_its_new_form) {
  for (const char* name : {"operators_7.onnx", "operators_13.onnx"}) {
    const auto reading = onnx::read_file(std::filesystem::path(MATTOCK_TEST_DATA "/onnx") / name);
    ASSERT_TRUE(reading) << to_string(reading.error());
    EXPECT_TRUE(reading->problems.empty()) << reading->problems[0].reason;
    EXPECT_EQ(reading->nodes, 24u);
  }
}

}  // namespace
}  // namespace mattock::test
