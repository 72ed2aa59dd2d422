// A folder in place of a machine.
#include "doctor/rooted.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

namespace fs = std::filesystem;

class RootedFolder : public testing::Test {
 protected:
  RootedFolder() {
    fs::create_directories(root() / "sys/firmware/devicetree/base");
    fs::create_directories(root() / "proc");
    std::ofstream(root() / "sys/firmware/devicetree/base/model") << "A board";
    fs::create_symlink("/sys/firmware/devicetree/base", root() / "proc/device-tree");
  }
  fs::path root() const { return fs::path(folder_.path()) / "root"; }
  std::shared_ptr<device::kernel::System> system() const { return doctor::make_rooted(root().string()); }

 private:
  TempDir folder_;
};

TEST_F(RootedFolder, AbsoluteLinksStayBelowIt) {
  std::string text;
  EXPECT_EQ(system()->read("/proc/device-tree/model", text), 0);
  EXPECT_EQ(text, "A board");
  std::vector<std::string> names;
  EXPECT_EQ(system()->list("/proc/device-tree", names), 0);
  EXPECT_EQ(names, std::vector<std::string>{"model"});
}

TEST_F(RootedFolder, NothingLeadsOutOfIt) {
  std::ofstream(root().parent_path() / "secret") << "outside";
  fs::create_symlink("../../secret", root() / "proc/up");
  std::string text;
  EXPECT_EQ(system()->read("/proc/up", text), -ENOENT);
  EXPECT_EQ(system()->read("/../secret", text), -ENOENT);
}

TEST_F(RootedFolder, LinksAreSeenAsSuchAndCirclesEnd) {
  device::kernel::PathKind kind;
  EXPECT_EQ(system()->look("/proc/device-tree", kind), 0);
  EXPECT_TRUE(kind.link);
  EXPECT_EQ(kind.target, "/sys/firmware/devicetree/base");
  EXPECT_EQ(system()->look("/proc/device-tree/model", kind), 0);
  EXPECT_FALSE(kind.link);
  fs::create_symlink("/proc/circle", root() / "proc/circle");
  std::string text;
  EXPECT_EQ(system()->read("/proc/circle", text), -ELOOP);
}

TEST_F(RootedFolder, DevicesInItAreNotOpened) { EXPECT_EQ(system()->open("/proc/device-tree/model", 0), -EACCES); }

}  // namespace
}  // namespace mattock::test
