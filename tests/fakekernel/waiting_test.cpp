// SUBMIT and what else happens meanwhile (kernel.md 2.3, 2.5): jobs that nobody waits for, signals, other domains.
#include <gtest/gtest.h>

#include <cerrno>

#include "fakekernel/support/submit.hpp"

namespace mattock::test {
namespace {

using fakekernel::Fault;

TEST_F(Submit, WithoutWaitingItReturnsAtOnce) {
  start();
  arguments_.flags |= abi::kNonBlocking;
  EXPECT_EQ(submit(), 0);
  EXPECT_TRUE(at_once());
  EXPECT_EQ(arguments_.task_counter, 0U);
  EXPECT_EQ(stream_->int_status(0), 0U) << "written for those who wait only";
  EXPECT_EQ(stream_->sync_from_device(), 0);
  EXPECT_EQ(stream_->wrong(), 0U);
}

TEST_F(Submit, ANewJobResetsOneThatRunsLongerThanItsLimitInMicroseconds) {
  start();
  arguments_.flags |= abi::kNonBlocking;
  arguments_.timeout = 1;
  set_record<std::uint32_t>(kIntMask, 0xc00);  // never ends
  EXPECT_EQ(submit(), 0);
  std::uint32_t value = 0;
  for (int i = 0; i < 10; ++i) process_->action(abi::Ask::kIommu, value);  // microseconds go by
  EXPECT_EQ(submit(), 0);
  EXPECT_TRUE(logged(*process_, "soft reset, num: 1"));
}

TEST_F(Submit, WaitsBehindAJobThatEnds) {
  start();
  arguments_.flags |= abi::kNonBlocking;
  EXPECT_EQ(submit(), 0);
  arguments_.flags = abi::kPc;
  EXPECT_EQ(submit(), 0);
  EXPECT_EQ(arguments_.task_counter, 1U);
  EXPECT_GT(waited_, static_cast<std::uint64_t>(arguments_.elapsed) * 3 / 2) << "for both";
}

TEST_F(Submit, WaitsThreeTimesAsLongBehindAJobThatDoesNot) {
  start({.faults = {{.kind = Fault::Kind::kTimeout, .submit = 1}}});
  arguments_.flags |= abi::kNonBlocking;
  EXPECT_EQ(submit(), 0);
  arguments_.flags = abi::kPc;
  arguments_.timeout = 1000;
  EXPECT_EQ(submit(), -ETIMEDOUT);
  EXPECT_TRUE(within(3200, 3201)) << "three timeouts, and 200 ms to end it";
  EXPECT_EQ(submit(), 0) << "the NPU was reset";
}

TEST_F(Submit, ASignalBreaksOffTheWaitOfOldVersionsAlone) {
  for (const fakekernel::Version version : {fakekernel::Version{0, 7, 2}, fakekernel::Version{0, 8, 3},
                                            fakekernel::Version{0, 9, 6}, fakekernel::Version{0, 9, 8}}) {
    start({.version = version, .faults = {{.kind = Fault::Kind::kSignal, .submit = 1}}});
    EXPECT_EQ(submit(), version.minor < 9 ? -EINTR : 0) << version.minor;
    EXPECT_EQ(arguments_.task_counter, version.minor < 9 ? 0U : 1U);
    EXPECT_EQ(submit(), 0);
    EXPECT_EQ(arguments_.task_counter, 1U);
  }
}

// 0.9.8: a domain is held while a job runs in it.
TEST_F(Submit, AnotherDomainWaitsForTheJobInThisOne) {
  const auto switched_behind = [&](std::uint32_t patch, std::uint32_t timeout) {
    start({.version = {0, 9, patch}, .faults = {{.kind = Fault::Kind::kTimeout, .submit = 1}}});
    arguments_.flags |= abi::kNonBlocking;
    arguments_.timeout = timeout;
    EXPECT_EQ(submit(), 0);
    const std::uint64_t before = process_->kernel().nanoseconds();
    std::uint32_t domain = 3;
    const int result = process_->action(abi::Ask::kSetDomain, domain);
    waited_ = process_->kernel().nanoseconds() - before;
    return result;
  };
  EXPECT_EQ(switched_behind(8, 2000), 0);
  EXPECT_TRUE(within(1999, 2001));
  EXPECT_EQ(switched_behind(8, 7000), -EINVAL);
  EXPECT_TRUE(within(5999, 6001));
  std::uint32_t domain = 9;
  EXPECT_EQ(process_->action(abi::Ask::kDomain, domain), 0);
  EXPECT_EQ(domain, 0U) << "as before";
  EXPECT_EQ(switched_behind(7, 7000), 0);
  EXPECT_TRUE(at_once());
}

TEST_F(Submit, RunsInADomain) {
  start();
  abi::MemCreate create{.flags = abi::kKernelMapping, .size = 4096, .domain = 2};
  ASSERT_EQ(process_->create(create), 0);
  std::size_t objects = 0;
  process_->kernel().set_trace([&](auto, auto views) { objects = views.size(); });
  arguments_.domain = 2;
  arguments_.timeout = 10;
  EXPECT_EQ(submit(), -ETIMEDOUT) << "the words lie in another space";
  EXPECT_EQ(objects, 1U);
  arguments_.domain = 0;
  EXPECT_EQ(submit(), 0);
}

}  // namespace
}  // namespace mattock::test
