// ACTION, code by code (kernel.md 2.7).
#include <gtest/gtest.h>

#include <cerrno>

#include "fakekernel/support/stream.hpp"

namespace mattock::test {
namespace {

using abi::Ask;
using fakekernel::Version;

struct Answer {
  int result = 0;
  std::uint32_t value = 0;
  bool operator==(const Answer&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Answer& answer) {
  return out << "result " << answer.result << ", value " << answer.value;
}

Answer ask(Process& process, Ask code, std::uint32_t value = 77) {
  const int result = process.action(code, value);
  return {result, value};
}
Answer ask(const Version& version, Ask code, std::uint32_t value = 77) {
  Process process({.version = version});
  return ask(process, code, value);
}

constexpr Answer kRefused{-EINVAL, 77};

TEST(Action, TellsTheDriversVersion) {
  EXPECT_EQ(ask({0, 9, 8}, Ask::kDrvVersion), (Answer{0, 908}));
  EXPECT_EQ(ask({0, 9, 6}, Ask::kDrvVersion), (Answer{0, 906}));
  EXPECT_EQ(ask({0, 8, 8}, Ask::kDrvVersion), (Answer{0, 808}));
  EXPECT_EQ(ask({0, 7, 2}, Ask::kDrvVersion), (Answer{0, 702}));
}

TEST(Action, TellsTheHardwaresVersion) {
  EXPECT_EQ(ask({0, 9, 8}, Ask::kHwVersion), (Answer{0, 0})) << "what the vendor's runtime takes for an RK3566";
  Process process({.hw_version = 0x46495245});
  EXPECT_EQ(ask(process, Ask::kHwVersion), (Answer{0, 0x46495245}));
}

TEST(Action, WithoutPowerTheVersionRegisterIsAllOnes) {
  const std::vector<fakekernel::Fault> faults{{.kind = fakekernel::Fault::Kind::kNoPower}};
  Process old({.version = {0, 7, 2}, .faults = faults});
  EXPECT_EQ(ask(old, Ask::kHwVersion), (Answer{0, 0xffffffff}));
  Process later({.faults = faults});
  EXPECT_EQ(ask(later, Ask::kHwVersion), (Answer{0, 0xffffffff + 0xffff})) << "plus the low half of the next register";
}

TEST(Action, TellsFrequencyAndVoltageButSetsNeither) {
  Process process;
  EXPECT_EQ(ask(process, Ask::kFrequency), (Answer{0, 600'000'000}));
  EXPECT_EQ(ask(process, Ask::kSetFrequency), kRefused);
  EXPECT_EQ(ask(process, Ask::kVoltage), (Answer{0, 850'000}));
  EXPECT_EQ(ask(process, Ask::kSetVoltage), kRefused);
}

TEST(Action, AskingForTheVoltageWithoutASupplyCrashesTheKernel) {
  Process process(with_crash({.supply = false}));
  EXPECT_THROW(ask(process, Ask::kVoltage), KernelCrash);
  EXPECT_EQ(ask(process, Ask::kFrequency), (Answer{0, 600'000'000}));
  EXPECT_DEATH(
      {
        Process loud({.supply = false});
        ask(loud, Ask::kVoltage);
      },
      "would crash a real kernel: GET_VOLT");
}

TEST(Action, ResetsTheNpu) {
  Process process;
  EXPECT_EQ(ask(process, Ask::kReset).result, 0);
  EXPECT_NE(process.kernel().log().back().find("soft reset, num: 1"), std::string::npos);
}

TEST(Action, KeepsThreeSettingsOfTheBus) {
  Process process;
  for (const std::uint32_t get : {7U, 9U, 11U}) {
    EXPECT_EQ(ask(process, Ask{get}), (Answer{0, 0}));
    EXPECT_EQ(ask(process, Ask{get + 1}, get * 10).result, 0);
    EXPECT_EQ(ask(process, Ask{get + 1}, 0).result, 0) << "0 sets nothing";
    EXPECT_EQ(ask(process, Ask{get}), (Answer{0, get * 10}));
  }
}

TEST(Action, CountsTraffic) {
  Process process;
  Stream stream(process, "rk3566-fp16-4x32x16-b1-ac0");
  EXPECT_EQ(ask(process, Ask::kTraffic), (Answer{0, 0}));
  ASSERT_EQ(stream.run(), 0);
  EXPECT_EQ(ask(process, Ask::kWriteTraffic), (Answer{0, 4 * 16 * 4})) << "C";
  EXPECT_EQ(ask(process, Ask::kReadTraffic), (Answer{0, 4 * 32 * 2})) << "A";
  EXPECT_EQ(ask(process, Ask::kWeightTraffic), (Answer{0, 32 * 16 * 2})) << "B";
  EXPECT_EQ(ask(process, Ask::kTraffic), (Answer{0, 256 + 256 + 1024}));
  EXPECT_EQ(ask(process, Ask::kClearTraffic).result, 0);
  EXPECT_EQ(ask(process, Ask::kTraffic), (Answer{0, 0}));
}

TEST(Action, TellsWhetherThereIsAnIommu) {
  EXPECT_EQ(ask({0, 9, 8}, Ask::kIommu), (Answer{0, 1}));
  Process without({.iommu = false});
  EXPECT_EQ(ask(without, Ask::kIommu), (Answer{0, 0}));
}

TEST(Action, TakesTheCallersPriority) {
  EXPECT_EQ(ask({0, 9, 8}, Ask::kSetNice, static_cast<std::uint32_t>(-19)).result, 0);
}

TEST(Action, SwitchesPowerBefore09Only) {
  for (const Ask code : {Ask::kPowerOn, Ask::kPowerOff}) {
    EXPECT_EQ(ask({0, 9, 8}, code), kRefused);
    EXPECT_EQ(ask({0, 9, 6}, code), kRefused);
    EXPECT_EQ(ask({0, 8, 2}, code).result, 0);
    EXPECT_EQ(ask({0, 7, 2}, code).result, 0);
  }
}

TEST(Action, KnowsOfSramFrom08On) {
  for (const Ask code : {Ask::kSramBytes, Ask::kSramFree}) {
    EXPECT_EQ(ask({0, 7, 2}, code), kRefused);
    EXPECT_EQ(ask({0, 8, 2}, code), (Answer{0, 0}));
    EXPECT_EQ(ask({0, 9, 8}, code), (Answer{0, 0}));
  }
}

TEST(Action, KnowsOfDomainsFrom096On) {
  EXPECT_EQ(ask({0, 8, 2}, Ask::kDomain), kRefused);
  Process process({.version = {0, 9, 6}});
  EXPECT_EQ(ask(process, Ask::kDomain), (Answer{0, 0}));
  EXPECT_EQ(ask(process, Ask::kSetDomain, 15).result, 0);
  EXPECT_EQ(ask(process, Ask::kDomain), (Answer{0, 15}));
  EXPECT_EQ(ask(process, Ask::kSetDomain, 16).result, -EINVAL);
  EXPECT_EQ(ask(process, Ask::kSetDomain, 0xffffffff).result, -EINVAL);
  Process without({.iommu = false});
  EXPECT_EQ(ask(without, Ask::kSetDomain, 1).result, -EINVAL);
  EXPECT_EQ(ask(without, Ask::kSetDomain, 0).result, 0);
}

TEST(Action, RefusesOtherCodes) {
  for (const std::uint32_t code : {26U, 0x100U, 0xffffffffU}) EXPECT_EQ(ask({0, 9, 8}, Ask{code}), kRefused);
}

}  // namespace
}  // namespace mattock::test
