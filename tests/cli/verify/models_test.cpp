// Whole models on the emulated chip: every node the file gives the parameters of is recomputed. The reference
// shares no code with the emulator, so agreement bit for bit says that both follow the same written rules.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "session/session.hpp"
#include "verify/report.hpp"
#include "verify/verify.hpp"

namespace mattock::verify {
namespace {

struct Expectation {
  const char* file;
  std::size_t exact, within, not_verified;  ///< within: nodes that need not be exact, but within 1
};

// int8 convolutions and fused Clip have parameters that only the command words hold.
constexpr Expectation kModels[] = {
    {"seed/matmul", 5, 0, 0},         {"vendor/mm_9x9x9", 5, 0, 0},      {"vendor/mm_17x31x33", 5, 0, 0},
    {"vendor/gemm_bias", 3, 0, 0},    {"vendor/mlp_tiny_bf16", 7, 0, 0}, {"vendor/conv1x1_odd", 1, 0, 0},
    {"vendor/mmc_clip", 4, 0, 1},     {"vendor/gemm_bias_i8", 2, 0, 1},  {"vendor/conv_dw_s2_i8", 0, 0, 1},
    {"vendor/conv_img3_i8", 0, 0, 1}, {"vendor/mm_9x9x9_i8", 4, 1, 0},   {"vendor/mmc_add_relu_i8", 5, 1, 1},
};

class Models : public testing::TestWithParam<Expectation> {
 protected:
  void run(unsigned seed) {
    auto device = Device::open("emulator");
    ASSERT_TRUE(device) << to_string(device.error());
    const auto path = std::filesystem::path(MATTOCK_TEST_DATA) / (std::string(GetParam().file) + ".rknn");
    auto session = Session::load(*device, path);
    ASSERT_TRUE(session) << to_string(session.error());
    std::mt19937 random(seed);
    std::normal_distribution<> draw(0, 1.2);
    std::vector<Array> inputs;
    for (const TensorInfo& info : session->inputs()) {
      inputs.push_back(Array::zeros(DType::kFloat32, info.shape));
      for (std::size_t i = 0; i < inputs.back().size(); ++i) set_element(inputs.back(), i, draw(random));
    }
    RunOptions options;
    options.keep_layers = true;
    auto result = session->run(inputs, options);
    ASSERT_TRUE(result) << to_string(result.error());
    model_ = session->model();
    values_.clear();
    for (const Layer& layer : result->layers) values_[layer.tensor] = layer.array;
  }
  container::Model model_;
  TensorValues values_;
};

TEST_P(Models, agree_with_the_reference_at_every_node) {
  for (const unsigned seed : {1u, 2u, 3u, 4u, 5u}) {
    ASSERT_NO_FATAL_FAILURE(run(seed));
    const std::vector<NodeVerdict> verdicts = verify(model_, values_);
    std::size_t exact = 0, within = 0, not_verified = 0;
    for (const NodeVerdict& v : verdicts) {
      const bool may_be_off = model_.tensors[model_.nodes[v.node].outputs[0]].dtype == DType::kInt8 &&
                              (v.op == "exMatMul" || v.op == "AddRelu");
      if (v.verdict == Verdict::kNotVerified)
        ++not_verified;
      else if (may_be_off)
        ++within;
      else if (v.verdict == Verdict::kExact)
        ++exact;
      EXPECT_TRUE(v.verdict != Verdict::kNotVerified || v.note == kOnlyInCommands) << v.note;
    }
    EXPECT_TRUE(passed(verdicts) && exact == GetParam().exact && within == GetParam().within &&
                not_verified == GetParam().not_verified)
        << "seed " << seed << "\n"
        << text_table(verdicts);
  }
}

// The control: a wrong element anywhere is found at the node that wrote it.
TEST_P(Models, a_single_changed_element_is_found_at_its_node) {
  ASSERT_NO_FATAL_FAILURE(run(6));
  std::mt19937 random(7);
  for (const NodeVerdict& before : verify(model_, values_)) {
    if (before.verdict == Verdict::kNotVerified) continue;
    const std::size_t tensor = model_.nodes[before.node].outputs[0];
    TensorValues changed = values_;
    Array& array = changed[tensor];
    const std::size_t element = random() % array.size();
    const std::size_t byte = element * element_bytes(array.dtype) + element_bytes(array.dtype) - 1;
    array.data[byte] ^= std::byte{0x04};  // an exponent bit of a float, four steps of an int8
    for (const NodeVerdict& after : verify(model_, changed))
      if (after.node == before.node) {
        EXPECT_EQ(after.verdict, Verdict::kMismatch) << after.name;
        EXPECT_GE(after.differing, 1u) << after.name;
      }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Models, testing::ValuesIn(kModels), [](const auto& model) {
  std::string name = model.param.file;
  for (char& c : name)
    if (c == '/') c = '_';
  return name;
});

}  // namespace
}  // namespace mattock::verify
