// The command walker: chain, tail words, register groups, and what it says when words make no sense.
#include <algorithm>

#include "base/half.hpp"
#include "emulator/support/conv_cases.hpp"
#include "emulator/support/flying.hpp"
#include "emulator/support/plain_conv.hpp"
#include "hw/command.hpp"

namespace mattock::test {
namespace {

constexpr std::uint32_t kPixels = 4;

// Four pixels of four fp16 channels hold 1, 2, .. 16.
std::uint32_t place_counting(Machine& machine) {
  std::vector<std::uint16_t> values;
  for (int i = 1; i <= 16; ++i) values.push_back(half_from_double(i).bits);
  return machine.place(values);
}

// A copy of that cube which multiplies by `factor` in BS.
Task scaled_copy(std::uint32_t source, std::uint32_t output, double factor) {
  Task task = flying_task({.width = kPixels, .source = source, .output = output});
  task.set(0x4040, 0x42);
  task.set(0x4048, std::uint32_t{half_from_double(factor).bits} << 16);
  return task;
}

double first_value(Machine& machine, std::uint32_t cube) { return to_double(half{machine.load<std::uint16_t>(cube)}); }

std::string error_of(Machine& machine, const std::vector<Task>& tasks) {
  const auto report = machine.run(tasks);
  return report ? "ran" : report.error().message;
}

bool contains(const std::string& text, std::initializer_list<const char*> parts) {
  return std::all_of(parts.begin(), parts.end(),
                     [&](const char* part) { return text.find(part) != std::string::npos; });
}

class Pc : public testing::Test {
 protected:
  Machine machine_{std::size_t{1} << 16};
  std::uint32_t source_ = place_counting(machine_);
  std::uint32_t out_[4] = {machine_.allocate(64), machine_.allocate(64), machine_.allocate(64), machine_.allocate(64)};

