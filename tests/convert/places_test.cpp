#include "convert/places.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "convert/module.hpp"

namespace mattock::convert {
namespace {

using lower::Module;
using lower::Role;

std::size_t any(std::mt19937& random, std::size_t below) { return random() % below; }

/// Nodes that read what is there and write something new, with scratch tensors that only their launches name.
Module random_module(unsigned seed) {
  std::mt19937 random(seed);
  Module module;
  const auto add = [&](Role role) {
    lower::Tensor tensor;
    tensor.name = fmt::format("t{}", module.tensors.size());
    tensor.role = role;
    tensor.bytes = 2 + 2 * any(random, 1000);
    module.tensors.push_back(tensor);
    return module.tensors.size() - 1;
  };
  add(Role::kConstant);
  module.tensors[0] = {};
  std::vector<std::size_t> there;
  for (std::size_t i = 0; i < 1 + any(random, 3); ++i) there.push_back(add(Role::kInput));
  module.inputs = there;
  for (std::size_t i = 0; i < 1 + any(random, 20); ++i) {
    lower::Node node;
    for (std::size_t k = 0; k < 1 + any(random, 3); ++k) node.inputs.push_back(there[any(random, there.size())]);
    if (any(random, 2) == 0) node.inputs.push_back(add(Role::kConstant));
    node.outputs.push_back(add(any(random, 4) == 0 ? Role::kOutput : Role::kIntermediate));
    there.push_back(node.outputs[0]);
    if (any(random, 3) == 0) {
      node.launches.emplace_back();
      node.launches[0].places["scratch"] = {add(Role::kIntermediate), 0};
    }
    module.nodes.push_back(std::move(node));
  }
  for (const std::size_t tensor : there)
    if (module.tensors[tensor].role == Role::kOutput) module.outputs.push_back(tensor);
  return module;
}

bool is_constant(const lower::Tensor& tensor) {
  return tensor.role == Role::kConstant || tensor.role == Role::kHostConstant;
}

bool node_uses(const lower::Node& node, std::size_t tensor) {
  if (std::ranges::count(node.inputs, tensor) + std::ranges::count(node.outputs, tensor) > 0) return true;
  return std::ranges::any_of(node.launches, [&](const lower::Launch& launch) {
    return std::ranges::any_of(launch.places, [&](const auto& place) { return place.second.tensor == tensor; });
  });
}

/// The run, acted out: who owns each byte. A tensor that is used finds its bytes as it left them.
std::string broken_by(const Module& module, const Places& places) {
  std::vector<std::size_t> owner(places.bytes, 0);
  std::vector<bool> begun(module.tensors.size());
  const auto each_byte = [&](std::size_t tensor, const auto& visit) {
    for (std::size_t i = 0; i < module.tensors[tensor].bytes; ++i) visit(owner.at(places.offsets[tensor] + i));
  };
  const auto begin = [&](std::size_t tensor) {
    begun[tensor] = true;
    each_byte(tensor, [&](std::size_t& whose) { whose = tensor; });
  };
  const auto intact = [&](std::size_t tensor) {
    bool all = true;
    each_byte(tensor, [&](const std::size_t& whose) { all = all && whose == tensor; });
    return all;
  };
  for (const std::size_t tensor : module.inputs) begin(tensor);
  for (std::size_t i = 0; i < module.nodes.size(); ++i) {
    for (std::size_t t = 1; t < module.tensors.size(); ++t)
      if (!is_constant(module.tensors[t]) && node_uses(module.nodes[i], t) && !begun[t]) begin(t);
    for (std::size_t t = 1; t < module.tensors.size(); ++t)
      if (!is_constant(module.tensors[t]) && node_uses(module.nodes[i], t) && !intact(t))
        return fmt::format("{} at node {}", module.tensors[t].name, i);
  }
  for (const std::size_t tensor : module.outputs)
    if (!intact(tensor)) return module.tensors[tensor].name + " at the end";
  return {};
}

TEST(Places, NothingOverlapsWhatIsStillNeeded) {
  std::size_t broken = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    const Module module = random_module(seed);
    Places places = place_tensors(module);
    EXPECT_EQ(broken_by(module, places), "") << "seed " << seed;
    std::size_t end = 0;
    for (std::size_t t = 1; t < module.tensors.size(); ++t) {
      if (is_constant(module.tensors[t])) continue;
      EXPECT_EQ(places.offsets[t] % 64, 0u);
      end = std::max(end, places.offsets[t] + module.tensors[t].bytes);
    }
    EXPECT_EQ(places.bytes, end) << "seed " << seed;
    places.offsets.assign(places.offsets.size(), 0);  // what the test is for
    broken += !broken_by(module, places).empty();
  }
  EXPECT_GT(broken, 250u);
}

TEST(Places, SpaceIsUsedAgain) {
  const Places places = place_tensors(test::chain_module("pppppppp"));
  EXPECT_EQ(places.bytes, 2 * 512u) << "a node needs what it reads and what it writes, and no node more";
}

TEST(Places, TheSmallestGapIsTaken) {
  Module module;
  const auto add = [&](Role role, std::size_t bytes) {
    lower::Tensor tensor;
    tensor.role = role;
    tensor.bytes = bytes;
    module.tensors.push_back(tensor);
    return module.tensors.size() - 1;
  };
  const auto node = [&](std::vector<std::size_t> uses) {
    module.nodes.emplace_back();
    module.nodes.back().outputs = std::move(uses);
  };
  add(Role::kConstant, 0);
  const std::size_t big = add(Role::kIntermediate, 6400), first = add(Role::kIntermediate, 3200);
  const std::size_t middle = add(Role::kIntermediate, 640), wall = add(Role::kIntermediate, 320);
  const std::size_t late = add(Role::kIntermediate, 128);
  node({big, first, middle, wall});
  node({first, wall, late});  // `big` and `middle` have left gaps of 6400 and 640 bytes
  const Places places = place_tensors(module);
  EXPECT_EQ(places.offsets[late], places.offsets[middle]);
}

TEST(Places, InputsLiveToTheirLastReaderAndOutputsFromTheirFirstWriter) {
  const Module module = test::chain_module("php");
  const auto lives = lifetimes(module);
  EXPECT_EQ(lives[module.inputs[0]].first, 0u);
  EXPECT_EQ(lives[module.inputs[0]].last, 0u);
  EXPECT_EQ(lives[module.outputs[0]].first, 2u);
  EXPECT_EQ(lives[module.outputs[0]].last, 3u);
}

TEST(Places, ScratchSpaceOfTasksLivesAsLongAsItsNode) {
  Module module = test::chain_module("ppp");
  lower::Tensor scratch;
  scratch.bytes = 512;
  module.tensors.push_back(scratch);
  module.nodes[1].launches[0].places["scratch"] = {module.tensors.size() - 1, 0};
  EXPECT_EQ(lifetimes(module).back().first, 1u);
  EXPECT_EQ(lifetimes(module).back().last, 1u);
  EXPECT_EQ(place_tensors(module).bytes, 3 * 512u);
}

TEST(Places, AreTheSameEveryTime) {
  for (unsigned seed = 0; seed < 20; ++seed)
    EXPECT_EQ(place_tensors(random_module(seed)), place_tensors(random_module(seed)));
}

}  // namespace
}  // namespace mattock::convert
