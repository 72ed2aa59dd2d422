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

}  // namespace

Blocks::Blocks(const hw::Chip& chip, const Options& options, Diagnostics& diagnostics)
    : chip_(chip),
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
  for (RegisterFile& file : files_) file.reset();
  cbuf_.reset();
}

void Blocks::write(Block block, std::uint16_t offset, std::uint32_t value, Origin origin) {
  files_[static_cast<std::size_t>(block)].write(offset, value, origin);
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
                           report};
  if (mask == kConvolution || mask == kConvolutionWithOperands) {
    const Convolution conv =
        decode_convolution(running(Block::kCna), running(Block::kCmac), running(Block::kCore), chip_, diagnostics_);
    Dpu dpu(context, {conv.output, conv.output_channels, conv.group_kernels, false});
    context.dpu.expect<hw::dpu::DataFormat>(dpu.setup().real == is_float(conv.precision), "proc_precision",
                                            "not the multipliers' arithmetic");
    fetch_features(conv, memory, chip_, cbuf_, diagnostics_, report);
    WeightReader weights(conv, memory, chip_, cbuf_, diagnostics_, report);
    multiply(conv, {chip_, kernels_, team_, scratch_, diagnostics_}, cbuf_, weights, dpu.setup().ow.on, report,
             [&](const Step& step) { dpu.take(step); });
  } else if (mask == kFlying) {
    run_flying(context);
  } else {
    diagnostics_.not_modelled(
        fmt::format("op-enable of blocks {:#x}: only {:#x}, {:#x} and {:#x} are modelled (no pooling yet)", mask,
                    kConvolution, kConvolutionWithOperands, kFlying));
  }
  for (std::size_t block = 0; block < hw::kBlockCount; ++block) {
    const auto bit = hw::enable_bit(static_cast<Block>(block));
    if (bit && (mask >> *bit & 1u) != 0) files_[block].finish_run();
  }
}

}  // namespace mattock::emulator
