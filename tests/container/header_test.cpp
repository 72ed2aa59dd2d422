#include "container/header.hpp"

#include "container/model_file.hpp"

namespace mattock::container {
namespace {

using test::expect_damaged;
using test::expect_refused;
using test::ModelFile;

ModelFile with_version(std::uint64_t version) {
  ModelFile file;
  file.put(&file.bytes[8], version);
  return file;
}

TEST(Header, GivesPayloadAndJson) {
  const ModelFile file;
  const auto frame = split_container(file.bytes);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->version, 6U);
  EXPECT_EQ(frame->payload.data(), &file.bytes[64]);
  EXPECT_EQ(frame->payload.size(), 11008U);
  EXPECT_EQ(frame->json.size(), 1295U);
  EXPECT_EQ(static_cast<char>(frame->json[0]), '{');
  EXPECT_TRUE(frame->warnings.empty());
}

TEST(Header, RefusesWhatIsNoModel) {
  expect_refused({}, Code::kBadFile, "not a .rknn file: only 0 bytes");
  ModelFile file;
  file.put(&file.bytes[0], std::uint32_t{0x04034b50});
  expect_damaged(file, "begins with 50 4b 03 04, not with RKNN");
}

TEST(Header, RefusesEncryptedModelsByName) {
  ModelFile file;
  const std::string_view magic = "CYPTRKNN";
  for (std::size_t i = 0; i < magic.size(); ++i) file.put(&file.bytes[i], magic[i]);
  expect_refused(file.bytes, Code::kUnsupported, "encrypted model (CYPTRKNN)");
}

TEST(Header, RefusesBareModelsByName) {
  const ModelFile file;
  expect_refused(std::span<const std::byte>(file.bytes).subspan(64), Code::kUnsupported, "bare model");
}

TEST(Header, RefusesOlderContainersByName) {
  for (std::uint64_t version = 1; version <= 5; ++version) {
    expect_refused(with_version(version).bytes, Code::kUnsupported,
                   "container version " + std::to_string(version) + "; only version 6 is read; convert");
  }
}

TEST(Header, RefusesContainersOfOtherChipsByName) {
  for (std::uint64_t version = 0x1001; version <= 0x1004; ++version) {
    expect_refused(with_version(version).bytes, Code::kUnsupported, "made for RV1103 or RV1106");
  }
  expect_refused(with_version(0x1004).bytes, Code::kUnsupported, "0x1004");
}

TEST(Header, RefusesUnknownContainers) {
  for (const std::uint64_t version : {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{0x1005}, ~std::uint64_t{0}}) {
    expect_refused(with_version(version).bytes, Code::kUnsupported, "unknown container version");
  }
}

TEST(Header, SumsOfSizesDoNotOverflow) {
  for (const std::uint64_t size : {~std::uint64_t{0}, ~std::uint64_t{71}, std::uint64_t{1} << 63}) {
    ModelFile payload;
    payload.put(&payload.bytes[16], size);
    expect_damaged(payload, "payload of");
    ModelFile json;
    json.put(&json.bytes[64 + 11008], size);
    expect_damaged(json, "JSON text of");
  }
}

TEST(Header, ThePayloadMustFitToTheByte) {
  ModelFile file;
  const std::uint64_t most = file.bytes.size() - 64 - 8;
  file.put(&file.bytes[16], most + 1);
  expect_damaged(file, "but the payload ends at");
}

TEST(Header, AnEmptyPayloadIsRefused) {
  ModelFile file;
  file.put(&file.bytes[16], std::uint64_t{0});
  expect_refused(file.bytes, Code::kBadFile, "");
}

TEST(Header, JsonOfAnyContentIsAccepted) {
  ModelFile file;
  for (std::size_t i = file.bytes.size() - 1295; i < file.bytes.size(); ++i) file.bytes[i] = std::byte{0xff};
  EXPECT_TRUE(parse_model(file.bytes));
}

TEST(Header, TrailingBytesAreReported) {
  ModelFile file;
  file.bytes.resize(file.bytes.size() + 3);
  expect_warning(file, "3 bytes follow the JSON text");
}

TEST(Header, OddFillerIsReported) {
  ModelFile file;
  file.put(&file.bytes[4], std::uint32_t{1});
  expect_warning(file, "header bytes 4 to 7");
}

}  // namespace
}  // namespace mattock::container
