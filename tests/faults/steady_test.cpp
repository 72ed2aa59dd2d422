// A run that repeats the one before makes the calls that the driver needs and no other, and allocates nothing. The
// places in kernel.md that show the need:
//
//   sync to device     2.10, step 5: what is cached and the CPU wrote
//   take turn          2.5, rows 11 and 12: behind another job a timeout runs, and another's reset ends ours
//   submit             2.10, step 6
//   give turn back     as take turn
//   sync from device   2.10, step 7: what the NPU wrote and the CPU reads
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "fakekernel/system.hpp"
#include "faults/jobs.hpp"
#include "faults/watch.hpp"
#include "support/allocations.hpp"

namespace mattock::test {
namespace {

constexpr int kWarmUps = 2, kRuns = 3;

std::shared_ptr<Watch> watched(std::vector<std::string> objects) {
  const auto kernel = fakekernel::Kernel::create({.two_copies = true}).value();
  return std::make_shared<Watch>(make_system(fakekernel::radxa_zero_3w(kernel)), std::move(objects));
}

/// A kind of product, and what holds A on the device.
struct Case {
  std::string name;
  ProductJob::Kind kind;
  std::string input, result;

  friend void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
};

class SteadyProduct : public testing::TestWithParam<Case> {};

TEST_P(SteadyProduct, IsOneSubmitWithItsInputAndResultAndAllocatesNothing) {
  const auto watch = watched({"features", "weights", "results"});
  Device device = open_npu(watch).value();
  ProductJob job(GetParam().kind);
  ASSERT_TRUE(job.create(device));
  ASSERT_TRUE(job.set_b(1));
  for (unsigned run = 0; run < kWarmUps; ++run) ASSERT_TRUE(job.run(2 + run));
  for (unsigned run = 0; run < kRuns; ++run) {
    job.fill_a(9 + run);
    watch->calls.clear();
    bool done = false;
    EXPECT_EQ(allocations_during([&] { done = job.multiply().has_value(); }), 0u) << "run " << run;
    EXPECT_TRUE(done);
    EXPECT_TRUE(job.exact());
    EXPECT_EQ(watch->calls, (std::vector<std::string>{"sync to device of " + GetParam().input, "take turn", "submit",
                                                      "give turn back", "sync from device of " + GetParam().result}));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, SteadyProduct,
    testing::Values(Case{"Fp16", ProductJob::Kind::kFp16, "features [0x0, 0xd320)", "results [0x0, 0x180)"},
                    Case{"Int8", ProductJob::Kind::kInt8, "features [0x0, 0x240)", "results [0x0, 0x120)"},
                    Case{"Swapped", ProductJob::Kind::kSwapped, "weights [0x0, 0x2400)", "results [0x0, 0x180)"}),
    [](const auto& parameters) { return parameters.param.name; });

TEST(SteadyProducts, HaveSeveralTasksInTheOneSubmit) {
  Device device = open_npu(watched({})).value();
  ProductJob job(ProductJob::Kind::kFp16);
  ASSERT_TRUE(job.create(device));
  EXPECT_GT(job.plan().cost.tasks, 1u);
}

// Two submits, since a node for the CPU stands between the NPU's.
TEST(SteadyModel, SyncsWhatPassesBetweenCpuAndNpuAndAllocatesNothing) {
  const auto watch = watched({"constants and words", "internal block", "input a", "input b", "output"});
  Device device = open_npu(watch).value();
  ModelJob job;
  ASSERT_TRUE(job.load(device));
  const auto inputs = job.inputs(1);
  RunReport report;
  for (int run = 0; run < kWarmUps; ++run) ASSERT_TRUE(job.session().execute(inputs, {}, report));
  for (int run = 0; run < kRuns; ++run) {
    watch->calls.clear();
    bool done = false;
    EXPECT_EQ(allocations_during([&] { done = job.session().execute(inputs, {}, report).has_value(); }), 0u);
    EXPECT_TRUE(done);
    EXPECT_EQ(report.submits.size(), 2u);
    EXPECT_EQ(watch->calls, (std::vector<std::string>{
                                "sync to device of input a [0x0, 0x440)",
                                "sync to device of internal block [0xd00, 0x1600)",
                                "take turn",
                                "submit",
                                "give turn back",
                                "sync from device of internal block [0x440, 0x940)",
                                "sync to device of internal block [0x1600, 0x1b00)",
                                "take turn",
                                "submit",
                                "give turn back",
                                "sync from device of internal block [0x0, 0x6c0)",
                            }));
  }
}

}  // namespace
}  // namespace mattock::test
