// The buffer between memory and the multipliers is real: what it holds stays what it was, and what does not fit
// is refused.
#include "emulator/support/conv_cases.hpp"
#include "emulator/support/flying.hpp"
#include "emulator/support/plain_conv.hpp"

namespace mattock::test {
namespace {

constexpr std::uint32_t kDataReuse = 1u << 12, kWeightReuse = 1u << 13;

// Copies `bytes` bytes (whole atoms) from one place to another, without CNA.
Task copy_task(std::uint32_t from, std::uint32_t to, std::uint32_t bytes) {
  return flying_task({.width = bytes / 8, .in = kInt16, .work = kInt16, .out = kInt16, .source = from, .output = to});
}

// Two runs of one convolution with a copy between them that replaces the features or the weights in memory.
struct Scene {
  Convolution conv{.width = 6, .height = 4, .channels = 16, .kernels = 16};
  Random random{1};
  ConvolutionData before = random_data(conv, random), after = before;
  Machine machine{std::size_t{1} << 16};
  std::vector<Task> tasks;
  PlacedConvolution first, second;

  // `replace_features`: else the weights.
  explicit Scene(bool replace_features) {
    const ConvolutionData other = random_data(conv, random);
    first = place(conv, before, machine);
    second = first;
    second.output = machine.allocate(first.output_bytes);
    second.task.set(0x4020, second.output);
    const std::size_t bytes = replace_features ? first.feature_bytes : first.weight_bytes;
    const std::uint32_t replacement = machine.allocate(bytes);
    if (replace_features) {
      after.features = other.features;
      store_features(conv, other.features, machine, replacement);
    } else {
      after.weights = other.weights;
      store_weights(conv, other.weights, machine, replacement);
    }
    const Task copy =
        copy_task(replacement, replace_features ? first.features : first.weights, static_cast<std::uint32_t>(bytes));
    tasks = {first.task, copy, second.task};
  }

