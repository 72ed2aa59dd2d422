#include "base/file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "support/temp_dir.hpp"

namespace mattock {
namespace {

namespace fs = std::filesystem;

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string content(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(File, WhatIsWrittenIsReadBack) {
  const test::TempDir folder;
  const std::string text("a\0b\n", 4);
  ASSERT_TRUE(write_file(folder / "x", bytes_of(text)));
  EXPECT_EQ(content(folder / "x"), text);
  const auto read = read_file(folder / "x");
  ASSERT_TRUE(read);
  EXPECT_TRUE(std::ranges::equal(*read, bytes_of(text)));
}

TEST(File, AnEmptyFileIsNoBytes) {
  const test::TempDir folder;
  ASSERT_TRUE(write_file(folder / "x", {}));
  const auto read = read_file(folder / "x");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->empty());
}

TEST(File, WritingReplacesTheOldContentAndLeavesNothingBeside) {
  const test::TempDir folder;
  ASSERT_TRUE(write_file(folder / "x", bytes_of("a long first text")));
  ASSERT_TRUE(write_file(folder / "x", bytes_of("short")));
  EXPECT_EQ(content(folder / "x"), "short");
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(File, FailedWritingKeepsWhatWasThereAndSaysWhy) {
  const test::TempDir folder;
  fs::create_directory(folder / "taken");
  std::ofstream(folder / "taken/inside") << "kept";
  const auto written = write_file(folder / "taken", bytes_of("new"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::kBadInput);
  EXPECT_EQ(written.error().where, (folder / "taken").string());
  EXPECT_EQ(content(folder / "taken/inside"), "kept");
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(File, WritingIntoAFolderThatIsAbsentFails) {
  const test::TempDir folder;
  const auto written = write_file(folder / "absent/x", bytes_of("new"));
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("No such file"), std::string::npos) << written.error().message;
}

TEST(File, AbsentFilesAndFoldersAreRefusedByName) {
  const test::TempDir folder;
  const auto absent = read_file(folder / "absent");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, Code::kNotFound);
  EXPECT_EQ(to_string(absent.error()), (folder / "absent").string() + ": cannot be opened: No such file or directory");
  const auto directory = read_file(folder.path());
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, Code::kBadFile);
  EXPECT_NE(directory.error().message.find("is a directory"), std::string::npos) << directory.error().message;
}

}  // namespace
}  // namespace mattock
