// What the fake kernel is apart from its calls: versions, files, objects that live in descriptors, virtual time.
#include "fakekernel/kernel.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "device/kernel/abi.hpp"

namespace mattock::fakekernel {
namespace {

namespace abi = device::kernel;

template <class T>
int call(File& file, abi::Call number, T& value) {
  return file.ioctl(abi::drm_request(number, sizeof(T)), std::as_writable_bytes(std::span(&value, 1)));
}

TEST(Kernel, ImitatesTheVersionsWhoseCallsAreKnown) {
  for (const Version version : {Version{0, 7, 2}, Version{0, 8, 2}, Version{0, 9, 6}, Version{0, 9, 8}})
    EXPECT_TRUE(Kernel::create({.version = version}).has_value());
  for (const Version version :
       {Version{0, 6, 4}, Version{0, 9, 0}, Version{0, 9, 5}, Version{0, 9, 9}, Version{1, 9, 8}})
    EXPECT_FALSE(Kernel::create({.version = version}).has_value());
  EXPECT_FALSE(Kernel::create({.chip = "rk3588"}).has_value());
}

TEST(Kernel, SaysItsNameAndDate) {
  const auto strings = Kernel::create({}).value()->open()->strings();
  ASSERT_TRUE(strings.has_value());
  EXPECT_EQ(strings->name, "rknpu");
  EXPECT_EQ(strings->date, "20240828");
  EXPECT_EQ(strings->description, "RKNPU driver");
  EXPECT_EQ(Kernel::create({.version = {0, 8, 2}}).value()->open()->strings()->date, "20220829");
  EXPECT_FALSE(Kernel::create({.build = Build::kMisc}).value()->open()->strings().has_value());
}

TEST(Kernel, LogsAHealthyStart) {
  const auto has = [](const Options& options, std::string_view text) {
    for (const std::string& line : Kernel::create(options).value()->log())
      if (line.find(text) != std::string::npos) return true;
    return false;
  };
  EXPECT_TRUE(has({}, "rknpu iommu is enabled, using iommu mode"));
  EXPECT_TRUE(has({.iommu = false}, "rknpu iommu is disabled, using non-iommu mode"));
  EXPECT_TRUE(has({}, "[drm] Initialized rknpu 0.9.8 20240828 for fde40000.npu on minor 1"));
  EXPECT_FALSE(has({.build = Build::kMisc}, "[drm]"));
}

TEST(Kernel, CountsWhatUserSpaceHolds) {
  const auto kernel = Kernel::create({}).value();
  EXPECT_EQ(kernel->held(), Held{});
  auto file = kernel->open();
  abi::MemCreate create{.flags = abi::kCacheable, .size = 100};
  ASSERT_EQ(call(*file, abi::Call::kMemCreate, create), 0);
  abi::MemMap map{.handle = create.handle};
  ASSERT_EQ(call(*file, abi::Call::kMemMap, map), 0);
  File::Memory memory;
  ASSERT_EQ(file->map(map.offset, 4096, memory), 0);
  EXPECT_EQ(kernel->held(), (Held{.files = 1, .objects = 1, .mappings = 1, .descriptors = 0}));
  EXPECT_EQ(kernel->calls(), 4U) << "open, two ioctls, a mapping";
  file->unmapped();
  file.reset();
  EXPECT_EQ(kernel->held(), Held{});
  EXPECT_NE(kernel->log().back().find("leak: a file is closed with 1 objects of 4096 bytes"), std::string::npos);
}

TEST(Kernel, ObjectsCanBeMappedByAnyoneWhoHasTheDescriptor) {
  const auto kernel = Kernel::create({}).value();
  const auto file = kernel->open();
  abi::MemCreate create{.size = 4096};
  ASSERT_EQ(call(*file, abi::Call::kMemCreate, create), 0);
  abi::MemMap map{.handle = create.handle};
  ASSERT_EQ(call(*file, abi::Call::kMemMap, map), 0);
  File::Memory memory;
  ASSERT_EQ(file->map(map.offset, 4096, memory), 0);
  char* const first = static_cast<char*>(
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory.fd, static_cast<off_t>(memory.offset)));
  ASSERT_NE(static_cast<void*>(first), MAP_FAILED);
  std::strcpy(first, "here");
  abi::MemDestroy destroy{.handle = create.handle};
  ASSERT_EQ(call(*file, abi::Call::kMemDestroy, destroy), 0);
  EXPECT_STREQ(first, "here") << "a mapping outlives its object";
  munmap(first, 4096);
}

TEST(Kernel, TheNthCallMeetsItsFault) {
  const auto kernel = Kernel::create({.faults = {{.call = 2, .error = EINTR}, {.call = 4, .error = EMFILE}}}).value();
  const auto file = kernel->open();
  abi::Action action{.code = 1};
  EXPECT_EQ(call(*file, abi::Call::kAction, action), -EINTR);
  EXPECT_EQ(action.value, 0U) << "nothing was done";
  EXPECT_EQ(call(*file, abi::Call::kAction, action), 0);
  int error = 0;
  EXPECT_EQ(kernel->open(Node::kCard, error), nullptr);
  EXPECT_EQ(error, -EMFILE);
  EXPECT_EQ(kernel->held().files, 1U);
}

TEST(Kernel, TimeIsVirtual) {
  const auto kernel = Kernel::create({}).value();
  const auto file = kernel->open();
  abi::Submit submit{.flags = abi::kPc, .timeout = 6000, .task_number = 1};
  EXPECT_EQ(call(*file, abi::Call::kSubmit, submit), -EINVAL) << "no tasks: said after a timeout";
  EXPECT_GE(kernel->nanoseconds(), 6'000'000'000U);
}

}  // namespace
}  // namespace mattock::fakekernel
