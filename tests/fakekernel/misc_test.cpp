// What is different on /dev/rknpu (kernel.md 2.1, 2.4; check list 13).
#include <gtest/gtest.h>

#include <cerrno>

#include "fakekernel/support/process.hpp"

namespace mattock::test {
namespace {

using fakekernel::Build;
using fakekernel::Options;

Options misc(fakekernel::Version version = {}) { return with_crash({.version = version, .build = Build::kMisc}); }

TEST(Misc, TheNodeHasMajor10AndThereAreNoCards) {
  Process process(misc());
  device::kernel::FileKind kind;
  EXPECT_EQ(process.system().kind(process.fd(), kind), 0);
  EXPECT_TRUE(kind.character_device);
  EXPECT_EQ(kind.major, 10U);
  EXPECT_EQ(process.open("/dev/dri/card1"), -ENOENT);
}

TEST(Misc, VersionIsTakenForAnAction) {
  Options options = misc();
  options.hw_version = 0x1234;
  Process process(options);
  abi::DrmVersion version{.major = 0, .minor = 7};
  EXPECT_EQ(process.ioctl(abi::kDrmVersion, &version), 0) << "number 0: GET_HW_VERSION";
  EXPECT_EQ(version.minor, 0x1234);
  EXPECT_EQ(version.name_bytes, 0U);
}

TEST(Misc, From09OnTheNumberAloneDecides) {
  Process process(misc({0, 9, 6}));
  abi::Action action{.code = 1};
  EXPECT_EQ(process.ioctl(abi::request(abi::kReadWrite, 'z', 0, 8), &action), 0);
  EXPECT_EQ(action.value, 906U);
  EXPECT_EQ(process.ioctl(abi::misc_request(static_cast<abi::Call>(6), 8), &action), -EINVAL);
  EXPECT_EQ(process.ioctl(abi::drm_request(abi::Call::kAction, 8), &action), -EINVAL) << "its number is 0x40";
  EXPECT_EQ(process.ioctl(abi::misc_request(abi::Call::kAction, 8), nullptr), -EFAULT);
  abi::MemCreate create{.size = 4096};
  EXPECT_EQ(process.create(create, abi::kMemCreateBytesA), 0) << "the size is honoured";
}

TEST(Misc, UpTo08TheWholeRequestMustBeRight) {
  for (const auto& [version, own] : {std::pair(fakekernel::Version{0, 7, 2}, abi::kMemCreateBytesA),
                                     std::pair(fakekernel::Version{0, 8, 2}, abi::kMemCreateBytesB)}) {
    Process process(misc(version));
    for (const std::size_t bytes : {abi::kMemCreateBytesA, abi::kMemCreateBytesB, abi::kMemCreateBytesC}) {
      abi::MemCreate create{.size = 4096};
      EXPECT_EQ(process.create(create, bytes), bytes == own ? 0 : -EINVAL) << bytes;
    }
    abi::DrmVersion drm;
    EXPECT_EQ(process.ioctl(abi::kDrmVersion, &drm), -EINVAL);
  }
}

TEST(Misc, CreateHandsOutADescriptorThatIsMapped) {
  Process process(misc());
  const MappedObject object = process.object(8192, abi::kCacheable);
  EXPECT_NE(static_cast<int>(object.handle), process.fd());
  object.bytes[0] = std::byte{5};
  device::kernel::FileKind kind{.character_device = true};
  EXPECT_EQ(process.system().kind(static_cast<int>(object.handle), kind), 0);
  EXPECT_FALSE(kind.character_device);
  EXPECT_EQ(process.kernel().held().descriptors, 1U);

  abi::MemMap map{.handle = object.handle};
  EXPECT_EQ(process.map_offset(map), -EINVAL);
  void* at = nullptr;
  EXPECT_EQ(process.system().map(process.fd(), 0, 4096, at), -ENODEV);

  EXPECT_EQ(process.destroy(object), 0);
  EXPECT_EQ(process.kernel().held().objects, 0U);
  EXPECT_EQ(process.kernel().held().descriptors, 1U) << "the caller's to close";
  EXPECT_EQ(process.system().close(static_cast<int>(object.handle)), 0);
  EXPECT_EQ(process.kernel().held().descriptors, 0U);
  EXPECT_EQ(object.bytes[0], std::byte{5});
}

TEST(Misc, CreateImportsADescriptor) {
  Process process(misc());
  const MappedObject object = process.object(8192, abi::kCacheable);
  abi::MemCreate same{.handle = object.handle};
  EXPECT_EQ(process.create(same), 0);
  EXPECT_EQ(same.token, object.token);
  EXPECT_EQ(same.handle, object.handle);
  process.use(process.open("/dev/rknpu"));
  abi::MemCreate other{.handle = object.handle};
  EXPECT_EQ(process.create(other), 0);
  EXPECT_EQ(other.size, 8192U);
  abi::MemCreate wrong{.handle = 5};
  EXPECT_EQ(process.create(wrong), -EBADF);
  wrong.handle = static_cast<std::uint32_t>(process.fd());
  EXPECT_EQ(process.create(wrong), -EINVAL);
}

TEST(Misc, CreateRefusesScatteredMemory) {
  Process process(misc());
  abi::MemCreate create{.flags = abi::kNonContiguous, .size = 4096};
  EXPECT_EQ(process.create(create), -EINVAL);
}

TEST(Misc, CreateLeavesNothingWhenThereAreNoDescriptors) {
  Options options = misc();
  options.most_descriptors = 2;
  Process process(options);
  abi::MemCreate create{.size = 4096};
  EXPECT_EQ(process.create(create), 0);
  create = {.size = 4096};
  EXPECT_EQ(process.create(create), -EMFILE);
  EXPECT_EQ(process.kernel().held().objects, 1U);
}

TEST(Misc, DestroyGoesByToken) {
  Process process(misc());
  abi::MemCreate create{.size = 4096};
  ASSERT_EQ(process.create(create), 0);
  const auto destroy = [&](std::uint64_t token) {
    abi::MemDestroy argument{.handle = create.handle, .token = token};
    return process.call(abi::Call::kMemDestroy, &argument, sizeof(argument));
  };
  EXPECT_EQ(destroy(0), -EINVAL);
  EXPECT_EQ(destroy(create.token & 0xffffffff), -EINVAL) << "no pointer of the kernel's";
  EXPECT_EQ(destroy(create.token + 8), 0) << "nothing of this file's: no effect";
  EXPECT_EQ(process.kernel().held().objects, 1U);
  EXPECT_EQ(destroy(create.token), 0);
  EXPECT_EQ(process.kernel().held().objects, 0U);
}

TEST(Misc, SyncWorksForEveryObjectAndTrustsPointers) {
  Process process(misc());
  abi::MemCreate uncached{.size = 4096};
  ASSERT_EQ(process.create(uncached), 0);
  EXPECT_EQ(process.sync(uncached.token, 3, 0, 4096), 0);
  EXPECT_EQ(process.sync(0, 3, 0, 4096), -EINVAL);
  EXPECT_EQ(process.sync(0x1234, 3, 0, 4096), -EINVAL);
  EXPECT_THROW(process.sync(uncached.token + 8, 3, 0, 4096), KernelCrash);
}

TEST(Misc, SubmitTrustsPointersToo) {
  Process process(misc());
  abi::MemCreate records{.flags = abi::kKernelMapping, .size = 4096}, plain{.size = 4096};
  ASSERT_EQ(process.create(records), 0);
  ASSERT_EQ(process.create(plain), 0);
  const auto submit = [&](std::uint64_t token, std::uint32_t tasks) {
    abi::Submit argument{.flags = abi::kPc, .timeout = 10, .task_number = tasks, .task_token = token};
    return process.submit(argument);
  };
  EXPECT_THROW(submit(records.token + 8, 1), KernelCrash);
  EXPECT_THROW(submit(plain.token, 1), KernelCrash) << "no kernel mapping";
  EXPECT_THROW(submit(records.token, 103), KernelCrash) << "a page holds 102 records";
  EXPECT_EQ(submit(records.token, 102), -ETIMEDOUT);
}

TEST(Misc, ClosingFreesWhatIsLeft) {
  Process process(misc());
  abi::MemCreate create{.size = 4096};
  ASSERT_EQ(process.create(create), 0);
  EXPECT_EQ(process.system().close(process.fd()), 0);
  EXPECT_EQ(process.kernel().held().objects, 0U);
  EXPECT_EQ(process.kernel().held().files, 0U);
}

}  // namespace
}  // namespace mattock::test
