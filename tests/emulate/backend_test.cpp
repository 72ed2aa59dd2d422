// Mattock's own back end under `mattock emulate`: its real system calls end at an imitated driver, of each version and
// build, and what comes out is what the emulator computes in the same process, bit for bit.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/npy.hpp"
#include "emulate/emulate.hpp"
#include "emulate/run.hpp"

namespace mattock::emulate {
namespace {

using fakekernel::Build;
using fakekernel::Held;
using fakekernel::Kernel;
using test::Outcome;
using test::TemporaryFile;

/// Whole numbers in -8 to 7 in an order that no transposed or shifted reading repeats.
std::string operand(const TemporaryFile& file, DType dtype, Shape shape, unsigned start) {
  Array array = Array::zeros(dtype, std::move(shape));
  unsigned state = start;
  for (std::size_t i = 0; i < array.size(); ++i) {
    state = state * 1664525U + 1013904223U;
    set_element(array, i, static_cast<double>(state >> 28) - 8);
  }
  EXPECT_TRUE(write_npy(file.path(), array).has_value());
  return "'" + file.path() + "'";
}

struct Driver {
  const char* name;
  fakekernel::Options options;
};

void PrintTo(const Driver& driver, std::ostream* out) { *out << driver.name; }

class OnDriver : public testing::TestWithParam<Driver> {
 protected:
  void SetUp() override {
    auto kernel = Kernel::create(GetParam().options);
    ASSERT_TRUE(kernel.has_value()) << to_string(kernel.error());
    kernel_ = *kernel;
  }

  /// The same command, `%` for its file of results, on the driver and on the emulator.
  void expect_equal(const std::string& command, const std::string& result_name) {
    const TemporaryFile here("here." + result_name), there("there." + result_name), said("said");
    const auto with = [&](const std::string& path, const char* device) {
      return fmt::format("{} -o '{}' --device {}", command, path, device);
    };
    const Outcome plain = test::mattock(with(here.path(), "emulator"));
    ASSERT_EQ(plain.status, 0) << plain.err;
    const auto folder = Folder::create();
    ASSERT_TRUE(folder.has_value());
    const auto ending =
        run(kernel_, *folder,
            {.command = {"/bin/sh", "-c",
                         fmt::format("'{}' {} >'{}' 2>&1", MATTOCK_PROGRAM, with(there.path(), "rknpu"), said.path())},
             .libraries = {MATTOCK_LIBRARIES}});
    ASSERT_TRUE(ending.has_value()) << to_string(ending.error());
    ASSERT_EQ(ending->status, 0) << test::slurp(said.path());
    const std::string expected = test::slurp(here.path());
    ASSERT_NE(expected, "");
    EXPECT_EQ(test::slurp(there.path()), expected);
    EXPECT_FALSE(kernel_->register_writes().empty()) << "the NPU was not asked";
    EXPECT_EQ(kernel_->held(), Held{});
  }

