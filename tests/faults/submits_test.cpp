// A back end that fills in one field of a submit wrongly: it shows, as an error or a wrong product. What the driver
// does not read stands in the table with the reason.
#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "faults/bench.hpp"

namespace mattock::test {
namespace {

using fakekernel::Fault;

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
