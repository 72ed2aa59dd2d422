// A back end that forgets one sync: in two-copy mode every one of them shows, as an error or a wrong product.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/npy.hpp"
#include "faults/bench.hpp"

namespace mattock::test {
namespace {

using fakekernel::Fault;
using fakekernel::TaskMapping;

/// Two operands in each place, one after the other: what is left of the first is not the second.
template <ProductJob::Kind kind>
std::string run_product(const System& system) {
  Device device = open_npu(system).value();
  ProductJob job(kind);
  Result<void> done = job.create(device);
  for (const unsigned seed : {1U, 3U}) {
    if (done) done = job.set_b(seed);
    if (done) done = job.run(seed + 1);
    if (const std::string what = shown(done, !done || job.exact()); !what.empty()) return what;
  }
  return "";
}

std::string run_model(const System& system) {
  Device device = open_npu(system).value();
  ModelJob job;
  Result<void> done = job.load(device);
  for (const unsigned seed : {1U, 3U}) {
    if (done) done = job.run(seed);
    if (const std::string what = shown(done, !done || job.exact()); !what.empty()) return what;
  }
  return "";
}

/// A model with weights, against onnxruntime's numbers in float32.
std::string run_weights(const System& system) {
  const std::filesystem::path folder = std::filesystem::path(MATTOCK_TEST_DATA) / "vendor";
  Device device = open_npu(system).value();
  auto session = Session::load(device, folder / "gemm_bias.rknn").value();
  const auto result = session.run(std::vector{read_npy(folder / "gemm_bias/in_a.npy").value()});
  if (!result) return to_string(result.error());
  const auto expected = numbers_in(read_npy(folder / "gemm_bias/ort_out.npy").value());
  const auto got = numbers_in(result->outputs[0].values);
  constexpr double kTolerance = 0.01;  // fp16 against float32
  const bool close = std::ranges::equal(
      got, expected, [](double x, double y) { return std::abs(x - y) <= kTolerance * std::max(1.0, std::abs(y)); });
  return close ? "" : kWrong;
}

/// A job with the objects it makes in order, and its syncs in order with what shows when one is left out.
struct Case {
  std::string name;
  std::string (*run)(const System&);
  std::vector<std::string> objects;
  std::vector<std::pair<std::string, std::string>> syncs;

