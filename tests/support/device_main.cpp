// The main of programs whose tests open their devices through support/device.hpp: a test that does not give back what
// it took fails. The last line says how many tests opened a device, so that whoever chose the device sees that it was
// used.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "support/device.hpp"

namespace {

class LeakCheck : public testing::EmptyTestEventListener {
 public:
  void OnTestStart(const testing::TestInfo& /*test*/) override { before_ = mattock::test::devices_opened(); }
  void OnTestEnd(const testing::TestInfo& /*test*/) override {
    for (const std::string& leak : mattock::test::take_leaks()) ADD_FAILURE() << "left behind: " << leak;
    if (mattock::test::devices_opened() != before_) ++tests_;
  }
  void OnTestProgramEnd(const testing::UnitTest& /*program*/) override {
    const char* const name = std::getenv("MATTOCK_TEST_DEVICE");
    fmt::print("{} tests opened a device ({})\n", tests_, name == nullptr ? "emulator" : name);
  }

 private:
  std::size_t before_ = 0, tests_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  testing::UnitTest::GetInstance()->listeners().Append(new LeakCheck);  // which deletes it
  return RUN_ALL_TESTS();
}
