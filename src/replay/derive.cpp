#include "replay/derive.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "base/math.hpp"
#include "hw/command.hpp"

namespace mattock::replay {
namespace {

// Registers by address; what they hold in a product: hardware/matmul-streams.md.
constexpr std::uint16_t kPrecision = 0x100c, kSize = 0x1020, kChannels = 0x1024, kKernels = 0x1038,
                        kFeatureAddress = 0x1070, kLineStride = 0x107c, kSurfaceStride = 0x1080,
                        kWeightAddress = 0x1110, kFormats = 0x4010, kOutputAddress = 0x4020, kOutputStride = 0x4024,
                        kNotch = 0x4038;
constexpr std::uint32_t kFp16 = 0xa8000002, kInt8 = 0x80000000, kOneByOne = 0x0101;

// Registers that say how, not what, and those above. All others must be 0: anything else is no plain product.
constexpr std::uint16_t kFree[] = {
    0x1004,      0x2004,         0x3004,         0x4004,   0x1010,         0x1014,        0x1028,
    0x102c,      0x1030,         0x1034,         0x1040,   0x1044,         0x104c,        0x1050,
    0x1054,      0x1058,         0x105c,         0x1078,   0x1084,         0x1088,        0x200c,
    0x300c,      0x3010,         0x3014,         0x400c,   0x4030,         0x4034,        0x403c,
    0x4050,      0x40c0,         kPrecision,     kSize,    kChannels,      kKernels,      kFeatureAddress,
    kLineStride, kSurfaceStride, kWeightAddress, kFormats, kOutputAddress, kOutputStride, kNotch};
// Stages of the DPU that a product goes past.
constexpr std::pair<std::uint16_t, std::uint32_t> kFixed[] = {
    {0x4040, 0x53}, {0x4060, 0x53}, {0x4070, 0x383}, {0x4078, 1}, {0x4084, 1}};

// A task of a product: rows and columns of C, and where its parts lie.
struct Tile {
  std::uint64_t rows, columns, k, a, b, c;
  bool fp16, native;
  std::uint64_t pitch;  // native: rows from one group of columns to the next
  std::uint64_t row;    // row-major: columns of the whole C; 0 where the words do not say
};

class Registers {
 public:
  explicit Registers(const Task& task) {
    const std::size_t own = std::min<std::size_t>(task.record.regcfg_amount, task.words.size());
    for (std::size_t i = 0; i < own; ++i) {
      const hw::Command command = hw::Command::decode(task.words[i]);
      if (hw::block_of_target(command.target)) values_[command.offset] = command.value;
    }
  }
  std::uint32_t operator[](std::uint16_t offset) const {
    const auto found = values_.find(offset);
    return found == values_.end() ? 0 : found->second;
  }
  bool are_plain() const {
    return std::ranges::all_of(values_, [](const auto& pair) {
      const auto& [offset, value] = pair;
      const auto fixed = std::ranges::find(kFixed, offset, [](const auto& f) { return f.first; });
      if (fixed != std::end(kFixed)) return value == fixed->second;
      return value == 0 || std::ranges::find(kFree, offset) != std::end(kFree);
    });
  }

 private:
  std::map<std::uint16_t, std::uint32_t> values_;
};

std::optional<Tile> tile_of(const Task& task) {
  const Registers words(task);
  const std::uint32_t width = words[kSize] >> 16, height = words[kSize] & 0xffff, formats = words[kFormats];
  if (!words.are_plain() || words[kKernels] >> 16 != kOneByOne || (formats != kFp16 && formats != kInt8) ||
      (width != 1 && height != 1) || width == 0 || height == 0)
    return std::nullopt;
  Tile tile{};
  tile.fp16 = formats == kFp16;
  tile.native = width > 1;
  tile.rows = tile.native ? width : height;
  tile.columns = words[kKernels] & 0xffff;
  tile.k = words[kChannels] & 0xffff;
  tile.a = words[kFeatureAddress];
  tile.b = words[kWeightAddress];
  tile.c = words[kOutputAddress];
  const std::uint64_t row_atoms = tile.k * (tile.fp16 ? 2 : 1) / 8;
  if (tile.columns == 0 || tile.k == 0) return std::nullopt;
  if (tile.native) {
    tile.pitch = words[kSurfaceStride];
    if (words[kOutputStride] != 16 * tile.pitch || words[kNotch] != 0) return std::nullopt;
  } else if (tile.rows > 1) {
    tile.row = ((words[kNotch] & 0xffff) / 2 + std::uint64_t{1}) * 4;
    if (words[kLineStride] != row_atoms || words[kSurfaceStride] != 1 || words[kOutputStride] != 16)
      return std::nullopt;
  }
  return tile;
}

// The whole that the tiles are parts of.
struct Whole {
  Tile first;
  std::uint64_t m = 0, n = 0, covered = 0;

