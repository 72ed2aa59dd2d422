#include "emulator/support/matmul.hpp"

#include <algorithm>

#include "base/half.hpp"
#include "base/math.hpp"

namespace mattock::test {
namespace {

constexpr std::uint32_t kBankBytes = 32 * 1024, kBanks = 8, kMaxDataBanks = 7, kSliceBytes = 32;

void store(const Matmul& matmul, Machine& machine, std::uint32_t address, float value) {
  if (matmul.integer)
    machine.store(address, static_cast<std::int8_t>(value));
  else
    machine.store(address, half_from_double(static_cast<double>(value)).bits);
}

Task task_of(const Matmul& matmul, const PlacedMatmul& placed, std::uint32_t first, std::uint32_t rows) {
  const std::uint32_t es = matmul.element_bytes(), k = matmul.inner, n = matmul.columns;
  const std::uint32_t data_banks = ceil_div(rows * k * es, kBankBytes);
  const std::uint32_t output_row = n * 4;
  Task task(0x0f, {{0x1004, 0xe}, {0x2004, 0xe}, {0x3004, 0xe}, {0x4004, 0xe}});
  task.set(0x100c, matmul.integer ? 0 : 0x220);
  task.set(0x1010, std::min(rows, 18u) << 4);
  task.set(0x1014, 9);
  task.set(0x1020, 1 << 16 | rows);
  task.set(0x1024, (k - 1) << 16 | k);
  task.set(0x1028, 1);
  task.set(0x102c, rows);
  task.set(0x1030, n * k * es);
  task.set(0x1034, k * es);
  task.set(0x1038, 0x01010000 | n);
  task.set(0x1040, (kBanks - data_banks) << 4 | data_banks);
  task.set(0x1044, 1 << 16 | ceil_div(k * es, kSliceBytes));
  task.set(0x104c, 0xa);
  task.fill(0x1050, 0x105c, 0x10000);
  task.set(0x1070, placed.a + first * k * es);
  task.set(0x1078, 0x171c07);
  task.set(0x107c, k * es / 8);
  task.set(0x1080, 1);
  task.set(0x1084, 1 << 16 | rows);
  task.set(0x1088, k);
  task.set(0x1110, placed.b);
  task.set(0x200c, matmul.integer ? 1 : 0x2001);
  task.set(0x300c, matmul.integer ? 0 : 0x2000);
  task.set(0x3010, (rows - 1) << 16);
  task.set(0x3014, n - 1);
  task.set(0x400c, 0x108);
  task.set(0x4010, matmul.integer ? 0x80000000 : 0xa8000002);
  task.set(0x4020, placed.c + first * output_row);
  task.set(0x4024, 16);
  task.set(0x4034, rows - 1);
  const std::uint32_t notch = (n / 4 - 1) * 2;
  task.set(0x4038, notch << 16 | notch);
  task.set(0x403c, (n - 1) << 16 | (n - 1));
  task.set(0x4040, 0x53);
  task.set(0x4050, matmul.integer ? 0x36c : 0x126);
  task.set(0x4060, 0x53);
  task.set(0x4070, 0x383);
  task.set(0x4078, 1);
  task.set(0x4084, 1);
  task.set(0x40c0, 16 * (matmul.integer ? 4 : 2));
  return task;
}

}  // namespace

std::uint32_t Matmul::tile_rows() const {
  return std::min(rows, kMaxDataBanks * kBankBytes / (inner * element_bytes()));
}

std::size_t machine_bytes(const Matmul& matmul) {
  const std::size_t m = matmul.rows, k = matmul.inner, n = matmul.columns;
  return (m * k + k * n) * matmul.element_bytes() + m * n * 4 + (std::size_t{1} << 20);
}

PlacedMatmul place(const Matmul& matmul, const std::vector<float>& a, const std::vector<float>& b, Machine& machine) {
  const std::uint32_t es = matmul.element_bytes(), k = matmul.inner, n = matmul.columns;
  const std::uint32_t slice = kSliceBytes / es, group = matmul.group_kernels();
  PlacedMatmul placed;
  placed.a = machine.allocate(std::size_t{matmul.rows} * k * es);
  placed.b = machine.allocate(std::size_t{k} * n * es);
  placed.c = machine.allocate(std::size_t{matmul.rows} * n * 4);
  for (std::uint32_t i = 0; i < matmul.rows * k; ++i) store(matmul, machine, placed.a + i * es, a[i]);
  std::uint32_t at = placed.b;
  for (std::uint32_t first = 0; first < n; first += group)
    for (std::uint32_t block = 0; block < k; block += slice)
      for (std::uint32_t column = first; column < first + group; ++column)
        for (std::uint32_t i = block; i < block + slice; ++i, at += es) store(matmul, machine, at, b[i * n + column]);
  for (std::uint32_t first = 0; first < matmul.rows; first += matmul.tile_rows())
    placed.tasks.push_back(task_of(matmul, placed, first, std::min(matmul.tile_rows(), matmul.rows - first)));
  return placed;
}

}  // namespace mattock::test
