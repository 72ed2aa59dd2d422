#include "check/support/example.hpp"

#include <regex>

#include "base/bytes.hpp"
#include "hw/registers.hpp"

namespace mattock::test {
namespace {

constexpr std::size_t kTaskWords = 8;  // tasks begin at multiples of 64 bytes

const char* name_of(std::uint64_t address) {
  switch (address) {
    case kFeatures: return "features";
    case kWeights: return "weights";
    case kResult: return "result";
    case kRecords: return "records";
    case kFactors: return "factors";
    default: return "element";
  }
}

std::uint32_t address(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

}  // namespace

void Example::add_task(std::uint32_t mask, const std::map<std::uint16_t, std::uint32_t>& values) {
  std::map<std::uint16_t, std::uint32_t> task;
  for (const hw::Block block :
       {hw::Block::kCna, hw::Block::kCmac, hw::Block::kCore, hw::Block::kDpu, hw::Block::kDpuRdma}) {
    if ((mask >> *hw::enable_bit(block) & 1U) == 0) continue;
    for (const hw::RegisterInfo& info : hw::registers(block))
      if (info.doubled && (info.offset & 0xfff) != 8) task[info.offset] = 0;
    task[static_cast<std::uint16_t>((task.rbegin()->first & 0xf000) + 4)] = 0xe;
  }
  for (const auto& [offset, value] : values) task[offset] = value;
  registers.push_back(std::move(task));
  masks.push_back(mask);
}

Example Example::product() {
  Example e;
  e.buffers = {{kFeatures, std::vector<std::byte>(256)},
               {kWeights, std::vector<std::byte>(1024)},
               {kResult, std::vector<std::byte>(256)}};
  e.add_task(0xf, {{0x100c, 0x220},
                   {0x1010, 0x40},
                   {0x1014, 9},
                   {0x1020, 0x10004},
                   {0x1024, 0x1f0020},
                   {0x1028, 1},
                   {0x102c, 4},
                   {0x1030, 0x400},
                   {0x1034, 0x40},
                   {0x1038, 0x1010010},
                   {0x1040, 0x71},
                   {0x1044, 0x10002},
                   {0x104c, 0xa},
                   {0x1050, 0x10000},
                   {0x1054, 0x10000},
                   {0x1058, 0x10000},
                   {0x105c, 0x10000},
                   {0x1070, address(kFeatures)},
                   {0x1078, 0x171c07},
                   {0x107c, 8},
                   {0x1080, 1},
                   {0x1084, 0x10004},
                   {0x1088, 0x20},
                   {0x1110, address(kWeights)},
                   {0x200c, 0x2001},
                   {0x300c, 0x2000},
                   {0x3010, 0x30000},
                   {0x3014, 0xf},
                   {0x400c, 0x108},
                   {0x4010, 0xa8000002},
                   {0x4020, address(kResult)},
                   {0x4024, 16},
                   {0x4030, 0},
                   {0x4034, 3},
                   {0x4038, 0x60006},
                   {0x403c, 0xf000f},
                   {0x4040, 0x53},
                   {0x4050, 0x126},
                   {0x4060, 0x53},
                   {0x4070, 0x383},
                   {0x4078, 1},
                   {0x4084, 1},
                   {0x40c0, 32}});
  return e.build();
}

Example Example::copy() {
  Example e;
  e.buffers = {{kFeatures, std::vector<std::byte>(248)}, {kResult, std::vector<std::byte>(248)}};
  e.add_task(0x18, {{0x400c, 0x109},   {0x4010, 0x48000002}, {0x4020, address(kResult)},
                    {0x4024, 128},     {0x4030, 4},          {0x4034, 2},
                    {0x403c, 0x70007}, {0x4040, 0x53},       {0x4050, 2},
                    {0x4060, 0x53},    {0x4070, 0x383},      {0x4078, 1},
                    {0x4084, 1},       {0x40c0, 128},        {0x500c, 4},
                    {0x5010, 2},       {0x5014, 7},          {0x5018, address(kFeatures)},
                    {0x501c, 1},       {0x5028, 1},          {0x5034, 1},
                    {0x5044, 0x14041}, {0x504c, 8},          {0x5068, 0x01010101}});
  return e.build();
}

Example Example::layer() {
  Example e;
  e.buffers = {{kFeatures, std::vector<std::byte>(384)}, {kWeights, std::vector<std::byte>(768)},
               {kResult, std::vector<std::byte>(384)},   {kRecords, std::vector<std::byte>(256)},
               {kFactors, std::vector<std::byte>(64)},   {kElement, std::vector<std::byte>(384)}};
  e.add_task(0x1f, {{0x1010, 0x20},
                    {0x1014, 9},
                    {0x1020, 0x60002},
                    {0x1024, 0x1f0020},
                    {0x1028, 6},
                    {0x102c, 12},
                    {0x1030, 0x300},
                    {0x1034, 0x20},
                    {0x1038, 0x1010018},
                    {0x1040, 0x71},
                    {0x1044, 0x60006},
                    {0x104c, 0xa},
                    {0x1050, 0x10000},
                    {0x1054, 0x10000},
                    {0x1058, 0x10000},
                    {0x105c, 0x10000},
                    {0x1070, address(kFeatures)},
                    {0x1078, 0x171c07},
                    {0x107c, 6},
                    {0x1080, 12},
                    {0x1084, 0x60002},
                    {0x1088, 0x20},
                    {0x1110, address(kWeights)},
                    {0x200c, 1},
                    {0x3010, 0x10005},
                    {0x3014, 0x1f},
                    {0x400c, 0x108},
                    {0x4010, 0xe0},
                    {0x4020, address(kResult)},
                    {0x4024, 96},
                    {0x4030, 5},
                    {0x4034, 1},
                    {0x403c, 0x17001f},
                    {0x4040, 0x148},
                    {0x4048, 0xe01},
                    {0x4050, 0x125},
                    {0x4060, 0x53},
                    {0x4070, 0x900002d0},
                    {0x4074, 3},
                    {0x4078, 0x4000},
                    {0x4080, 0xfffffffc},
                    {0x4084, 0x4106},
                    {0x4088, 0x16},
                    {0x40c0, 192},
                    {0x500c, 5},
                    {0x5010, 1},
                    {0x5014, 0x1f},
                    {0x501c, 0xe},
                    {0x5020, address(kRecords)},
                    {0x5024, 0x1f},
                    {0x5028, 1},
                    {0x5034, 0x40000000},
                    {0x5038, address(kElement)},
                    {0x503c, 88},
                    {0x5040, 96},
                    {0x5044, 0x4000},
                    {0x5068, 0x01010101}});
  return e.build();
}

Example& Example::set(std::uint16_t offset, std::uint32_t value, std::size_t task) {
  registers[task][offset] = value;
  return build();
}

Example& Example::bits(std::uint16_t offset, unsigned high, unsigned low, std::uint32_t value, std::size_t task) {
  const std::uint32_t mask = (0xffffffffU >> (31 - (high - low))) << low;
  return set(offset, (registers[task][offset] & ~mask) | (value << low & mask), task);
}

Example& Example::omit(std::uint16_t offset, std::size_t task) {
  registers[task].erase(offset);
  return build();
}

Example& Example::then(const Example& next) {
  registers.insert(registers.end(), next.registers.begin(), next.registers.end());
  masks.insert(masks.end(), next.masks.begin(), next.masks.end());
  for (const auto& [start, bytes] : next.buffers)
    if (buffers[start].size() < bytes.size()) buffers[start] = bytes;
  return build();
}

Example& Example::resize(std::uint64_t buffer, std::size_t bytes) {
  buffers[buffer].resize(bytes);
  return *this;
}

Example& Example::build() {
  words.clear();
  tasks.clear();
  for (std::size_t task = 0; task < registers.size(); ++task) {
    words.resize((words.size() + kTaskWords - 1) / kTaskWords * kTaskWords);
    hw::TaskRecord record;
    record.enable_mask = masks[task];
    record.int_mask = 0x300;
    record.int_clear = 0x1ffff;
    record.regcfg_amount = static_cast<std::uint32_t>(registers[task].size());
    record.regcmd_addr = kCommands + words.size() * hw::kWordBytes;
    tasks.push_back(record);
    for (const auto& [offset, value] : registers[task]) {
      const auto block = static_cast<hw::Block>(offset >> 12);
      words.push_back(hw::Command{hw::target_of(block), value, offset}.encode());
    }
    words.insert(words.end(), {0, hw::Command{0x0101, 0, 0x14}.encode(), hw::Command{0x0041, 0, 0}.encode(),
                               hw::Command{0x0081, masks[task], 8}.encode()});
    if (task == 0) continue;
    const std::size_t tail = (tasks[task - 1].regcmd_addr - kCommands) / hw::kWordBytes + tasks[task - 1].regcfg_amount;
    words[tail] = hw::Command{0x0101, address(record.regcmd_addr), 0x10}.encode();
    words[tail + 1] = hw::Command{0x0101, record.regcfg_amount + 4 - 1, 0x14}.encode();
  }
  return *this;
}

std::vector<check::Memory> Example::memory() const {
  std::vector<check::Memory> all{{kCommands, std::as_bytes(std::span(words)), "commands"}};
  for (const auto& [start, bytes] : buffers) all.push_back({start, bytes, name_of(start)});
  return all;
}

Result<void> Example::checked() const {
  const auto all = memory();
  return check::check({*hw::find_chip("rk3566"), tasks, all});
}

std::string Example::message() const {
  const auto result = checked();
  return result ? "accepted" : result.error().message;
}

std::string Example::verdict() const { return std::regex_replace(message(), std::regex(" \\(word [0-9]+\\)"), ""); }

}  // namespace mattock::test
