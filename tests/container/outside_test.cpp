// Files we wrote, decoded by programs that share no code with us: FlatBuffers' own compiler, and the decoder beside
// the project where it is there. Neither the schema nor the decoder beside the project knows every field that vendor
// files have, so there a file of ours must fare as the vendor's fares.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/file.hpp"
#include "container/header.hpp"
#include "container/reader.hpp"
#include "container/vendor_files.hpp"
#include "container/writer.hpp"
#include "support/temp_dir.hpp"

namespace mattock::container {
namespace {

const std::string kFormats = MATTOCK_SHARED "/formats/";

std::vector<std::byte> rewritten(const std::filesystem::path& source) {
  const auto model = read_model(source);
  EXPECT_TRUE(model) << source;
  const auto bytes = write_model(test::rearranged(*model));
  EXPECT_TRUE(bytes) << source << ": " << to_string(bytes.error());
  return *bytes;
}

/// Whether the command that the shell runs ends well; what it prints goes to `out`.
bool succeeds(const std::string& command, const std::filesystem::path& out) {
  return std::system((command + " >'" + out.string() + "' 2>&1").c_str()) == 0;
}

bool flatc_decodes(const std::vector<std::byte>& file, const std::string& schema, const test::TempDir& folder) {
  const auto frame = split_container(file);
  EXPECT_TRUE(frame && write_file(folder / "payload.bin", frame->payload));
  std::filesystem::remove(folder / "payload.json");
  return succeeds("'" MATTOCK_FLATC "' --json --raw-binary -o '" + folder.path().string() + "' '" + schema + "' -- '" +
                      (folder / "payload.bin").string() + "'",
                  folder / "out") &&
         std::filesystem::exists(folder / "payload.json");
}

TEST(Outside, FlatcDecodesEveryFileWritten) {
  const test::TempDir folder;
  for (const auto& source : test::vendor_files()) {
    EXPECT_TRUE(flatc_decodes(rewritten(source), MATTOCK_SCHEMA, folder)) << source;
  }
  EXPECT_FALSE(flatc_decodes(rewritten(MATTOCK_TEST_DATA "/seed/matmul.rknn"), MATTOCK_TEST_DATA "/none", folder));
}

TEST(Outside, FlatcDecodesEveryFileWrittenByTheSchemaBesideTheProject) {
  const std::string schema = kFormats + "rknn.fbs";
  if (!std::filesystem::exists(schema)) return;  // not part of the project
  const test::TempDir folder;
  std::size_t decoded = 0;
  for (const auto& source : test::vendor_files()) {
    const bool vendors = flatc_decodes(*read_file(source), schema, folder);
    EXPECT_EQ(flatc_decodes(rewritten(source), schema, folder), vendors) << source;
    decoded += vendors;
  }
  EXPECT_GE(decoded + 2, test::vendor_files().size()) << "it lacks the families of two files";
}

TEST(Outside, TheDecoderBesideTheProjectAcceptsEveryFileWritten) {
  const std::string decoder = kFormats + "dump_rknn.py";
  if (!std::filesystem::exists(decoder)) return;  // not part of the project
  const test::TempDir folder;
  const auto accepts = [&](const std::filesystem::path& file) {
    return succeeds("'" MATTOCK_PYTHON "' -B '" + decoder + "' --check '" + file.string() + "'", folder / "out");
  };
  std::size_t accepted = 0;
  for (const auto& source : test::vendor_files()) {
    ASSERT_TRUE(write_file(folder / "ours.rknn", rewritten(source)));
    const bool vendors = accepts(source);
    EXPECT_EQ(accepts(folder / "ours.rknn"), vendors) << source;
    accepted += vendors;
  }
  EXPECT_GE(accepted + 3, test::vendor_files().size()) << "it lacks fields of three files";
}

}  // namespace
}  // namespace mattock::container
