#include "check/convolution.hpp"

#include <algorithm>

#include "base/math.hpp"
#include "check/cbuf.hpp"
#include "hw/generated/registers_cmac.hpp"
#include "hw/generated/registers_cna.hpp"
#include "hw/generated/registers_core.hpp"

namespace mattock::check {
namespace {

namespace cna = hw::cna;
namespace core = hw::core;
using hw::Precision;

constexpr std::uint32_t kDmaBurst = 0x00171c07;  // verbatim in all vendor tasks; without bit 20 a constant comes out
constexpr std::int64_t kFirstImageCode = 8, kLastImageCode = 11;  // 1 to 4 interleaved channels
constexpr std::int64_t kImageTaps = 9;                            // conv_con4 of 3 channels = pixels * 9

std::int64_t most_pixels(const Convolution& conv) { return static_cast<std::int64_t>(conv.at.chip.max_width_px); }

// --- What is multiplied ---------------------------------------------------------------------------------------

Verdict types_multiply(const Convolution& conv) {
  const bool known = conv.type == Precision::kInt8 || conv.type == Precision::kInt16 || conv.type == Precision::kFp16 ||
                     conv.type == Precision::kBf16;
  return unless<cna::ConvCon1>(known, "proc_precision");
}

Verdict input_type(const Convolution& conv) {
  return unless<cna::ConvCon1>(conv.at.get<cna::ConvCon1>().in_precision == conv.type, "in_precision");
}

Verdict multiplier_mode(const Convolution& conv) {
  const auto mode = conv.at.get<hw::cmac::MiscCfg>();
  if (mode.proc_precision != conv.type) return at<hw::cmac::MiscCfg>("proc_precision");
  if ((mode.dw_en != 0) != conv.depthwise) return at<hw::cmac::MiscCfg>("dw_en");
  return unless<hw::cmac::MiscCfg>(mode.always_one == 1, "always_one");
}

Verdict accumulator_mode(const Convolution& conv) {
  const auto mode = conv.at.get<core::MiscCfg>();
  const Precision sums = conv.type == Precision::kBf16 ? Precision::kFp16 : conv.type;  // bf16 leaves CORE at fp16
  if (mode.proc_precision != sums) return at<core::MiscCfg>("proc_precision");
  return unless<core::MiscCfg>((mode.dw_en != 0) == conv.depthwise, "dw_en");
}

Verdict burst(const Convolution& conv) {
  return unless<cna::DmaCon0>(conv.at.raw<cna::DmaCon0>() == kDmaBurst, "burst", "{:#x}", kDmaBurst);
}

// --- The input ------------------------------------------------------------------------------------------------

Verdict input_size(const Convolution& conv) {
  const std::int64_t most = most_pixels(conv);
  if (conv.input.width < 1 || conv.input.width > most)
    return at<cna::DataSize0>("datain_width", fmt::format("1 to {}", most));
  return unless<cna::DataSize0>(conv.input.height >= 1 && conv.input.height <= most, "datain_height", "1 to {}", most);
}

Verdict whole_atoms(const Convolution& conv) {
  return unless<cna::DataSize1>(conv.channels >= 1 && conv.channels % conv.atom_channels == 0, "datain_channel",
                                "a multiple of {}", conv.atom_channels);
}

Verdict real_channels(const Convolution& conv) {
  return unless<cna::DataSize1>(conv.real_channels <= conv.channels, "datain_channel_real", "at most {}",
                                conv.channels);
}

Verdict image_form(const Convolution& conv) {
  const std::int64_t code = conv.at.get<cna::ConvCon1>().argb_in;
  return unless<cna::ConvCon1>(code == 0 || (code >= kFirstImageCode && code <= kLastImageCode), "argb_in",
                               "0 or {} to {}", kFirstImageCode, kLastImageCode);
}

Verdict image_taps(const Convolution& conv) {
  const std::int64_t taps = conv.image_channels == 3 ? conv.input.pixels() * kImageTaps : 0;
  return unless<cna::ConvCon4>(conv.at.get<cna::ConvCon4>().image_taps == taps, "image_taps", "{}", taps);
}

Verdict fetched_shape(const Convolution& conv) {
  const bool same = conv.fetched == conv.input && conv.fetched_channels == conv.channels;
  const bool one_pixel = conv.input.pixels() == 1 && conv.fetched_channels == conv.atom_channels &&
                         conv.fetched == Size{conv.channels / conv.atom_channels, 1};
  if (same || one_pixel) return std::nullopt;
  if (conv.fetched == conv.input) return at<cna::FcDataSize1>("dma_channel", fmt::format("{}", conv.channels));
  return at<cna::FcDataSize0>(conv.fetched.height == conv.input.height ? "dma_width" : "dma_height",
                              fmt::format("{} x {} x {}", conv.input.width, conv.input.height, conv.channels));
}

// --- The window -----------------------------------------------------------------------------------------------

Verdict kernel_size(const Convolution& conv) {
  if (conv.kernel.width < 1) return at<cna::WeightSize2>("weight_width");
  return unless<cna::WeightSize2>(conv.kernel.height >= 1, "weight_height");
}

Verdict strides(const Convolution& conv) { return unless<cna::ConvCon3>(conv.stride.width >= 1, "x_stride"); }

Verdict spread(const Convolution& conv) {
  const auto con3 = conv.at.get<cna::ConvCon3>();
  if (conv.transposed) return std::nullopt;
  if (con3.deconv_x_stride != 1) return at<cna::ConvCon3>("deconv_x_stride");
  return unless<cna::ConvCon3>(con3.deconv_y_stride == 1, "deconv_y_stride");
}

Verdict output_size(const Convolution& conv) {
  const std::int64_t most = most_pixels(conv);
  if (conv.output.width > most) return at<core::DataoutSize0>("dataout_width", fmt::format("1 to {}", most));
  return unless<core::DataoutSize0>(conv.output.height <= most, "dataout_height", "1 to {}", most);
}

Verdict output_agrees(const Convolution& conv) {
  if (conv.at.get<cna::DataSize2>().dataout_width != conv.output.width)
    return at<cna::DataSize2>("dataout_width", fmt::format("{}", conv.output.width));
  return unless<cna::DataSize3>(conv.at.get<cna::DataSize3>().dataout_atomics == conv.output.pixels(),
                                "dataout_atomics", "{}", conv.output.pixels());
}

Verdict feature_grains(const Convolution& conv) {
  if (conv.transposed) return std::nullopt;  // vendor files have more lines there, no rule is known
  constexpr std::int64_t kPixelsAhead = 16;
  const std::int64_t window = (conv.kernel.height - 1) * conv.dilation.height + 1;
  const std::int64_t lines = window + conv.stride.height * (kPixelsAhead / conv.output.width + 1);
  const std::int64_t least = std::min(conv.input.height, lines);
  return unless<cna::ConvCon2>(conv.at.get<cna::ConvCon2>().feature_grains >= least, "feature_grains", "at least {}",
                               least);
}

// --- Weights --------------------------------------------------------------------------------------------------

Verdict kernel_count(const Convolution& conv) {
  return unless<cna::WeightSize2>(conv.kernels >= 1 && (!conv.depthwise || conv.kernels == 1), "weight_kernels");
}

Verdict kernel_length(const Convolution& conv) {
  // Slices of 32 bytes; a last one of 24 is stored as 32, shorter ones stay (all vendor tasks).
  const auto slice = static_cast<std::int64_t>(conv.at.chip.slice_bytes);
  const std::int64_t bytes = conv.channels * conv.element_bytes;
  const std::int64_t rest = bytes % slice > slice / 2 ? slice : bytes % slice;
  const std::int64_t row = bytes / slice * slice + rest;
  return unless<cna::WeightSize1>(conv.kernel_bytes == row * conv.kernel.pixels(), "weight_bytes_per_kernel", "{}",
                                  row * conv.kernel.pixels());
}

Verdict weight_length(const Convolution& conv) {
  return unless<cna::WeightSize0>(conv.weight_bytes == conv.kernels * conv.kernel_bytes, "weight_bytes", "{}",
                                  conv.kernels * conv.kernel_bytes);
}

Verdict whole_steps(const Convolution& conv) {
  const std::int64_t channels = align_up(conv.depthwise ? conv.channels : conv.kernels, conv.step_channels);
  return unless<core::DataoutSize1>(conv.output_channels == channels, "dataout_channel", "{}", channels);
}

// --- Memory ---------------------------------------------------------------------------------------------------

Verdict feature_alignment(const Convolution& conv) {
  const std::uint32_t address = conv.at.get<cna::FeatureDataAddr>().feature_base_addr;
  return unless<cna::FeatureDataAddr>(address % conv.at.chip.atom_bytes == 0, "feature_base_addr", "a multiple of {}",
                                      conv.at.chip.atom_bytes);
}

Verdict weight_alignment(const Convolution& conv) {
  const std::uint32_t address = conv.at.get<cna::DcompAddr0>().weight_base_addr;
  return unless<cna::DcompAddr0>(address % conv.at.chip.atom_bytes == 0, "weight_base_addr", "a multiple of {}",
                                 conv.at.chip.atom_bytes);
}

Verdict features_inside(const Convolution& conv) {
  if (conv.at.space.holds(conv.feature_bytes())) return std::nullopt;
  return at<cna::FeatureDataAddr>("feature_base_addr", conv.at.space.outside(conv.feature_bytes()));
}

Verdict weights_inside(const Convolution& conv) {
  if (conv.at.space.holds(conv.weight_range())) return std::nullopt;
  return at<cna::DcompAddr0>("weight_base_addr", conv.at.space.outside(conv.weight_range()));
}

constexpr Rule<Convolution> kRules[] = {
    {"the multipliers take int8, int16, fp16 or bf16", types_multiply},
    {"the feature map has the multipliers' type", input_type},
    {"CMAC works in the type and mode of CNA, bit 0 set", multiplier_mode},
    {"CORE works in the type and mode of CNA, in bf16 work as fp16", accumulator_mode},
    {"the DMA bursts of the RK356x are this one constant; others stop the bus or the multipliers", burst},
    {"the input is at least one pixel and at most what the chip takes", input_size},
    {"declared channels are whole atoms, at least one", whole_atoms},
    {"no more channels are real than declared", real_channels},
    {"an image has 1 to 4 interleaved channels", image_form},
    {"image_taps is width * height * 9 for an image of 3 channels, else 0", image_taps},
    {"the DMA fetches the declared cube, or one pixel of C channels as C / C2 x 1 x C2", fetched_shape},
    {"a kernel is at least one tap", kernel_size},
    {"the x stride is at least 1", strides},
    {"only a transposed convolution spreads its input", spread},
    {"the output is at most what the chip takes", output_size},
    {"CNA and CORE have the same output size", output_agrees},
    {"enough lines are fetched before the scan starts: too few corrupt channels 0 to 15", feature_grains},
    {"there is at least one kernel, and exactly one in a depthwise convolution", kernel_count},
    {"a kernel's bytes are taps * bytes of the declared channels, a last slice of 24 bytes stored as 32",
     kernel_length},
    {"all weights are kernels * bytes of a kernel", weight_length},
    {"CORE declares whole steps: the kernels, or depthwise the channels, rounded up", whole_steps},
    {"features begin at a whole atom", feature_alignment},
    {"weights begin at a whole atom", weight_alignment},
    {"features lie inside one buffer", features_inside},
    {"weights lie inside one buffer", weights_inside},
};

}  // namespace

Convolution::Convolution(const Started& started) : at(started) {
  const auto con1 = at.get<cna::ConvCon1>();
  const auto con3 = at.get<cna::ConvCon3>();
  type = con1.proc_precision;
  depthwise = con1.conv_mode == hw::ConvMode::kDepthwise;
  transposed = con1.deconv != 0;
  image_channels = con1.argb_in == 0 ? 0 : std::int64_t{con1.argb_in} - kFirstImageCode + 1;
  element_bytes = std::max<std::int64_t>(type_bytes(type), 1);
  atom_channels = static_cast<std::int64_t>(at.chip.atom_bytes) / element_bytes;
  step_channels = static_cast<std::int64_t>(depthwise ? at.chip.slice_bytes / static_cast<std::size_t>(element_bytes)
                                            : element_bytes == 1 ? at.chip.kernels_per_group_8bit
                                                                 : at.chip.kernels_per_group_16bit);
  const auto size0 = at.get<cna::DataSize0>();
  const auto size1 = at.get<cna::DataSize1>();
  const auto fetch = at.get<cna::FcDataSize0>();
  const auto out = at.get<core::DataoutSize0>();
  const auto weights = at.get<cna::WeightSize2>();
  input = {size0.datain_width, size0.datain_height};
  fetched = {fetch.dma_width, fetch.dma_height};
  output = {out.dataout_width, out.dataout_height};
  kernel = {weights.weight_width, weights.weight_height};
  stride = {con3.x_stride, con3.y_stride};
  dilation = {con3.x_dilation, con3.y_dilation};
  channels = size1.datain_channel;
  real_channels = size1.datain_channel_real;
  fetched_channels = at.get<cna::FcDataSize1>().dma_channel;
  const auto atom = static_cast<std::int64_t>(at.chip.atom_bytes);
  line_stride_bytes = at.get<cna::DmaCon1>().line_stride * atom;
  surface_stride_bytes = at.get<cna::DmaCon2>().surf_stride * atom;
  kernels = weights.weight_kernels;
  kernel_bytes = at.get<cna::WeightSize1>().weight_bytes_per_kernel;
  weight_bytes = at.get<cna::WeightSize0>().weight_bytes;
  output_channels = at.get<core::DataoutSize1>().dataout_channel;
  const auto banks = at.get<cna::CbufCon0>();
  data_banks = banks.data_banks;
  weight_banks = banks.weight_banks;
  keeps_data = banks.data_reuse != 0;
  keeps_weights = banks.weight_reuse != 0;
  entries = at.get<cna::CbufCon1>().data_entries;
}

Range Convolution::feature_bytes() const {
  const auto atom = static_cast<std::int64_t>(at.chip.atom_bytes);
  const std::int64_t begin = at.get<cna::FeatureDataAddr>().feature_base_addr;
  // A raw image has one byte a channel; the reader takes whole atoms of a line.
  const std::int64_t source_bytes = at.get<cna::CvtCon0>().cvt_enable != 0 ? 1 : element_bytes;
  const std::int64_t line =
      image_channels != 0 ? align_up(fetched.width * image_channels * source_bytes, atom) : fetched.width * atom;
  const std::int64_t surfaces = image_channels != 0 ? 1 : ceil_div(fetched_channels, atom_channels);
  return {begin, begin + (surfaces - 1) * surface_stride_bytes + (fetched.height - 1) * line_stride_bytes + line};
}

Range Convolution::weight_range() const {
  const std::int64_t begin = at.get<cna::DcompAddr0>().weight_base_addr;
  return {begin, begin + weight_bytes};
}

Result<void> check_convolution(const Convolution& conv, Loaded& loaded) {
  if (const auto good = obey<Convolution>(kRules, conv, conv.at); !good) return good;
  return check_cbuf(conv, loaded);
}

}  // namespace mattock::check
