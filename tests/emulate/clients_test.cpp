// Programs that know nothing of Mattock find the NPU and multiply, on this machine and as aarch64 and armhf programs.
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "emulate/run.hpp"
#include "support/require.hpp"

namespace mattock {
namespace {

using test::client;
using test::emulate;
using test::Outcome;
using test::TemporaryFile;

class On : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!test::has_client(machine(), "raw_ioctl")) MATTOCK_SKIP("no compiler for " << machine());
  }
  std::string machine() const { return GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(, On, testing::Values("x86_64", "aarch64", "armhf"));

TEST_P(On, AClientOfRawIoctlsMultiplies) {
  const Outcome outcome = emulate("", client(machine(), "raw_ioctl"));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "/dev/dri/renderD129: rknpu 0.9.8 20240828, RKNPU driver\ndriver 908\n"
            "tasks 1, core mask 1, wrong elements 0\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_P(On, ItsRecordingReplaysExactly) {
  const TemporaryFile trace("trace.txt");
  ASSERT_EQ(emulate("--trace " + trace.path(), client(machine(), "raw_ioctl")).status, 0);
  const Outcome replayed = test::mattock("replay --json " + trace.path());
  EXPECT_EQ(replayed.status, 0) << replayed.err;
  const auto json = nlohmann::json::parse(replayed.out);
  ASSERT_EQ(json.size(), 1u);
  EXPECT_EQ(json[0].value("exact", false), true) << replayed.out;
  EXPECT_EQ(json[0]["k"], 32);
  EXPECT_EQ(test::mattock("estimate " + trace.path()).status, 0);
  const std::string text = test::slurp(trace.path());
  for (const char* line :
       {"# raw_ioctl\n", "open /dev/dri/renderD129 = 0\n", "VERSION = 0\n", "ACTION code 1 value 0x38c = 0\n",
        "MEM_CREATE handle 1 flags 0x403", "mmap offset 0x100000000 size 0x1000 = 0\n", "\nA 4 32 size",
        "SUBMIT flags 0x5", "munmap = 0\n", "MEM_DESTROY handle 5"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
}

TEST_P(On, TheCallsOfTheVendorsRuntimeGoThroughInItsOrder) {
  const Outcome outcome = emulate("", client(machine(), "vendor_order"));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "hardware version 0\nhardware version 0\ndriver version 908\nPOWER_ON: Invalid argument\n"
            "wrong elements 0\n0 more buffers\nPOWER_OFF: Invalid argument\n");
}

void expect_no_failures(const Outcome& outcome) {
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_TRUE(outcome.out.ends_with("\n0 failures\n")) << outcome.out;
}

TEST_P(On, EveryReplacedFunctionAnswersForTheDevice) { expect_no_failures(emulate("", client(machine(), "calls"))); }
TEST_P(On, EveryReplacedFunctionOfFortifiedProgramsDoes) {
  expect_no_failures(emulate("", client(machine(), "calls_fortified")));
}
TEST_P(On, EveryReplacedFunctionOfProgramsWithWideTimeDoes) {
  expect_no_failures(emulate("", client(machine(), "calls_wide_time")));
}
TEST_P(On, ForksThreadsAndSentDescriptorsShareTheDevice) {
  expect_no_failures(emulate("", client(machine(), "processes")));
}

TEST(Native, AProgramStartedByExecFindsItsDescriptor) {
  expect_no_failures(emulate("", client(MATTOCK_NATIVE, "processes_exec")));
}

std::vector<std::string> drm_machines() {
  std::istringstream names(MATTOCK_DRM_MACHINES);
  return {std::istream_iterator<std::string>(names), {}};
}

class OfLibdrm : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(, OfLibdrm, testing::ValuesIn(drm_machines()), [](const auto& one) { return one.param; });

TEST_P(OfLibdrm, AClientMultipliesInASharedBuffer) {
  if (!test::has_client(GetParam(), "drm_client")) MATTOCK_SKIP("no libdrm");
  const TemporaryFile trace("drm.txt");
  const Outcome outcome = emulate("--trace " + trace.path(), client(GetParam(), "drm_client"));
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_EQ(outcome.out,
            "/dev/dri/renderD129 on bus 2, rknpu, node type 2\n/npu@fde40000, compatible rockchip,rk3568-rknpu\n"
            "shared descriptor: 16384 bytes\nwrong elements 0\ndumb buffer: 99 bytes a row, 8192 bytes, 1\n");
  const Outcome replayed = test::mattock("replay " + trace.path());
  EXPECT_EQ(replayed.status, 0) << replayed.err;
  EXPECT_NE(replayed.out.find("exact"), std::string::npos) << replayed.out;
}

// Two thousand buffers of 1 MiB, each exported, in a server that may have 64 descriptors and a kernel of 1 GiB.
TEST(Native, BuffersThatAreGivenBackTakeNothing) {
  const Outcome outcome = test::mattock("--version >/dev/null; ulimit -n 64; '" MATTOCK_PROGRAM "' emulate -- " +
                                        client(MATTOCK_NATIVE, "vendor_order") + " 2000");
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_NE(outcome.out.find("2000 more buffers"), std::string::npos) << outcome.out;
}

TEST(Native, DumbBuffersThatAreGivenBackTakeNothing) {
  if (!test::has_client(MATTOCK_NATIVE, "drm_client")) MATTOCK_SKIP("no libdrm");
  const Outcome outcome = test::mattock("--version >/dev/null; ulimit -n 64; '" MATTOCK_PROGRAM "' emulate -- " +
                                        client(MATTOCK_NATIVE, "drm_client"));
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
}

// 80 shared buffers given back, which take two descriptors each in the server, and 80 others, where 200 must do.
class ClosedTogether : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(, ClosedTogether,
                         testing::Values("close", "close_range", "closefrom", "sys_close", "sys_close_range"),
                         [](const auto& one) { return std::string(one.param); });

TEST_P(ClosedTogether, BuffersAreFree) {
  const Outcome outcome = test::mattock("--version >/dev/null; ulimit -n 200; '" MATTOCK_PROGRAM "' emulate -- " +
                                        client(MATTOCK_NATIVE, "vendor_order") + " 80 " + GetParam());
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_NE(outcome.out.find("80 more buffers"), std::string::npos) << outcome.out;
}

TEST(Native, SeveralProgramsUseTheDeviceAtOnce) {
  const std::string one = client(MATTOCK_NATIVE, "raw_ioctl");
  const Outcome outcome = emulate("", "sh -c '\"$0\" & \"$0\" & \"$0\" & wait' " + one);
  std::size_t right = 0;
  for (std::size_t at = 0; (at = outcome.out.find("wrong elements 0", at)) != std::string::npos; ++at) ++right;
  EXPECT_EQ(right, 3u) << outcome.out << outcome.err;
}

TEST(Native, OtherDriversAndChipsAreThoseAskedFor) {
  EXPECT_NE(emulate("--driver 0.8.8", client(MATTOCK_NATIVE, "raw_ioctl")).out.find("rknpu 0.8.8"), std::string::npos);
  EXPECT_NE(emulate("--chip rk3568", "cat /proc/device-tree/model").out.find("ROCK 3A"), std::string::npos);
  EXPECT_NE(emulate("", "cat /proc/device-tree/compatible").out.find("rockchip,rk3566"), std::string::npos);
  EXPECT_EQ(emulate("--driver 0.8.8", "cat /sys/kernel/debug/rknpu/version").out, "RKNPU driver: v0.8.8\n");
}

TEST(Native, ListingsAndLinksAreThoseOfABoard) {
  EXPECT_EQ(emulate("", "ls /dev/dri").out, "by-path\ncard1\nrenderD129\n");
  EXPECT_EQ(emulate("", "ls /sys/bus/platform/devices").out, "fde40000.npu\nrknpu_dev.8.auto\n");
  EXPECT_EQ(emulate("", "readlink -f /sys/class/drm/renderD129/device").out, "/sys/devices/platform/fde40000.npu\n");
  EXPECT_EQ(emulate("", "grep DRIVER /sys/class/drm/card1/device/uevent").out, "DRIVER=RKNPU\n");
  EXPECT_EQ(emulate("", "stat -c '%F %t:%T' /dev/dri/card1").out, "character special file e2:1\n");
}

}  // namespace
}  // namespace mattock
