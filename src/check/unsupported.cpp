#include "check/unsupported.hpp"

#include <algorithm>

#include "hw/generated/registers_cna.hpp"
#include "hw/generated/registers_core.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"
#include "hw/registers.hpp"

namespace mattock::check {
namespace {

namespace cna = hw::cna;
namespace dpu = hw::dpu;
namespace rdma = hw::dpu_rdma;
using hw::Block;

// Op-enable masks of vendor streams.
constexpr std::uint32_t kConvolution = 0x0f, kConvolutionWithOperands = 0x1f, kFlying = 0x18;

/// A field that must be 0.
struct Zero {
  Block block;
  std::uint16_t offset;
  std::string_view field;
  std::string_view sentence;
};

template <class Register>
constexpr Zero zero(std::string_view field, std::string_view sentence) {
  return {Register::kBlock, Register::kOffset, field, sentence};
}

constexpr std::string_view kCompression = "compressed weights are not supported";
constexpr std::string_view kNeverSet = "not supported: no recording and no vendor file sets it";
constexpr std::string_view kOtherChips = "set only on other chips";

constexpr std::string_view kLeftOver =
    "a block that starts reads only what this submit wrote, in the register group that runs: another job may have left "
    "anything there";

/// Everything that one field alone switches on.
constexpr Zero kZeros[] = {
    zero<cna::ConvCon1>("nonalign_dma", kOtherChips),
    zero<cna::ConvCon1>("group_line_off", kOtherChips),
    zero<cna::ConvCon2>("kernel_group", kNeverSet),
    zero<cna::ConvCon2>("debug", kNeverSet),
    zero<cna::ConvCon3>("nn_mode", "the chip has one core"),
    zero<cna::DataSize3>("surf_mode", kNeverSet),
    zero<cna::DcompCtrl>("dcomp_enable", kCompression),
    zero<cna::DcompRegnum>("regnum", kCompression),
    zero<cna::DcompAddr1>("chunk_base_addr", kCompression),
    zero<cna::DcompAddr2>("chunk_base_addr", kCompression),
    zero<cna::DcompAddr3>("chunk_base_addr", kCompression),
    zero<cna::DcompAddr4>("chunk_base_addr", kCompression),
    zero<cna::DcompAddr5>("chunk_base_addr", kCompression),
    zero<cna::DcompAddr6>("chunk_base_addr", kCompression),
    zero<cna::DcompAddr7>("chunk_base_addr", kCompression),
    zero<cna::DcompAmount0>("amount", kCompression),
    zero<cna::DcompAmount1>("amount", kCompression),
    zero<cna::DcompAmount2>("amount", kCompression),
    zero<cna::DcompAmount3>("amount", kCompression),
    zero<cna::DcompAmount4>("amount", kCompression),
    zero<cna::DcompAmount5>("amount", kCompression),
    zero<cna::DcompAmount6>("amount", kCompression),
    zero<cna::DcompAmount7>("amount", kCompression),
    zero<hw::core::ClipTruncate>("round_type", kNeverSet),
    zero<hw::core::ClipTruncate>("clip_truncate", kNeverSet),
    zero<dpu::FeatureModeCfg>("regroup", kNeverSet),
    zero<dpu::DataFormat>("mc_surf_out", kNeverSet),
    zero<dpu::DataFormat>("ew_shift_neg", kNeverSet),
    zero<dpu::DataCubeHeight>("minmax_ctl", kNeverSet),
    zero<dpu::BsMulCfg>("bs_mul_shift_src", kNeverSet),
    zero<dpu::BnMulCfg>("bn_mul_shift_src", kNeverSet),
    zero<dpu::BsOwCfg>("regroup_count", kNeverSet),
    zero<dpu::BsOwCfg>("other_transpose", kNeverSet),
    zero<dpu::EwCfg>("ew_cvt_round", kNeverSet),
    zero<dpu::EwCfg>("ew_mul_prelu", kNeverSet),
    zero<dpu::EwCvtScale>("ew_truncate", kNeverSet),
    zero<dpu::OutCvtScale>("fp32_to_fp16", kOtherChips),
    zero<dpu::OutCvtShift>("minus_exp", kNeverSet),
    zero<dpu::OutCvtShift>("out_cvt_round", kNeverSet),
    zero<dpu::OutCvtShift>("out_cvt_add_first", kNeverSet),
    zero<dpu::LutAccessCfg>("lut_write", "table functions are not supported"),
    zero<rdma::FeatureModeCfg>("comb_use", kNeverSet),
    zero<rdma::FeatureModeCfg>("mrdma_fp16_to_fp32", kOtherChips),
    zero<rdma::SrcDmaCfg>("unpooling_en", "un-pooling (nearest resize) is not supported"),
    zero<rdma::SrcDmaCfg>("pooling_method", kNeverSet),
};

Verdict tables(const Started& s) {
  const auto cfg = s.get<dpu::EwCfg>();
  return unless<dpu::EwCfg>(cfg.ew_bypass != 0 || cfg.ew_lut_bypass != 0, "ew_lut_bypass");
}

Verdict pooling_output(const Started& s) {
  return unless<dpu::FeatureModeCfg>(s.get<dpu::FeatureModeCfg>().output_mode == hw::OutputMode::kMemory,
                                     "output_mode");
}

bool converts(const Started& s) { return s.starts(Block::kCna) && s.get<cna::CvtCon0>().cvt_enable != 0; }

Verdict converter_of_cubes(const Started& s) {
  return unless<cna::CvtCon0>(!converts(s) || s.get<cna::ConvCon1>().argb_in != 0, "cvt_enable");
}

Verdict converter_in_float(const Started& s) {
  return unless<cna::CvtCon0>(!converts(s) || !is_float(s.get<cna::ConvCon1>().proc_precision), "cvt_enable");
}

Verdict converter_order(const Started& s) {
  if (!converts(s)) return std::nullopt;
  if (s.get<cna::CvtCon0>().cvt_add_first != 0) return at<cna::CvtCon0>("cvt_add_first");
  return unless<cna::CvtCon0>(s.get<cna::CvtCon0>().cvt_round == 0, "cvt_round");
}

constexpr Rule<Started> kRules[] = {
    {"table functions (sigmoid, tanh, ...) are not supported", tables},
    {"pooling is not supported: results go to memory", pooling_output},
    {"the converter of pixels is known for images alone", converter_of_cubes},
    {"the converter of pixels is known in integer work alone", converter_in_float},
    {"the converter of pixels multiplies, shifts to nearest, adds: no other order is known", converter_order},
};

Verdict check_zero(const Zero& zero, const Started& started) {
  const std::uint32_t value = started.group(zero.block).value(zero.offset);
  if (value == 0 || !started.starts(zero.block)) return std::nullopt;
  const hw::RegisterInfo* info = hw::find_register(zero.block, zero.offset);
  const auto field = std::ranges::find(info->fields, zero.field, &hw::FieldInfo::name);
  if (field->raw(value) == 0) return std::nullopt;
  return Finding{zero.block, zero.offset, zero.field, "must be 0"};
}

tl::unexpected<Error> unsupported(Error error) {
  error.code = Code::kUnsupported;
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace

Result<void> check_blocks(const Started& started) {
  if (started.mask == kConvolution || started.mask == kConvolutionWithOperands || started.mask == kFlying) return {};
  const bool pooling = started.starts(Block::kPpu) || started.starts(Block::kPpuRdma);
  return fail(pooling ? Code::kUnsupported : Code::kBadInput,
              fmt::format("task {}: op-enable {:#x}: {}; {:#x}, {:#x} or {:#x}", started.task, started.mask,
                          pooling ? "pooling is not supported" : "these blocks do not work together", kConvolution,
                          kConvolutionWithOperands, kFlying));
}

Result<void> check_written(const Started& started) {
  for (const Block block : {Block::kCna, Block::kCmac, Block::kCore, Block::kDpu, Block::kDpuRdma}) {
    if (!started.starts(block)) continue;
    for (const hw::RegisterInfo& info : hw::registers(block)) {
      const bool table = block == Block::kDpu && info.offset >= dpu::LutAccessCfg::kOffset;
      if (!info.doubled || info.fields.empty() || table || (info.offset & 0xfffU) == kStartOffset) continue;
      if (!started.group(block).origin(info.offset).written)
        return tl::unexpected<Error>(refusal(started, {block, info.offset, "", ""}, kLeftOver));
    }
  }
  return {};
}

Result<void> check_supported(const Started& started) {
  for (const Zero& zero : kZeros)
    if (const Verdict finding = check_zero(zero, started))
      return unsupported(refusal(started, *finding, zero.sentence));
  if (const auto good = obey<Started>(kRules, started, started); !good) return unsupported(good.error());
  return {};
}

}  // namespace mattock::check
