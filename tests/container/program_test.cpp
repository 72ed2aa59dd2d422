// Each check of commands, task records and relocations, broken alone.
#include <gtest/gtest.h>

#include "container/model_file.hpp"

namespace mattock::container {
namespace {

using test::expect_damaged;
using test::ModelFile;

constexpr std::size_t kAmount = 24;  // places in a task record
constexpr std::size_t kAddress = 32;

TEST(Program, CommandsAreWholeWords) {
  ModelFile file;
  file.put(file.commands() - 4, std::uint32_t{3327});
  expect_damaged(file, "command stream of 3327 bytes is not a multiple of 8");
}

TEST(Program, TasksAreWholeRecords) {
  ModelFile file;
  file.put(file.task_record(0) - 4, std::uint32_t{319});
  expect_damaged(file, "task records of 319 bytes are not a multiple of 40");
}

TEST(Program, CommandsAndTasksAreFoundByKind) {
  ModelFile renamed;
  renamed.set_text(*renamed.tensor("regcmd").name(), "other");
  EXPECT_TRUE(parse_model(renamed.bytes));
  ModelFile missing;
  missing.set(missing.tensor("task"), file::Tensor::VT_KIND, std::uint8_t{5});
  expect_damaged(missing, "no tensor of kind 'tasks' beside the other");
  ModelFile twice;
  twice.set(twice.tensor("task"), file::Tensor::VT_KIND, std::uint8_t{9});
  expect_damaged(twice, "more than one tensor of kind 'commands'");
}

TEST(Program, ATaskStartsAtAWord) {
  ModelFile file;
  file.put(file.task_record(2) + kAddress, std::uint64_t{1284});
  expect_damaged(file, "task 2: commands at byte 0x504, not a multiple of 8");
}

TEST(Program, ATaskEndsInsideTheWordsTailIncluded) {
  // The last task starts at word 336 of 416: 76 words and four of tail fill the rest.
  ModelFile fits;
  fits.put(fits.task_record(7) + kAmount, std::uint32_t{76});
  EXPECT_FALSE(parse_model(fits.bytes)->program.tasks.empty());
  ModelFile longer;
  longer.put(longer.task_record(7) + kAmount, std::uint32_t{77});
  expect_damaged(longer, "task 7: words 336 to 416 of a command stream of 416");
  ModelFile huge;
  huge.put(huge.task_record(7) + kAmount, std::uint32_t{0xffffffff});
  expect_damaged(huge, "of a command stream of 416");
  ModelFile far;
  far.put(far.task_record(7) + kAddress, ~std::uint64_t{7});
  expect_damaged(far, "task 7: words");
}

TEST(Program, ATaskBelongsToANode) {
  ModelFile file;
  file.put(file.task_record(1) + 4, std::uint32_t{8});
  expect_damaged(file, "task 1: belongs to node 8, but there are 8");
}

TEST(Program, ARelocationNamesAWord) {
  for (const std::int32_t word : {-1, 416, 0x7fffffff}) {
    ModelFile file;
    const auto& sites = *file.graph().relocations()->Get(0)->sites();
    file.put(reinterpret_cast<const std::byte*>(sites.Get(0)) + 4, word);
    expect_damaged(file, "relocation of '2_mm': word " + std::to_string(word) + " of a command stream of 416");
  }
}

TEST(Program, ARelocatedWordWritesARegister) {
  ModelFile file;
  file.put(file.word(402), std::uint64_t{0});
  expect_damaged(file, "relocation of '2_mm': word 402 writes no register");
}

TEST(Program, ARelocationNamesATensor) {
  ModelFile file;
  file.set_text(*file.graph().relocations()->Get(0)->tensor(), "3_mm");
  expect_damaged(file, "relocation 0: no tensor is called '3_mm'");
}

TEST(Program, ARelocationNamesOneTensor) {
  ModelFile file;
  file.set_text(*file.tensor("task").name(), "2_mm");
  expect_damaged(file, "relocation 0: more than one tensor is called '2_mm'");
}

TEST(Program, AnAddendThatTheWordDoesNotHoldIsReported) {
  ModelFile file;
  const auto& sites = *file.graph().relocations()->Get(0)->sites();
  file.put(reinterpret_cast<const std::byte*>(sites.Get(0)), std::uint32_t{0x40});
  expect_warning(file, "word 402 holds 0x0, not the addend 0x40");
}

}  // namespace
}  // namespace mattock::container
