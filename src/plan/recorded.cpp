#include "plan/recorded.hpp"

#include <fmt/format.h>

#include "base/math.hpp"
#include "hw/command.hpp"
#include "hw/generated/registers_cna.hpp"
#include "hw/generated/registers_dpu.hpp"

namespace mattock::plan {
namespace {

constexpr std::size_t kRegistersOfABlock = 0x1000 / 4;

std::size_t index_of(std::uint16_t offset) { return (offset & 0xfff) / 4; }

}  // namespace

RecordedTasks::RecordedTasks(const hw::Chip& chip)
    : chip_(chip),
      values_(hw::kBlockCount * 2, std::vector<std::uint32_t>(kRegistersOfABlock)),
      group_(hw::kBlockCount) {}

std::uint32_t RecordedTasks::value(hw::Block block, std::uint16_t offset) const {
  const auto b = static_cast<std::size_t>(block);
  return values_[b * 2 + group_[b]][index_of(offset)];
}

Result<TaskWork> RecordedTasks::next(TaskWords words) {
  std::uint32_t enabled = 0;
  for (const std::uint64_t word : words) {
    const hw::Command command = hw::Command::decode(word);
    if (command.target == hw::kTargetOpEnable) enabled = command.value;
    const auto block = hw::block_of_target(command.target);
    if (!block) continue;
    const auto b = static_cast<std::size_t>(*block);
    values_[b * 2 + group_[b]][index_of(command.offset)] = command.value;
  }
  const auto read = [&]<class Register>(Register) {
    return Register::unpack(value(Register::kBlock, Register::kOffset));
  };
  const auto mode = read(hw::cna::ConvCon1{});
  const auto size = read(hw::cna::DataSize0{});
  const auto channels = read(hw::cna::DataSize1{}).datain_channel;
  const auto pixels = read(hw::cna::DataSize3{}).dataout_atomics;
  const auto weights = read(hw::cna::WeightSize0{}).weight_bytes;
  const auto kernel = read(hw::cna::WeightSize1{}).weight_bytes_per_kernel;
  const auto shape = read(hw::cna::WeightSize2{});
  const auto banks = read(hw::cna::CbufCon0{});
  const auto format = read(hw::dpu::DataFormat{});
  const auto out_channels = read(hw::dpu::DataCubeChannel{}).channel;
  const auto width = read(hw::dpu::DataCubeWidth{}).width, height = read(hw::dpu::DataCubeHeight{}).height;
  for (std::size_t b = 0; b < hw::kBlockCount; ++b) {
    const auto bit = hw::enable_bit(static_cast<hw::Block>(b));
    if (bit && (enabled >> *bit & 1) != 0) group_[b] ^= 1;
  }

  const bool convolves = (enabled & 1) != 0 && mode.conv_mode == hw::ConvMode::kDirect && mode.argb_in == 0;
  if (!convolves)
    return fail(Code::kUnsupported, fmt::format("a task with blocks {:#x} is no plain convolution", enabled));
  const Operand operand = mode.proc_precision == hw::Precision::kInt8 ? Operand::kInt8 : Operand::kFp16;
  const std::size_t group = group_kernels(chip_, operand);
  const std::size_t taps = std::size_t{shape.weight_width} * shape.weight_height;
  TaskWork work;
  work.cycles = std::uint64_t{pixels} * taps * ceil_div<std::size_t>(channels, slice_channels(chip_, operand)) *
                ceil_div<std::size_t>(shape.weight_kernels, group);
  work.feature_bytes =
      banks.data_reuse != 0 ? 0 : std::uint64_t{size.datain_width} * size.datain_height * channels * bytes_of(operand);
  work.weight_bytes = banks.weight_reuse != 0 ? 0 : weights;
  const bool wide = format.out_precision == hw::Precision::kFp32 || format.out_precision == hw::Precision::kInt32;
  const std::size_t element = wide ? 4 : format.out_precision == hw::Precision::kInt8 ? 1 : 2;
  work.result_bytes = std::uint64_t{width} * height * out_channels * element;
  work.two_groups_fit = 2 * group * kernel <= banks.weight_banks * chip_.cbuf_bank_bytes;
  return work;
}

Cost cost_of(const hw::Chip& chip, std::span<const TaskWork> tasks, std::size_t command_words, const Options& options) {
  const Rates rates = rates_of(chip, options);
  Cost cost;
  for (const TaskWork& work : tasks) add(cost, rates, work);
  cost.command_bytes = command_words * hw::kWordBytes;
  cost.submits = ceil_div(cost.tasks, chip.max_tasks);
  cost.seconds += static_cast<double>(cost.submits) * rates.submit_seconds;
  cost.seconds_fill_hidden += static_cast<double>(cost.submits) * rates.submit_seconds;
  return cost;
}

}  // namespace mattock::plan
