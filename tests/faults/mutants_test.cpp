// Back ends with one fault each: a sync left out, a field of a submit wrong. In two-copy mode every one of them shows,
// as an error or a wrong product; what the driver does not read stands in the table with the reason.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "base/npy.hpp"
#include "fakekernel/system.hpp"
#include "faults/jobs.hpp"
#include "faults/watch.hpp"

namespace mattock::test {
namespace {

using fakekernel::Fault;
using fakekernel::Kernel;
using fakekernel::TaskMapping;
using System = std::shared_ptr<device::kernel::System>;

/// A kernel of its own, and what stands before it.
class Bench {
 public:
  explicit Bench(std::vector<std::string> objects, fakekernel::Options options = {}) {
    options.two_copies = true;
    options.crash = throw_crash;
    kernel_ = Kernel::create(options).value();
    watch_ = std::make_shared<Watch>(make_system(fakekernel::radxa_zero_3w(kernel_)), std::move(objects));
  }
  Watch& watch() { return *watch_; }
  System system() { return watch_; }
  /// What the kernel says of lost lines; they need not make a product wrong, when they hold what tasks pass on.
  std::string lost_lines() const {
    for (const std::string& line : kernel_->log())
      if (line.starts_with("cache:")) return line;
    return "";
  }
  std::uint64_t milliseconds() const { return kernel_->nanoseconds() / 1'000'000; }

