// The sync call of dma-bufs on exported memory, which kernel.md 2.4 names for objects that MEM_SYNC refuses. Numbers
// and flags are those of Linux' dma-buf.h.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "fakekernel/support/stream.hpp"

namespace mattock::test {
namespace {

constexpr std::uint32_t kSync = 0x40086200, kSetName = 0x40086201;
constexpr std::uint64_t kRead = 1, kWrite = 2, kEnd = 4;

int exported(Process& process, std::uint32_t handle) {
  abi::DrmPrime prime{.handle = handle};
  EXPECT_EQ(process.ioctl(abi::kDrmHandleToFd, &prime), 0);
  return prime.fd;
}

int sync(Process& process, int fd, std::uint64_t flags) { return process.system().ioctl(fd, kSync, &flags); }

// An object of 5 pages that the CPU filled with 1 and the NPU's copy holds zeros of.
class DmaBuf : public testing::Test {
 protected:
  DmaBuf() {
    std::ranges::fill(object_.bytes, std::byte{1});
    process_.kernel().set_trace([this](auto, auto objects) {
      for (const fakekernel::ObjectView& view : objects)
        if (view.address == object_.address)
          npu_ = {static_cast<int>(view.bytes[64]), static_cast<int>(view.bytes[20479])};
    });
  }

  struct Seen {
    int first = 0, last = 0;
    bool operator==(const Seen&) const = default;
  };
  Seen npu() {
    abi::Submit submit{.flags = abi::kPc, .task_number = 1, .task_token = records_.token};
    EXPECT_EQ(process_.submit(submit), -ETIMEDOUT);
    return npu_;
  }
  Seen cpu() const { return {static_cast<int>(object_.bytes[64]), static_cast<int>(object_.bytes[20479])}; }

  Process process_{fakekernel::Options{.two_copies = true}};
  MappedObject object_ = process_.object(20000, abi::kNonContiguous | abi::kCacheable | abi::kZeroing);
  MappedObject records_ = process_.object(4096, abi::kKernelMapping | abi::kZeroing);
  int fd_ = exported(process_, object_.handle);
  Seen npu_;
};

TEST_F(DmaBuf, AtTheEndOfWritingTheNpuSees) {
  for (const std::uint64_t flags : {kRead, kWrite, kRead | kEnd}) {
    SCOPED_TRACE(flags);
    std::ranges::fill(object_.bytes, std::byte{1});
    EXPECT_EQ(sync(process_, fd_, flags), 0);
    EXPECT_EQ(npu(), (Seen{0, 0}));
  }
  for (const std::uint64_t flags : {kWrite | kEnd, kRead | kWrite | kEnd}) {
    SCOPED_TRACE(flags);
    std::ranges::fill(object_.bytes, std::byte{static_cast<unsigned char>(flags)});
    EXPECT_EQ(sync(process_, fd_, flags), 0);
    const int value = static_cast<int>(flags);
    EXPECT_EQ(npu(), (Seen{value, value})) << "the whole object";
  }
}

TEST_F(DmaBuf, AtTheStartOfReadingTheCpuSees) {
  for (const std::uint64_t flags : {kWrite, kRead | kEnd}) {
    EXPECT_EQ(sync(process_, fd_, flags), 0);
    EXPECT_EQ(cpu(), (Seen{1, 1})) << flags;
  }
  for (const std::uint64_t flags : {kRead, kRead | kWrite}) {
    std::ranges::fill(object_.bytes, std::byte{1});
    EXPECT_EQ(sync(process_, fd_, flags), 0);
    EXPECT_EQ(cpu(), (Seen{0, 0})) << flags;
  }
}

TEST_F(DmaBuf, SyncsWhatMemSyncRefuses) {
  process_.use(process_.open("/dev/dri/renderD129"));
  abi::DrmPrime prime{.fd = fd_};
  ASSERT_EQ(process_.ioctl(abi::kDrmFdToHandle, &prime), 0);
  abi::MemCreate import{.handle = prime.handle};
  ASSERT_EQ(process_.create(import), 0);
  EXPECT_EQ(process_.sync(import.token, abi::kToDevice, 0, 20480), -EINVAL);
  EXPECT_NE(import.address, object_.address);
  EXPECT_EQ(sync(process_, fd_, kWrite | kEnd), 0);
  EXPECT_EQ(npu(), (Seen{1, 1})) << "one memory, whoever made it";
}

TEST_F(DmaBuf, RefusesOtherFlagsAndCalls) {
  for (const std::uint64_t flags : {std::uint64_t{0}, kEnd, kRead | 8, std::uint64_t{1} << 32 | kWrite})
    EXPECT_EQ(sync(process_, fd_, flags), -EINVAL) << flags;
  EXPECT_EQ(process_.system().ioctl(fd_, kSync, nullptr), -EFAULT);
  std::uint64_t other = kRead;
  EXPECT_EQ(process_.system().ioctl(fd_, kSetName, &other), -ENOTTY);
  EXPECT_EQ(process_.system().ioctl(fd_, abi::drm_request(abi::Call::kAction, 8), &other), -ENOTTY);
  EXPECT_EQ(sync(process_, process_.fd(), kRead), -ENOTTY) << "the device is no dma-buf";
  EXPECT_EQ(process_.system().close(fd_), 0);
  EXPECT_EQ(sync(process_, fd_, kRead), -EBADF);
}

TEST(DmaBufSync, OfOneMemoryDoesNothing) {
  Process process;
  const MappedObject object = process.object(8192, abi::kCacheable);
  object.bytes[77] = std::byte{5};
  EXPECT_EQ(sync(process, exported(process, object.handle), kRead | kWrite), 0);
  EXPECT_EQ(object.bytes[77], std::byte{5});
}

TEST(DmaBufSync, MeetsItsFault) {
  Process process({.faults = {{.call = 4, .error = EINTR}}});
  abi::MemCreate create{.size = 4096};
  ASSERT_EQ(process.create(create), 0);
  const int fd = exported(process, create.handle);
  EXPECT_EQ(sync(process, fd, kRead), -EINTR);
  EXPECT_EQ(sync(process, fd, kRead), 0);
}

// A product whose every sync is one of its dma-bufs.
TEST(DmaBufSync, IsEnoughForAProduct) {
  Process process({.two_copies = true});
  Stream stream(process, "rk3566-fp16-4x32x16-b1-ac0");
  // The result's, too: lines that the kernel left dirty must not fall on it.
  for (const MappedObject* object : {&stream.a(), &stream.b(), &stream.c(), &stream.words(), &stream.records()})
    EXPECT_EQ(sync(process, exported(process, object->handle), kWrite | kEnd), 0);
  abi::Submit submit = stream.arguments();
  EXPECT_EQ(process.submit(submit), 0);
  EXPECT_NE(stream.wrong(), 0U);
  EXPECT_EQ(sync(process, exported(process, stream.c().handle), kRead), 0);
  EXPECT_EQ(stream.wrong(), 0U);
}

}  // namespace
}  // namespace mattock::test
