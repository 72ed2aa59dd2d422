#include "session/memory.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/bytes.hpp"
#include "hw/command.hpp"
#include "session/arrays.hpp"
#include "support/device.hpp"

namespace mattock::session {
namespace {

using container::TensorKind;

container::Tensor tensor(std::string name, TensorKind kind, std::size_t size, std::size_t offset = 0) {
  container::Tensor t = test::tensor_of(std::move(name), DType::kInt8, {static_cast<std::int64_t>(size)});
  t.kind = kind;
  t.offset = offset;
  return t;
}

/// Two tasks; words 0 to 3 are addresses of tensors, word 4 is the chain.
container::Model small_model() {
  container::Model model;
  model.tensors = {container::Tensor{}, tensor("in", TensorKind::kInput, 100), tensor("w", TensorKind::kConstant, 70),
                   tensor("mid", TensorKind::kIntermediate, 64, 0x80), tensor("out", TensorKind::kOutput, 10)};
  model.tensors[2].data.assign(66, std::byte{7});  // shorter than its size: both occur in files
  model.memory.internal_bytes = 0xc0;
  const auto word = [](hw::Block block, std::uint32_t value, std::uint16_t offset) {
    return hw::Command{hw::target_of(block), value, offset}.encode();
  };
  model.program.words = {word(hw::Block::kCna, 4, 0x1070),
                         word(hw::Block::kCna, 0, 0x1110),
                         word(hw::Block::kDpu, 0x10, 0x4020),
                         word(hw::Block::kDpuRdma, 0, 0x5018),
                         word(hw::Block::kPc, 0x40, hw::kPcNextAddress),
                         word(hw::Block::kPc, 0, hw::kPcNextAddress)};
  model.program.relocations = {{"in", 4, 0}, {"w", 0, 1}, {"mid", 0x10, 2}, {"out", 0, 3}};
  model.program.tasks.resize(2);
  model.program.tasks[1].regcmd_addr = 0x40;
  return model;
}

struct Loaded {
  Device device = test::open_device();
  container::Model model = small_model();
  std::vector<std::optional<Form>> forms = std::vector<std::optional<Form>>(model.tensors.size());
  Result<ModelMemory> memory = ModelMemory::create(device, model, forms);

  /// The command words as they stand in device memory, found through the task records.
  hw::Command command(std::size_t word) const {
    const auto records = memory->task_records().bytes();
    const std::uint64_t address = hw::TaskRecord::load(records).regcmd_addr;
    // The constants' piece of 70 bytes takes two pieces of 64; the commands follow in the same buffer.
    const std::byte* base = memory->tensor(2).data() + 128;
    EXPECT_EQ(address % 4096, 128u);
    return hw::Command::decode(load_le<std::uint64_t>({base + word * 8, 8}));
  }
};

TEST(ModelMemory, ConstantsAreCopiedAndEveryTensorHasAllItsBytes) {
  const Loaded loaded;
  ASSERT_TRUE(loaded.memory);
  EXPECT_EQ(loaded.memory->tensor(1).size(), 100u);
  EXPECT_EQ(loaded.memory->tensor(2).size(), 70u);
  EXPECT_EQ(loaded.memory->tensor(2)[65], std::byte{7});
  EXPECT_EQ(loaded.memory->tensor(3).size(), 64u);
  EXPECT_TRUE(loaded.memory->tensor(0).empty());
}

TEST(ModelMemory, InputsOutputsIntermediatesAndConstantsDoNotShareBuffers) {
  const Loaded loaded;
  ASSERT_TRUE(loaded.memory);
  std::set<std::uint32_t> pages;
  for (std::size_t word = 0; word < 4; ++word) pages.insert(loaded.command(word).value / kPageBytes);
  EXPECT_EQ(pages.size(), 4u);
}

TEST(ModelMemory, AddressesAreRelocatedByTensorNamePlusAddend) {
  const Loaded loaded;
  ASSERT_TRUE(loaded.memory);
  EXPECT_EQ(loaded.command(0).value % kPageBytes, 4u);            // input's own buffer + addend
  EXPECT_EQ(loaded.command(1).value % kPageBytes, 0u);            // first constant
  EXPECT_EQ(loaded.command(2).value % kPageBytes, 0x80u + 0x10);  // place in the internal block + addend
  EXPECT_EQ(loaded.command(0).offset, 0x1070);
  EXPECT_EQ(loaded.command(2).target, hw::target_of(hw::Block::kDpu));
}

TEST(ModelMemory, TheChainAndTheTaskRecordsPointIntoTheCommandBlock) {
  const Loaded loaded;
  ASSERT_TRUE(loaded.memory);
  const auto records = loaded.memory->task_records().bytes();
  const auto first = hw::TaskRecord::load(records).regcmd_addr;
  EXPECT_EQ(hw::TaskRecord::load(records.subspan(hw::TaskRecord::kBytes)).regcmd_addr, first + 0x40);
  EXPECT_EQ(loaded.command(4).value, first + 0x40);
  EXPECT_EQ(loaded.command(5).value, 0u);  // the end of the chain stays the end
}

TEST(ModelMemory, ARelocationToATensorWithoutAPlaceIsRefused) {
  Device device = test::open_device();
  container::Model model = small_model();
  model.program.relocations[0].tensor = "nobody";
  const std::vector<std::optional<Form>> forms(model.tensors.size());
  const auto memory = ModelMemory::create(device, model, forms);
  ASSERT_FALSE(memory);
  EXPECT_EQ(memory.error().code, Code::kBadFile);
}

TEST(ModelMemory, AnAddressBeyond32BitsIsRefused) {
  Device device = test::open_device();
  container::Model model = small_model();
  model.program.relocations[0].addend = 0xffff'fff0;
  const std::vector<std::optional<Form>> forms(model.tensors.size());
  EXPECT_FALSE(ModelMemory::create(device, model, forms));
}

}  // namespace
}  // namespace mattock::session
