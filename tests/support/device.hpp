// The device that tests of products and models run on. The environment variable MATTOCK_TEST_DEVICE names it, so that
// the same tests prove every back end; tests of what the emulator alone tells or can be told open the emulator by name.
//
//     unset, "emulator"                    the emulator
//     fake:VERSION:BUILD:IOMMU:COPIES      the back end rknpu over a fake kernel (docs/fakekernel.md):
//                                          VERSION 0.7, 0.8.2, 0.9.8, ...; BUILD drm or misc; IOMMU iommu or no-iommu;
//                                          COPIES two-copies or one-copy
//     rknpu, rknpu:CHIP, /dev/...          the NPU of a board
//
// A program that opens devices here has support/device_main.cpp as its main (mattock_test: OPENS_DEVICES), which looks
// after every test for what was not given back to the fake kernels.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "device/device.hpp"

namespace mattock::test {

/// `chip` is an RK3566 unless named. Throws std::runtime_error, which fails the test, when there is no such device.
Device open_device(const DeviceOptions& options = {}, std::string_view chip = "rk3566");

/// The same on a device that is named here.
Result<Device> open_named(const std::string& name, const DeviceOptions& options = {}, std::string_view chip = "rk3566");

/// How many devices were opened so far.
std::size_t devices_opened();

/// What the devices opened so far have not given back, and what their kernels complain of, a line each; forgets them.
std::vector<std::string> take_leaks();

}  // namespace mattock::test
