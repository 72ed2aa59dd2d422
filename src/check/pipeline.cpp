#include "check/pipeline.hpp"

#include <algorithm>

#include "base/math.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"

namespace mattock::check {
namespace {

namespace dpu = hw::dpu;
namespace rdma = hw::dpu_rdma;

constexpr std::int64_t kLengthUnit = 8;   // of bs_length and bn_length
constexpr std::int64_t kRecordGroup = 4;  // channels
constexpr std::int64_t kWideTypeBytes = 4;

std::int64_t pixel_bytes(const hw::Chip& chip, hw::Precision type) {
  return static_cast<std::int64_t>(type_bytes(type) == kWideTypeBytes ? chip.wide_pixel_bytes : chip.atom_bytes);
}

Stream bs_stream(const Started& at) {
  const auto cfg = at.get<rdma::BrdmaCfg>();
  return {cfg.brdma_disable == 0,
          cfg.brdma_use_alu != 0,
          cfg.brdma_use_ow != 0,
          cfg.brdma_use_mul != 0,
          at.get<rdma::BsBaseAddr>().bs_base_addr,
          at.get<rdma::BsLength>().bs_length * kLengthUnit};
}

Stream bn_stream(const Started& at) {
  const auto cfg = at.get<rdma::NrdmaCfg>();
  return {cfg.nrdma_disable == 0,
          cfg.nrdma_use_alu != 0,
          cfg.nrdma_use_ow != 0,
          cfg.nrdma_use_mul != 0,
          at.get<rdma::BnBaseAddr>().bn_base_addr,
          at.get<rdma::BnLength>().bn_length * kLengthUnit};
}

std::int64_t element_bytes(hw::OperandSize size) {
  switch (size) {
    case hw::OperandSize::kBits8: return 1;
    case hw::OperandSize::kBits16: return 2;
    case hw::OperandSize::kBits32: return 4;
  }
  return 1;  // other codes are refused with their word
}

}  // namespace

std::int64_t Stream::channels() const {
  return record_bytes() == 0 ? 0 : bytes / (kRecordGroup * record_bytes()) * kRecordGroup;
}

Pipeline::Pipeline(const Started& started, const Convolution* convolution) : at(started), conv(convolution) {
  reads = at.starts(hw::Block::kDpuRdma);
  const auto format = at.get<dpu::DataFormat>();
  work = format.proc_precision;
  operand = format.in_precision;
  output = format.out_precision;
  floats = is_float(work);
  if (conv != nullptr) {
    source = conv->type;
    map = conv->output;
    channels = conv->output_channels;
    step_channels = conv->step_channels;
  } else {
    source = at.get<rdma::FeatureModeCfg>().in_precision;
    map = {at.get<rdma::DataCubeWidth>().width, at.get<rdma::DataCubeHeight>().height};
    channels = at.get<rdma::DataCubeChannel>().channel;
    source_pixel_bytes = pixel_bytes(at.chip, source);
    step_channels = source_pixel_bytes / std::max<std::int64_t>(type_bytes(source), 1);
  }
  if (reads) {
    element_operand_bytes = element_bytes(at.get<rdma::ErdmaCfg>().erdma_data_size);
    bs = bs_stream(at);
    bn = bn_stream(at);
  }
  const auto channel = at.get<dpu::DataCubeChannel>();
  computed_channels = std::min<std::int64_t>(align_up(channels, step_channels), channel.orig_channel);

  output_atom_bytes = pixel_bytes(at.chip, output);
  const std::int64_t step_bytes = step_channels * type_bytes(output);
  step_atoms = step_bytes % output_atom_bytes == 0 ? step_bytes / output_atom_bytes : 0;
  const auto mode = at.get<dpu::FeatureModeCfg>();
  contiguous = mode.nonalign != 0;
  rows = mode.tp_en != 0;
  cube = {at.get<dpu::DataCubeWidth>().width, at.get<dpu::DataCubeHeight>().height};
  steps = cube.pixels() * ceil_div(std::int64_t{channel.channel}, step_channels);
}

}  // namespace mattock::check
