// The multipliers' inner loops exist in several forms and run on any number of threads. All of them must give the
// same bytes and the same report as the plain form on one thread, which other tests compare with the plain loop.
#include "emulator/mac/kernels.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "emulator/support/conv_cases.hpp"
#include "emulator/support/matmul.hpp"

namespace mattock::test {
namespace {

struct Form {
  std::string kernels;
  unsigned threads;
};

/// Every form this processor runs, and the fastest on more threads than it may have.
std::vector<Form> forms() {
  std::vector<Form> list{{"", 2}, {"", 3}, {"plain", 2}};
  for (const auto& kernels : emulator::vector_kernels()) list.push_back({std::string(kernels.name), 1});
  return list;
}

/// All a submit leaves behind: memory, counts and events, or the error.
struct Outcome {
  std::vector<std::byte> memory;
  std::string report;
  bool operator==(const Outcome&) const = default;
};

template <class Fill>
Outcome outcome(std::size_t bytes, const Form& form, const Fill& fill) {
  Machine machine(bytes, {.threads = form.threads, .kernels = form.kernels});
  const auto report = machine.run(fill(machine));
  Outcome out{{machine.memory().begin(), machine.memory().end()}, report ? "" : to_string(report.error())};
  if (!report) return out;
  for (const auto& task : report->tasks)
    for (const std::uint64_t count : {task.macs, task.cycles, task.command_bytes, task.feature_bytes, task.weight_bytes,
                                      task.operand_bytes, task.output_bytes})
      out.report += std::to_string(count) + " ";
  for (const auto& event : report->events)
    out.report += event.what + " x" + std::to_string(event.count) + " first " + event.first + "; ";
  return out;
}

/// `fill` writes data into a machine and returns its tasks.
template <class Fill>
testing::AssertionResult same_in_all_forms(std::size_t bytes, const Fill& fill) {
  const Outcome plain = outcome(bytes, {"plain", 1}, fill);
  for (const Form& form : forms()) {
    const Outcome found = outcome(bytes, form, fill);
    if (found.report != plain.report)
      return testing::AssertionFailure() << form.kernels << " on " << form.threads << " threads reports "
                                         << found.report << ", plain " << plain.report;
    if (found.memory != plain.memory)
      return testing::AssertionFailure() << form.kernels << " on " << form.threads << " threads writes other bytes";
  }
  return testing::AssertionSuccess();
}

Convolution random_shape(Random& random, Arithmetic arithmetic) {
  Convolution conv{.arithmetic = arithmetic};
  conv.width = draw(random, 1, 17), conv.height = draw(random, 1, 5);
  conv.channels = draw(random, 1, 90), conv.kernels = draw(random, 1, 40);
  conv.kernel_width = draw(random, 1, 3), conv.kernel_height = draw(random, 1, 3);
  conv.pad_left = conv.pad_right = conv.kernel_width - 1, conv.pad_top = conv.pad_bottom = conv.kernel_height - 1;
  conv.stride_x = draw(random, 1, 2);
  if (draw(random, 0, 5) == 0) conv.depthwise = true, conv.kernels = conv.channels;
  if (arithmetic == Arithmetic::kInt8) conv.requantise = static_cast<Requantise>(draw(random, 0, 2));
  if (arithmetic == Arithmetic::kInt16) conv.requantise = static_cast<Requantise>(draw(random, 1, 2));
  if (arithmetic == Arithmetic::kFp16) conv.wide_output = draw(random, 0, 1) != 0;
  return conv;
}

TEST(Kernels, EveryFormGivesTheSameBytesAndReports) {
  for (unsigned seed = 1; seed <= 120; ++seed) {
    Random shape_random(seed);
    const Convolution conv = random_shape(shape_random, static_cast<Arithmetic>(seed % 4));
    EXPECT_TRUE(same_in_all_forms(std::size_t{1} << 20,
                                  [&](Machine& machine) {
                                    Random random(seed);
                                    return std::vector{place(conv, random_data(conv, random, 12), machine).task};
                                  }))
        << "seed " << seed << ": " << conv.text();
  }
}

TEST(Kernels, EveryFormMakesTheSameOfInfinitiesAndNans) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    Random shape_random(seed);
    const Convolution conv = random_shape(shape_random, seed % 2 == 0 ? Arithmetic::kFp16 : Arithmetic::kBf16);
    EXPECT_TRUE(same_in_all_forms(std::size_t{1} << 20,
                                  [&](Machine& machine) {
                                    Random random(seed);
                                    const PlacedConvolution placed = place(conv, random_data(conv, random), machine);
                                    for (int i = 0; i < 4; ++i) {
                                      machine.at(placed.features)[random() % placed.feature_bytes] =
                                          static_cast<std::byte>(draw(random, 0x7c, 0xff));
                                      machine.at(placed.weights)[random() % placed.weight_bytes] =
                                          static_cast<std::byte>(draw(random, 0x7c, 0xff));
                                    }
                                    return std::vector{placed.task};
                                  }))
        << "seed " << seed << ": " << conv.text();
  }
}

std::vector<float> whole_numbers(std::size_t count, unsigned seed) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(draw(random, -100, 100));
  return values;
}

