// Damaged files: whatever the reader lets through, loading and running it ends in a result or in one error.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>

#include "base/file.hpp"
#include "container/reader.hpp"
#include "session/session.hpp"
#include "support/device.hpp"

namespace mattock {
namespace {

constexpr std::uint32_t kSeed = 20261122;
constexpr int kCorruptions = 3000;

struct Counts {
  int unreadable = 0, not_loaded = 0, not_run = 0, run = 0;
};

void load_and_run(std::span<const std::byte> bytes, Counts& counts) {
  auto model = container::parse_model(bytes);
  if (!model) {
    ++counts.unreadable;
    return;
  }
  Device device = test::open_device({.memory_bytes = std::size_t{16} << 20});
  auto session = Session::load(device, std::move(*model));
  if (!session) {
    EXPECT_FALSE(session.error().message.empty());
    ++counts.not_loaded;
    return;
  }
  std::vector<Array> inputs;
  for (const TensorInfo& input : session->inputs()) inputs.push_back(Array::zeros(DType::kFloat32, input.shape));
  const auto result = session->run(inputs, {.keep_layers = true});
  ++(result ? counts.run : counts.not_run);
  if (!result) {
    EXPECT_EQ(result.error().message.find('\n'), std::string::npos);
  }
}

void corrupt_and_run(const char* file) {
  const auto original = read_file(std::filesystem::path(MATTOCK_TEST_DATA) / file);
  ASSERT_TRUE(original);
  std::mt19937 random(kSeed);
  Counts counts;
  for (int i = 0; i < kCorruptions; ++i) {
    std::vector<std::byte> bytes = *original;
    const std::size_t changes = 1 + random() % 4;
    for (std::size_t c = 0; c < changes; ++c) bytes[random() % bytes.size()] = static_cast<std::byte>(random());
    load_and_run(bytes, counts);
  }
  // A test that only ever sees one of the ways out would not be worth its time.
  EXPECT_GT(counts.unreadable, 0) << "seed " << kSeed;
  EXPECT_GT(counts.run, 0) << "seed " << kSeed;
  EXPECT_GT(counts.not_loaded + counts.not_run, 0) << "seed " << kSeed;
}

TEST(Corruption, OfTheSeedsModelEndsInAResultOrAnError) { corrupt_and_run("seed/matmul.rknn"); }

TEST(Corruption, OfAnImageModelEndsInAResultOrAnError) { corrupt_and_run("vendor/conv_img3_i8.rknn"); }

}  // namespace
}  // namespace mattock
