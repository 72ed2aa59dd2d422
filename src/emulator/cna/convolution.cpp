#include "emulator/cna/convolution.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/math.hpp"
#include "emulator/cna/cbuf.hpp"
#include "emulator/formats.hpp"
#include "hw/generated/registers_cmac.hpp"
#include "hw/generated/registers_cna.hpp"
#include "hw/generated/registers_core.hpp"

namespace mattock::emulator {
namespace {

namespace cna = hw::cna;
using hw::Precision;

constexpr std::size_t kFirstImageCode = 8;  // argb_in 8, 9, 10, 11 = 1, 2, 3, 4 interleaved channels
constexpr std::uint32_t kDmaBurst = 0x00171c07;

void decode_arithmetic(const Registers& regs, const hw::Chip& chip, Convolution& conv) {
  const auto con1 = regs.get<cna::ConvCon1>();
  conv.precision = con1.proc_precision;
  conv.depthwise = con1.conv_mode == hw::ConvMode::kDepthwise;
  const std::size_t image_code = con1.argb_in;
  conv.image_channels = image_code == 0 ? 0 : image_code - kFirstImageCode + 1;

  regs.expect<cna::ConvCon1>(con1.conv_mode == hw::ConvMode::kDirect || conv.depthwise, "conv_mode",
                             "neither direct nor depthwise");
  const bool known = conv.precision == Precision::kInt8 || conv.precision == Precision::kInt16 ||
                     conv.precision == Precision::kFp16 || conv.precision == Precision::kBf16;
  regs.expect<cna::ConvCon1>(known, "proc_precision", "only int8, int16, fp16 and bf16 multiply");
  regs.expect<cna::ConvCon1>(con1.in_precision == conv.precision, "in_precision", "differs from proc_precision");
  regs.expect<cna::ConvCon1>(image_code == 0 || (image_code >= kFirstImageCode && image_code < kFirstImageCode + 4),
                             "argb_in", "not 8 to 11");
  regs.expect<cna::ConvCon1>(con1.nonalign_dma == 0 && con1.group_line_off == 0, "nonalign_dma, group_line_off",
                             "set only on other chips");

  // A precision that is not modelled goes on as fp16 in lenient mode.
  if (!known) conv.precision = Precision::kFp16;
  conv.element_bytes = element_bytes(conv.precision);
  conv.atom_lanes = chip.atom_bytes / conv.element_bytes;
  conv.slice_lanes = chip.slice_bytes / conv.element_bytes;
  conv.group_kernels = conv.element_bytes == 1 ? chip.kernels_per_group_8bit : chip.kernels_per_group_16bit;
  if (conv.depthwise) conv.group_kernels = conv.slice_lanes;

  const auto con3 = regs.get<cna::ConvCon3>();
  conv.stride = {con3.x_stride, con3.y_stride};
  conv.dilation = {con3.x_dilation, con3.y_dilation};
  conv.spread = con1.deconv != 0 ? Extent{con3.deconv_x_stride, con3.deconv_y_stride} : Extent{1, 1};
  regs.expect<cna::ConvCon3>(con3.nn_mode == 0, "nn_mode", "one core only");
  regs.expect<cna::ConvCon3>(con1.deconv != 0 || (con3.deconv_x_stride == 1 && con3.deconv_y_stride == 1),
                             "deconv_x_stride, deconv_y_stride", "set without conv_con1.deconv");
  regs.expect<cna::DcompCtrl>(regs.get<cna::DcompCtrl>().dcomp_enable == 0, "dcomp_enable",
                              "weight compression is not decoded");
  regs.expect<cna::DmaCon0>(regs.raw(cna::DmaCon0::kOffset) == kDmaBurst, "burst", "must be 0x00171c07");
}

void decode_input(const Registers& regs, const hw::Chip& chip, Convolution& conv) {
  const auto size0 = regs.get<cna::DataSize0>();
  const auto size1 = regs.get<cna::DataSize1>();
  conv.input = {size0.datain_width, size0.datain_height};
  conv.channels_declared = size1.datain_channel;
  conv.channels_real = size1.datain_channel_real;
  regs.expect<cna::DataSize1>(conv.channels_real <= conv.channels_declared, "datain_channel_real",
                              "more than declared");
  regs.expect<cna::DataSize1>(conv.channels_declared % conv.atom_lanes == 0, "datain_channel", "not whole atoms");
  conv.channels_real = std::min(conv.channels_real, conv.channels_declared);
  regs.expect<cna::DataSize0>(conv.input.width <= chip.max_width_px && conv.input.height <= chip.max_width_px,
                              "datain_width, datain_height", "wider or higher than the chip takes");

  const auto fetch = regs.get<cna::FcDataSize0>();
  conv.fetch = {fetch.dma_width, fetch.dma_height};
  conv.fetch_channels = regs.get<cna::FcDataSize1>().dma_channel;
  conv.feature_address = regs.get<cna::FeatureDataAddr>().feature_base_addr;
  conv.line_stride_bytes = std::size_t{regs.get<cna::DmaCon1>().line_stride} * chip.atom_bytes;
  conv.surface_stride_bytes = std::size_t{regs.get<cna::DmaCon2>().surf_stride} * chip.atom_bytes;

  const auto atoms = [&](Extent map, std::size_t channels) {
    return map.pixels() * ceil_div(channels, conv.atom_lanes);
  };
  regs.expect<cna::FcDataSize0>(atoms(conv.fetch, conv.fetch_channels) == atoms(conv.input, conv.channels_declared),
                                "dma_width, dma_height", "what is fetched is not what is declared");

  const auto pad = regs.get<cna::PadCon0>();
  conv.pad_top = pad.pad_top;
  conv.pad_left = pad.pad_left;
  conv.pad_value = pad.pad_value;
}

void decode_converter(const Registers& regs, Convolution& conv) {
  const auto con0 = regs.get<cna::CvtCon0>();
  InputConverter& cvt = conv.converter;
  cvt.on = con0.cvt_enable != 0;
  if (!cvt.on) return;
  regs.expect<cna::CvtCon0>(conv.image_channels != 0, "cvt_enable", "known for image inputs alone");
  regs.expect<cna::CvtCon0>(!is_float(conv.precision), "cvt_enable", "known in integer work alone");
  regs.expect<cna::CvtCon0>(con0.cvt_add_first == 0 && con0.cvt_round == 0, "cvt_add_first, cvt_round",
                            "never seen set");
  cvt.source_signed = con0.cvt_signed != 0;
  const std::uint32_t shifts[4] = {con0.truncate_0, con0.truncate_1, con0.truncate_2, con0.truncate_3};
  std::copy_n(shifts, 4, cvt.shift);
  const auto set = [&](std::size_t channel, std::int32_t scale, std::int32_t offset) {
    cvt.scale[channel] = scale;
    cvt.offset[channel] = offset;
  };
  set(0, regs.get<cna::CvtCon1>().scale, regs.get<cna::CvtCon1>().offset);
  set(1, regs.get<cna::CvtCon2>().scale, regs.get<cna::CvtCon2>().offset);
  set(2, regs.get<cna::CvtCon3>().scale, regs.get<cna::CvtCon3>().offset);
  set(3, regs.get<cna::CvtCon4>().scale, regs.get<cna::CvtCon4>().offset);
}

void decode_weights(const Registers& regs, const hw::Chip& chip, Convolution& conv) {
  const auto size2 = regs.get<cna::WeightSize2>();
  conv.kernel = {size2.weight_width, size2.weight_height};
  conv.kernels = size2.weight_kernels;
  conv.kernel_bytes = regs.get<cna::WeightSize1>().weight_bytes_per_kernel;
  conv.weight_bytes = regs.get<cna::WeightSize0>().weight_bytes;
  conv.weight_address = regs.get<cna::DcompAddr0>().weight_base_addr;
  regs.expect<cna::WeightSize2>(conv.kernels != 0 && (!conv.depthwise || conv.kernels == 1), "weight_kernels",
                                "at least one, depthwise exactly one");
  std::size_t row_bytes = 0;
  for (std::size_t slice = 0; slice < conv.slices(); ++slice) row_bytes += conv.slice_row_bytes(slice, chip);
  regs.expect<cna::WeightSize1>(conv.kernel_bytes == row_bytes * conv.taps(), "weight_bytes_per_kernel",
                                "not taps * bytes of the declared channels");
  regs.expect<cna::WeightSize0>(conv.weight_bytes == conv.kernels * conv.kernel_bytes, "weight_bytes",
                                "not kernels * weight_bytes_per_kernel");
  // In lenient mode the shape decides, so that nothing is read outside what was loaded.
  conv.kernel_bytes = row_bytes * conv.taps();
  conv.weight_bytes = conv.kernels * conv.kernel_bytes;
}

void decode_buffer(const Registers& regs, const hw::Chip& chip, Convolution& conv, const Diagnostics& diagnostics) {
  const auto con0 = regs.get<cna::CbufCon0>();
  conv.data_banks = con0.data_banks;
  conv.weight_banks = con0.weight_banks;
  conv.keep_data = con0.data_reuse != 0;
  conv.keep_weights = con0.weight_reuse != 0;
  conv.entries = regs.get<cna::CbufCon1>().data_entries;
  if (conv.data_banks + conv.weight_banks > chip.cbuf_banks) {
    diagnostics.refuse(fmt::format("{}: {} data and {} weight banks, the chip has {}",
                                   regs.describe(cna::CbufCon0::kOffset), conv.data_banks, conv.weight_banks,
                                   chip.cbuf_banks));
  }
  const std::size_t needed =
      std::max(entries_per_line(conv.input.width, conv.surfaces()),
               entries_per_line(conv.fetch.width, ceil_div(conv.fetch_channels, conv.atom_lanes)));
  // With a y stride of 0 every output line reads the first line; vendor files then leave the pitch at 0
  // (vendor-model add_brow_q).
  if (conv.entries == 0 && conv.stride.height == 0) conv.entries = needed;
  if (conv.entries < needed) {
    diagnostics.refuse(fmt::format("{}: {} entries per line, {} pixels of {} channels need {}",
                                   regs.describe(cna::CbufCon1::kOffset), conv.entries, conv.input.width,
                                   conv.channels_declared, needed));
  }
  const std::size_t capacity = conv.data_banks * chip.cbuf_bank_bytes / chip.cbuf_entry_bytes;
  const std::size_t lines = std::max(conv.input.height, conv.fetch.height);
  if (conv.entries * lines > capacity) {
    diagnostics.refuse(fmt::format("{}: {} data banks hold {} entries, {} lines of {} need {}",
                                   regs.describe(cna::CbufCon0::kOffset), conv.data_banks, capacity, lines,
                                   conv.entries, conv.entries * lines));
  }
  regs.expect<cna::CbufCon1>(regs.get<cna::CbufCon1>().width == conv.input.width, "width",
                             "not data_size0.datain_width");
}

void decode_output(const Registers& regs, const Registers& core, const Diagnostics& diagnostics, Convolution& conv) {
  const std::size_t width = regs.get<cna::DataSize2>().dataout_width;
  const std::size_t pixels = regs.get<cna::DataSize3>().dataout_atomics;
  const auto size = core.get<hw::core::DataoutSize0>();
  conv.output = {size.dataout_width, size.dataout_height};
  regs.expect<cna::DataSize2>(width == conv.output.width, "dataout_width", "not CORE's width");
  regs.expect<cna::DataSize3>(pixels == conv.output.pixels(), "dataout_atomics", "not CORE's width * height");
  conv.output_channels = core.get<hw::core::DataoutSize1>().dataout_channel;
  const std::size_t channels = conv.depthwise ? conv.channels_declared : conv.kernels;
  if (conv.output_channels != align_up(channels, conv.group_kernels)) {
    diagnostics.refuse(fmt::format("{}: {} output channels, {} need whole steps of {}",
                                   core.describe(hw::core::DataoutSize1::kOffset), conv.output_channels, channels,
                                   conv.group_kernels));
  }
}

void check_multipliers(const Registers& cmac, const Registers& core, const Convolution& conv) {
  const auto multiplier = cmac.get<hw::cmac::MiscCfg>();
  const auto accumulator = core.get<hw::core::MiscCfg>();
  // CORE knows bf16 as fp16: vendor files leave its mode at fp16 there.
  const Precision summed = conv.precision == Precision::kBf16 ? Precision::kFp16 : conv.precision;
  cmac.expect<hw::cmac::MiscCfg>(multiplier.proc_precision == conv.precision, "proc_precision", "differs from CNA's");
  cmac.expect<hw::cmac::MiscCfg>((multiplier.dw_en != 0) == conv.depthwise, "dw_en", "differs from CNA's conv_mode");
  cmac.expect<hw::cmac::MiscCfg>(multiplier.always_one == 1, "always_one", "never seen clear");
  core.expect<hw::core::MiscCfg>(accumulator.proc_precision == summed, "proc_precision", "differs from CNA's");
  core.expect<hw::core::MiscCfg>((accumulator.dw_en != 0) == conv.depthwise, "dw_en", "differs from CNA's conv_mode");
  core.expect<hw::core::ClipTruncate>(core.raw(hw::core::ClipTruncate::kOffset) == 0, "clip_truncate",
                                      "never seen set");
}

void check_extents(const Registers& regs, const Convolution& conv, const Diagnostics& diagnostics) {
  const auto positive = [](Extent e) { return e.width != 0 && e.height != 0; };
  // A y stride of 0 is known: every output line reads the same input line.
  if (positive(conv.input) && positive(conv.output) && positive(conv.kernel) && positive(conv.fetch) &&
      conv.stride.width != 0 && conv.channels_declared != 0) {
    return;
  }
  diagnostics.refuse(fmt::format("{}: a convolution of size zero", regs.describe(cna::DataSize0::kOffset)));
}

}  // namespace

std::size_t Convolution::slice_row_bytes(std::size_t slice, const hw::Chip& chip) const {
  const std::size_t lanes = std::min(slice_lanes, channels_declared - slice * slice_lanes);
  const std::size_t bytes = lanes * element_bytes;
  // 8 and 16 bytes stay as they are, 24 are stored as 32 (vendor models, no exception).
  return bytes > chip.slice_bytes / 2 ? chip.slice_bytes : bytes;
}

Convolution decode_convolution(const Registers& cna_regs, const Registers& cmac, const Registers& core,
                               const hw::Chip& chip, Diagnostics& diagnostics, bool multiply_padding) {
  Convolution conv;
  decode_arithmetic(cna_regs, chip, conv);
  decode_input(cna_regs, chip, conv);
  decode_converter(cna_regs, conv);
  decode_weights(cna_regs, chip, conv);
  decode_output(cna_regs, core, diagnostics, conv);
  check_extents(cna_regs, conv, diagnostics);
  check_multipliers(cmac, core, conv);
  decode_buffer(cna_regs, chip, conv, diagnostics);
  // assumed: channels above the real ones do not count; settled by the probe channels-above-real on a board.
  if (multiply_padding) conv.channels_real = conv.channels_declared;
  return conv;
}

}  // namespace mattock::emulator
