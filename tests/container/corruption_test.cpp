// Damaged copies of the seed's file: every length it can be cut to, and many random changes. Each must end in
// one line of error, or in a model that keeps every promise.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "container/invariants.hpp"
#include "container/model_file.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define MATTOCK_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MATTOCK_SANITIZED 1
#endif
#endif

namespace mattock::container {
namespace {

#ifdef MATTOCK_SANITIZED
constexpr int kCorruptions = 5'000;
#else
constexpr int kCorruptions = 100'000;
#endif
constexpr unsigned kSeed = 20251122;

int corruptions() {
  const char* count = std::getenv("MATTOCK_CORRUPTIONS");
  return count == nullptr ? kCorruptions : std::atoi(count);
}

std::string complaint(std::span<const std::byte> bytes) {
  const auto model = parse_model(bytes);
  if (model) return test::broken_promise(*model);
  const std::string text = to_string(model.error());
  if (text.empty() || text.find('\n') != std::string::npos) return "not one line: " + text;
  if (model.error().code != Code::kBadFile && model.error().code != Code::kUnsupported) return "wrong code: " + text;
  return {};
}

// Values that sit at the edges of what fields may hold, or anything.
std::uint32_t interesting(std::mt19937& random) {
  static constexpr std::uint32_t kEdges[] = {0, 1, 2, 4, 8, 0x7f, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff};
  const auto any = static_cast<std::uint32_t>(random());
  switch (random() % 3) {
    case 0: return kEdges[any % std::size(kEdges)];
    case 1: return any % 20'000;
    default: return any;
  }
}

// One to four places; each a byte, an aligned word of four bytes, or a run of up to sixteen.
void corrupt(std::vector<std::byte>& bytes, std::mt19937& random) {
  const auto places = 1 + random() % 4;
  for (unsigned i = 0; i < places; ++i) {
    const std::size_t at = random() % (bytes.size() - 16);
    switch (random() % 3) {
      case 0: bytes[at] = static_cast<std::byte>(random()); break;
      case 1: store_le(std::span<std::byte>(bytes), at / 4 * 4, interesting(random)); break;
      default:
        for (std::size_t end = at + 1 + random() % 16, b = at; b < end; ++b)
          bytes[b] = static_cast<std::byte>(random());
    }
  }
}

TEST(Corruption, EveryLengthTheFileCanBeCutToIsRefused) {
  const auto whole = test::ModelFile().bytes;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    // A copy of exactly this length, so that a sanitizer sees a read past its end.
    const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    const auto model = parse_model(cut);
    ASSERT_FALSE(model) << "accepted when cut to " << length;
    ASSERT_EQ(model.error().code, Code::kBadFile) << length << ": " << to_string(model.error());
    ASSERT_EQ(complaint(cut), "") << "cut to " << length;
  }
}

TEST(Corruption, RandomChangesGiveAnErrorOrASoundModel) {
  const auto whole = test::ModelFile().bytes;
  std::mt19937 random(kSeed);
  int refused = 0;
  const int count = corruptions();
  for (int round = 0; round < count; ++round) {
    auto bytes = whole;
    corrupt(bytes, random);
    ASSERT_EQ(complaint(bytes), "") << "seed " << kSeed << ", round " << round;
    refused += parse_model(bytes) ? 0 : 1;
  }
  // Changes in command values and in text are no damage that a reader could see; many others are.
  EXPECT_GT(refused, count / 10);
  EXPECT_LT(refused, count);
}

}  // namespace
}  // namespace mattock::container
