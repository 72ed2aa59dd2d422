// Graphs by chance: lowered, emitted and run on the emulator, against the reference. The reference computes in binary64
// and rounds to fp32 after every operator; the NPU rounds to fp16 after every task. So results may differ by one fp16
// step of the largest number on the way for every operator.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "container/writer.hpp"
#include "convert/assemble.hpp"
#include "convert/pack.hpp"
#include "reference/reference.hpp"
#include "session/session.hpp"
#include "support/device.hpp"

namespace mattock {
namespace {

using graph::Graph;
using graph::TensorId;

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  Graph make() {
    const std::size_t rank = draw(2, 4);
    Shape shape;
    for (std::size_t i = 0; i + 2 < rank; ++i) shape.push_back(draw64(1, 3));
    shape.push_back(size());
    shape.push_back(size());
    pool_.push_back(input(shape));
    const std::size_t nodes = draw(1, 6);
    for (std::size_t i = 0; i < nodes; ++i) node();
    graph_.outputs.push_back(pool_.back());
    if (draw(0, 3) == 0 && pool_.size() > 2 && produced(pool_[1])) graph_.outputs.push_back(pool_[1]);
    if (graph_.outputs.size() == 2 && graph_.outputs[0] == graph_.outputs[1]) graph_.outputs.pop_back();
    return graph_;
  }

 private:
  std::size_t draw(std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>(low, high)(random_);
  }
  std::int64_t draw64(std::size_t low, std::size_t high) { return static_cast<std::int64_t>(draw(low, high)); }
  std::int64_t size() {
    constexpr std::int64_t kSizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 20, 24, 28, 31, 32, 33, 40};
    return kSizes[draw(0, std::size(kSizes) - 1)];
  }
  bool produced(TensorId id) const { return !graph_.tensors[id].constant && !is_input(id); }
  bool is_input(TensorId id) const { return std::ranges::count(graph_.inputs, id) > 0; }

  TensorId tensor(const Shape& shape) {
    graph_.tensors.push_back({fmt::format("t{}", graph_.tensors.size()), DType::kFloat32, shape, {}, {}});
    return graph_.tensors.size() - 1;
  }
  TensorId input(const Shape& shape) {
    const TensorId id = tensor(shape);
    graph_.inputs.push_back(id);
    return id;
  }
  TensorId constant(const Shape& shape, double low = -1) {
    const TensorId id = tensor(shape);
    Array array = Array::zeros(DType::kFloat32, shape);
    for (std::size_t i = 0; i < array.size(); ++i)
      set_element(array, i, low + static_cast<double>(draw(0, 16)) / 8 + (low > 0 ? 0.0 : 0.0));
    graph_.tensors[id].constant = std::move(array);
    return id;
  }
  void add(graph::Op op, std::vector<TensorId> inputs, const Shape& shape) {
    const TensorId out = tensor(shape);
    graph_.nodes.push_back({fmt::format("n{}", graph_.nodes.size()), std::move(op), std::move(inputs), {out}, {}});
    pool_.push_back(out);
  }
  /// A second operand: constant or input, of the shape or one that broadcasts to it.
  TensorId other(const Shape& shape, double low = -1) {
    Shape mine = shape;
    switch (draw(0, 4)) {
      case 0: mine = {}; break;
      case 1: mine = {shape.back()}; break;
      case 2: mine[mine.size() - 1] = 1; break;
      default: break;
    }
    if (low <= 0 && draw(0, 2) == 0) {
      if (mine == shape && pool_.size() > 1)
        for (const TensorId id : pool_)
          if (graph_.tensors[id].shape == shape && id != pool_.back()) return id;
      return mine.empty() ? constant(mine, low) : input(mine);
    }
    return constant(mine, low);
  }
  void node() {
    const TensorId x = pool_.back();
    const Shape shape = graph_.tensors[x].shape;
    switch (draw(0, 13)) {
      case 0:
      case 1:
      case 2: return product(x, shape);
      case 3: return pair(graph::Add{}, x, shape);
      case 4: return pair(graph::Sub{}, x, shape);
      case 5: return pair(graph::Mul{}, x, shape);
      case 6: return pair(graph::Max{}, x, shape);
      case 7: return add(graph::Div{}, {x, other(shape, 1)}, shape);
      case 8: return add(graph::Relu{}, {x}, shape);
      case 9: return clip(x, shape);
      case 10: return add(graph::PRelu{}, {x, other(shape)}, shape);
      case 11: return draw(0, 1) ? add(graph::Neg{}, {x}, shape) : add(graph::Abs{}, {x}, shape);
      case 12: return transpose(x, shape);
      default: return flatten(x, shape);
    }
  }
  template <class Op>
  void pair(const Op& op, TensorId x, const Shape& shape) {
    const TensorId with = other(shape);
    add(op, draw(0, 2) == 0 ? std::vector{with, x} : std::vector{x, with}, shape);
  }
  void clip(TensorId x, const Shape& shape) {
    constexpr double kFar = std::numeric_limits<double>::infinity();
    switch (draw(0, 4)) {
      case 0: return add(graph::Clip{0, 6}, {x}, shape);
      case 1: return add(graph::Clip{-0.5, 1}, {x}, shape);
      case 2: return add(graph::Clip{-0.25, kFar}, {x}, shape);
      case 3: return add(graph::Clip{-kFar, 0.75}, {x}, shape);
      default: return add(graph::LeakyRelu{0.125}, {x}, shape);
    }
  }
  void product(TensorId x, const Shape& shape) {
    const std::int64_t n = size();
    const bool dynamic = draw(0, 2) == 0, batched = draw(0, 1) == 0;
    Shape result = shape;
    if (draw(0, 3) != 0) {
      Shape b = batched ? shape : Shape(shape.end() - 2, shape.end());
      b[b.size() - 2] = shape.back();
      b.back() = result.back() = n;
      const TensorId with = dynamic ? input(b) : constant(b);
      return add(graph::MatMul{}, {x, with}, result);
    }
    Shape a = batched ? shape : Shape(shape.end() - 2, shape.end());
    a.back() = shape[shape.size() - 2];
    a[a.size() - 2] = result[result.size() - 2] = n;
    const TensorId with = dynamic ? input(a) : constant(a);
    add(graph::MatMul{}, {with, x}, result);
  }
  void transpose(TensorId x, const Shape& shape) {
    std::vector<std::size_t> perm(shape.size());
    for (std::size_t i = 0; i < perm.size(); ++i) perm[i] = i;
    if (draw(0, 1) == 0)
      std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
    else
      std::ranges::shuffle(perm, random_);
    Shape result;
    for (const std::size_t axis : perm) result.push_back(shape[axis]);
    add(graph::Transpose{perm}, {x}, result);
  }
  void flatten(TensorId x, const Shape& shape) {
    const Shape flat{static_cast<std::int64_t>(element_count(shape)) / shape.back(), shape.back()};
    if (draw(0, 1) == 0) return add(graph::Reshape{}, {x}, flat);
    add(graph::Softmax{draw(0, shape.size() - 1)}, {x}, shape);
  }

