#include "convert/assemble.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.hpp"
#include "container/invariants.hpp"
#include "container/reader.hpp"
#include "container/writer.hpp"
#include "convert/module.hpp"
#include "support/temp_dir.hpp"

namespace mattock::convert {
namespace {

using container::Model;
using container::TensorKind;
using test::chain_module;
using test::chip;

Model made(lower::Module module) { return assemble(module, chip()).value(); }

TEST(Assemble, WhatIsWrittenIsReadBackEqualAndWithoutWarnings) {
  for (const char* kinds : {"p", "pp", "php", "sph", "hpsp"}) {
    const Model model = made(chain_module(kinds));
    EXPECT_EQ(test::broken_promise(model), "") << kinds;
    const auto file = container::write_model(model);
    ASSERT_TRUE(file) << to_string(file.error());
    EXPECT_EQ(container::parse_model(*file).value(), model) << kinds;
  }
}

TEST(Assemble, TheSameModuleGivesTheSameBytes) {
  const auto first = container::write_model(made(chain_module("phpp"))).value();
  EXPECT_EQ(container::write_model(made(chain_module("phpp"))).value(), first);
  EXPECT_NE(container::write_model(made(chain_module("pphp"))).value(), first);
}

// It does not know the parameters of softmax.
TEST(Assemble, TheDecoderBesideTheProjectAcceptsTheFile) {
  const std::string decoder = MATTOCK_SHARED "/formats/dump_rknn.py";
  if (!std::filesystem::exists(decoder)) return;  // not part of the project
  const test::TempDir folder;
  const auto accepts = [&](std::vector<std::byte> bytes) {
    EXPECT_TRUE(write_file(folder / "ours.rknn", bytes));
    const std::string command = "'" MATTOCK_PYTHON "' -B '" + decoder + "' --check '" +
                                (folder / "ours.rknn").string() + "' >'" + (folder / "out").string() + "' 2>&1";
    return std::system(command.c_str()) == 0;
  };
  auto file = container::write_model(made(chain_module("pphp"))).value();
  EXPECT_TRUE(accepts(file));
  file.resize(file.size() / 2);
  EXPECT_FALSE(accepts(file));
}

TEST(Assemble, TensorsLieAsVendorFilesHaveThem) {
  const Model model = made(chain_module("php"));
  const container::Tensor& input = model.tensors[model.inputs[0]];
  EXPECT_EQ(input.kind, TensorKind::kInput);
  EXPECT_EQ(input.layout, container::Layout::kPlain);
  EXPECT_EQ(input.native_shape, (Shape{4, 64}));
  const container::Tensor& hidden = model.tensors[2];
  EXPECT_EQ(hidden.layout, container::Layout::kNC1HWC2);
  EXPECT_EQ(hidden.shape, (Shape{4, 64, 1, 1}));
  EXPECT_EQ(hidden.native_shape, (Shape{4, 16, 1, 1, 4}));
  const container::Tensor& kernels = model.tensors[3];
  EXPECT_EQ(kernels.layout, container::Layout::kNativeWeight);
  EXPECT_EQ(kernels.native_shape, (Shape{8, 4, 1, 1, 8, 16}));
  EXPECT_EQ(kernels.data.size(), 8192u);
  EXPECT_EQ(model.tensors[5].kind, TensorKind::kHostConstant);
  EXPECT_EQ(model.tensors[5].data.size(), 32u);
  EXPECT_EQ(model.tensors[model.tensors.size() - 2].kind, TensorKind::kCommands);
  EXPECT_EQ(model.tensors.back().kind, TensorKind::kTasks);
  EXPECT_EQ(model.memory.weight_bytes, 2 * 8192u + 64u);
}

TEST(Assemble, ConstantsMoveIntoTheModel) {
  auto module = chain_module("p");
  ASSERT_FALSE(module.tensors[3].data.empty());
  ASSERT_TRUE(assemble(module, chip()));
  EXPECT_TRUE(module.tensors[3].data.empty());
}

TEST(Assemble, NodesStandBetweenTheDoors) {
  const Model model = made(chain_module("php"));
  std::vector<std::string> names;
  std::vector<std::size_t> first_tasks;
  for (const container::Node& node : model.nodes) {
    names.push_back(node.name);
    first_tasks.push_back(node.first_task);
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"InputOperator:a", "Conv:n0", "Reshape:n1", "Conv:n2", "OutputOperator:c"}));
  EXPECT_EQ(first_tasks, (std::vector<std::size_t>{0, 0, 1, 1, 2}));
  for (const hw::TaskRecord& task : model.program.tasks)
    EXPECT_EQ(model.nodes[task.op_index].engine, container::Engine::kNpu);
  EXPECT_EQ(model.nodes.back().attributes.size(), 16u);
  EXPECT_EQ(model.output_tasks, (std::vector<container::OutputTasks>{{"c", 2}}));
}

TEST(Assemble, OutputsAreCompleteWhenTheirNodeHasRun) {
  EXPECT_EQ(made(chain_module("pph")).output_tasks[0].tasks, 2);
  auto module = chain_module("pp");
  module.tensors[2].role = lower::Role::kOutput;
  module.outputs.push_back(2);
  EXPECT_EQ(made(module).output_tasks, (std::vector<container::OutputTasks>{{"c", 2}, {"h0", 1}}));
}

TEST(Assemble, NamesOfTheProgramGiveWayToTheModels) {
  auto module = chain_module("pp");
  module.tensors[1].name = "regcmd";
  module.tensors[2].name = "task";
  const Model model = made(module);
  EXPECT_EQ(model.tensors[model.tensors.size() - 2].name, "regcmd_");
  EXPECT_EQ(model.tensors.back().name, "task_");
  EXPECT_TRUE(container::write_model(model));
}

TEST(Assemble, AModelForTheHostAloneHasNoProgram) {
  const Model model = made(chain_module("h"));
  EXPECT_TRUE(model.program.words.empty());
  EXPECT_EQ(std::ranges::count(model.tensors, TensorKind::kCommands, &container::Tensor::kind), 0);
  EXPECT_TRUE(container::write_model(model));
}

TEST(Assemble, TheChipIsTheFilesTarget) {
  auto module = chain_module("p");
  const Model model = assemble(module, *hw::find_chip("rk3568")).value();
  EXPECT_EQ(model.target, "rk3568");
  EXPECT_EQ(model.generation, "RKNPU lite");
}

std::string complaint(lower::Module module) {
  const auto model = assemble(module, chip());
  return model ? "assembled" : to_string(model.error());
}

TEST(Assemble, PlacesThatDoNotHoldTheirTensorAreAFaultOfOurs) {
  auto module = chain_module("pp");
  module.tensors[2].bytes = 510;
  EXPECT_EQ(complaint(module), "tensor 'h0' (4x64x1x1): 510 bytes of memory, 512 needed");
  module = chain_module("pp");
  module.tensors[1].bytes = 511;
  EXPECT_EQ(complaint(module), "tensor 'a' (4x64): 511 bytes of memory, 512 needed");
  module = chain_module("pp");
  module.tensors[2].pitch = 66;
  EXPECT_EQ(complaint(module), "tensor 'h0' (4x64x1x1): rows 66 elements apart are not whole atoms of a map");
  module = chain_module("pp");
  module.tensors[3].data.pop_back();
  EXPECT_EQ(complaint(module), "tensor 'w0' (64x64x1x1): 8191 bytes of data, 8192 of memory");
}

}  // namespace
}  // namespace mattock::convert
