// Recorded command streams submitted by raw ioctls: on every version, build and memory mode they give the product, and
// where memory is cached no sync may be left out.
#include "fakekernel/support/stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>
#include <vector>

namespace mattock::test {
namespace {

using fakekernel::Build;
using fakekernel::Options;
using fakekernel::Version;

const char* const kSmall = "rk3566-fp16-4x32x16-b1-ac0";

class Streams : public testing::TestWithParam<const char*> {};

TEST_P(Streams, GiveTheProduct) {
  Process process({.two_copies = true});
  Stream stream(process, GetParam());
  ASSERT_EQ(stream.run(), 0);
  EXPECT_EQ(stream.wrong(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Recorded, Streams,
                         testing::Values("rk3566-fp16-4x32x16-b1-ac0", "rk3566-fp16-4x32x16-b1-ac1",
                                         "rk3566-int8-4x32x16-b1-ac0", "rk3566-int8-4x32x16-b1-ac1",
                                         "rk3566-fp16-64x128x256-b0-ac0", "rk3566-fp16-64x128x256-b1-ac1",
                                         "rk3566-int8-64x128x256-b0-ac0", "rk3566-int8-64x128x256-b1-ac1",
                                         "rk3566-fp16-1x1024x4096-b1-ac0", "rk3566-int8-1x4096x512-b1-ac0",
                                         "rk3566-fp16-128x512x512-b1-ac1", "rk3566-int8-128x512x512-b1-ac1"));

TEST(Stream, GivesTheProductOnEveryVersionBuildAndMemory) {
  for (const Version version : {Version{0, 7, 2}, Version{0, 8, 2}, Version{0, 9, 6}, Version{0, 9, 8}})
    for (const Build build : {Build::kDrm, Build::kMisc})
      for (const bool iommu : {true, false})
        for (const bool two_copies : {true, false}) {
          SCOPED_TRACE(testing::Message() << version.minor << "." << version.patch << " misc "
                                          << (build == Build::kMisc) << " iommu " << iommu << " copies " << two_copies);
          Process process({.version = version, .build = build, .iommu = iommu, .two_copies = two_copies});
          Stream stream(process, kSmall);
          EXPECT_EQ(stream.run(), 0);
          EXPECT_EQ(stream.wrong(), 0U);
        }
}

TEST(Stream, RunsOnTheCardNodeToo) {
  Process process;
  process.use(process.open("/dev/dri/card1"));
  Stream stream(process, kSmall);
  EXPECT_EQ(stream.run(), 0);
  EXPECT_EQ(stream.wrong(), 0U);
}

TEST(Stream, RunsInSeveralThreadsAtOnce) {
  const auto kernel = fakekernel::Kernel::create({}).value();
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      Process process(kernel);
      for (int round = 0; round < 5; ++round) {
        Stream stream(process, kSmall);
        EXPECT_EQ(stream.run(), 0);
        EXPECT_EQ(stream.wrong(), 0U);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(kernel->held(), fakekernel::Held{});
}

// What its runtime does around a product (matmul-streams.md, last section), failures that it tolerates included.
TEST(Stream, TheVendorsCallsWork) {
  for (const Version version : {Version{0, 8, 2}, Version{0, 9, 8}}) {
    Process process({.version = version, .two_copies = true});
    process.system().close(process.fd());
    process.use(process.open("/dev/dri/card1"));
    abi::DrmVersion drm;
    abi::DrmUnique unique;
    EXPECT_EQ(process.ioctl(abi::kDrmVersion, &drm), 0);
    EXPECT_EQ(process.ioctl(abi::kDrmUnique, &unique), 0);
    std::uint32_t value = 7;
    EXPECT_EQ(process.action(abi::Ask::kHwVersion, value), 0);
    EXPECT_EQ(value, 0U) << "an RK3566";
    EXPECT_EQ(process.action(abi::Ask::kPowerOn, value), version.minor == 8 ? 0 : -EINVAL);
    value = static_cast<std::uint32_t>(-19);
    EXPECT_EQ(process.action(abi::Ask::kSetNice, value), 0);
    Stream stream(process, kSmall);
    for (const MappedObject* object : {&stream.a(), &stream.b(), &stream.c(), &stream.words(), &stream.records()}) {
      std::array<std::uint32_t, 2> name{object->handle, 0};
      EXPECT_EQ(process.ioctl(0xc008640a, name.data()), 0) << "FLINK";
      abi::DrmPrime prime{.handle = object->handle, .flags = 0x80002};
      EXPECT_EQ(process.ioctl(abi::kDrmHandleToFd, &prime), 0);
      EXPECT_EQ(process.sync(*object, abi::kToDevice | abi::kFromDevice), 0);
      EXPECT_EQ(process.system().close(prime.fd), 0);
    }
    EXPECT_EQ(stream.run(), 0);
    EXPECT_EQ(stream.wrong(), 0U);
    EXPECT_EQ(process.destroy(stream.c()), 0);
    EXPECT_EQ(process.action(abi::Ask::kPowerOff, value), version.minor == 8 ? 0 : -EINVAL);
    EXPECT_EQ(process.system().close(process.fd()), 0);
  }
}

// Every sync of a program, and one of them left out.
struct Syncs {
  bool words = true, a = true, b = true, records = true, fresh_c = true, c = true;
};

struct Outcome {
  int result = 0;
  std::size_t wrong = 0;
};

Outcome outcome_of(const Syncs& syncs, bool two_copies) {
  Process process(with_crash({.two_copies = two_copies}));
  Stream stream(process, kSmall);
  const auto clean = [&](bool wanted, const MappedObject& object) {
    if (wanted) {
      EXPECT_EQ(process.sync(object, abi::kToDevice), 0);
    }
  };
  clean(syncs.words, stream.words());
  clean(syncs.a, stream.a());
  clean(syncs.b, stream.b());
  clean(syncs.records, stream.records());
  clean(syncs.fresh_c, stream.c());
  abi::Submit submit = stream.arguments();
  const int result = process.submit(submit);
  if (syncs.c) {
    EXPECT_EQ(stream.sync_from_device(), 0);
  }
  return {result, stream.wrong()};
}

TEST(TwoCopies, ShowAnySyncThatIsLeftOut) {
  EXPECT_EQ(outcome_of({}, true).wrong, 0U);
  EXPECT_EQ(outcome_of({}, true).result, 0);
  EXPECT_NE(outcome_of({.a = false}, true).wrong, 0U);
  EXPECT_NE(outcome_of({.b = false}, true).wrong, 0U);
  EXPECT_NE(outcome_of({.fresh_c = false}, true).wrong, 0U) << "lines of the cleared page fall on the product";
  EXPECT_NE(outcome_of({.c = false}, true).wrong, 0U);
  EXPECT_EQ(outcome_of({.c = false}, true).result, 0) << "the product is there, but not for the CPU";
  EXPECT_EQ(outcome_of({.words = false}, true).result, -ETIMEDOUT);
  EXPECT_EQ(outcome_of({.records = false}, true).result, -ETIMEDOUT);
}

TEST(TwoCopies, AreOneWithoutTheMode) {
  const Outcome outcome = outcome_of({false, false, false, false, false, false}, false);
  EXPECT_EQ(outcome.result, 0);
  EXPECT_EQ(outcome.wrong, 0U);
}

TEST(TwoCopies, LeaveUncachedMemoryAlone) {
  Process process({.two_copies = true});
  const MappedObject object = process.object(4096, 0);
  object.bytes[0] = std::byte{1};
  std::byte seen{0};
  process.kernel().set_trace([&](auto, auto objects) { seen = objects[0].bytes[0]; });
  const MappedObject records = process.object(4096, abi::kCacheable | abi::kKernelMapping);
  abi::Submit submit{.flags = abi::kPc, .task_number = 1, .task_token = records.token};
  process.submit(submit);
  EXPECT_EQ(seen, std::byte{1});
}

// What the NPU sees of an object after one sync of a range.
std::vector<int> seen_after(std::uint64_t offset, std::uint64_t size) {
  Process process({.two_copies = true});
  const MappedObject records = process.object(4096, abi::kCacheable | abi::kKernelMapping | abi::kZeroing);
  std::fill(records.bytes.begin(), records.bytes.end(), std::byte{1});
  EXPECT_EQ(process.sync(records.token, abi::kToDevice, offset, size), 0);
  std::vector<int> lines;
  process.kernel().set_trace([&](auto, auto objects) {
    for (std::size_t at = 0; at < 320; at += 32) lines.push_back(static_cast<int>(objects[0].bytes[at]));
  });
  abi::Submit submit{.flags = abi::kPc, .task_number = 1, .task_token = records.token};
  process.submit(submit);
  return lines;
}

TEST(TwoCopies, SyncWholeLinesOf64Bytes) {
  EXPECT_EQ(seen_after(64, 64), (std::vector{0, 0, 1, 1, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(seen_after(100, 1), (std::vector{0, 0, 1, 1, 0, 0, 0, 0, 0, 0})) << "one byte: its line";
  EXPECT_EQ(seen_after(127, 2), (std::vector{0, 0, 1, 1, 1, 1, 0, 0, 0, 0})) << "two lines";
  EXPECT_EQ(seen_after(0, 0), std::vector<int>(10, 0));
}

}  // namespace
}  // namespace mattock::test
