// Models cut short and with bytes changed, from file to file: each becomes a model file that is read, or one error that
// names it and leaves nothing behind. The changes are the same in every run.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "base/file.hpp"
#include "container/reader.hpp"
#include "convert/convert.hpp"
#include "support/temp_dir.hpp"

namespace mattock {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::byte>;

constexpr std::size_t kCutBytes = 97;
constexpr int kChangesPerModel = 200;

/// Those of the project, and the vendor's beside it where they are; by name, each once.
std::vector<fs::path> models() {
  std::set<std::string> names;
  std::vector<fs::path> found;
  const fs::path data = MATTOCK_TEST_DATA, shared = MATTOCK_SHARED;
  for (const fs::path& folder : {data / "judge", data / "vendor", data / "seed", shared / "models" / "vendor"}) {
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".onnx" && names.insert(entry.path().filename()).second)
        found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

class Damage : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(onnx_.parent_path());
    fs::create_directories(rknn_.parent_path());
  }

  /// Whether it converts. Only some of those that do are written: a file that is kept waits for the disk.
  bool convert(const Bytes& bytes) {
    if (auto made = convert::convert(bytes, {}, {}); made && ++converted_ % 20 != 0) {
      EXPECT_TRUE(container::parse_model(made->file));
      return true;
    }
    fs::remove(onnx_);
    std::ofstream(onnx_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    const auto done = convert::convert_file(onnx_, rknn_, {});
    if (done) {
      EXPECT_TRUE(container::read_model(rknn_));
      fs::remove(rknn_);
      return true;
    }
    const Error& error = done.error();
    EXPECT_TRUE(error.code == Code::kBadFile || error.code == Code::kUnsupported) << to_string(error);
    EXPECT_TRUE(error.where.starts_with(onnx_.string())) << to_string(error);
    EXPECT_FALSE(error.message.empty());
    EXPECT_EQ(to_string(error).find('\n'), std::string::npos) << to_string(error);
    EXPECT_TRUE(fs::is_empty(rknn_.parent_path())) << to_string(error);
    return false;
  }

  std::size_t converted_ = 0;
  const test::TempDir folder_;
  const fs::path onnx_ = folder_ / "sources" / "model.onnx", rknn_ = folder_ / "results" / "model.rknn";
};

TEST_F(Damage, AModelCutShortIsRefused) {
  std::size_t cuts = 0;
  for (const fs::path& model : models()) {
    const Bytes whole = read_file(model).value();
    for (std::size_t length = 0; length < whole.size(); length += kCutBytes, ++cuts) {
      SCOPED_TRACE(model.filename().string() + " to " + std::to_string(length));
      // The opset stands behind the graph, so nothing shorter says how to read it.
      ASSERT_FALSE(convert(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))));
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(cuts, 300u);
}

TEST_F(Damage, ChangedBytesGiveAModelOrOneError) {
  std::mt19937 random(20260301);
  std::size_t converted = 0, refused = 0;
  for (const fs::path& model : models()) {
    const Bytes whole = read_file(model).value();
    for (int round = 0; round < kChangesPerModel; ++round) {
      Bytes changed = whole;
      for (auto left = 1 + random() % 3; left > 0; --left)
        changed[random() % changed.size()] = static_cast<std::byte>(random() % 256);
      SCOPED_TRACE(model.filename().string() + " round " + std::to_string(round));
      ++(convert(changed) ? converted : refused);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(converted, 300u);
  EXPECT_GT(refused, 1000u);
}

}  // namespace
}  // namespace mattock
