// Dumb buffers of the DRM core, which exist on this driver (kernel.md 2.4). Their numbers and structs are those of
// Linux' drm.h and drm_mode.h.
#include <gtest/gtest.h>

#include <cerrno>

#include "fakekernel/support/process.hpp"

namespace mattock::test {
namespace {

constexpr std::uint32_t kCreate = 0xc02064b2, kMap = 0xc01064b3, kDestroy = 0xc00464b4;

struct Create {
  std::uint32_t height = 0, width = 0, bits = 0, flags = 0, handle = 0, pitch = 0;
  std::uint64_t size = 0;
};
struct Map {
  std::uint32_t handle = 0, padding = 0;
  std::uint64_t offset = 0;
};
static_assert(sizeof(Create) == 32 && sizeof(Map) == 16);

class Dumb : public testing::Test {
 protected:
  Dumb() { process_.use(process_.open("/dev/dri/card1")); }
  int create(Create argument) { return process_.ioctl(kCreate, &argument); }

  Process process_{with_crash({.memory_bytes = 1 << 20})};
};

TEST_F(Dumb, RowsAreAsLongAsTheirPixels) {
  struct Case {
    std::uint32_t width, height, bits, pitch;
    std::uint64_t size;
  };
  for (const Case& c : {Case{3, 5, 32, 12, 4096}, Case{33, 77, 24, 99, 8192}, Case{1, 1, 1, 1, 4096},
                        Case{1, 4097, 8, 1, 8192}, Case{2048, 2, 12, 4096, 8192}}) {
    Create argument{.height = c.height, .width = c.width, .bits = c.bits};
    EXPECT_EQ(process_.ioctl(kCreate, &argument), 0);
    EXPECT_EQ(argument.pitch, c.pitch);
    EXPECT_EQ(argument.size, c.size);
    EXPECT_NE(argument.handle, 0U);
  }
}

TEST_F(Dumb, AreObjectsOfTheDriver) {
  Create argument{.height = 70, .width = 30, .bits = 16};
  ASSERT_EQ(process_.ioctl(kCreate, &argument), 0);
  abi::MemCreate object{.handle = argument.handle};
  EXPECT_EQ(process_.create(object), 0);
  EXPECT_EQ(object.size, 8192U);
  EXPECT_EQ(process_.kernel().held().objects, 1U);
  EXPECT_EQ(process_.sync(object.token, abi::kToDevice, 0, 8192), -EINVAL) << "uncached";

  Map map{.handle = argument.handle};
  ASSERT_EQ(process_.ioctl(kMap, &map), 0);
  EXPECT_EQ(map.offset, std::uint64_t{1} << 32);
  abi::MemMap same{.handle = argument.handle};
  EXPECT_EQ(process_.map_offset(same), 0);
  EXPECT_EQ(same.offset, map.offset);
  void* at = nullptr;
  EXPECT_EQ(process_.system().map(process_.fd(), map.offset, 8192, at), 0);

  std::uint32_t handle = argument.handle;
  EXPECT_EQ(process_.ioctl(kDestroy, &handle), 0);
  EXPECT_EQ(process_.ioctl(kDestroy, &handle), -EINVAL);
  EXPECT_EQ(process_.ioctl(kMap, &map), -ENOENT);
  EXPECT_EQ(process_.kernel().held().objects, 0U);
}

TEST_F(Dumb, RefuseNothingAndTooMuch) {
  EXPECT_EQ(create({.height = 0, .width = 4, .bits = 8}), -EINVAL);
  EXPECT_EQ(create({.height = 4, .width = 0, .bits = 8}), -EINVAL);
  EXPECT_EQ(create({.height = 4, .width = 4, .bits = 0}), -EINVAL);
  EXPECT_EQ(create({.height = 1, .width = 0x80000000, .bits = 16}), -EINVAL) << "a row beyond 32 bits";
  EXPECT_EQ(create({.height = 0x10000, .width = 0x10000, .bits = 8}), -EINVAL) << "all beyond 32 bits";
  EXPECT_EQ(create({.height = 1, .width = 1, .bits = 0xfffffff8}), -EINVAL) << "cannot be rounded up to bytes";
  EXPECT_EQ(create({.height = 1, .width = 1, .bits = 0xfffffff7}), -ENOMEM) << "512 MiB of 1";
  EXPECT_EQ(create({.height = 257, .width = 4096, .bits = 8}), -ENOMEM);
  EXPECT_EQ(create({.height = 256, .width = 4096, .bits = 8}), 0);
}

TEST_F(Dumb, AreForTheCardNode) {
  process_.use(process_.open("/dev/dri/renderD129"));
  EXPECT_EQ(create({.height = 4, .width = 4, .bits = 8}), -EACCES);
  Map map;
  EXPECT_EQ(process_.ioctl(kMap, &map), -EACCES);
  std::uint32_t handle = 0;
  EXPECT_EQ(process_.ioctl(kDestroy, &handle), -EACCES);
  EXPECT_EQ(process_.ioctl(kDestroy, nullptr), -EFAULT) << "the argument is copied in first";
  Process misc({.build = fakekernel::Build::kMisc});
  EXPECT_EQ(misc.ioctl(kDestroy, &handle), -EINVAL);
}

TEST_F(Dumb, NumbersBesideThemAreNone) {
  Create argument{.height = 4, .width = 4, .bits = 8};
  for (const std::uint32_t number : {0x9fU, 0xa0U, 0xb1U, 0xb5U, 0xffU})
    EXPECT_EQ(process_.ioctl(abi::request(abi::kReadWrite, 'd', number, 32), &argument), -EINVAL) << number;
}

TEST_F(Dumb, AnImportIsNotMapped) {
  const int first = process_.fd();
  Create argument{.height = 7, .width = 9, .bits = 8};
  ASSERT_EQ(process_.ioctl(kCreate, &argument), 0);
  abi::DrmPrime prime{.handle = argument.handle};
  ASSERT_EQ(process_.ioctl(abi::kDrmHandleToFd, &prime), 0);
  process_.use(process_.open("/dev/dri/card1"));
  ASSERT_EQ(process_.ioctl(abi::kDrmFdToHandle, &prime), 0);
  Map map{.handle = prime.handle};
  EXPECT_EQ(process_.ioctl(kMap, &map), -EINVAL);
  process_.use(first);
  map.handle = argument.handle;
  EXPECT_EQ(process_.ioctl(kMap, &map), 0);
}

}  // namespace
}  // namespace mattock::test
