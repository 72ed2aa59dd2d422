// Tensors in the internal block: those alive at the same time lie apart.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "convert/assemble.hpp"

namespace mattock::convert {
namespace {

lower::Module chain_of(std::size_t nodes, std::mt19937& random) {
  lower::Module module;
  module.tensors.emplace_back();
  const auto tensor = [&](lower::Role role) {
    lower::Tensor made;
    made.role = role;
    made.bytes = 8 * (1 + random() % 40);
    module.tensors.push_back(std::move(made));
    return module.tensors.size() - 1;
  };
  module.inputs = {tensor(lower::Role::kInput)};
  for (std::size_t n = 0; n < nodes; ++n) {
    lower::Node node;
    node.inputs = {1 + random() % (module.tensors.size() - 1), module.tensors.size() - 1};
    node.outputs = {tensor(n + 1 == nodes ? lower::Role::kOutput : lower::Role::kIntermediate)};
    module.nodes.push_back(std::move(node));
  }
  module.outputs = {module.tensors.size() - 1};
  return module;
}

/// First and last node that needs the tensor, by the obvious loop.
std::pair<std::size_t, std::size_t> life(const lower::Module& module, std::size_t tensor) {
  std::size_t first = module.nodes.size(), last = 0;
  const auto need = [&](std::size_t n) { first = std::min(first, n), last = std::max(last, n); };
  for (std::size_t n = 0; n < module.nodes.size(); ++n) {
    if (std::ranges::count(module.nodes[n].inputs, tensor) > 0) need(n);
    if (std::ranges::count(module.nodes[n].outputs, tensor) > 0) need(n);
  }
  if (module.tensors[tensor].role == lower::Role::kInput) need(0);
  if (module.tensors[tensor].role == lower::Role::kOutput) need(module.nodes.size());
  return {first, last};
}

TEST(Places, TensorsAliveTogetherLieApart) {
  std::mt19937 random(7);
  std::size_t shared = 0;
  for (int round = 0; round < 200; ++round) {
    const lower::Module module = chain_of(1 + random() % 12, random);
    const Places places = place_tensors(module);
    for (std::size_t a = 1; a < module.tensors.size(); ++a) {
      ASSERT_EQ(places.offset[a] % 64, 0u);
      ASSERT_LE(places.offset[a] + module.tensors[a].bytes, places.bytes);
      for (std::size_t b = 1; b < a; ++b) {
        const auto [a_first, a_last] = life(module, a);
        const auto [b_first, b_last] = life(module, b);
        const bool apart = places.offset[a] >= places.offset[b] + module.tensors[b].bytes ||
                           places.offset[b] >= places.offset[a] + module.tensors[a].bytes;
        ASSERT_TRUE(apart || a_last < b_first || b_last < a_first) << a << " and " << b;
        shared += apart ? 0 : 1;
      }
    }
  }
  EXPECT_GT(shared, 100u) << "memory is used again";
}

}  // namespace
}  // namespace mattock::convert
