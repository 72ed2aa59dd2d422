// The recorded product of a real RK3566: the seed's model, with the inputs of the recorded run, must give for
// all 81 elements a value that prints as the run printed it.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "session/session.hpp"
#include "support/device.hpp"

namespace mattock {
namespace {

const std::filesystem::path kData = MATTOCK_TEST_DATA;

nlohmann::json recording() {
  std::ifstream file(kData / "seed/rk3566_fp16_matmul_9x9x9.json");
  return nlohmann::json::parse(file);
}

Array halves(const nlohmann::json& rows) {
  Array array = Array::zeros(DType::kFloat16, {1, 9, 9});
  std::size_t i = 0;
  for (const auto& row : rows)
    for (const auto& element : row)
      store_le(array.data, 2 * i++, static_cast<std::uint16_t>(std::stoul(element.get<std::string>(), nullptr, 16)));
  return array;
}

/// How many of the 81 outputs are among the candidates of the recording.
std::size_t among_candidates(const nlohmann::json& record, const Array& product) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < 81; ++i) {
    const auto found = load_le<std::uint16_t>(product.data, 2 * i);
    for (const auto& candidate : record.at("c_fp16_hex_candidates").at(i / 9).at(i % 9))
      if (std::stoul(candidate.get<std::string>(), nullptr, 16) == found) ++count;
  }
  return count;
}

/// For tests of what it alone counts, or can be told to be.
Device emulator(const DeviceOptions& options = {}) { return Device::open("emulator", options).value(); }

Result<RunResult> run_recorded(Device device, const nlohmann::json& record, bool layers = false) {
  auto session = Session::load(device, kData / "seed/matmul.rknn");
  if (!session) return propagate(session);
  const std::vector<Array> inputs{halves(record.at("a_fp16_hex")), halves(record.at("b_fp16_hex"))};
  return session->run(inputs, {.keep_layers = layers});
}

TEST(RecordedProduct, All81OutputsAreAmongTheRecordedCandidates) {
  const auto record = recording();
  const auto result = run_recorded(test::open_device(), record);
  ASSERT_TRUE(result) << to_string(result.error());
  ASSERT_EQ(result->outputs.size(), 1u);
  EXPECT_EQ(result->outputs[0].raw.shape, (Shape{1, 9, 9}));
  EXPECT_EQ(among_candidates(record, result->outputs[0].raw), 81u);
}

TEST(RecordedProduct, TheFilesEightTasksRunInTwoSubmitsOfOneAndSeven) {
  const auto result = run_recorded(emulator(), recording());
  ASSERT_TRUE(result) << to_string(result.error());
  ASSERT_EQ(result->submits.size(), 2u);
  EXPECT_EQ(result->submits[0].report.tasks.size(), 1u);
  EXPECT_EQ(result->submits[1].report.tasks.size(), 7u);
  EXPECT_EQ(result->submits[1].tasks.first, 1u);
  // Only the last task multiplies: 9 pixels, 16 kernels of 16 channels.
  for (std::size_t t = 0; t < 6; ++t) EXPECT_EQ(result->submits[1].report.tasks[t].macs, 0u) << t;
  EXPECT_EQ(result->submits[1].report.tasks[6].enable_mask, 0x0fu);
}

TEST(RecordedProduct, SubmittingNodeByNodeGivesTheSameBits) {
  const auto record = recording();
  const auto merged = run_recorded(test::open_device(), record);
  const auto single = run_recorded(test::open_device(), record, true);
  ASSERT_TRUE(merged && single);
  EXPECT_EQ(merged->outputs[0].raw.data, single->outputs[0].raw.data);
}

TEST(RecordedProduct, FreshMemoryOfZerosGivesTheSameBitsAsOneOfNaNs) {
  const auto record = recording();
  const auto nans = run_recorded(test::open_device(), record);
  const auto zeros = run_recorded(test::open_device({.fill_with_nan = false}), record);
  ASSERT_TRUE(nans && zeros);
  EXPECT_EQ(nans->outputs[0].raw.data, zeros->outputs[0].raw.data);
}

// Negative control: tasks inherit what they do not write from two tasks before, because every block has two
// register groups. With one, the product must come out wrong or the emulator must stop.
TEST(RecordedProduct, WithOneRegisterGroupTheProductIsWrong) {
  const auto record = recording();
  const auto result = run_recorded(emulator({.register_groups = 1}), record);
  if (result) {
    EXPECT_LT(among_candidates(record, result->outputs[0].raw), 81u);
  } else {
    EXPECT_EQ(result.error().code, Code::kNotModelled) << to_string(result.error());
  }
}

}  // namespace
}  // namespace mattock
