#include <algorithm>

#include "emit/blocks.hpp"
#include "hw/generated/registers_cmac.hpp"
#include "hw/generated/registers_cna.hpp"
#include "hw/generated/registers_core.hpp"

namespace mattock::emit {
namespace {

using hw::Block;
using hw::Precision;

constexpr std::uint32_t kDmaBurst = 0x0017'1c07;  // as every vendor task has it; other values hang or ruin the sums

/// Lines that are fetched before the scan begins, for a 1x1 kernel (npu.md 4).
std::size_t feature_grains(const TaskShape& t) { return std::min(t.height, 16 / t.width + 2); }

void write_sizes(TaskWriter& out, const TaskShape& t) {
  const Precision precision = precision_of(t.plan.types.operand);
  out.write(hw::cna::ConvCon1{.proc_precision = precision, .in_precision = precision});
  out.write(hw::cna::ConvCon2{.feature_grains = u32(feature_grains(t))});
  out.write(hw::cna::ConvCon3{.y_stride = 1, .x_stride = 1});
  out.write(hw::cna::ConvCon4{});
  out.write(hw::cna::DataSize0{.datain_width = u32(t.width), .datain_height = u32(t.height)});
  // Rows in place hold whatever lies behind their elements, packed ones zeros. assumed: channels that are declared but
  // not real count as 0, NaN among them; vendor models agree with that. Settled by one task with NaN there.
  const std::size_t real = t.plan.in_place.feature_pitch != 0 ? t.plan.parts[t.task.part].count : t.channels;
  out.write(hw::cna::DataSize1{.datain_channel_real = u32(real), .datain_channel = u32(t.channels)});
  out.write(hw::cna::DataSize2{.dataout_width = u32(t.width)});
  out.write(hw::cna::DataSize3{.dataout_atomics = u32(t.width * t.height)});
  out.write(hw::cna::WeightSize0{.weight_bytes = u32(t.kernels * t.kernel_bytes)});
  out.write(hw::cna::WeightSize1{.weight_bytes_per_kernel = u32(t.kernel_bytes)});
  out.write(hw::cna::WeightSize2{.weight_width = 1, .weight_height = 1, .weight_kernels = u32(t.kernels)});
  out.write(hw::cna::CbufCon0{.weight_reuse = t.task.weights_stay ? 1u : 0u,
                              .data_reuse = t.task.data_stay ? 1u : 0u,
                              .weight_banks = u32(t.plan.weight_banks),
                              .data_banks = u32(t.plan.data_banks)});
  const std::size_t entries = t.width * ceil_div(t.row_bytes, t.chip.cbuf_entry_bytes);
  out.write(hw::cna::CbufCon1{.width = u32(t.width), .data_entries = u32(entries)});
}

void write_converter(TaskWriter& out) {
  out.write(hw::cna::CvtCon0{.cvt_signed = 1, .cvt_add_first = 1});  // off, as in every vendor task without an image
  out.write(hw::cna::CvtCon1{.scale = 1});
  out.write(hw::cna::CvtCon2{.scale = 1});
  out.write(hw::cna::CvtCon3{.scale = 1});
  out.write(hw::cna::CvtCon4{.scale = 1});
}

void write_memory(TaskWriter& out, const TaskShape& t) {
  const plan::MatmulPlan& plan = t.plan;
  const std::size_t atom = t.chip.atom_bytes;
  out.write_zeros(Block::kCna, 0x1060, 0x1068);
  out.write(hw::cna::FeatureDataAddr{});
  out.relocate(kFeatures, t.features.of(t.task.rows.first, 0));
  out.write_zero(Block::kCna, 0x1074);
  out.write(hw::cna::DmaCon0{.burst = kDmaBurst});
  const std::size_t line_atoms = plan.native ? plan.pixels : t.features.pixel_bytes / atom;
  out.write(hw::cna::DmaCon1{.line_stride = plan.one_pixel ? 1 : u32(line_atoms)});
  out.write(hw::cna::DmaCon2{.surf_stride = plan.native ? u32(plan.pixels_padded) : 1});
  // One pixel is fetched as a line of its atoms.
  out.write(hw::cna::FcDataSize0{.dma_width = u32(plan.one_pixel ? t.row_bytes / atom : t.width),
                                 .dma_height = u32(t.height)});
  out.write(hw::cna::FcDataSize1{
      .dma_channel = u32(plan.one_pixel ? plan::feature_lanes(t.chip, plan.types.operand) : t.channels)});
  out.write_zeros(Block::kCna, 0x1100, 0x1104);
  out.write(hw::cna::DcompAddr0{});
  out.relocate(kWeights, plan.weights_offset(t.task.part) + t.task.columns.first * t.kernel_bytes);
  out.write_zeros(Block::kCna, 0x1114, 0x114c);
  out.write_zeros(Block::kCna, 0x1210, 0x1230);
}

}  // namespace

void write_convolution(TaskWriter& out, const TaskShape& t) {
  write_sizes(out, t);
  write_converter(out);
  write_memory(out, t);
  const Precision precision = precision_of(t.plan.types.operand);
  out.write(hw::cmac::MiscCfg{.proc_precision = precision, .always_one = 1});
  out.write(hw::core::MiscCfg{.proc_precision = precision});
  out.write(hw::core::DataoutSize0{.dataout_height = u32(t.height), .dataout_width = u32(t.width)});
  out.write(hw::core::DataoutSize1{.dataout_channel = u32(t.kernels)});
  out.write(hw::core::ClipTruncate{});
}

}  // namespace mattock::emit
