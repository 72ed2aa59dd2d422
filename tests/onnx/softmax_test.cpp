#include "onnx/model.hpp"

namespace mattock::test {
namespace {

// Logarithms, so that softmax gives these numbers' shares of their sum.
const std::vector<double> kWeights{1, 3, 2, 2, 5, 3, 4, 4};

std::vector<double> shares(const Model& model) {
  std::vector<double> logs;
  for (const double weight : kWeights) logs.push_back(std::log(weight));
  const Array y = result_of(model, {floats({2, 2, 2}, logs)});
  EXPECT_EQ(y.shape, (Shape{2, 2, 2}));
  return numbers(y);
}

void expect_near(const std::vector<double>& found, const std::vector<double>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-6) << i;
}

Model softmax(std::int64_t opset, std::optional<std::int64_t> axis) {
  Model model(opset);
  auto& node = model.input("x", {2, 2, 2}).output("y").node("Softmax", {"x"}, "y");
  if (axis) set_int(node, "axis", *axis);
  return model;
}

TEST(OnnxSoftmax, since_opset_13_goes_along_one_axis) {
  const std::vector<double> last{1. / 4, 3. / 4, 1. / 2, 1. / 2, 5. / 8, 3. / 8, 1. / 2, 1. / 2};
  expect_near(shares(softmax(13, {})), last);
  expect_near(shares(softmax(13, 2)), last);
  expect_near(shares(softmax(13, -2)), {1. / 3, 3. / 5, 2. / 3, 2. / 5, 5. / 9, 3. / 7, 4. / 9, 4. / 7});
}

TEST(OnnxSoftmax, before_opset_13_takes_all_dimensions_from_the_axis_on_as_one) {
  const std::vector<double> from_one{1. / 8, 3. / 8, 2. / 8, 2. / 8, 5. / 16, 3. / 16, 4. / 16, 4. / 16};
  expect_near(shares(softmax(11, {})), from_one);
  expect_near(shares(softmax(7, 1)), from_one);
  expect_near(shares(softmax(11, 0)), {1. / 24, 3. / 24, 2. / 24, 2. / 24, 5. / 24, 3. / 24, 4. / 24, 4. / 24});
  expect_near(shares(softmax(11, -1)), {1. / 4, 3. / 4, 1. / 2, 1. / 2, 5. / 8, 3. / 8, 1. / 2, 1. / 2});
}

TEST(OnnxSoftmax, refuses_an_axis_that_is_not_there) {
  expect_error(read(softmax(13, 3)), Code::kBadFile, {"Softmax 'y'", "axis 3 of 3 dimensions"});
}

}  // namespace
}  // namespace mattock::test
