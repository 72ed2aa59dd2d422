// The calls themselves, on files that every Linux has.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>

#include "device/kernel/owned.hpp"
#include "support/temp_dir.hpp"

namespace mattock::device::kernel {
namespace {

TEST(Linux, OpensAndTellsWhatAFileIs) {
  const auto system = make_linux();
  Descriptor null;
  ASSERT_EQ(null.open(system, "/dev/null", O_RDWR | O_CLOEXEC), 0);
  FileKind kind;
  ASSERT_EQ(system->kind(null.get(), kind), 0);
  EXPECT_TRUE(kind.character_device);
  EXPECT_EQ(kind.major, 1u);
  EXPECT_EQ(kind.minor, 3u);
  EXPECT_LT(system->ioctl(null.get(), 0xc0086440, nullptr), 0);
  EXPECT_EQ(Descriptor().open(system, "/dev/null/nothing", O_RDONLY), -ENOTDIR);
}

TEST(Linux, ListsFoldersAndReadsFiles) {
  const auto system = make_linux();
  const test::TempDir folder;
  std::ofstream(folder / "b") << std::string(10'000, 'x');
  std::ofstream(folder / "a") << '\0' << "text";
  std::vector<std::string> names;
  ASSERT_EQ(system->list(folder.path().string(), names), 0);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b"}));
  std::string text;
  ASSERT_EQ(system->read((folder / "a").string(), text), 0);
  EXPECT_EQ(text, std::string("\0text", 5));
  ASSERT_EQ(system->read((folder / "b").string(), text), 0);
  EXPECT_EQ(text.size(), 10'000u);
  EXPECT_EQ(system->read((folder / "c").string(), text), -ENOENT);
  EXPECT_EQ(system->list((folder / "c").string(), names), -ENOENT);
}

TEST(Linux, MapsAtOffsetsBeyondFourGiB) {
  const auto system = make_linux();
  const std::uint64_t offset = std::uint64_t{1} << 32;
  const Descriptor file(system, ::memfd_create("mattock", MFD_CLOEXEC));
  ASSERT_TRUE(file);
  ASSERT_EQ(::ftruncate64(file.get(), static_cast<off64_t>(offset + 4096)), 0);
  ASSERT_EQ(::pwrite64(file.get(), "m", 1, static_cast<off64_t>(offset)), 1);
  Mapping mapping;
  ASSERT_EQ(mapping.map(system, file.get(), offset, 4096), 0);
  EXPECT_EQ(mapping.bytes()[0], std::byte{'m'});
  EXPECT_EQ(Mapping().map(system, -1, 0, 4096), -EBADF);
}

TEST(Linux, ALockIsExclusiveUntilItIsGivenBack) {
  const auto system = make_linux();
  const test::TempDir folder;
  const std::string path = (folder / "lock").string();
  Descriptor first, second;
  ASSERT_EQ(first.open(system, path, O_RDONLY | O_CREAT | O_CLOEXEC), 0);
  ASSERT_EQ(second.open(system, path, O_RDONLY | O_CLOEXEC), 0);
  ASSERT_EQ(system->lock(first.get()), 0);
  ASSERT_EQ(system->unlock(first.get()), 0);
  EXPECT_EQ(system->lock(second.get()), 0);
  second.reset();
  EXPECT_EQ(system->lock(first.get()), 0) << "a closed file holds nothing";
}

TEST(Linux, HoldsSignalsBackUntilTheyAreReleased) {
  static volatile std::sig_atomic_t came = 0;
  came = 0;
  const auto before_handler = std::signal(SIGUSR1, [](int) { came = 1; });
  const auto system = make_linux();
  sigset_t before = {};
  ASSERT_EQ(system->hold_signals(before), 0);
  std::raise(SIGUSR1);
  EXPECT_EQ(came, 0);
  ASSERT_EQ(system->release_signals(before), 0);
  EXPECT_EQ(came, 1);
  std::signal(SIGUSR1, before_handler);
}

}  // namespace
}  // namespace mattock::device::kernel
