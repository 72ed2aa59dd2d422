// What converted models must hold, on the vendor's models of fp16 products: the result is onnxruntime's to one fp16
// step of the tensor's largest value, and neither tasks nor modelled time are more than those of the vendor's own file.
// The table of docs/converting.md is what comes out.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/npy.hpp"
#include "cli/program.hpp"
#include "container/reader.hpp"
#include "convert/convert.hpp"
#include "session/session.hpp"
#include "support/temp_dir.hpp"

namespace mattock {
namespace {

namespace fs = std::filesystem;

const fs::path kVendor = fs::path(MATTOCK_TEST_DATA) / "vendor";

const std::vector<std::string> kModels{"gemm_bias",  "mlp_tiny",     "mm3_b4",       "mm_17x31x33",
                                       "mm_1x64x64", "mm_9x9x9",     "mmc_16x32x24", "mmc_4x3200x8",
                                       "mmc_9x9x9",  "mmc_add_relu", "mmc_clip"};

struct Measured {
  double worst = 0;  ///< difference to onnxruntime, in fp16 steps of the tensor's largest value
  double seconds = 0;
  std::size_t tasks = 0, host_nodes = 0;
};

/// Of the outputs with the recorded inputs.
double worst_difference(const fs::path& rknn, const fs::path& arrays) {
  auto device = Device::open("emulator").value();
  auto session = Session::load(device, rknn).value();
  std::vector<Array> inputs;
  for (const TensorInfo& input : session.inputs())
    inputs.push_back(read_npy(arrays / ("in_" + input.name + ".npy")).value());
  const auto result = session.run(inputs);
  EXPECT_TRUE(result) << rknn << ": " << to_string(result.error());
  double worst = result ? 0 : HUGE_VAL;
  for (std::size_t o = 0; result && o < result->outputs.size(); ++o) {
    const Array& found = result->outputs[o].values;
    const Array expected = read_npy(arrays / ("ort_" + result->outputs[o].name + ".npy")).value();
    EXPECT_EQ(found.size(), expected.size()) << rknn;
    double largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i)
      largest = std::max(largest, std::fabs(element_as_double(expected, i)));
    EXPECT_GT(largest, 0) << rknn;
    const double step = std::exp2(std::floor(std::log2(largest)) - 10);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const double apart = std::fabs(element_as_double(found, i) - element_as_double(expected, i)) / step;
      worst = apart <= worst ? worst : apart;  // NaN stays
    }
  }
  return worst;
}

Measured measure(const fs::path& rknn, const fs::path& arrays) {
  Measured measured;
  measured.worst = worst_difference(rknn, arrays);
  const auto model = container::read_model(rknn).value();
  measured.tasks = model.program.tasks.size();
  measured.host_nodes = static_cast<std::size_t>(std::ranges::count_if(model.nodes, [](const container::Node& node) {
    return node.engine == container::Engine::kHost && !node.op.ends_with("Operator");
  }));
  const auto estimate = test::mattock("estimate --json '" + rknn.string() + "'");
  EXPECT_EQ(estimate.status, 0) << estimate.err;
  measured.seconds = nlohmann::json::parse(estimate.out).at("seconds").get<double>();
  return measured;
}

struct Pair {
  std::string name;
  Measured ours, theirs;
};

const std::vector<Pair>& pairs() {
  static const std::vector<Pair> all = [] {
    const test::TempDir folder;
    std::vector<Pair> made;
    for (const std::string& name : kModels) {
      const auto done = convert::convert_file(kVendor / (name + ".onnx"), folder / (name + ".rknn"), {});
      EXPECT_TRUE(done) << to_string(done.error());
      if (!done) continue;
      made.push_back({name, measure(folder / (name + ".rknn"), kVendor / name),
                      measure(kVendor / (name + ".rknn"), kVendor / name)});
    }
    return made;
  }();
  return all;
}

std::string range_of(double (*value)(const Pair&)) {
  const auto [least, most] = std::ranges::minmax(pairs(), {}, value);
  return fmt::format("{:.2f} to {:.2f}", value(least), value(most));
}

TEST(Acceptance, ResultsAreOnnxruntimesToOneStep) {
  ASSERT_EQ(pairs().size(), kModels.size());
  for (const Pair& pair : pairs()) EXPECT_LE(pair.ours.worst, 1) << pair.name;
}

TEST(Acceptance, NeitherTasksNorModelledTimeAreMoreThanTheVendors) {
  ASSERT_EQ(pairs().size(), kModels.size());
  for (const Pair& pair : pairs()) {
    EXPECT_LE(pair.ours.tasks, pair.theirs.tasks) << pair.name;
    EXPECT_LE(pair.ours.seconds, pair.theirs.seconds) << pair.name;
  }
}

TEST(Acceptance, TheTableInTheDocsIsThis) {
  std::string table =
      "| model | tasks | vendor's | us | vendor's | host nodes | vendor's |\n| --- | --- | --- | --- | --- | --- | --- "
      "|\n";
  for (const Pair& pair : pairs())
    table +=
        fmt::format("| {} | {} | {} | {:.0f} | {:.0f} | {} | {} |\n", pair.name, pair.ours.tasks, pair.theirs.tasks,
                    pair.ours.seconds * 1e6, pair.theirs.seconds * 1e6, pair.ours.host_nodes, pair.theirs.host_nodes);
  const std::string steps =
      fmt::format("({} of a step; the vendor's files {})", range_of([](const Pair& p) { return p.ours.worst; }),
                  range_of([](const Pair& p) { return p.theirs.worst; }));
  const std::string page = test::slurp(fs::path(MATTOCK_TEST_DATA) / "../../docs/converting.md");
  EXPECT_NE(page.find(table + "\n"), std::string::npos) << "docs/converting.md should have:\n" << table;
  EXPECT_NE(page.find(steps), std::string::npos) << "docs/converting.md should have on one line: " << steps;
}

// The list above is all of them.
TEST(Acceptance, NoModelOfTheVendorsIsLeftOut) {
  const fs::path folder = fs::path(MATTOCK_SHARED) / "models" / "vendor";
  if (!fs::exists(folder)) return;  // not part of the project
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().stem().string();
    const bool other =
        name.starts_with("conv") || name.ends_with("_i8") || name.ends_with("_i16") || name.ends_with("_bf16");
    if (entry.path().extension() == ".onnx" && !other) names.push_back(name);
  }
  std::ranges::sort(names);
  std::vector<std::string> listed = kModels;
  std::ranges::sort(listed);
  EXPECT_EQ(listed, names);
}

}  // namespace
}  // namespace mattock