  std::shared_ptr<Kernel> kernel_;
};

INSTANTIATE_TEST_SUITE_P(, OnDriver,
                         testing::Values(Driver{"drm_0_7_2", {.version = {0, 7, 2}}},
                                         Driver{"drm_0_8_2", {.version = {0, 8, 2}}},
                                         Driver{"drm_0_9_6", {.version = {0, 9, 6}}},
                                         Driver{"drm_0_9_8", {.version = {0, 9, 8}}},
                                         Driver{"drm_0_9_8_two_copies", {.version = {0, 9, 8}, .two_copies = true}},
                                         Driver{"drm_0_9_8_no_iommu", {.version = {0, 9, 8}, .iommu = false}},
                                         Driver{"misc_0_7_2", {.version = {0, 7, 2}, .build = Build::kMisc}},
                                         Driver{"misc_0_8_2", {.version = {0, 8, 2}, .build = Build::kMisc}},
                                         Driver{"misc_0_9_6", {.version = {0, 9, 6}, .build = Build::kMisc}},
                                         Driver{"misc_0_9_8", {.version = {0, 9, 8}, .build = Build::kMisc}}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(OnDriver, AProductIsTheEmulators) {
  const TemporaryFile a("a.npy"), b("b.npy");
  expect_equal("matmul " + operand(a, DType::kFloat16, {37, 70}, 1) + " " + operand(b, DType::kFloat16, {70, 53}, 2),
               "c.npy");
}

TEST_P(OnDriver, AProductOfInt8IsTheEmulators) {
  const TemporaryFile a("a8.npy"), b("b8.npy");
  expect_equal("matmul " + operand(a, DType::kInt8, {5, 300}, 3) + " " + operand(b, DType::kInt8, {300, 41}, 4),
               "c8.npy");
}

TEST_P(OnDriver, AModelsOutputIsTheEmulators) {
  const std::string folder = MATTOCK_TEST_DATA "/vendor/mm_17x31x33";
  expect_equal(fmt::format("run '{0}.rknn' '{0}/in_a.npy' '{0}/in_b.npy'", folder), "output.npy");
}

// What the command line offers, with the recording of it.
TEST(OwnBackEnd, ItsRecordingReplaysExactly) {
  // Sizes that need no padding, so that the words say the same ones.
  const TemporaryFile a("ra.npy"), b("rb.npy"), trace("own.txt");
  const std::string product = "'" MATTOCK_PROGRAM "' matmul " + operand(a, DType::kFloat16, {37, 96}, 1) + " " +
                              operand(b, DType::kFloat16, {96, 64}, 2) + " --device rknpu --verify";
  const Outcome done = test::emulate("--trace " + trace.path(), product);
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_NE(done.out.find("verified on the CPU: 2368 of 2368 elements equal"), std::string::npos) << done.out;
  const Outcome replayed = test::mattock("replay --json " + trace.path());
  ASSERT_EQ(replayed.status, 0) << replayed.err;
  const auto json = nlohmann::json::parse(replayed.out);
  ASSERT_EQ(json.size(), 1U);
  EXPECT_EQ(json[0].value("exact", false), true) << replayed.out;
  EXPECT_EQ(json[0]["m"], 37);
  EXPECT_EQ(json[0]["k"], 96);
  EXPECT_EQ(json[0]["n"], 64);
}

TEST(OwnBackEnd, WhatTheNpuDoesNotCountIsNotShown) {
  const std::string model =
      "'" MATTOCK_PROGRAM "' run '" MATTOCK_TEST_DATA "/vendor/mm_17x31x33.rknn' '" MATTOCK_TEST_DATA
      "/vendor/mm_17x31x33/in_a.npy' '" MATTOCK_TEST_DATA "/vendor/mm_17x31x33/in_b.npy' --device rknpu";
  const Outcome text = test::emulate("", model);
  ASSERT_EQ(text.status, 0) << text.err;
  EXPECT_EQ(text.out.find("MACs"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find(" tasks in "), std::string::npos) << text.out;
  const auto json = nlohmann::json::parse(test::emulate("", model + " --json").out);
  EXPECT_FALSE(json.contains("total"));
  EXPECT_GT(json["submits"].size(), 0U);
}

// Memory above 4 GiB is the only thing that may be wrong: /proc/meminfo is this machine's.
TEST(OwnBackEnd, IsFoundToWorkByDoctor) {
  for (const std::string options : {"", "--chip rk3568 --driver 0.8.2"}) {
    const Outcome done = test::emulate(options, "'" MATTOCK_PROGRAM "' doctor --json");
    ASSERT_EQ(done.status, 0) << done.out << done.err;
    const auto report = nlohmann::json::parse(done.out);
    EXPECT_TRUE(report["fault"].is_null()) << done.out;
    EXPECT_EQ(report["steps"].back()["name"], "product");
    for (const auto& step : report["steps"]) EXPECT_TRUE(step["state"] != "warning" || step["id"] == "M03") << step;
    EXPECT_EQ(report["steps"].back()["says"], "9x9 by 9x9 in fp16: 20 runs, all right");
  }
}

TEST(OwnBackEnd, AnswersTheProbesWhoseLedgerSaysThatItIsNoBoard) {
  const TemporaryFile ledger("ledger.json");
  for (const std::string options : {"", "--driver 0.9.6"}) {
    std::filesystem::remove(ledger.path());
    const Outcome done =
        test::emulate(options, "'" MATTOCK_PROGRAM "' probe --device rknpu --json -o '" + ledger.path() + "'");
    ASSERT_EQ(done.status, 0) << done.err;
    const auto read = nlohmann::json::parse(done.out);
    EXPECT_EQ(read["emulated"], true);
    EXPECT_EQ(read["device"], "rknpu:rk3566");
    for (const auto& probe : read["probes"]) EXPECT_NE(probe["outcome"], "failed") << probe;
  }
}

TEST(OwnBackEnd, IsListedAndTakenByAuto) {
  const std::string options = "--chip rk3568 --driver 0.8.2", program = "env -u MATTOCK_DEVICE '" MATTOCK_PROGRAM "' ";
  const auto found = nlohmann::json::parse(test::emulate(options, program + "devices --json").out)["devices"];
  ASSERT_EQ(found.size(), 4U) << found.dump(2);  // with the card node and two emulators
  EXPECT_EQ(found[0], (nlohmann::json{{"name", "rknpu:rk3568"},
                                      {"usable", true},
                                      {"chip", "rk3568"},
                                      {"kind", "rknpu"},
                                      {"driver", "rknpu 0.8.2"},
                                      {"node", "/dev/dri/renderD129"},
                                      {"why_not", ""}}));
  const TemporaryFile a("la.npy"), b("lb.npy");
  const Outcome done = test::emulate(options, program + "matmul --json " + operand(a, DType::kInt8, {2, 40}, 5) + " " +
                                                  operand(b, DType::kInt8, {40, 3}, 6));
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(nlohmann::json::parse(done.out)["device"], "rknpu:rk3568");
  EXPECT_EQ(done.err, "") << "the NPU was there, so nothing is to be said";
}

}  // namespace
}  // namespace mattock::emulate