  friend void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
};

constexpr const char* kLost = "fall on the NPU's";

const std::vector<std::string> kOfModel{"constants and words", "internal block", "input a", "input b", "output",
                                        "task records"};

const std::vector<Case> kCases{
    {"Fp16",
     run_product<ProductJob::Kind::kFp16>,
     kOfProduct,
     {{"to device of results [0x0, 0x1000)", kWrong},
      {"to device of words [0x0, 0x1000)", kNoEnd},
      {"to device of task records [0x0, 0x1000)", kNoEnd},
      {"to device of weights [0x0, 0x46600)", kWrong},
      {"to device of features [0x0, 0xd320)", kWrong},
      {"from device of results [0x0, 0x180)", kWrong},
      {"to device of weights [0x0, 0x46600)", kWrong},
      {"to device of features [0x0, 0xd320)", kWrong},
      {"from device of results [0x0, 0x180)", kWrong}}},
    {"Int8",
     run_product<ProductJob::Kind::kInt8>,
     kOfProduct,
     {{"to device of results [0x0, 0x1000)", kWrong},
      {"to device of words [0x0, 0x1000)", kNoEnd},
      {"to device of task records [0x0, 0x1000)", kNoEnd},
      {"to device of kernel records [0x0, 0x100)", kWrong},
      {"to device of weights [0x0, 0x800)", kWrong},
      {"to device of features [0x0, 0x240)", kWrong},
      {"from device of results [0x0, 0x120)", kWrong},
      {"to device of kernel records [0x0, 0x100)", kWrong},
      {"to device of weights [0x0, 0x800)", kWrong},
      {"to device of features [0x0, 0x240)", kWrong},
      {"from device of results [0x0, 0x120)", kWrong}}},
    {"Swapped",
     run_product<ProductJob::Kind::kSwapped>,
     kOfProduct,
     {{"to device of results [0x0, 0x1000)", kWrong},
      {"to device of words [0x0, 0x1000)", kNoEnd},
      {"to device of task records [0x0, 0x1000)", kNoEnd},
      {"to device of features [0x0, 0x60)", kWrong},
      {"to device of weights [0x0, 0x2400)", kWrong},
      {"from device of results [0x0, 0x180)", kWrong},
      {"to device of features [0x0, 0x60)", kWrong},
      {"to device of weights [0x0, 0x2400)", kWrong},
      {"from device of results [0x0, 0x180)", kWrong}}},
    // What the CPU alone reads (input b, the output, constants) is never synced.
    {"ModelWithCpuNodes",
     run_model,
     kOfModel,
     {{"to device of internal block [0x0, 0x3000)", kWrong},
      {"to device of task records [0x0, 0x168)", kNoEnd},
      {"to device of input a [0x0, 0x440)", kWrong},
      {"to device of constants and words [0xc0, 0xe80)", kNoEnd},
      {"to device of internal block [0xd00, 0x1600)", kWrong},
      {"from device of internal block [0x440, 0x940)", kWrong},
      {"to device of internal block [0x1600, 0x1b00)", kWrong},
      {"from device of internal block [0x0, 0x6c0)", kWrong},
      {"to device of input a [0x0, 0x440)", kWrong},
      {"to device of internal block [0xd00, 0x1600)", kWrong},
      {"from device of internal block [0x440, 0x940)", kWrong},
      {"to device of internal block [0x1600, 0x1b00)", kWrong},
      {"from device of internal block [0x0, 0x6c0)", kWrong}}},
    {"ModelWithWeights",
     run_weights,
     {"constants and words", "internal block", "input", "output", "task records"},
     {{"to device of constants and words [0x0, 0x1100)", kWrong},
      {"to device of internal block [0x0, 0x1000)", kLost},
      {"to device of output [0x0, 0x1000)", kWrong},
      {"to device of task records [0x0, 0x78)", kNoEnd},
      {"to device of input [0x0, 0x200)", kWrong},
      {"to device of constants and words [0x1100, 0x1a80)", kNoEnd},
      {"from device of output [0x0, 0x100)", kWrong}}},
};

class SyncMutants : public testing::TestWithParam<Case> {};

TEST_P(SyncMutants, ShowWhicheverIsLeftOut) {
  const Case& one = GetParam();
  Bench control(one.objects);
  ASSERT_EQ(one.run(control.system()), "");
  ASSERT_EQ(control.lost_lines(), "");
  EXPECT_EQ(control.watch().objects(), one.objects.size());
  const std::vector<std::string> syncs = control.watch().syncs();
  EXPECT_EQ(syncs.size(), one.syncs.size());
  for (std::size_t i = 0; i < syncs.size(); ++i) {
    Bench bench(one.objects);
    bench.watch().leaves_out = [i](std::size_t sync) { return sync == i; };
    std::string what = one.run(bench.system());
    if (what.empty()) what = bench.lost_lines();
    EXPECT_FALSE(what.empty()) << "unnoticed: " << syncs[i];
    const auto expected = i < one.syncs.size() ? one.syncs[i] : std::pair<std::string, std::string>{"none", ""};
    EXPECT_EQ(syncs[i], expected.first);
    EXPECT_NE(what.find(expected.second), std::string::npos) << syncs[i] << ": " << what;
  }
}

INSTANTIATE_TEST_SUITE_P(Jobs, SyncMutants, testing::ValuesIn(kCases),
                         [](const auto& parameters) { return parameters.param.name; });

/// What a lost submit says when the driver sees task records in this way.
std::string status_told(TaskMapping mapping, bool with_sync) {
  Bench bench(kOfProduct, {.task_mapping = mapping, .faults = {{.kind = Fault::Kind::kDmaError, .submit = 2}}});
  Watch& watch = bench.watch();
  if (!with_sync)
    watch.leaves_out = [&watch](std::size_t) {
      return watch.syncs().back().starts_with("from device of task records");
    };
  return run_product<ProductJob::Kind::kInt8>(bench.system());
}

TEST(SyncMutants, OfTheStatusOfALostSubmitShowWhereTheDriverWritesPastTheCache) {
  const std::string told = "interrupt status 0x1000, DMA could not read";
  for (const TaskMapping mapping : {TaskMapping::kEither, TaskMapping::kCached, TaskMapping::kUncached})
    EXPECT_NE(status_told(mapping, true).find(told), std::string::npos) << status_told(mapping, true);
  EXPECT_NE(status_told(TaskMapping::kUncached, false).find("interrupt status 0x0,"), std::string::npos);
}

}  // namespace
}  // namespace mattock::test
