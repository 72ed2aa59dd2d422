// Rules for types, sizes and constants of the DPU and DPU_RDMA that must agree between the blocks.
#include "check/pipeline.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"

namespace mattock::check {
namespace {

namespace dpu = hw::dpu;
namespace rdma = hw::dpu_rdma;
using hw::Precision;

constexpr std::uint32_t kWriteBurst = 2;            // in all vendor tasks
constexpr std::uint32_t kReadBurst = 8;             // 7 killed an RK3568 (board report)
constexpr std::uint32_t kReadWeights = 0x01010101;  // in all vendor tasks

Verdict who_feeds(const Pipeline& p) {
  if ((p.at.get<dpu::FeatureModeCfg>().flying_mode != 0) != p.flies()) return at<dpu::FeatureModeCfg>("flying_mode");
  return unless<rdma::FeatureModeCfg>(!p.reads || (p.at.get<rdma::FeatureModeCfg>().flying_mode != 0) == p.flies(),
                                      "flying_mode");
}

Verdict write_burst(const Pipeline& p) {
  return unless<dpu::FeatureModeCfg>(p.at.get<dpu::FeatureModeCfg>().burst_len == kWriteBurst, "burst_len", "{}",
                                     kWriteBurst);
}

Verdict read_burst(const Pipeline& p) {
  if (!p.reads) return std::nullopt;
  return unless<rdma::FeatureModeCfg>(p.at.get<rdma::FeatureModeCfg>().burst_len == kReadBurst, "burst_len", "{}",
                                      kReadBurst);
}

Verdict read_weights(const Pipeline& p) {
  if (!p.reads) return std::nullopt;
  return unless<rdma::Weight>(p.at.raw<rdma::Weight>() == kReadWeights, "weights", "{:#x}", kReadWeights);
}

Verdict depthwise_agrees(const Pipeline& p) {
  const auto mode = p.conv != nullptr && p.conv->depthwise ? hw::ConvMode::kDepthwise : hw::ConvMode::kDirect;
  if (p.at.get<dpu::FeatureModeCfg>().conv_mode != mode) return at<dpu::FeatureModeCfg>("conv_mode");
  return unless<rdma::FeatureModeCfg>(!p.reads || p.at.get<rdma::FeatureModeCfg>().conv_mode == mode, "conv_mode");
}

Verdict work_type(const Pipeline& p) {
  const bool known = p.work == Precision::kInt8 || p.work == Precision::kInt16 || p.work == Precision::kFp16 ||
                     p.work == Precision::kBf16;
  return unless<dpu::DataFormat>(known, "proc_precision");
}

Verdict work_agrees(const Pipeline& p) {
  return unless<dpu::DataFormat>(p.flies() || p.work == p.conv->type, "proc_precision");
}

Verdict reader_work_agrees(const Pipeline& p) {
  // Not the same type: vendor files read fp16 for a DPU that works in bf16 (layernorm_f).
  return unless<rdma::FeatureModeCfg>(!p.reads || is_float(p.at.get<rdma::FeatureModeCfg>().proc_precision) == p.floats,
                                      "proc_precision");
}

Verdict output_type(const Pipeline& p) {
  if (type_bytes(p.output) == 0) return at<dpu::DataFormat>("out_precision");
  // int16 as output of float work passes the 16-bit pattern: the way vendor files divide.
  const bool integer = p.output == Precision::kInt8 || p.output == Precision::kInt32;
  return unless<dpu::DataFormat>(p.floats ? !integer : p.output != Precision::kBf16, "out_precision");
}

Verdict whole_output_atoms(const Pipeline& p) {
  return unless<dpu::DataFormat>(p.step_atoms != 0, "out_precision", "{} channels arrive at once, an atom is {} bytes",
                                 p.step_channels, p.output_atom_bytes);
}

Verdict cube_takes_what_arrives(const Pipeline& p) {
  return unless<dpu::DataCubeChannel>(p.steps == p.arriving_steps(), "channel",
                                      "{} steps of {} channels arrive, a cube of {} x {} takes {}", p.arriving_steps(),
                                      p.step_channels, p.cube.width, p.cube.height, p.steps);
}

Verdict original_channels(const Pipeline& p) {
  const auto channel = p.at.get<dpu::DataCubeChannel>();
  return unless<dpu::DataCubeChannel>(channel.orig_channel <= channel.channel, "orig_channel", "at most {}",
                                      channel.channel);
}

constexpr Rule<Pipeline> kRules[] = {
    {"the data come from CORE when it is started, else from DPU_RDMA", who_feeds},
    {"the writer's burst is this constant", write_burst},
    {"the readers' burst is this constant; others can hang the bus", read_burst},
    {"the readers' arbiter weights are this constant", read_weights},
    {"DPU and DPU_RDMA are depthwise when CNA is", depthwise_agrees},
    {"the DPU works in int8, int16, fp16 or bf16", work_type},
    {"the DPU works in the multipliers' type", work_agrees},
    {"DPU_RDMA works in floats when the DPU does", reader_work_agrees},
    {"float work gives a float type or 16-bit patterns, integer work an integer type, fp16 or fp32", output_type},
    {"the channels of a step fill whole atoms of the output", whole_output_atoms},
    {"the DPU's cube takes as many steps as arrive", cube_takes_what_arrives},
    {"no more channels hold data than are declared", original_channels},
};

}  // namespace

Result<void> check_formats(const Pipeline& pipeline) { return obey<Pipeline>(kRules, pipeline, pipeline.at); }

}  // namespace mattock::check