  std::uint64_t element_bytes() const { return first.fp16 ? 2 : 1; }
  // False if the tile is no part of this product.
  bool add(const Tile& tile, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    const std::uint64_t row_bytes = first.native ? 8 : first.k * element_bytes();
    const std::uint64_t column_bytes = first.k * element_bytes();
    if (tile.k != first.k || tile.fp16 != first.fp16 || tile.native != first.native || tile.pitch != first.pitch)
      return false;
    if (tile.row != 0 && first.row != 0 && tile.row != first.row) return false;
    const std::uint64_t row = (tile.a - a) / row_bytes, column = (tile.b - b) / column_bytes;
    const std::uint64_t columns = first.row != 0 ? first.row : tile.columns;
    const std::uint64_t place = first.native ? column / 4 * 16 * first.pitch + row * 16 : (row * columns + column) * 4;
    if (tile.a != a + row * row_bytes || tile.b != b + column * column_bytes || tile.c != c + place) return false;
    m = std::max(m, row + tile.rows);
    n = std::max(n, column + tile.columns);
    covered += tile.rows * tile.columns;
    return true;
  }
};

std::vector<Tensor> tensors_of(const Whole& whole) {
  const std::uint64_t es = whole.element_bytes(), c2 = 8 / es, kb = 32 / es, nb = 16 / es, k = whole.first.k;
  const std::string type = whole.first.fp16 ? "FP16" : "INT8", sum = whole.first.fp16 ? "FP32" : "INT32";
  const std::uint64_t m = whole.m, n = whole.n;
  const std::uint64_t rows = whole.first.native ? align_up(m, std::uint64_t{4}) : m;
  std::vector<Tensor> tensors{{"A", {m, k}, rows * k * es, type},
                              {"B", {n / nb, k / kb, nb, kb}, n * k * es, type},
                              {"C", {m, n}, rows * n * 4, sum}};
  if (whole.first.native) {
    tensors[0].shape = {k / c2, m, c2};
    tensors[2].shape = {n / 4, m, 4};
  }
  return tensors;
}

}  // namespace

std::vector<Tensor> tensors_of(std::span<const Task> tasks) {
  std::vector<Tile> tiles;
  for (const Task& task : tasks) {
    const auto tile = tile_of(task);
    if (!tile) return {};
    tiles.push_back(*tile);
  }
  if (tiles.empty()) return {};
  const auto least = [&](std::uint64_t Tile::*part) { return (*std::ranges::min_element(tiles, {}, part)).*part; };
  Whole whole{tiles[0]};
  for (const Tile& tile : tiles) whole.first.row = std::max(whole.first.row, tile.row);
  for (const Tile& tile : tiles)
    if (!whole.add(tile, least(&Tile::a), least(&Tile::b), least(&Tile::c))) return {};
  const std::uint64_t es = whole.element_bytes();
  const bool whole_rows = whole.first.native ? whole.first.pitch == align_up(whole.m, std::uint64_t{4})
                                             : whole.first.row == 0 || whole.first.row == whole.n;
  if (whole.covered != whole.m * whole.n || !whole_rows || whole.first.k % (32 / es) != 0 || whole.n % (16 / es) != 0)
    return {};
  return tensors_of(whole);
}

}  // namespace mattock::replay
