// The devices that other tests are run on: what a name opens, and that what is not given back is found out.
#include "support/device.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace mattock::test {
namespace {

using Lines = std::vector<std::string>;

TEST(TestDevices, AreTheEmulatorUnlessNamed) {
  EXPECT_EQ(open_named("").value().name(), "emulator:rk3566");
  EXPECT_EQ(open_named("emulator", {}, "rk3568").value().name(), "emulator:rk3568");
}

TEST(TestDevices, OfFakeKernelsAreNpusOfTheChipThatATestAsksFor) {
  for (const char* name : {"fake:0.7:misc:no-iommu:one-copy", "fake:0.8.2:drm:no-iommu:two-copies",
                           "fake:0.9.6:misc:iommu:two-copies", "fake:0.9.8:drm:iommu:one-copy"}) {
    EXPECT_EQ(open_named(name).value().name(), "rknpu:rk3566") << name;
    EXPECT_EQ(open_named(name, {}, "rk3568").value().name(), "rknpu:rk3568") << name;
  }
}

TEST(TestDevices, WithAnotherNameAreErrors) {
  for (const char* name :
       {"fake", "fake:0.9.8", "fake:0.9.8:drm:iommu", "fake:0.9.8:drm:iommu:two-copies:more",
        "fake:0.9.8:DRM:iommu:two-copies", "fake:0.9.8:drm:mmu:two-copies", "fake:0.9.8:drm:iommu:three-copies",
        "fake:9:drm:iommu:two-copies", "fake:0.9.x:drm:iommu:two-copies", "fake:0.9.8.1:drm:iommu:two-copies",
        "fake:0.9.1:drm:iommu:two-copies", "emulator:", "rk3566", "auto"})
    EXPECT_FALSE(open_named(name)) << name;
}

TEST(TestDevices, OfferTheMemoryThatATestAsksFor) {
  for (const char* name : {"emulator", "fake:0.9.8:drm:iommu:two-copies"}) {
    Device device = open_named(name, {.memory_bytes = std::size_t{1} << 20}).value();
    EXPECT_TRUE(device.allocate(std::size_t{1} << 19, "half")) << name;
    EXPECT_FALSE(device.allocate(std::size_t{2} << 20, "too much")) << name;
  }
}

TEST(TestDevices, ThatAreStillOpenAreLeaks) {
  const std::string name = "fake:0.9.8:drm:iommu:two-copies";
  EXPECT_EQ(take_leaks(), Lines{});
  std::optional<Device> device = open_named(name).value();
  // The node, and the lock file.
  EXPECT_EQ(take_leaks(), (Lines{name + ": the kernel holds 1 files, 0 objects, 0 mappings, 0 descriptors",
                                 name + ": the program holds 1 files, 0 objects, 0 mappings, 2 descriptors"}));
}

TEST(TestDevices, WhoseMemoryIsHeldAreLeaks) {
  std::optional<Device> device = open_named("fake:0.9.8:drm:no-iommu:one-copy").value();
  const Buffer buffer = device->allocate(10, "held").value();
  device = open_named("emulator").value();
  const Lines leaks = take_leaks();
  ASSERT_EQ(leaks.size(), 2u);
  EXPECT_NE(leaks[0].find("the kernel holds 1 files, 1 objects, 1 mappings"), std::string::npos) << leaks[0];
}

TEST(TestDevices, ThatWereGivenBackAreNotLeaks) {
  for (int i = 0; i < 3; ++i) {
    Device device = open_named("fake:0.9.8:misc:iommu:two-copies").value();
    const Buffer buffer = device.allocate(10, "given back").value();
  }
  EXPECT_EQ(take_leaks(), Lines{});
}

}  // namespace
}  // namespace mattock::test