 private:
  std::shared_ptr<Kernel> kernel_;
  std::shared_ptr<Watch> watch_;
};

constexpr const char* kWrong = "wrong product";

/// Empty, or what shows that something is wrong.
std::string shown(const Result<void>& done, bool exact) {
  if (!done) return to_string(done.error());
  return exact ? "" : kWrong;
}

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
constexpr const char* kNoEnd = "did not end within 6000 ms";

const std::vector<std::string> kOfProduct{"features", "weights", "results", "kernel records", "words", "task records"};
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

/// A field of a submit, filled in wrongly.
struct Field {
  std::string name;
  void (*change)(abi::Submit&, const Watch&);
  std::string shows;        ///< part of what is told; empty: nothing shows
  std::string reason = {};  ///< then why, with the place in kernel.md
};

constexpr const char* kRefused = "EINVAL (refused as invalid)";
constexpr const char* kCount = "the driver says that a submit ended, but counts ";

const std::vector<Field> kFields{
    {"flags without PC", [](abi::Submit& s, const Watch&) { s.flags &= ~abi::kPc; }, kRefused},
    {"flags with NONBLOCK", [](abi::Submit& s, const Watch&) { s.flags |= abi::kNonBlocking; }, kCount},
    {"flags with FENCE_IN", [](abi::Submit& s, const Watch&) { s.flags |= abi::kFenceIn; }, kRefused},
    {"flags with FENCE_OUT", [](abi::Submit& s, const Watch&) { s.flags |= abi::kFenceOut; }, kRefused},
    {"flags without PINGPONG", [](abi::Submit& s, const Watch&) { s.flags &= ~abi::kPingPong; }, "",
     "2.10 step 6: 5 or 1"},
    {"no timeout", [](abi::Submit& s, const Watch&) { s.timeout = 0; }, kNoEnd},
    {"a timeout of a minute", [](abi::Submit& s, const Watch&) { s.timeout = 60'000; }, "a lost submit takes 60200 ms"},
    {"a task too late", [](abi::Submit& s, const Watch&) { ++s.task_start; }, kNoEnd},
    {"no task", [](abi::Submit& s, const Watch&) { s.task_number = 0; }, kRefused},
    {"a task too few", [](abi::Submit& s, const Watch&) { --s.task_number; }, kCount},
    {"a task too many", [](abi::Submit& s, const Watch&) { ++s.task_number; }, kNoEnd},
    {"more tasks than records", [](abi::Submit& s, const Watch&) { s.task_number = 4000; }, "holds 102"},
    {"task_counter", [](abi::Submit& s, const Watch&) { s.task_counter = 7; }, "", "2.2: the driver's answer"},
    {"priority", [](abi::Submit& s, const Watch&) { s.priority = 7; }, "", "2.2: unused"},
    {"no records", [](abi::Submit& s, const Watch&) { s.task_token = 0; }, kRefused},
    {"words for records", [](abi::Submit& s, const Watch& w) { s.task_token = w.token_of(4); }, "no kernel mapping"},
    {"half a token", [](abi::Submit& s, const Watch&) { s.task_token &= 0xffffffff; }, "which is no object"},
    {"another IOMMU domain", [](abi::Submit& s, const Watch&) { s.domain = 1; }, "DMA could not read"},
    {"no IOMMU domain", [](abi::Submit& s, const Watch&) { s.domain = 16; }, kRefused},
    {"reserved", [](abi::Submit& s, const Watch&) { s.reserved = 7; }, "", "2.3: read in no mode that is supported"},
    {"a base address", [](abi::Submit& s, const Watch&) { s.task_base_address = 0x1000; }, kNoEnd},
    {"a base address above 4 GiB", [](abi::Submit& s, const Watch&) { s.task_base_address = 1ULL << 32; }, "",
     "2.4: the low 32 bits are written"},
    {"elapsed", [](abi::Submit& s, const Watch&) { s.elapsed = (1LL << 32) + 7; }, "", "2.2: the driver's answer"},
    {"the second core", [](abi::Submit& s, const Watch&) { s.core_mask = 2; }, kRefused},
    {"all cores", [](abi::Submit& s, const Watch&) { s.core_mask = ~0U; }, kRefused},
    {"the first core", [](abi::Submit& s, const Watch&) { s.core_mask = 1; }, "", "2.10 step 6: 1 or 0"},
    {"fence", [](abi::Submit& s, const Watch&) { s.fence = 7; }, "", "2.5: read with a fence flag only"},
    {"tasks of cores",
     [](abi::Submit& s, const Watch&) {
       s.subcores.fill({1, 1});
     },
     "", "2.5: ignored where the NPU has one interrupt"},
};

/// A submit that is lost, then one that is not.
std::string run_with(const Field* field) {
  Bench bench(kOfProduct, {.faults = {{.kind = Fault::Kind::kTimeout, .submit = 1}}});
  Watch& watch = bench.watch();
  if (field != nullptr) watch.changes = [&watch, field](abi::Submit& submit) { field->change(submit, watch); };
  Device device = open_npu(bench.system()).value();
  ProductJob job(ProductJob::Kind::kFp16);
  EXPECT_TRUE(job.create(device));
  EXPECT_TRUE(job.set_b(1));
  const std::uint64_t begin = bench.milliseconds();
  EXPECT_FALSE(job.run(2));
  const std::uint64_t milliseconds = bench.milliseconds() - begin;
  const auto done = job.run(3);
  if (!watch.crash().empty()) return watch.crash();
  if (const std::string what = shown(done, !done || job.exact()); !what.empty()) return what;
  constexpr std::uint64_t kTimeoutAndReset = 6000 + 200;
  return milliseconds == kTimeoutAndReset ? "" : "a lost submit takes " + std::to_string(milliseconds) + " ms";
}

TEST(SubmitMutants, ShowInAnyFieldThatTheDriverReads) {
  ASSERT_EQ(run_with(nullptr), "");
  for (const Field& field : kFields) {
    const std::string what = run_with(&field);
    EXPECT_EQ(what.empty(), field.shows.empty()) << field.name << ": " << what;
    EXPECT_NE(what.find(field.shows), std::string::npos) << field.name << ": " << what;
    EXPECT_EQ(field.reason.empty(), !field.shows.empty()) << field.name;
  }
}

TEST(SubmitMutants, AreOfEveryFieldOfTheStruct) {
  using Words = std::array<std::uint32_t, sizeof(abi::Submit) / 4>;
  Bench bench({});
  Device device = open_npu(bench.system()).value();
  ProductJob job(ProductJob::Kind::kFp16);
  ASSERT_TRUE(job.create(device));
  const abi::Submit plain{.flags = 5, .timeout = 6000, .task_number = 2, .task_token = ~0ULL, .fence = -1};
  Words before{}, touched{};
  std::memcpy(before.data(), &plain, sizeof(plain));
  for (const Field& field : kFields) {
    abi::Submit changed = plain;
    field.change(changed, bench.watch());
    Words after{};
    std::memcpy(after.data(), &changed, sizeof(changed));
    for (std::size_t i = 0; i < after.size(); ++i) touched[i] |= before[i] ^ after[i];
  }
  for (std::size_t i = 0; i < touched.size(); ++i) EXPECT_NE(touched[i], 0u) << "no mutant of the bytes from " << i * 4;
}

}  // namespace
}  // namespace mattock::test
