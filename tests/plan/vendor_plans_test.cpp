// Rockchip's own plans through the same formula: ours are never slower, whatever is assumed about bandwidth, the fill
// and the cost of a task.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.hpp"
#include "plan/recorded.hpp"
#include "plan/tasks.hpp"
#include "replay/layout.hpp"
#include "replay/recording.hpp"
#include "replay/replay.hpp"

namespace mattock::plan {
namespace {

const hw::Chip& chip() { return *hw::find_chip("rk3566"); }

std::vector<Options> assumptions() {
  std::vector<Options> all;
  for (const double bandwidth : {8.45e9, 5.5e9})
    for (const bool hidden : {false, true})
      for (const double task : {8e-6, 0.0})
        all.push_back({.fill_hidden = hidden, .bytes_per_second = bandwidth, .task_seconds = task});
  return all;
}

double seconds(const Cost& cost, const Options& options) {
  return options.fill_hidden ? cost.seconds_fill_hidden : cost.seconds;
}

struct Stream {
  replay::Recording recording;
  std::vector<TaskWork> works;
  std::size_t words = 0;
};

Stream read_stream(const std::filesystem::path& path) {
  const auto bytes = read_file(path).value();
  Stream stream{replay::parse_recording({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).value(), {}, 0};
  RecordedTasks tasks(chip());
  for (const replay::Task& task : stream.recording.submits.at(0).tasks) {
    stream.works.push_back(tasks.next(task.words).value());
    stream.words += task.words.size();
  }
  return stream;
}

std::vector<std::filesystem::path> streams() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(MATTOCK_TEST_DATA "/streams"))
    if (entry.path().extension() == ".txt") paths.push_back(entry.path());
  return paths;
}

TEST(VendorPlans, StreamsAreCountedAsTheEmulatorCountsThem) {
  ASSERT_EQ(streams().size(), 12u);
  for (const auto& path : streams()) {
    const Stream stream = read_stream(path);
    const auto outcome = replay::replay(stream.recording, chip(), 1);
    ASSERT_TRUE(outcome) << path;
    ASSERT_EQ(outcome->tasks.size(), stream.works.size()) << path;
    for (std::size_t t = 0; t < stream.works.size(); ++t) {
      EXPECT_EQ(stream.works[t].cycles, outcome->tasks[t].cycles) << path << " task " << t;
      EXPECT_EQ(stream.works[t].feature_bytes, outcome->tasks[t].feature_bytes) << path << " task " << t;
      EXPECT_EQ(stream.works[t].weight_bytes, outcome->tasks[t].weight_bytes) << path << " task " << t;
      EXPECT_EQ(stream.works[t].result_bytes, outcome->tasks[t].output_bytes) << path << " task " << t;
    }
  }
}

TEST(VendorPlans, NoStreamIsFasterThanOurPlanForItsShape) {
  for (const auto& path : streams()) {
    const Stream stream = read_stream(path);
    const auto product = replay::product_of(stream.recording).value();
    const Types types = product.fp16 ? Types{Operand::kFp16, Output::kFp32} : Types{Operand::kInt8, Output::kInt32};
    for (const Options& options : assumptions()) {
      const Cost theirs = cost_of(chip(), stream.works, stream.words, options);
      const Cost ours = plan_matmul(chip(), {product.m, product.k, product.n}, types, options).value().cost;
      EXPECT_LE(seconds(ours, options), seconds(theirs, options) * (1 + 1e-12)) << path;
    }
  }
}

/// The vendor's tiling of 256x2048x1024 (matmul-streams.md): rows and kernels of a task, and data banks.
struct Tiles {
  Types types;
  std::size_t rows, kernels, data_banks, tasks;
};
constexpr Types kFp16{Operand::kFp16, Output::kFp32};
constexpr Types kInt8{Operand::kInt8, Output::kInt32};
constexpr Tiles kVendor[] = {
    {kFp16, 56, 8, 7, 640}, {kFp16, 16, 48, 2, 352}, {kInt8, 112, 16, 7, 192}, {kInt8, 32, 96, 2, 88}};

TEST(VendorPlans, ThoseOf256x2048x1024TakeMuchLonger) {
  const Shape shape{256, 2048, 1024};
  for (const Tiles& tiles : kVendor)
    for (const Options& options : assumptions()) {
      const MatmulPlan ours = plan_matmul(chip(), shape, tiles.types, options).value();
      MatmulPlan theirs = ours;
      theirs.swapped = false;
      theirs.pixels = shape.m;
      theirs.kernels = theirs.kernels_padded = shape.n;
      theirs.panels = {{0, shape.n}};
      theirs.parts = {{0, shape.k, shape.k}};
      theirs.data_banks = tiles.data_banks;
      theirs.weight_banks = chip().cbuf_banks - tiles.data_banks;
      theirs.tiling = {tiles.rows, tiles.kernels, false, true};
      theirs.cost = cost_of(chip(), theirs, options);
      ASSERT_EQ(theirs.cost.tasks, tiles.tasks);
      EXPECT_LE(seconds(ours.cost, options), seconds(theirs.cost, options));
      if (options.task_seconds > 0 && tiles.data_banks == 7) {  // row-major, as ours
        EXPECT_LE(seconds(ours.cost, options), 0.6 * seconds(theirs.cost, options)) << name_of(tiles.types.operand);
      }
    }
}

}  // namespace
}  // namespace mattock::plan
