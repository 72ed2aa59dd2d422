// Planner and emulator share the chip row, not code: what a plan predicts is what the emulator counts, to the byte and
// to the cycle.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "matmul/matmul.hpp"

namespace mattock::plan {
namespace {

/// 30 shapes, in fp16 and int8: tiny, square, tall, wide, one pixel, several parts, panels, resident and streamed.
constexpr std::size_t kShapes[30][3] = {
    {1, 1, 1},      {9, 9, 9},       {4, 32, 16},     {1, 1024, 4096}, {1, 8192, 64},   {17, 31, 33},
    {64, 128, 256}, {128, 512, 512}, {100, 2048, 96}, {57, 2048, 40},  {300, 64, 500},  {2047, 16, 8},
    {2048, 16, 8},  {5000, 32, 24},  {3, 40, 7168},   {3, 40, 7200},   {2, 3, 17000},   {3, 8192, 9},
    {3, 9000, 9},   {60, 9000, 100}, {1, 40000, 3},   {40, 3072, 70},  {256, 300, 300}, {33, 4096, 65},
    {7, 100, 3000}, {3000, 100, 7},  {1, 5, 20000},   {20000, 5, 1},   {90, 1024, 90},  {600, 600, 60}};

void expect_counted(const Shape& shape, const Types& types, const Options& options = {}) {
  SCOPED_TRACE(fmt::format("{}x{}x{} {}", shape.m, shape.k, shape.n, name_of(types.operand)));
  Device device = Device::open("emulator").value();
  MatmulSpec spec{shape.m, shape.k, shape.n, types, options};
  spec.requantisation = {1, 0, {1}, {0}, 1, 0};
  auto product = Matmul::create(device, spec);
  ASSERT_TRUE(product) << to_string(product.error());
  const DType dtype = types.operand == Operand::kFp16 ? DType::kFloat16 : DType::kInt8;
  const auto dimension = [](std::size_t size) { return static_cast<std::int64_t>(size); };
  const MatmulShapes native = native_shapes(device.chip(), shape, types);
  const mattock::Shape a_shape{dimension(shape.m), dimension(shape.k)};
  const mattock::Shape c_shape{dimension(shape.m), dimension(shape.n)};
  const Array a = Array::zeros(dtype, options.native.a ? native.a : a_shape);
  const Array b = Array::zeros(dtype, {dimension(shape.k), dimension(shape.n)});
  Array c = Array::zeros(dtype_of(types.output), options.native.c ? native.c : c_shape);
  ASSERT_TRUE(product->set_b(view_of(b)));
  ASSERT_TRUE(product->run(view_of(a), view_of(c)));

  emulator::TaskReport counted;
  std::size_t tasks = 0;
  for (const SubmitReport& report : product->reports())
    for (const emulator::TaskReport& task : report.tasks) {
      counted.cycles += task.cycles;
      counted.feature_bytes += task.feature_bytes;
      counted.weight_bytes += task.weight_bytes;
      counted.operand_bytes += task.operand_bytes;
      counted.output_bytes += task.output_bytes;
      counted.command_bytes += task.command_bytes;
      ++tasks;
    }
  const Cost& predicted = product->plan().cost;
  EXPECT_EQ(tasks, predicted.tasks);
  EXPECT_EQ(counted.cycles, predicted.cycles);
  EXPECT_EQ(counted.feature_bytes, predicted.feature_bytes);
  EXPECT_EQ(counted.weight_bytes, predicted.weight_bytes);
  EXPECT_EQ(counted.operand_bytes, predicted.record_bytes + predicted.sum_bytes);
  EXPECT_EQ(counted.output_bytes, predicted.result_bytes);
  EXPECT_EQ(counted.command_bytes, predicted.command_bytes);
}

TEST(Counted, IsWhatIsPredicted) {
  for (const auto& [m, k, n] : kShapes) {
    expect_counted({m, k, n}, {Operand::kFp16, Output::kFp32});
    expect_counted({m, k, n}, {Operand::kInt8, Output::kInt32});
  }
}

TEST(Counted, InTheNativeFormToo) {
  for (const auto& [m, k, n] : kShapes)
    for (const Types& types : {Types{Operand::kFp16, Output::kFp32}, Types{Operand::kInt8, Output::kInt32}})
      expect_counted({m, k, n}, types, {.native = {true, false, true}});
}

TEST(Counted, RecordsOfNarrowResultsToo) {
  for (const Shape& shape : {Shape{1, 1, 1}, Shape{17, 31, 33}, Shape{1, 1024, 400}, Shape{90, 3000, 50}})
    expect_counted(shape, {Operand::kInt8, Output::kInt8});
}

TEST(Counted, SumsThatTheNpuJoinsToo) {
  for (const Shape& shape : {Shape{60, 9000, 100}, Shape{1, 40000, 3}, Shape{300, 2050, 40}, Shape{40, 30000, 17}})
    for (const Types& types : {Types{Operand::kFp16, Output::kFp32}, Types{Operand::kFp16, Output::kFp16},
                               Types{Operand::kInt8, Output::kInt32}}) {
      const Options options{.allow_assumed = true};
      EXPECT_TRUE(plan_matmul(*hw::find_chip("rk3566"), shape, types, options).value().npu_joins || shape.k < 9000);
      expect_counted(shape, types, options);
    }
}

}  // namespace
}  // namespace mattock::plan
