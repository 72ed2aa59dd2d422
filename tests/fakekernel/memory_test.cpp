// Memory objects of the DRM build (kernel.md 2.4).
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include "fakekernel/support/process.hpp"

namespace mattock::test {
namespace {

constexpr std::uint64_t kSpace = std::uint64_t{1} << 32;

abi::MemCreate created(Process& process, std::uint64_t size, std::uint32_t flags = abi::kCacheable) {
  abi::MemCreate create{.flags = flags, .size = size};
  EXPECT_EQ(process.create(create), 0);
  return create;
}

int error_of(Process& process, abi::MemCreate create) { return process.create(create); }

TEST(MemCreate, RoundsUpToPagesAndCountsHandlesFromOne) {
  Process process;
  const abi::MemCreate first = created(process, 1), second = created(process, 4096), third = created(process, 4097);
  EXPECT_EQ(first.handle, 1U);
  EXPECT_EQ(second.handle, 2U);
  EXPECT_EQ(first.size, 4096U);
  EXPECT_EQ(second.size, 4096U);
  EXPECT_EQ(third.size, 8192U);
  EXPECT_EQ(first.sram_bytes, 0U);
}

TEST(MemCreate, WithAnIommuHandsOutAddressesFromTheTopDownward) {
  Process process;
  EXPECT_EQ(created(process, 4096).address, kSpace - 0x1000);
  EXPECT_EQ(created(process, 0x3000).address, kSpace - 0x4000);
  EXPECT_EQ(created(process, 4096).address, kSpace - 0x5000);
}

TEST(MemCreate, WithoutAnIommuHandsOutLowAddressesOneAfterAnother) {
  Process process({.iommu = false});
  const abi::MemCreate first = created(process, 0x3000), second = created(process, 4096);
  EXPECT_LT(first.address, kSpace / 2);
  EXPECT_EQ(second.address, first.address + 0x3000);
}

TEST(MemCreate, WithoutAnIommuDropsNonContiguousWithAWarning) {
  Process process({.iommu = false});
  created(process, 8192, abi::kCacheable | abi::kNonContiguous);
  EXPECT_NE(process.kernel().log().back().find("contiguous"), std::string::npos);
}

TEST(MemCreate, TokensLookLikePointersOfTheKernel) {
  Process process;
  const std::uint64_t first = created(process, 4096).token, second = created(process, 4096).token;
  EXPECT_EQ(first >> 48, 0xffffU);
  EXPECT_EQ(second >> 48, 0xffffU);
  EXPECT_NE(first, second);
  EXPECT_NE(first & 0xffffffff, first);
}

TEST(MemCreate, ALiveHandleGivesItsObject) {
  Process process;
  const abi::MemCreate object = created(process, 8192);
  abi::MemCreate again{.handle = object.handle, .size = 4096};
  EXPECT_EQ(process.create(again), 0);
  EXPECT_EQ(again.handle, object.handle);
  EXPECT_EQ(again.size, 8192U);
  EXPECT_EQ(again.token, object.token);
  EXPECT_EQ(again.address, object.address);
  EXPECT_EQ(process.kernel().held().objects, 1U);
}

TEST(MemCreate, AHandleThatIsNoneMakesANewObject) {
  Process process;
  abi::MemCreate create{.handle = 99, .size = 5000};
  EXPECT_EQ(process.create(create), 0);
  EXPECT_EQ(create.handle, 1U);
  EXPECT_EQ(create.size, 8192U);
}

TEST(MemCreate, RefusesNothingAndTooMuch) {
  Process process({.memory_bytes = 1 << 20});
  EXPECT_EQ(error_of(process, {.size = 0}), -EINVAL);
  EXPECT_EQ(error_of(process, {.size = (1 << 20) + 1}), -ENOMEM);
  EXPECT_EQ(error_of(process, {.size = ~std::uint64_t{0}}), -ENOMEM);
  const abi::MemCreate most = created(process, (1 << 20) - 4096);
  EXPECT_EQ(error_of(process, {.size = 8192}), -ENOMEM);
  created(process, 4096);
  EXPECT_EQ(error_of(process, {.size = 1}), -ENOMEM);
  EXPECT_EQ(process.destroy({.handle = most.handle}), 0);
  created(process, 8192);
}

TEST(MemCreate, TakesFlagsThatAVersionDoesNotKnow) {
  for (const fakekernel::Version version : {fakekernel::Version{0, 7, 2}, fakekernel::Version{0, 9, 8}}) {
    Process process({.version = version});
    for (std::uint32_t bit = 0; bit <= 10; ++bit) created(process, 4096, 1U << bit);
  }
}

TEST(MemCreate, ZeroesWhatIsAskedForAndPromisesNothingElse) {
  Process process({.two_copies = true});
  const auto zeros = [](std::span<const std::byte> bytes) {
    return static_cast<std::size_t>(std::ranges::count(bytes, std::byte{0}));
  };
  const MappedObject zeroed = process.object(4096, abi::kCacheable | abi::kZeroing);
  const MappedObject fresh = process.object(4096, abi::kCacheable);
  EXPECT_EQ(zeros(zeroed.bytes), 4096U);
  EXPECT_EQ(zeros(fresh.bytes), 0U);
  EXPECT_EQ(process.sync(zeroed, abi::kFromDevice), 0);
  EXPECT_EQ(process.sync(fresh, abi::kFromDevice), 0);
  EXPECT_EQ(zeros(zeroed.bytes), 4096U) << "the NPU's copy";
  EXPECT_EQ(zeros(fresh.bytes), 0U);
}

TEST(MemCreate, RefusesDomainsThatAreNone) {
  Process process;
  EXPECT_EQ(error_of(process, {.size = 1, .domain = 16}), -EINVAL);
  EXPECT_EQ(error_of(process, {.size = 1, .domain = -1}), -EINVAL);
  EXPECT_EQ(error_of(process, {.size = 1, .domain = 15}), 0);
  Process without({.iommu = false});
  EXPECT_EQ(error_of(without, {.size = 1, .domain = 1}), -EINVAL);
}

TEST(MemCreate, EveryDomainIsASpaceOfItsOwn) {
  Process process;
  abi::MemCreate other{.size = 4096, .domain = 3};
  EXPECT_EQ(process.create(other), 0);
  EXPECT_EQ(other.address, created(process, 4096).address);
}

TEST(MemCreate, GivesAddressesBack) {
  Process process;
  const abi::MemCreate first = created(process, 4096);
  created(process, 4096);
  EXPECT_EQ(process.destroy({.handle = first.handle}), 0);
  const abi::MemCreate next = created(process, 4096);
  EXPECT_EQ(next.address, first.address);
  EXPECT_EQ(next.handle, first.handle) << "the lowest free one";
  EXPECT_NE(next.token, first.token) << "so that an old one is found out";
}

TEST(MemMap, OffsetsBeginAtFourGigabytesAndFollowEachOther) {
  Process process;
  abi::MemMap first{.handle = created(process, 8192).handle}, second{.handle = created(process, 4096).handle};
  EXPECT_EQ(process.map_offset(first), 0);
  EXPECT_EQ(process.map_offset(second), 0);
  EXPECT_EQ(first.offset, kSpace);
  EXPECT_EQ(second.offset, kSpace + 8192);
  abi::MemMap again{.handle = first.handle};
  EXPECT_EQ(process.map_offset(again), 0);
  EXPECT_EQ(again.offset, first.offset);
  abi::MemMap unknown{.handle = 99};
  EXPECT_EQ(process.map_offset(unknown), -ENOENT);
}

TEST(Mmap, TakesTheObjectsStartAndNoMoreThanItsSize) {
  Process process;
  abi::MemMap map{.handle = created(process, 8192).handle};
  ASSERT_EQ(process.map_offset(map), 0);
  void* at = nullptr;
  const auto mapped = [&](std::uint64_t offset, std::size_t bytes) {
    return process.system().map(process.fd(), offset, bytes, at);
  };
  EXPECT_EQ(mapped(map.offset, 4096), 0);
  EXPECT_EQ(mapped(map.offset, 8192), 0);
  EXPECT_EQ(mapped(map.offset, 8193), -EINVAL);
  EXPECT_EQ(mapped(map.offset, 0), -EINVAL);
  EXPECT_EQ(mapped(map.offset + 4096, 4096), -EINVAL);
  EXPECT_EQ(mapped(0, 4096), -EINVAL);
  EXPECT_EQ(process.kernel().held().mappings, 2U);

  process.use(process.open("/dev/dri/renderD129"));
  EXPECT_EQ(mapped(map.offset, 4096), -EACCES) << "an object of another open file";
}

TEST(MemDestroy, GoesByHandleAndLeavesMappings) {
  Process process;
  const MappedObject object = process.object(4096, abi::kCacheable);
  object.bytes[0] = std::byte{42};
  EXPECT_EQ(process.destroy(object), 0);
  EXPECT_EQ(process.destroy(object), -EINVAL);
  EXPECT_EQ(object.bytes[0], std::byte{42});
  EXPECT_EQ(process.kernel().held().objects, 0U);
  EXPECT_EQ(process.kernel().held().mappings, 1U);
  EXPECT_EQ(process.system().unmap(object.bytes.data(), object.bytes.size()), 0);
  EXPECT_EQ(process.kernel().held().mappings, 0U);
}

TEST(MemDestroy, IgnoresTheToken) {
  Process process;
  abi::MemDestroy destroy{.handle = created(process, 4096).handle, .token = 0x1234};
  EXPECT_EQ(process.call(abi::Call::kMemDestroy, &destroy, sizeof(destroy)), 0);
}

TEST(GemClose, IsTheSame) {
  Process process;
  abi::DrmGemClose close{.handle = created(process, 4096).handle};
  EXPECT_EQ(process.ioctl(abi::kDrmGemClose, &close), 0);
  EXPECT_EQ(process.ioctl(abi::kDrmGemClose, &close), -EINVAL);
  EXPECT_EQ(process.kernel().held().objects, 0U);
}

TEST(MemSync, WantsATokenOfACacheableObject) {
  Process process(with_crash({}));
  const abi::MemCreate cached = created(process, 4096), uncached = created(process, 4096, 0);
  for (const std::uint32_t flags : {1U, 2U, 3U}) EXPECT_EQ(process.sync(cached.token, flags, 0, 4096), 0);
  EXPECT_EQ(process.sync(0, 1, 0, 4096), -EINVAL);
  EXPECT_EQ(process.sync(uncached.token, 1, 0, 4096), -EINVAL);
  EXPECT_THROW(process.sync(cached.token + 8, 1, 0, 4096), KernelCrash);
  EXPECT_THROW(process.sync(1, 1, 0, 4096), KernelCrash);
  EXPECT_THROW(process.sync(cached.token & 0xffffffff, 1, 0, 4096), KernelCrash) << "cut off by a cast";
  EXPECT_EQ(process.destroy({.handle = cached.handle}), 0);
  EXPECT_THROW(process.sync(cached.token, 1, 0, 4096), KernelCrash) << "it was";
}

TEST(MemSync, SaysWhenARangeLeavesTheObject) {
  Process process;
  const abi::MemCreate object = created(process, 4096);
  const std::size_t lines = process.kernel().log().size();
  EXPECT_EQ(process.sync(object.token, 3, 64, 4096 - 64), 0);
  EXPECT_EQ(process.kernel().log().size(), lines);
  EXPECT_EQ(process.sync(object.token, 3, 64, 4096), 0);
  EXPECT_EQ(process.sync(object.token, 3, ~std::uint64_t{0}, ~std::uint64_t{0}), 0);
  EXPECT_EQ(process.kernel().log().size(), lines + 2);
}

TEST(Prime, HandlesBecomeDescriptorsAndBack) {
  Process process;
  const MappedObject object = process.object(8192, abi::kCacheable);
  object.bytes[8191] = std::byte{9};
  abi::DrmPrime prime{.handle = object.handle, .flags = 0x80002};
  ASSERT_EQ(process.ioctl(abi::kDrmHandleToFd, &prime), 0);
  abi::DrmPrime same{.fd = prime.fd};
  EXPECT_EQ(process.ioctl(abi::kDrmFdToHandle, &same), 0);
  EXPECT_EQ(same.handle, object.handle) << "the file's own object";

  void* at = nullptr;
  EXPECT_EQ(process.system().map(prime.fd, 0, 8192, at), 0);
  EXPECT_EQ(static_cast<std::byte*>(at)[8191], std::byte{9});
  EXPECT_EQ(process.system().map(prime.fd, 0, 8193, at), -EINVAL);
  EXPECT_EQ(process.kernel().held().descriptors, 1U);
  EXPECT_EQ(process.system().close(prime.fd), 0);
  EXPECT_EQ(process.kernel().held().descriptors, 0U);
}

TEST(Prime, AnImportInAnotherFileCanBeNeitherSyncedNorMapped) {
  Process process;
  const MappedObject object = process.object(8192, abi::kCacheable);
  abi::DrmPrime prime{.handle = object.handle};
  ASSERT_EQ(process.ioctl(abi::kDrmHandleToFd, &prime), 0);

  process.use(process.open("/dev/dri/renderD129"));
  ASSERT_EQ(process.ioctl(abi::kDrmFdToHandle, &prime), 0);
  abi::MemCreate create{.handle = prime.handle};
  ASSERT_EQ(process.create(create), 0);
  EXPECT_EQ(create.size, 8192U);
  EXPECT_EQ(process.sync(create.token, abi::kToDevice, 0, 8192), -EINVAL);
  abi::MemMap map{.handle = prime.handle};
  EXPECT_EQ(process.map_offset(map), -EINVAL);
}

TEST(Prime, TwoFilesSeeOneMemory) {
  Process process({.memory_bytes = 16384});
  const int first = process.fd(), second = process.open("/dev/dri/renderD129");
  const MappedObject object = process.object(8192, 0);
  abi::DrmPrime prime{.handle = object.handle, .flags = 0x80002};
  ASSERT_EQ(process.ioctl(abi::kDrmHandleToFd, &prime), 0);
  process.use(second);
  ASSERT_EQ(process.ioctl(abi::kDrmFdToHandle, &prime), 0);
  abi::MemCreate import{.handle = prime.handle}, fresh{.flags = abi::kKernelMapping, .size = 8192};
  ASSERT_EQ(process.create(import), 0);
  EXPECT_NE(import.address, object.address);
  ASSERT_EQ(process.create(fresh), 0) << "an import takes no memory";
  abi::DrmPrime again{.fd = prime.fd};
  EXPECT_EQ(process.ioctl(abi::kDrmFdToHandle, &again), 0);
  EXPECT_EQ(again.handle, prime.handle) << "one handle in a file";

  process.use(first);
  EXPECT_EQ(process.destroy(object), 0);
  EXPECT_EQ(process.system().close(prime.fd), 0);
  object.bytes[8191] = std::byte{9};
  int seen = 0;
  process.kernel().set_trace([&](auto, auto objects) {
    for (const fakekernel::ObjectView& view : objects)
      if (view.address == import.address) seen = static_cast<int>(view.bytes[8191]);
  });
  abi::Submit submit{.flags = abi::kPc, .task_number = 1, .task_token = fresh.token};
  process.submit(submit);
  EXPECT_EQ(seen, 9) << "its maker is gone, the memory is not";

  process.use(second);
  EXPECT_EQ(process.destroy({.handle = prime.handle}), 0);
  created(process, 8192);
  EXPECT_EQ(error_of(process, {.size = 1}), -ENOMEM) << "it gives back none, either";
}

TEST(Prime, RefusesWhatIsNone) {
  Process process;
  for (const std::uint32_t flags : {1U, 0x80003U, 0x80000000U}) {
    abi::DrmPrime other{.handle = created(process, 4096).handle, .flags = flags};
    EXPECT_EQ(process.ioctl(abi::kDrmHandleToFd, &other), -EINVAL) << flags;
  }
  abi::DrmPrime prime{.handle = 99};
  EXPECT_EQ(process.ioctl(abi::kDrmHandleToFd, &prime), -ENOENT);
  prime.fd = process.fd();
  EXPECT_EQ(process.ioctl(abi::kDrmFdToHandle, &prime), -EINVAL) << "no memory";
  prime.fd = 5;
  EXPECT_EQ(process.ioctl(abi::kDrmFdToHandle, &prime), -EBADF);
}

TEST(Prime, RunsOutOfDescriptors) {
  Process process({.most_descriptors = 2});
  abi::DrmPrime prime{.handle = created(process, 4096).handle};
  EXPECT_EQ(process.ioctl(abi::kDrmHandleToFd, &prime), 0);
  EXPECT_EQ(process.ioctl(abi::kDrmHandleToFd, &prime), -EMFILE) << "the node and one";
}

TEST(Close, FreesWhatIsLeftAndTellsOfIt) {
  Process process;
  created(process, 4096);
  created(process, 8192);
  EXPECT_EQ(process.system().close(process.fd()), 0);
  EXPECT_EQ(process.kernel().held(), fakekernel::Held{});
  EXPECT_NE(process.kernel().log().back().find("2 objects of 12288 bytes"), std::string::npos);
}

TEST(Close, WaitsForTheLastMapping) {
  Process process;
  const MappedObject object = process.object(4096, abi::kCacheable);
  EXPECT_EQ(process.system().close(process.fd()), 0);
  EXPECT_EQ(process.kernel().held().files, 1U) << "a mapping keeps its file open";
  EXPECT_EQ(process.system().unmap(object.bytes.data(), object.bytes.size()), 0);
  EXPECT_EQ(process.kernel().held(), fakekernel::Held{});
}

}  // namespace
}  // namespace mattock::test
