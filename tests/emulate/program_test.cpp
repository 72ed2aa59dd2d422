#include "emulate/program.hpp"

#include <fstream>

#include "emulate/run.hpp"

namespace mattock::emulate {
namespace {

using test::TemporaryFile;

std::string bare(const std::string& machine, const std::string& name) {
  return MATTOCK_CLIENTS "/" + machine + "/" + name;
}

TEST(Program, IsKnownByItsMachineAndLoader) {
  const auto program = find_program({bare(MATTOCK_NATIVE, "raw_ioctl"), "x"}, "");
  ASSERT_TRUE(program.has_value()) << to_string(program.error());
  EXPECT_EQ(machine_name(program->machine), std::string(MATTOCK_NATIVE));
  EXPECT_EQ(program->arguments, (std::vector<std::string>{bare(MATTOCK_NATIVE, "raw_ioctl"), "x"}));
  EXPECT_NE(program->interpreter.find("ld-linux"), std::string::npos);
}

TEST(Program, IsLookedUpInPathAndKeepsItsName) {
  const auto program = find_program({"raw_ioctl"}, "/nowhere::" + bare(MATTOCK_NATIVE, ""));
  ASSERT_TRUE(program.has_value()) << to_string(program.error());
  EXPECT_EQ(program->arguments[0], "raw_ioctl");
  EXPECT_TRUE(program->file.starts_with("/"));
}

TEST(Program, OfAScriptIsItsInterpreter) {
  const TemporaryFile script("a.sh"), outer("b.sh");
  std::ofstream(script.path()) << "#! /bin/sh  -e -u \necho\n";
  std::ofstream(outer.path()) << "#!" << script.path() << "\n";
  for (const auto* file : {&script, &outer})
    std::filesystem::permissions(file->path(), std::filesystem::perms::owner_all);
  const auto program = find_program({outer.path(), "x"}, "");
  ASSERT_TRUE(program.has_value()) << to_string(program.error());
  EXPECT_EQ(program->file, "/bin/sh");
  EXPECT_EQ(program->arguments, (std::vector<std::string>{"/bin/sh", "-e -u", script.path(), outer.path(), "x"}));
}

TEST(Program, ThatIsItsOwnInterpreterIsRefused) {
  const TemporaryFile script("loop.sh");
  std::ofstream(script.path()) << "#!" << script.path() << "\n";
  std::filesystem::permissions(script.path(), std::filesystem::perms::owner_all);
  EXPECT_FALSE(find_program({script.path()}, "").has_value());
}

// Bytes of a program's head changed: another machine, byte order, cut short.
TEST(Program, OfAnotherMachineOrDamagedIsRefused) {
  const std::string whole = test::slurp(bare(MATTOCK_NATIVE, "raw_ioctl"));
  const auto refused = [](const std::string& bytes) {
    const TemporaryFile file("elf");
    std::ofstream(file.path(), std::ios::binary) << bytes;
    std::filesystem::permissions(file.path(), std::filesystem::perms::owner_all);
    const auto program = find_program({file.path()}, "");
    return program ? std::string("accepted") : program.error().message;
  };
  std::string other = whole;
  other[18] = '\xf3';  // RISC-V
  EXPECT_NE(refused(other).find("another machine"), std::string::npos);
  other = whole;
  other[5] = 2;  // big-endian
  EXPECT_NE(refused(other).find("another machine"), std::string::npos);
  EXPECT_NE(refused(whole.substr(0, 40)).find("statically"), std::string::npos);
  EXPECT_NE(refused(whole.substr(0, 100)).find("statically"), std::string::npos);
  EXPECT_NE(refused("").find("neither"), std::string::npos);
  EXPECT_NE(refused("#!").find("may be executed"), std::string::npos);
}

}  // namespace
}  // namespace mattock::emulate