  std::mt19937_64 random_;
  Graph graph_;
  std::vector<TensorId> pool_;
};

std::vector<Array> inputs_for(const Graph& graph, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Array> arrays;
  for (const TensorId id : graph.inputs) {
    Array array = Array::zeros(DType::kFloat32, graph.tensors[id].shape);
    for (std::size_t i = 0; i < array.size(); ++i) set_element(array, i, static_cast<double>(random() % 33) / 16 - 1);
    arrays.push_back(std::move(array));
  }
  return arrays;
}

double largest(const Array& array) {
  double most = 0;
  for (std::size_t i = 0; i < array.size(); ++i) most = std::max(most, std::abs(element_as_double(array, i)));
  return most;
}

class RandomGraphs : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomGraphs, RunAsTheReferenceSays) {
  const hw::Chip& chip = *hw::find_chip("rk3566");
  Device device = test::open_device();
  for (std::uint64_t seed = GetParam() * 100; seed < GetParam() * 100 + 100; ++seed) {
    const Graph graph = Maker(seed).make();
    SCOPED_TRACE(fmt::format("seed {}\n{}", seed, graph::dump(graph)));
    Graph whole = graph;  // every number on the way
    for (const graph::Node& node : graph.nodes)
      for (const TensorId id : node.outputs)
        if (std::ranges::count(whole.outputs, id) == 0) whole.outputs.push_back(id);
    const std::vector<Array> inputs = inputs_for(graph, seed);
    const auto expected = reference::evaluate(whole, inputs);
    ASSERT_TRUE(expected.has_value()) << expected.error().message;
    double peak = 1;
    for (const Array& array : *expected) peak = std::max(peak, largest(array));
    if (peak > 10000) continue;  // fp16 would overflow on the way

    auto module = lower::lower(graph, chip);
    ASSERT_TRUE(module.has_value()) << module.error().message;
    const std::string lowered = lower::dump(*module);
    SCOPED_TRACE(lowered);
    const auto packed = convert::pack_kernels(*module, chip);
    ASSERT_TRUE(packed.has_value()) << packed.error().message;
    auto model = convert::assemble(*module, chip);
    ASSERT_TRUE(model.has_value()) << model.error().message;
    ASSERT_TRUE(container::write_model(*model).has_value()) << container::write_model(*model).error().message;
    auto session = Session::load(device, *model);
    ASSERT_TRUE(session.has_value()) << session.error().message;
    const auto result = session->run(inputs);
    ASSERT_TRUE(result.has_value()) << result.error().message;
    const double tolerance = static_cast<double>(2 * graph.nodes.size()) * std::exp2(std::floor(std::log2(peak)) - 10);
    for (std::size_t o = 0; o < graph.outputs.size(); ++o) {
      const Array& got = result->outputs[o].values;
      ASSERT_EQ(got.shape, (*expected)[o].shape);
      for (std::size_t i = 0; i < got.size(); ++i)
        ASSERT_NEAR(element_as_double(got, i), element_as_double((*expected)[o], i), tolerance)
            << "output " << o << " element " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Hundreds, RandomGraphs, testing::Range<std::uint64_t>(0, 10));

}  // namespace
}  // namespace mattock
