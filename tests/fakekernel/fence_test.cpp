// Fences of a kernel that has the option (kernel.md 2.5): a submit hands one out and waits for one. The call on them
// and its struct are those of Linux' sync_file.h. Without the option see Submit.Row4Fences.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "fakekernel/support/stream.hpp"

namespace mattock::test {
namespace {

using fakekernel::Fault;
using fakekernel::Options;

constexpr std::uint32_t kFileInfo = 0xc0383e04, kMerge = 0xc0303e03;
constexpr std::uint32_t kIn = 1U << 3, kOut = 1U << 4, kNonBlocking = 1U << 1;

struct Fence {
  char object[32] = {}, driver[32] = {};
  std::int32_t status = 7;
  std::uint32_t flags = 0;
  std::uint64_t nanoseconds = 0;
};
struct Info {
  char name[32] = {};
  std::int32_t status = 7;
  std::uint32_t flags = 0, fences = 0, padding = 0;
  std::uint64_t fence_info = 0;
};

class Fences : public testing::Test {
 protected:
  void start(Options options = {}) {
    options.fences = true;
    options.two_copies = true;
    process_.emplace(with_crash(options));
    stream_.emplace(*process_, "rk3566-fp16-4x32x16-b1-ac0");
    stream_->sync_to_device();
  }
  int submit(std::uint32_t flags, int fence = -1) {
    abi::Submit arguments = stream_->arguments();
    arguments.flags |= flags;
    arguments.fence = fence;
    const int result = process_->submit(arguments);
    fence_ = arguments.fence;
    return result;
  }
  int status(int fd) {
    Info info;
    EXPECT_EQ(process_->system().ioctl(fd, kFileInfo, &info), 0);
    EXPECT_EQ(info.fences, 1U);
    return info.status;
  }

  std::optional<Process> process_;
  std::optional<Stream> stream_;
  int fence_ = -1;
};

TEST_F(Fences, TellWhenAJobThatNobodyWaitsForIsDone) {
  for (const auto build : {fakekernel::Build::kDrm, fakekernel::Build::kMisc}) {
    start({.build = build});
    ASSERT_EQ(submit(kNonBlocking | kOut), 0);
    ASSERT_GE(fence_, 1000) << "a descriptor";
    const int first = fence_;
    EXPECT_EQ(status(first), 1);
    EXPECT_EQ(submit(kIn, first), 0);
    EXPECT_EQ(fence_, first) << "the caller's still";
    ASSERT_EQ(submit(kIn | kOut, first), 0);
    EXPECT_NE(fence_, first);
    EXPECT_EQ(status(fence_), 1);
    EXPECT_EQ(stream_->sync_from_device(), 0);
    EXPECT_EQ(stream_->wrong(), 0U);
  }
}

TEST_F(Fences, AreDescriptorsLikeOthers) {
  start();
  ASSERT_EQ(submit(kOut), 0);
  const std::size_t held = process_->kernel().held().descriptors;
  EXPECT_EQ(held, 1U);
  device::kernel::FileKind kind{.character_device = true};
  EXPECT_EQ(process_->system().kind(fence_, kind), 0);
  EXPECT_FALSE(kind.character_device);
  void* at = nullptr;
  EXPECT_EQ(process_->system().map(fence_, 0, 4096, at), -ENODEV);
  abi::DrmPrime prime{.fd = fence_};
  EXPECT_EQ(process_->ioctl(abi::kDrmFdToHandle, &prime), -EINVAL) << "no memory";
  EXPECT_EQ(process_->system().close(fence_), 0);
  EXPECT_EQ(process_->kernel().held().descriptors, 0U);
  EXPECT_EQ(submit(kIn, fence_), -EINVAL) << "it was";
}

TEST_F(Fences, TellThatTheirJobFailed) {
  start({.faults = {{.kind = Fault::Kind::kTimeout, .submit = 1}}});
  ASSERT_EQ(submit(kNonBlocking | kOut), 0);
  const int fence = fence_;
  EXPECT_EQ(status(fence), 0) << "it hangs";
  std::uint32_t value = 0;
  EXPECT_EQ(process_->action(abi::Ask::kReset, value), 0);
  EXPECT_EQ(status(fence), -ETIMEDOUT);
}

TEST_F(Fences, OfAJobThatMadeWayTellThatItFailed) {
  start({.faults = {{.kind = Fault::Kind::kTimeout, .submit = 1}}});
  ASSERT_EQ(submit(kNonBlocking | kOut), 0);
  const int fence = fence_;
  EXPECT_EQ(submit(0), 0) << "behind it";
  EXPECT_EQ(status(fence), -ETIMEDOUT);
}

TEST_F(Fences, ComeFromSubmitsThatSucceedAlone) {
  start({.faults = {{.kind = Fault::Kind::kTimeout, .submit = 1}}});
  EXPECT_EQ(submit(kOut, 55), -ETIMEDOUT);
  EXPECT_EQ(fence_, 55);
  EXPECT_EQ(process_->kernel().held().descriptors, 0U);
}

TEST_F(Fences, RefuseWhatIsNone) {
  start();
  for (const int fd : {-1, 0, 55, process_->fd()}) EXPECT_EQ(submit(kIn, fd), -EINVAL) << fd;
  abi::DrmPrime prime{.handle = stream_->a().handle};
  ASSERT_EQ(process_->ioctl(abi::kDrmHandleToFd, &prime), 0);
  EXPECT_EQ(submit(kIn, prime.fd), -EINVAL) << "memory is no fence";
  EXPECT_EQ(submit(0, 55), 0) << "nobody looks";
}

TEST_F(Fences, RunOutOfDescriptors) {
  start({.most_descriptors = 2});
  ASSERT_EQ(submit(kOut), 0);
  EXPECT_EQ(submit(kOut), -EMFILE) << "the node and one";
  EXPECT_EQ(submit(0), 0);
}

TEST(FencesOfAProcess, RunOutOfItsDescriptors) {
  Process process({.fences = true}, {.most_descriptors = 2});
  Stream stream(process, "rk3566-fp16-4x32x16-b1-ac0");
  stream.sync_to_device();
  abi::Submit submit = stream.arguments();
  submit.flags |= kOut;
  EXPECT_EQ(process.submit(submit), 0);
  EXPECT_EQ(process.submit(submit), -EMFILE);
  EXPECT_EQ(process.kernel().held().descriptors, 1U);
}

TEST_F(Fences, AnswerFileInfo) {
  start();
  ASSERT_EQ(submit(kOut), 0);
  Fence one;
  Info info{.fences = 1, .fence_info = reinterpret_cast<std::uintptr_t>(&one)};
  EXPECT_EQ(process_->system().ioctl(fence_, kFileInfo, &info), 0);
  EXPECT_EQ(info.status, 1);
  EXPECT_EQ(one.status, 1);
  EXPECT_STREQ(one.driver, "rknpu");
  EXPECT_EQ(process_->system().ioctl(fence_, kFileInfo, nullptr), -EFAULT);
  EXPECT_EQ(process_->system().ioctl(fence_, kMerge, &info), -ENOTTY);
  info = {.flags = 1};
  EXPECT_EQ(process_->system().ioctl(fence_, kFileInfo, &info), -EINVAL);
}

}  // namespace
}  // namespace mattock::test
