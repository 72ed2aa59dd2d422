#include "emulator/blocks.hpp"

#include <fmt/format.h>

#include "emulator/cna/convolution.hpp"
#include "emulator/cna/fetch.hpp"
#include "emulator/dpu/dpu.hpp"
#include "emulator/dpu/flying.hpp"
#include "emulator/formats.hpp"
#include "emulator/mac/multiply.hpp"
#include "hw/generated/registers_dpu.hpp"

namespace mattock::emulator {
namespace {

using hw::Block;

// Op-enable masks of vendor streams that are modelled. Pooling (0x60, 0x38, 0x3f) is not, yet.
constexpr std::uint32_t kConvolution = 0x0f;
constexpr std::uint32_t kConvolutionWithOperands = 0x1f;
constexpr std::uint32_t kFlying = 0x18;

using Groups = Variation::Groups;

}  // namespace

Blocks::Blocks(const hw::Chip& chip, const Options& options, Diagnostics& diagnostics)
    : chip_(chip),
      variation_(options.variation),
      diagnostics_(diagnostics),
      cbuf_(chip),
      team_(options.threads == 0 ? usable_processors() : options.threads),
      kernels_(choose_kernels(options.kernels)) {
  files_.reserve(hw::kBlockCount);
  for (std::size_t block = 0; block < hw::kBlockCount; ++block) {
    files_.emplace_back(static_cast<Block>(block), options.register_groups, diagnostics);
  }
}

void Blocks::begin_submit() {
  const bool first = submits_++ == 0;
  for (RegisterFile& file : files_) {
    if (variation_.groups == Groups::kExecuterStays && !first)
      file.reset_writes();
    else
      file.reset();
    if (variation_.groups == Groups::kOneAfterSubmit && !first) file.stop_alternating();
  }
  cbuf_.reset();
}

void Blocks::write(Block block, std::uint16_t offset, std::uint32_t value, Origin origin) {
  Block pointed = block;
  if (variation_.groups == Groups::kSwapped && (block == Block::kCna || block == Block::kDpu))
    pointed = block == Block::kCna ? Block::kDpu : Block::kCna;
  files_[static_cast<std::size_t>(block)].write(offset, value, origin,
                                                files_[static_cast<std::size_t>(pointed)].pointer());
}

void Blocks::start(std::uint32_t mask, const Memory& memory, TaskReport& report) {
  scratch_.reset();
  const bool with_operands = mask == kConvolutionWithOperands || mask == kFlying;
  const DpuContext context{running(Block::kDpu),
                           with_operands ? &running(Block::kDpuRdma) : nullptr,
                           memory,
                           chip_,
                           diagnostics_,
                           scratch_,
                           report,
                           variation_};
  if (mask == kConvolution || mask == kConvolutionWithOperands) {
    const Convolution conv = decode_convolution(running(Block::kCna), running(Block::kCmac), running(Block::kCore),
                                                chip_, diagnostics_, variation_.multiply_padding);
    Dpu dpu(context, {conv.output, conv.output_channels, conv.group_kernels, false});
    context.dpu.expect<hw::dpu::DataFormat>(dpu.setup().real == is_float(conv.precision), "proc_precision",
                                            "not the multipliers' arithmetic");
    fetch_features(conv, memory, chip_, cbuf_, diagnostics_, report);
    WeightReader weights(conv, memory, chip_, cbuf_, diagnostics_, report, variation_.streaming_repeats_group);
    multiply(conv, {chip_, kernels_, team_, scratch_, diagnostics_, variation_}, cbuf_, weights, dpu.setup().ow.on,
             report, [&](const Step& step) { dpu.take(step); });
  } else if (mask == kFlying) {
    run_flying(context);
  } else {
    diagnostics_.not_modelled(
        fmt::format("op-enable of blocks {:#x}: only {:#x}, {:#x} and {:#x} are modelled (no pooling yet)", mask,
                    kConvolution, kConvolutionWithOperands, kFlying));
  }
  finish_run(mask);
}

void Blocks::finish_run(std::uint32_t mask) {
  for (std::size_t block = 0; block < hw::kBlockCount; ++block) {
    const auto bit = hw::enable_bit(static_cast<Block>(block));
    const bool ran = bit && (mask >> *bit & 1u) != 0;
    if (ran || (bit && variation_.groups == Groups::kAllBlocks)) files_[block].finish_run();
  }
}

}  // namespace mattock::emulator