  testing::AssertionResult second_result_is(const ConvolutionData& data, std::uint32_t reuse_bits) {
    tasks[2].set(0x1040, tasks[2].get(0x1040) | reuse_bits);
    const auto report = machine.run(tasks);
    if (!report) return testing::AssertionFailure() << to_string(report.error());
    if (auto one = same_values(conv, plain_convolution(conv, before), load_output(conv, first, machine)); !one)
      return one << " (first run)";
    return same_values(conv, plain_convolution(conv, data), load_output(conv, second, machine));
  }
};

TEST(Cbuf, KeptDataAreTheOldOnesAfterMemoryChanged) {
  Scene scene(true);
  EXPECT_TRUE(scene.second_result_is(scene.before, kDataReuse));
}

TEST(Cbuf, WithoutTheReuseBitTheNewDataAreRead) {
  Scene scene(true);
  EXPECT_TRUE(scene.second_result_is(scene.after, 0));
}

TEST(Cbuf, KeptWeightsAreTheOldOnesAfterMemoryChanged) {
  Scene scene(false);
  EXPECT_TRUE(scene.second_result_is(scene.before, kWeightReuse));
}

TEST(Cbuf, WithoutTheReuseBitTheNewWeightsAreRead) {
  Scene scene(false);
  EXPECT_TRUE(scene.second_result_is(scene.after, 0));
}

TEST(Cbuf, KeptDataCostNoTraffic) {
  Scene scene(true);
  scene.tasks[2].set(0x1040, scene.tasks[2].get(0x1040) | kDataReuse | kWeightReuse);
  const auto report = scene.machine.run(scene.tasks);
  ASSERT_TRUE(report.has_value()) << to_string(report.error());
  EXPECT_EQ(report->tasks[0].feature_bytes, 6u * 4 * 16 * 2);
  EXPECT_EQ(report->tasks[0].weight_bytes, 16u * 16 * 2);
  EXPECT_EQ(report->tasks[2].feature_bytes, 0u);
  EXPECT_EQ(report->tasks[2].weight_bytes, 0u);
}

// A task that writes its result over its own input; the next one keeps the data, or reads the result.
TEST(Cbuf, AResultWrittenOverItsInputDoesNotReachKeptData) {
  for (const bool keep : {true, false}) {
    const Convolution conv{.width = 6, .height = 4, .channels = 16, .kernels = 16};
    Random random(2);
    const ConvolutionData data = random_data(conv, random, 2);
    Machine machine(std::size_t{1} << 16);
    PlacedConvolution first = place(conv, data, machine), second = first;
    second.output = first.output;
    first.output = first.features;
    first.task.set(0x4020, first.output);
    if (keep) second.task.set(0x1040, second.task.get(0x1040) | kDataReuse);
    const std::vector<Task> tasks = {first.task, second.task};
    const auto report = machine.run(tasks);
    ASSERT_TRUE(report.has_value()) << to_string(report.error());
    ConvolutionData again = data;
    if (!keep) again.features = plain_convolution(conv, data);
    EXPECT_TRUE(same_values(conv, plain_convolution(conv, again), load_output(conv, second, machine))) << keep;
  }
}

std::string error_of_second(const Convolution& first, const Convolution& second, std::uint32_t first_banks,
                            std::uint32_t second_banks, std::uint32_t reuse) {
  Machine machine(std::size_t{1} << 17);
  Random random(3);
  PlacedConvolution one = place(first, random_data(first, random), machine);
  PlacedConvolution two = place(second, random_data(second, random), machine);
  one.task.set(0x1040, first_banks);
  two.task.set(0x1040, second_banks | reuse);
  const std::vector<Task> tasks = {one.task, two.task};
  const auto report = machine.run(tasks);
  if (report) return "ran";
  EXPECT_EQ(report.error().code, Code::kNotModelled);
  return report.error().message;
}

TEST(Cbuf, KeepingDataOfAnotherShapeStops) {
  const Convolution base{.width = 6, .height = 4, .channels = 16, .kernels = 8};
  const auto stops = [&](const Convolution& second, std::uint32_t banks) {
    const std::string message = error_of_second(base, second, 0x71, banks, kDataReuse);
    EXPECT_NE(message.find("cbuf_con0"), std::string::npos) << message;
    EXPECT_NE(message.find("data_reuse"), std::string::npos) << message;
    EXPECT_EQ(message.substr(0, 7), "task 1:") << message;
  };
  Convolution changed = base;
  changed.width = 5;
  stops(changed, 0x71);
  changed = base, changed.height = 5;
  stops(changed, 0x71);
  changed = base, changed.channels = 12;
  stops(changed, 0x71);
  stops(base, 0x62);
  EXPECT_EQ(error_of_second(base, base, 0x71, 0x71, kDataReuse), "ran");
}

TEST(Cbuf, KeepingDataWithOtherEntriesStops) {
  const Convolution conv{.width = 6, .height = 4, .channels = 16, .kernels = 8};
  Machine machine(std::size_t{1} << 16);
  Random random(3);
  const PlacedConvolution placed = place(conv, random_data(conv, random), machine);
  Task second = placed.task;
  second.set(0x1044, placed.task.get(0x1044) + 1);
  second.set(0x1040, placed.task.get(0x1040) | kDataReuse);
  const std::vector<Task> tasks = {placed.task, second};
  const auto report = machine.run(tasks);
  ASSERT_FALSE(report.has_value());
  EXPECT_NE(report.error().message.find("data_reuse"), std::string::npos) << report.error().message;
}

TEST(Cbuf, KeepingWeightsThatWereNotLoadedLikeThatStops) {
  const Convolution base{.width = 6, .height = 4, .channels = 16, .kernels = 8};
  Convolution more = base;
  more.kernels = 16;
  for (const std::string& message :
       {error_of_second(base, more, 0x71, 0x71, kWeightReuse), error_of_second(base, base, 0x71, 0x62, kWeightReuse)}) {
    EXPECT_NE(message.find("cbuf_con0"), std::string::npos) << message;
    EXPECT_NE(message.find("weight_reuse"), std::string::npos) << message;
  }
  EXPECT_EQ(error_of_second(base, base, 0x71, 0x71, kWeightReuse), "ran");
}

TEST(Cbuf, NothingIsKeptFromTheSubmitBefore) {
  const Convolution conv{.width = 6, .height = 4, .channels = 16, .kernels = 8};
  for (const std::uint32_t bit : {kDataReuse, kWeightReuse}) {
    Machine machine(std::size_t{1} << 16);
    Random random(3);
    Task task = place(conv, random_data(conv, random), machine).task;
    ASSERT_TRUE(machine.run(task).has_value());
    task.set(0x1040, task.get(0x1040) | bit);
    EXPECT_FALSE(machine.run(task).has_value());
  }
}

std::string error_of(const Convolution& conv, std::uint16_t offset, std::uint32_t value) {
  Machine machine(std::size_t{1} << 20);
  Random random(4);
  PlacedConvolution placed = place(conv, random_data(conv, random), machine);
  placed.task.set(offset, value);
  const auto report = machine.run(placed.task);
  return report ? "ran" : report.error().message;
}

TEST(Cbuf, OneEntryTooFewStops) {
  for (const int channels : {4, 12, 16, 28}) {
    const Convolution conv{.width = 7, .height = 3, .channels = channels, .kernels = 8};
    const auto entries = static_cast<std::uint32_t>(entries_per_line(conv));
    EXPECT_EQ(error_of(conv, 0x1044, 7u << 16 | entries), "ran");
    const std::string message = error_of(conv, 0x1044, 7u << 16 | (entries - 1));
    EXPECT_NE(message.find("cna.cbuf_con1"), std::string::npos) << message;
    EXPECT_NE(message.find(std::to_string(entries - 1) + " entries"), std::string::npos) << message;
  }
}

TEST(Cbuf, OneBankTooFewStops) {
  // 64 channels, 16 x 17 pixels: 64 entries a line, 1,088 entries in all, so two banks.
  const Convolution conv{.width = 16, .height = 17, .channels = 64, .kernels = 8};
  EXPECT_EQ(error_of(conv, 0x1040, 0x62), "ran");
  const std::string message = error_of(conv, 0x1040, 0x71);
  EXPECT_NE(message.find("cna.cbuf_con0"), std::string::npos) << message;
  EXPECT_NE(message.find("1 data banks"), std::string::npos) << message;
}

TEST(Cbuf, MoreBanksThanTheChipHasStop) {
  const Convolution conv{.width = 4, .height = 4, .channels = 16, .kernels = 8};
  const std::string message = error_of(conv, 0x1040, 0x72);
  EXPECT_NE(message.find("cna.cbuf_con0"), std::string::npos) << message;
}

TEST(Cbuf, AKernelGroupLargerThanItsBanksStops) {
  // 5 x 5 x 256 channels of fp16: 12,800 bytes a kernel, 102,400 a group of 8.
  Convolution conv{.width = 5, .height = 5, .channels = 256, .kernels = 8};
  conv.kernel_width = conv.kernel_height = 5;
  EXPECT_EQ(error_of(conv, 0x1040, 0x41), "ran");
  const std::string message = error_of(conv, 0x1040, 0x31);
  EXPECT_NE(message.find("cbuf_con0"), std::string::npos) << message;
}

// Runs with a bank split of the test's choice and compares with the plain loop.
testing::AssertionResult streams(const Convolution& conv, std::uint32_t banks) {
  Machine machine(std::size_t{4} << 20);
  Random random(5);
  const ConvolutionData data = random_data(conv, random);
  PlacedConvolution placed = place(conv, data, machine);
  placed.task.set(0x1040, banks);
  const std::size_t capacity = (banks >> 4) * 32 * 1024;
  if (placed.weight_bytes <= capacity) return testing::AssertionFailure() << "the weights fit";
  const auto report = machine.run(placed.task);
  if (!report) return testing::AssertionFailure() << to_string(report.error());
  if (report->tasks[0].weight_bytes != placed.weight_bytes)
    return testing::AssertionFailure() << report->tasks[0].weight_bytes << " bytes of weights read";
  return same_values(conv, plain_convolution(conv, data), load_output(conv, placed, machine));
}

TEST(Cbuf, WeightsLargerThanTheirBanksStreamForOnePixel) {
  // 1 MiB through 7 banks.
  EXPECT_TRUE(streams({.wide_output = true, .channels = 1024, .kernels = 512}, 0x71));
  EXPECT_TRUE(streams({.arithmetic = Arithmetic::kInt8, .channels = 1000, .kernels = 300}, 0x71));
}

TEST(Cbuf, WeightsLargerThanTheirBanksStreamForManyPixels) {
  // 3x3, 64 to 64, int8: 36,864 bytes through one bank; fp16: 73,728 bytes through two.
  Convolution conv{.arithmetic = Arithmetic::kInt8, .width = 28, .height = 14, .channels = 64, .kernels = 64};
  conv.kernel_width = conv.kernel_height = 3;
  conv.pad_left = conv.pad_top = conv.pad_right = conv.pad_bottom = 1;
  EXPECT_TRUE(streams(conv, 0x17));
  conv.arithmetic = Arithmetic::kFp16;
  EXPECT_TRUE(streams(conv, 0x26));
}

TEST(Cbuf, StreamedWeightsCannotBeKept) {
  Convolution conv{.arithmetic = Arithmetic::kInt8, .width = 8, .height = 8, .channels = 64, .kernels = 64};
  conv.kernel_width = conv.kernel_height = 3;
  const std::string message = error_of_second(conv, conv, 0x17, 0x17, kWeightReuse);
  EXPECT_NE(message.find("weight_reuse"), std::string::npos) << message;
}

}  // namespace
}  // namespace mattock::test
