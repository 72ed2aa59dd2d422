// How a request becomes a call (kernel.md 2.1, 2.3): types, numbers, sizes, and what is copied in and out.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>

#include "fakekernel/support/process.hpp"

namespace mattock::test {
namespace {

using fakekernel::Version;

// As in kernel.md 2.1.
constexpr std::uint32_t kFlink = 0xc008640a, kOpen = 0xc010640b;
struct Name {
  std::uint32_t handle, name;
};
struct Open {
  std::uint32_t name, handle;
  std::uint64_t size;
};

TEST(Drm, TheNumbersAreThoseOfTheTable) {
  EXPECT_EQ(abi::drm_request(abi::Call::kAction, 8), 0xc0086440U);
  EXPECT_EQ(abi::drm_request(abi::Call::kSubmit, sizeof(abi::Submit)), 0xc0686441U);
  EXPECT_EQ(abi::drm_request(abi::Call::kMemCreate, abi::kMemCreateBytesA), 0xc0206442U);
  EXPECT_EQ(abi::drm_request(abi::Call::kMemCreate, abi::kMemCreateBytesB), 0xc0286442U);
  EXPECT_EQ(abi::drm_request(abi::Call::kMemCreate, abi::kMemCreateBytesC), 0xc0306442U);
  EXPECT_EQ(abi::drm_request(abi::Call::kMemMap, sizeof(abi::MemMap)), 0xc0106443U);
  EXPECT_EQ(abi::drm_request(abi::Call::kMemDestroy, sizeof(abi::MemDestroy)), 0xc0106444U);
  EXPECT_EQ(abi::drm_request(abi::Call::kMemSync, sizeof(abi::MemSync)), 0xc0206445U);
  EXPECT_EQ(abi::misc_request(abi::Call::kAction, 8), 0xc0087200U);
  EXPECT_EQ(abi::misc_request(abi::Call::kMemSync, sizeof(abi::MemSync)), 0xc0207205U);
  EXPECT_EQ(abi::kDrmVersion, 0xc0406400U);
  EXPECT_EQ(abi::kDrmUnique, 0xc0106401U);
  EXPECT_EQ(abi::kDrmGemClose, 0x40086409U);
  EXPECT_EQ(abi::kDrmHandleToFd, 0xc00c642dU);
  EXPECT_EQ(abi::kDrmFdToHandle, 0xc00c642eU);
}

TEST(Drm, VersionCopiesWhatThereIsRoomForAndSaysTheTrueLengths) {
  Process process;
  char name[8] = "xxxxxxx", date[4] = "xxx", description[32] = {};
  abi::DrmVersion version;
  EXPECT_EQ(process.ioctl(abi::kDrmVersion, &version), 0) << "no buffers: lengths only";
  EXPECT_EQ(version.name_bytes, 5U);
  EXPECT_EQ(version.date_bytes, 8U);
  EXPECT_EQ(version.description_bytes, 12U);

  version = {.name_bytes = 8, .name = name, .date_bytes = 3, .date = date};
  version.description_bytes = sizeof(description);
  version.description = description;
  EXPECT_EQ(process.ioctl(abi::kDrmVersion, &version), 0);
  EXPECT_EQ(std::string_view(name, 8), std::string_view("rknpuxx\0", 8)) << "no zero byte is added";
  EXPECT_EQ(std::string_view(date, 4), std::string_view("202\0", 4));
  EXPECT_STREQ(description, "RKNPU driver");
  EXPECT_EQ(version.name_bytes, 5U);
  EXPECT_EQ(version.date_bytes, 8U);
  EXPECT_EQ(version.major, 0);
  EXPECT_EQ(version.minor, 9);
  EXPECT_EQ(version.patch, 8);
}

TEST(Drm, VersionTellsEachVersion) {
  for (const Version expected : {Version{0, 7, 2}, Version{0, 8, 2}, Version{0, 9, 6}}) {
    Process process({.version = expected});
    abi::DrmVersion version;
    EXPECT_EQ(process.ioctl(abi::kDrmVersion, &version), 0);
    EXPECT_EQ(version.minor, static_cast<int>(expected.minor));
    EXPECT_EQ(version.patch, static_cast<int>(expected.patch));
  }
}

TEST(Drm, UniqueIsEmpty) {
  Process process;
  abi::DrmUnique unique{.bytes = 7};
  EXPECT_EQ(process.ioctl(abi::kDrmUnique, &unique), 0);
  EXPECT_EQ(unique.bytes, 0U);
}

TEST(Drm, RefusesWrongTypesUnknownNumbersAndNull) {
  Process process;
  abi::Action action{.code = 1};
  EXPECT_EQ(process.ioctl(abi::misc_request(abi::Call::kAction, 8), &action), -ENOTTY);
  EXPECT_EQ(process.ioctl(abi::request(abi::kReadWrite, 'd', 0x46, 8), &action), -EINVAL);
  EXPECT_EQ(process.ioctl(abi::request(abi::kReadWrite, 'd', 0x3f, 8), &action), -EINVAL);
  EXPECT_EQ(process.ioctl(abi::drm_request(abi::Call::kAction, 8), nullptr), -EFAULT);
  EXPECT_EQ(process.ioctl(abi::kDrmVersion, nullptr), -EFAULT);
  EXPECT_EQ(process.ioctl(abi::misc_request(abi::Call::kAction, 8), nullptr), -ENOTTY) << "the type comes first";
  EXPECT_EQ(action.value, 0U);
}

TEST(Drm, GoesByTheNumberAloneAndFillsUpAShorterStruct) {
  Process process;
  // 32 bytes hold everything but the SRAM's size, the domain and the core mask.
  struct {
    std::uint32_t handle = 0, flags = abi::kCacheable;
    std::uint64_t size = 1, token = 0, address = 0;
    std::uint64_t behind = 0x1234;
  } create;
  EXPECT_EQ(process.ioctl(abi::drm_request(abi::Call::kMemCreate, 32), &create), 0);
  EXPECT_EQ(create.handle, 1U);
  EXPECT_EQ(create.size, 4096U);
  EXPECT_EQ(create.behind, 0x1234U) << "no more is copied back than the caller's size";

  abi::Action action{.code = 1, .value = 7};
  EXPECT_EQ(process.ioctl(abi::drm_request(abi::Call::kAction, 4), &action), 0);
  EXPECT_EQ(action.value, 7U) << "the value lies behind the four bytes";
}

TEST(Drm, AnOldDriverLeavesTheNewFieldsOfALongerStructAlone) {
  for (const auto& [minor, sram] : {std::pair(7U, 5U), std::pair(8U, 0U)}) {
    Process process({.version = {0, minor, 2}});
    abi::MemCreate create{.size = 4096, .sram_bytes = 5, .domain = 99, .core_mask = 7};
    EXPECT_EQ(process.create(create, abi::kMemCreateBytesC), 0) << "99 is no domain, but nobody reads it";
    EXPECT_EQ(create.sram_bytes, sram) << "generation A does not know it";
    EXPECT_EQ(create.domain, 99);
    EXPECT_EQ(create.core_mask, 7U);
    EXPECT_EQ(create.size, 4096U);
  }
}

TEST(Drm, CopiesBackAfterErrorsToo) {
  Process process;
  abi::Submit submit{.flags = 0, .timeout = 1, .task_number = 1, .core_mask = 0};
  EXPECT_EQ(process.submit(submit), -EINVAL);
  EXPECT_EQ(submit.core_mask, 1U) << "written before the flags were found wrong";
}

TEST(Drm, CopiesTheWaysThatTheRequestNames) {
  Process process;
  abi::Action action{.code = 1, .value = 7};
  EXPECT_EQ(process.ioctl(0x40086440, &action), 0) << "in alone";
  EXPECT_EQ(action.value, 7U);
  EXPECT_EQ(process.ioctl(0x80086440, &action), 0) << "out alone: code 0, the hardware's version";
  EXPECT_EQ(action.code, 0U);
  EXPECT_EQ(action.value, 0U);
}

TEST(Drm, ARequestOfNothingIsAStructOfZeros) {
  Process process({.hw_version = 5});
  EXPECT_EQ(process.ioctl(abi::request(0, 'd', 0x40, 0), nullptr), 0) << "GET_HW_VERSION, whose value is lost";
}

TEST(Drm, GlobalNamesAreForTheCardNode) {
  Process process;
  const MappedObject object = process.object(8192, 0);
  Name name{.handle = object.handle, .name = 0};
  EXPECT_EQ(process.ioctl(kFlink, &name), -EACCES) << "a render node";

  process.use(process.open("/dev/dri/card1"));
  const MappedObject other = process.object(8192, 0);
  name = {.handle = other.handle, .name = 0};
  EXPECT_EQ(process.ioctl(kFlink, &name), 0);
  EXPECT_NE(name.name, 0U);
  Name unknown{.handle = 99, .name = 0};
  EXPECT_EQ(process.ioctl(kFlink, &unknown), -ENOENT);

  process.use(process.open("/dev/dri/card1"));
  Open open{.name = name.name, .handle = 0, .size = 0};
  EXPECT_EQ(process.ioctl(kOpen, &open), 0);
  EXPECT_EQ(open.handle, 1U);
  EXPECT_EQ(open.size, 8192U);
  EXPECT_EQ(process.ioctl(kOpen, &open), 0);
  EXPECT_EQ(open.handle, 2U) << "a name gives a new handle each time";
  EXPECT_EQ(process.kernel().held().objects, 2U);
  open.name = 99;
  EXPECT_EQ(process.ioctl(kOpen, &open), -ENOENT);
}

TEST(Drm, GlobalNamesWantAuthentication) {
  Process process({.root = false});
  const int first = process.open("/dev/dri/card1"), second = process.open("/dev/dri/card1");
  process.use(first);
  abi::MemCreate object{.size = 4096};
  ASSERT_EQ(process.create(object), 0);
  Name name{.handle = object.handle, .name = 0};
  EXPECT_EQ(process.ioctl(kFlink, &name), 0) << "who came first";
  process.use(second);
  Open open{.name = name.name, .handle = 0, .size = 0};
  EXPECT_EQ(process.ioctl(kOpen, &open), -EACCES);
  EXPECT_EQ(process.ioctl(kFlink, &name), -EACCES);
  EXPECT_EQ(process.system().close(second), 0);
  process.use(first);
  EXPECT_EQ(process.ioctl(kFlink, &name), 0);
  EXPECT_EQ(process.system().close(first), 0);
  process.use(process.open("/dev/dri/card1"));
  object = {.size = 4096};
  ASSERT_EQ(process.create(object), 0);
  EXPECT_EQ(process.ioctl(kFlink, &name), 0) << "the first of those who are there";
}

TEST(Drm, ANameEndsWithTheLastHandle) {
  Process process;
  process.use(process.open("/dev/dri/card1"));
  const int first = process.fd(), second = process.open("/dev/dri/card1");
  const MappedObject object = process.object(8192, 0);
  Name name{.handle = object.handle, .name = 0};
  ASSERT_EQ(process.ioctl(kFlink, &name), 0);
  Name again{.handle = object.handle, .name = 0};
  EXPECT_EQ(process.ioctl(kFlink, &again), 0);
  EXPECT_EQ(again.name, name.name);
  process.use(second);
  Open open{.name = name.name, .handle = 0, .size = 0};
  ASSERT_EQ(process.ioctl(kOpen, &open), 0);
  process.use(first);
  EXPECT_EQ(process.destroy(object), 0);
  EXPECT_EQ(process.ioctl(kOpen, &open), 0) << "the other file's handle holds it";
  abi::DrmGemClose close{.handle = open.handle};
  EXPECT_EQ(process.ioctl(abi::kDrmGemClose, &close), 0);
  process.use(second);
  close.handle = 1;
  EXPECT_EQ(process.ioctl(abi::kDrmGemClose, &close), 0);
  EXPECT_EQ(process.ioctl(kOpen, &open), -ENOENT);
}

}  // namespace
}  // namespace mattock::test