  Task task(int output, double factor) { return scaled_copy(source_, out_[output], factor); }
};

TEST_F(Pc, RunsAChainInOrderAndReportsEveryTask) {
  // The second task works on the first one's result.
  const auto report = machine_.run(std::vector<Task>{task(0, 3), scaled_copy(out_[0], out_[1], 5)});
  ASSERT_TRUE(report.has_value()) << to_string(report.error());
  EXPECT_EQ(first_value(machine_, out_[1]), 15);
  ASSERT_EQ(report->tasks.size(), 2u);
  for (const auto& one : report->tasks) {
    EXPECT_EQ(one.enable_mask, 0x18u);
    EXPECT_EQ(one.macs, 0u);
    EXPECT_EQ(one.cycles, kPixels);  // one per atom
    EXPECT_EQ(one.operand_bytes, 32u);
    EXPECT_EQ(one.output_bytes, 32u);
  }
  EXPECT_EQ(report->tasks[0].command_bytes, (task(0, 3).words.size() + 4) * 8);
}

TEST_F(Pc, StopsAfterTaskCountThoughTheChainGoesOn) {
  emulator::Submit submit = machine_.link(std::vector<Task>{task(0, 2), task(1, 3)});
  submit.task_count = 1;
  const auto report = machine_.submit(submit);
  ASSERT_TRUE(report.has_value()) << to_string(report.error());
  EXPECT_EQ(first_value(machine_, out_[0]), 2);
  EXPECT_EQ(machine_.load<std::uint16_t>(out_[1]), 0x7f7f) << "the second task must not have run";
}

TEST_F(Pc, AChainThatEndsTooSoonIsRefused) {
  emulator::Submit submit = machine_.link(std::vector<Task>{task(0, 2), task(1, 3)});
  submit.task_count = 3;
  const auto report = machine_.submit(submit);
  ASSERT_FALSE(report.has_value());
  EXPECT_TRUE(contains(report.error().message, {"task 2", "2 of 3"})) << report.error().message;
}

TEST_F(Pc, ALoopInTheChainEndsWithTaskCount) {
  emulator::Submit submit = machine_.link(std::vector<Task>{task(0, 2)});
  const auto tail = static_cast<std::uint32_t>(submit.first_address + submit.first_amount * 8);
  machine_.store(tail, hw::Command{0x0101, static_cast<std::uint32_t>(submit.first_address), 0x0010}.encode());
  machine_.store(tail + 8, hw::Command{0x0101, submit.first_amount + 3, 0x0014}.encode());
  submit.task_count = 7;
  const auto report = machine_.submit(submit);
  ASSERT_TRUE(report.has_value()) << to_string(report.error());
  EXPECT_EQ(report->tasks.size(), 7u);
}

TEST_F(Pc, TaskCountIsLimited) {
  emulator::Submit submit = machine_.link(std::vector<Task>{task(0, 2)});
  for (const std::uint32_t count : {0u, 4096u}) {
    submit.task_count = count;
    const auto report = machine_.submit(submit);
    ASSERT_FALSE(report.has_value());
    EXPECT_TRUE(contains(report.error().message, {"4095"})) << report.error().message;
  }
}

// Task k inherits what it does not write from task k - 2, not from k - 1.
TEST_F(Pc, ATaskInheritsFromTwoRunsEarlier) {
  Task third = task(2, 1), fourth = task(3, 1);
  third.remove(0x4048);
  fourth.remove(0x4048);
  const auto report = machine_.run(std::vector<Task>{task(0, 2), task(1, 3), third, fourth});
  ASSERT_TRUE(report.has_value()) << to_string(report.error());
  EXPECT_EQ(first_value(machine_, out_[2]), 2);
  EXPECT_EQ(first_value(machine_, out_[3]), 3);
}

TEST_F(Pc, WithOneRegisterGroupItInheritsFromTheLastRun) {
  Machine machine(std::size_t{1} << 16, {.strict = true, .register_groups = 1});
  const std::uint32_t source = place_counting(machine), out = machine.allocate(64);
  Task third = scaled_copy(source, out, 1);
  third.remove(0x4048);
  const auto report = machine.run(std::vector<Task>{scaled_copy(source, out, 2), scaled_copy(source, out, 3), third});
  ASSERT_TRUE(report.has_value()) << to_string(report.error());
  EXPECT_EQ(first_value(machine, out), 3);
}

// CNA and DPU_RDMA do not run in each other's tasks, so their groups stand still there.
TEST_F(Pc, OnlyBlocksThatRanChangeTheirGroup) {
  const Convolution conv{.width = 4, .height = 1, .channels = 16, .kernels = 8};
  Random random(1);
  const ConvolutionData data = random_data(conv, random);
  const PlacedConvolution placed = place(conv, data, machine_);
  // DPU runs: 1 conv, 2 flying, 3 flying, 4 conv. DPU_RDMA: 1 (task 2), 2 (task 3), 3 (task 4 below).
  Task fourth = task(3, 1);
  fourth.remove(0x5018);  // RDMA's third run inherits its first: task index 1
  std::uint32_t other = place_counting(machine_);
  machine_.store(other, half_from_double(100).bits);
  Task second = task(0, 1), third = task(1, 1);
  third.set(0x5018, other);
  const auto report = machine_.run(std::vector<Task>{placed.task, second, third, fourth});
  ASSERT_TRUE(report.has_value()) << to_string(report.error());
  EXPECT_EQ(first_value(machine_, out_[3]), 1) << "read where task 1 read, not task 2";

  // CNA's third run inherits its first, whatever flying tasks lie between.
  PlacedConvolution again = placed;
  again.output = machine_.allocate(placed.output_bytes);
  again.task.set(0x4020, again.output);
  again.task.remove(0x1110);
  PlacedConvolution other_weights = place(conv, random_data(conv, random), machine_);
  const auto mixed =
      machine_.run(std::vector<Task>{placed.task, second, other_weights.task, third, second, again.task});
  ASSERT_TRUE(mixed.has_value()) << to_string(mixed.error());
  EXPECT_TRUE(same_values(conv, plain_convolution(conv, data), load_output(conv, again, machine_)));
}

TEST_F(Pc, PointerValue30ClearsThePointersAndStopsAlternation) {
  // Both writes of 0x30 name group 0, so the second task inherits from the first.
  Task first = task(0, 2), second = task(1, 1);
  second.remove(0x4048);
  for (Task* one : {&first, &second}) {
    one->set(0x4004, 0x30);
    one->set(0x5004, 0x30);
  }
  const auto report = machine_.run(std::vector<Task>{first, second});
  ASSERT_TRUE(report.has_value()) << to_string(report.error());
  EXPECT_EQ(first_value(machine_, out_[1]), 2);
}

TEST_F(Pc, AlternationResumesFromGroupZeroAfterPointerValue30) {
  // Runs: group 0 (x2), then 0x30 keeps group 0 (x3), then 0xe: this run uses group 0 again and inherits x3.
  Task middle = task(1, 3), last = task(2, 1);
  middle.set(0x4004, 0x30);
  middle.set(0x5004, 0x30);
  last.remove(0x4048);
  const auto report = machine_.run(std::vector<Task>{task(0, 2), middle, last});
  ASSERT_TRUE(report.has_value()) << to_string(report.error());
  EXPECT_EQ(first_value(machine_, out_[2]), 3);
}

TEST_F(Pc, RegistersStartEmptyInEverySubmit) {
  Task bare = task(1, 1);
  bare.remove(0x5018);
  ASSERT_TRUE(machine_.run(std::vector<Task>{task(0, 2), task(0, 2)}).has_value());
  EXPECT_TRUE(contains(error_of(machine_, {bare}), {"task 0", "dpu_rdma", "src_base_addr", "0x0"}));
}

TEST_F(Pc, AnUndescribedRegisterIsNamed) {
  Task wrong = task(0, 1);
  wrong.words.push_back(hw::Command{0x1001, 0x1234, 0x4f00}.encode());
  const std::string message = error_of(machine_, {task(1, 1), wrong});
  EXPECT_TRUE(
      contains(message, {"task 1", ("word " + std::to_string(wrong.words.size() - 1)).c_str(), "dpu", "4f00", "1234"}))
      << message;
}

TEST_F(Pc, AnUndescribedBitIsNamed) {
  Task wrong = task(0, 1);
  wrong.set(0x403c, wrong.get(0x403c) | 1u << 31);
  const std::string message = error_of(machine_, {wrong});
  EXPECT_TRUE(contains(message, {"task 0", "word 8", "dpu.data_cube_channel", "403c", "80000000"})) << message;
}

TEST_F(Pc, AFieldThatIsNotModelledIsNamedWithItsValue) {
  Task wrong = task(0, 1);
  wrong.set(0x4088, 1u << 30);  // another rounding of the output converter
  const std::string message = error_of(machine_, {wrong});
  EXPECT_TRUE(contains(message, {"task 0", "word", "dpu.", "4088", "40000000", "round"})) << message;
}

TEST_F(Pc, LenientModeReportsAndGoesOn) {
  Machine machine(std::size_t{1} << 16, {.strict = false, .register_groups = 2});
  const std::uint32_t source = place_counting(machine), out = machine.allocate(64);
  Task odd = scaled_copy(source, out, 2);
  odd.words.push_back(hw::Command{0x1001, 0x1234, 0x4f00}.encode());
  odd.words.push_back(hw::Command{0x1001, 0x1234, 0x4f00}.encode());
  const auto report = machine.run(odd);
  ASSERT_TRUE(report.has_value()) << to_string(report.error());
  EXPECT_EQ(first_value(machine, out), 2);
  ASSERT_EQ(report->events.size(), 1u);
  EXPECT_EQ(report->events[0].count, 2u);
  EXPECT_TRUE(contains(report->events[0].first, {"4f00"})) << report->events[0].first;
  const auto next = machine.run(scaled_copy(source, out, 2));
  ASSERT_TRUE(next.has_value()) << to_string(next.error());
  EXPECT_TRUE(next->events.empty());
}

TEST_F(Pc, ATargetThatIsNoBlockStops) {
  for (const hw::Command command : {hw::Command{0x0000, 5, 0x1020}, hw::Command{0x0401, 5, 0x4020},
                                    hw::Command{0x1001, 5, 0x4021}, hw::Command{0x0101, 5, 0x0030}}) {
    Task wrong = task(0, 1);
    wrong.words.insert(wrong.words.begin(), command.encode());
    const std::string message = error_of(machine_, {wrong});
    EXPECT_TRUE(contains(message, {"task 0", "word 0"})) << message;
  }
}

TEST_F(Pc, PerBlockStartIsRefused) {
  Task wrong = task(0, 1);
  wrong.words.push_back(hw::Command{0x1001, 1, 0x4008}.encode());
  const std::string message = error_of(machine_, {wrong});
  EXPECT_TRUE(contains(message, {("word " + std::to_string(wrong.words.size() - 1)).c_str(), "dpu.", "4008"}))
      << message;
}

TEST_F(Pc, WrongTailWordsStop) {
  const auto with_tail = [&](std::uint32_t index, std::uint64_t word) {
    const emulator::Submit submit = machine_.link(std::vector<Task>{task(0, 2)});
    machine_.store(static_cast<std::uint32_t>(submit.first_address + (submit.first_amount + index) * 8), word);
    const auto report = machine_.submit(submit);
    return report ? std::string("ran") : report.error().message;
  };
  EXPECT_EQ(with_tail(2, 0x0041000000000000), "ran");
  EXPECT_NE(with_tail(0, hw::Command{0x0101, 1, 0x0020}.encode()), "ran") << "no chain register";
  EXPECT_NE(with_tail(2, 0), "ran") << "op-enable without its marker";
  EXPECT_NE(with_tail(3, 0), "ran") << "nothing starts the blocks";
  EXPECT_NE(with_tail(3, hw::Command{0x0081, 0x19, 0x0008}.encode()), "ran") << "an enable mask that makes no task";
  EXPECT_NE(with_tail(3, hw::Command{0x0081, 0x60, 0x0008}.encode()), "ran") << "pooling";
}

TEST_F(Pc, ANextAmountThatCutsTheTaskStops) {
  const std::vector<Task> tasks = {task(0, 2), task(1, 3)};
  const emulator::Submit submit = machine_.link(tasks);
  const auto amount = static_cast<std::uint32_t>(submit.first_address + (submit.first_amount + 1) * 8);
  const std::uint64_t right = machine_.load<std::uint64_t>(amount);
  machine_.store(amount, right - (std::uint64_t{1} << 16));
  EXPECT_FALSE(machine_.submit(submit).has_value());
  machine_.store(amount, right);
  EXPECT_TRUE(machine_.submit(submit).has_value());
}

TEST_F(Pc, CommandsMustStartOnSixteenBytes) {
  emulator::Submit submit = machine_.link(std::vector<Task>{task(0, 2)});
  submit.first_address += 8;
  const auto report = machine_.submit(submit);
  ASSERT_FALSE(report.has_value());
  EXPECT_TRUE(contains(report.error().message, {"16"})) << report.error().message;
}

TEST_F(Pc, CommandsOutsideOfMemoryAreRefused) {
  for (const std::uint64_t address : {std::uint64_t{0x1000}, std::uint64_t{0xfffffff0}, std::uint64_t{1} << 40}) {
    const auto report = machine_.submit({.first_address = address, .first_amount = 8, .task_count = 1});
    ASSERT_FALSE(report.has_value());
    EXPECT_EQ(report.error().code, Code::kDevice);
    EXPECT_TRUE(contains(report.error().message, {"pc"})) << report.error().message;
  }
}

TEST_F(Pc, ATaskOfMoreThan1024WordsIsRefusedTailIncluded) {
  const auto padded = [&](std::size_t words) {
    Task task = this->task(0, 2);
    while (task.words.size() < words) task.words.push_back(hw::Command{0x1001, 0, 0x40c4}.encode());
    return error_of(machine_, {task});
  };
  EXPECT_EQ(padded(1020), "ran");
  const std::string message = padded(1021);
  EXPECT_TRUE(contains(message, {"1025", "1024"})) << message;
}

TEST_F(Pc, AddressesOutsideOfTheMappingsNameTheRegister) {
  const auto with = [&](std::uint16_t offset, std::uint32_t value) {
    Task wrong = task(0, 1);
    wrong.set(offset, value);
    return error_of(machine_, {wrong});
  };
  const std::uint32_t end = Machine::kBase + (1u << 16);
  EXPECT_TRUE(contains(with(0x5018, 0x1000), {"dpu_rdma", "src_base_addr", "0x1000"}));
  EXPECT_TRUE(contains(with(0x4020, 0x1000), {"dpu", "dst_base_addr", "0x1000"}));
  EXPECT_TRUE(contains(with(0x4020, end - 24), {"dst_base_addr", "lie in no buffer"})) << "the last pixel lies behind";
  EXPECT_TRUE(contains(with(0x4020, end - 28), {"dst_base_addr", "'memory'"})) << "half of it does";
  EXPECT_EQ(with(0x4020, end - 32), "ran");
}

TEST_F(Pc, TheEndingSaysHowManyTasksRanAndWhichAccessMetNoMemory) {
  using Access = emulator::Ending::Access;
  const auto ending = [&](std::uint16_t offset, std::uint32_t value) {
    Task good = task(0, 1), wrong = task(0, 2);
    wrong.set(offset, value);
    error_of(machine_, {good, wrong});
    return std::pair(machine_.ending().tasks_done, machine_.ending().refused);
  };
  EXPECT_EQ(ending(0x5018, 0x1000), std::pair(1U, Access::kRead));
  EXPECT_EQ(ending(0x4020, 0x1000), std::pair(1U, Access::kWrite));
  EXPECT_EQ(ending(0x5004, 0xffff), std::pair(1U, Access::kNone)) << "not modelled";
  EXPECT_EQ(ending(0x4020, Machine::kBase + 0x8000), std::pair(2U, Access::kNone)) << "all is well";
}

TEST(Mappings, ThatOverlapOrLeaveTheChipsRangeAreRefused) {
  std::vector<std::byte> memory(8192);
  emulator::Emulator emulator(*hw::find_chip("rk3566"));
  ASSERT_TRUE(emulator.map({0x1000, memory, "first"}).has_value());
  EXPECT_FALSE(emulator.map({0x2000, memory, "second"}).has_value());
  EXPECT_FALSE(emulator.map({0x0800, memory, "third"}).has_value());
  EXPECT_FALSE(emulator.map({0xfffff000, memory, "beyond"}).has_value());
  EXPECT_FALSE(emulator.map({~std::uint64_t{0} - 4096, memory, "wrapping"}).has_value());
  EXPECT_TRUE(emulator.map({0x3000, memory, "behind"}).has_value());
  emulator.unmap(0x1000);
  EXPECT_TRUE(emulator.map({0x0800, std::span(memory).first(2048), "third"}).has_value());
}

}  // namespace
}  // namespace mattock::test