// Large enough that threads share it; row counts around the tiles of every form.
TEST(Kernels, ProductsAreExactInEveryForm) {
  for (const bool integer : {false, true}) {
    for (const std::uint32_t rows : {1u, 2u, 3u, 11u, 12u, 57u}) {
      const Matmul matmul{.integer = integer, .rows = rows, .inner = 512, .columns = 96};
      const auto a = whole_numbers(std::size_t{rows} * matmul.inner, 1);
      const auto b = whole_numbers(std::size_t{matmul.inner} * matmul.columns, 2);
      const auto fill = [&](Machine& machine) { return place(matmul, a, b, machine).tasks; };
      EXPECT_TRUE(same_in_all_forms(machine_bytes(matmul), fill)) << rows << " rows";

      Machine machine(machine_bytes(matmul));
      const PlacedMatmul placed = place(matmul, a, b, machine);
      ASSERT_TRUE(machine.run(placed.tasks));
      for (std::uint32_t row = 0; row < rows; ++row) {
        for (std::uint32_t column = 0; column < matmul.columns; ++column) {
          float sum = 0;  // whole numbers below 2^24: exact
          for (std::uint32_t k = 0; k < matmul.inner; ++k)
            sum += a[row * matmul.inner + k] * b[k * matmul.columns + column];
          const auto bits = machine.load<std::uint32_t>(placed.c + (row * matmul.columns + column) * 4);
          const float found =
              integer ? static_cast<float>(static_cast<std::int32_t>(bits)) : std::bit_cast<float>(bits);
          ASSERT_EQ(found, sum) << "row " << row << " column " << column;
        }
      }
    }
  }
}

// C lies over B: the steps of a kernel group change weights that later groups have yet to load.
TEST(Kernels, WeightsThatTheTaskItselfOverwritesAreReadAsOnOneThread) {
  const Matmul matmul{.rows = 112, .inner = 1024, .columns = 64};  // 7 data banks: weights stream
  const auto a = whole_numbers(std::size_t{matmul.rows} * matmul.inner, 1);
  const auto b = whole_numbers(std::size_t{matmul.inner} * matmul.columns, 2);
  for (const std::uint32_t offset : {0u, 16u * 1024, 64u * 1024}) {
    EXPECT_TRUE(same_in_all_forms(machine_bytes(matmul), [&](Machine& machine) {
      PlacedMatmul placed = place(matmul, a, b, machine);
      placed.tasks[0].set(0x4020, placed.b + offset);
      return placed.tasks;
    }));
  }
}

// 9 taps of 16384 channels, all of them -128 * -128: int32 sums could wrap, so they are not made in int32.
TEST(Kernels, ASumOfManyInt8ProductsWrapsAndSaysSo) {
  Convolution conv{.arithmetic = Arithmetic::kInt8};
  conv.channels = 16384, conv.kernel_width = conv.kernel_height = 3, conv.pad_value = -128;
  conv.pad_left = conv.pad_right = conv.pad_top = conv.pad_bottom = 1;
  ConvolutionData data;
  data.features.assign(16384, -128), data.weights.assign(std::size_t{9} * 16384, -128);
  const auto fill = [&](Machine& machine) { return std::vector{place(conv, data, machine).task}; };
  EXPECT_TRUE(same_in_all_forms(std::size_t{1} << 20, fill));

  Machine machine(std::size_t{1} << 20);
  const PlacedConvolution placed = place(conv, data, machine);
  const auto report = machine.run(placed.task);
  ASSERT_TRUE(report) << to_string(report.error());
  const std::int64_t exact = std::int64_t{9} * 16384 * 128 * 128;
  EXPECT_EQ(machine.load<std::int32_t>(placed.output), static_cast<std::int32_t>(exact - (std::int64_t{1} << 32)));
  ASSERT_EQ(report->events.size(), 1u);
  EXPECT_EQ(report->events[0].what, "int32 accumulator wrapped");
  EXPECT_EQ(report->events[0].first, "task 0, channel 0 pixel 0");
  EXPECT_EQ(report->events[0].count, 1u);
}

// Every pattern there is, at every place of a vector.
TEST(Kernels, EveryFormDecodesEveryPattern) {
  using hw::Precision;
  std::vector<std::byte> bytes(std::size_t{65536} * 2 + 6);
  for (std::size_t i = 0; i < bytes.size() / 2; ++i) store_le(bytes, i * 2, static_cast<std::uint16_t>(i));
  std::vector<double> expected(65536), found(65536);
  for (const auto& kernels : emulator::vector_kernels()) {
    for (const Precision precision : {Precision::kFp16, Precision::kBf16, Precision::kInt16}) {
      for (const bool panel : {false, true}) {
        const auto decode = [&](const emulator::Kernels& form, std::vector<double>& values) {
          if (panel)
            form.real_panel(bytes.data(), 65536 / 128, 8, precision, values.data());
          else
            form.features(bytes.data(), 65536, precision, values.data());
        };
        decode(emulator::kPlainKernels, expected);
        decode(kernels, found);
        for (std::size_t i = 0; i < found.size(); ++i) {
          const bool same = std::bit_cast<std::uint64_t>(expected[i]) == std::bit_cast<std::uint64_t>(found[i]);
          ASSERT_TRUE(same) << kernels.name << ", element " << i << ": " << found[i] << ", must be " << expected[i];
        }
      }
    }
  }
}

}  // namespace
}  // namespace mattock::test
