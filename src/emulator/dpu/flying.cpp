#include "emulator/dpu/flying.hpp"

#include <array>

#include "base/math.hpp"
#include "emulator/dpu/dpu.hpp"
#include "emulator/formats.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"

namespace mattock::emulator {
namespace {

using hw::Precision;
namespace rdma = hw::dpu_rdma;

/// The main reader's cube.
struct FlyingSource {
  std::uint64_t address = 0;
  Extent map;
  std::size_t channels = 0;
  Precision precision{};
  std::size_t pixel_bytes = 0, lanes = 0;
  std::size_t line_stride_bytes = 0;
  std::int64_t surface_stride_bytes = 0;
};

FlyingSource decode_source(const DpuContext& context) {
  const Registers& regs = *context.rdma;
  const auto mode = regs.get<rdma::FeatureModeCfg>();
  const auto dma = regs.get<rdma::SrcDmaCfg>();
  FlyingSource source;
  source.address = regs.get<rdma::SrcBaseAddr>().src_base_addr;
  source.map = {regs.get<rdma::DataCubeWidth>().width, regs.get<rdma::DataCubeHeight>().height};
  source.channels = regs.get<rdma::DataCubeChannel>().channel;
  source.precision = mode.in_precision;
  regs.expect<rdma::FeatureModeCfg>(element_bytes(source.precision) != 0, "in_precision", "not modelled");
  if (element_bytes(source.precision) == 0) source.precision = Precision::kInt8;
  regs.expect<rdma::FeatureModeCfg>(mode.mrdma_disable == 0, "mrdma_disable", "a flying task without main data");
  regs.expect<rdma::FeatureModeCfg>(mode.mrdma_fp16_to_fp32 == 0, "mrdma_fp16_to_fp32", "set only on other chips");
  regs.expect<rdma::SrcDmaCfg>(dma.unpooling_en == 0, "unpooling_en", "un-pooling is not modelled yet");
  source.pixel_bytes = element_bytes(source.precision) == 4 ? context.chip.wide_pixel_bytes : context.chip.atom_bytes;
  source.lanes = source.pixel_bytes / element_bytes(source.precision);
  source.line_stride_bytes = (source.map.width + dma.line_notch) * source.pixel_bytes;
  source.surface_stride_bytes = static_cast<std::int64_t>((source.map.height - 1) * source.line_stride_bytes +
                                                          source.map.width * source.pixel_bytes) +
                                regs.get<rdma::SurfNotch>().surf_notch;
  return source;
}

/// The lanes of a step as numbers.
struct Atom {
  std::array<double, kMaxStepLanes> real{};
  std::array<std::int32_t, kMaxStepLanes> integer{};

  void load(std::span<const std::byte> atom, const FlyingSource& source, const DpuSetup& setup) {
    for (std::size_t lane = 0; lane < source.lanes; ++lane) {
      if (setup.real)
        real[lane] = load_float(atom, lane, source.precision, setup.work);
      else
        integer[lane] = load_integer(atom, lane, source.precision);
    }
  }
};

}  // namespace

void run_flying(const DpuContext& context) {
  const FlyingSource source = decode_source(context);
  Dpu dpu(context, {source.map, source.channels, source.lanes, true});
  // 8-bit patterns have no float reading, float patterns no integer one; int16 passes as the pattern of the work.
  const bool readable = dpu.setup().real ? is_float(source.precision) || source.precision == Precision::kInt16
                                         : !is_float(source.precision);
  context.rdma->expect<rdma::FeatureModeCfg>(readable, "in_precision", "does not suit dpu.data_format.proc_precision");
  if (!readable) return;

  Atom atom;
  Step step;
  step.lanes = source.lanes;
  step.real = atom.real.data();
  step.integer = atom.integer.data();
  MemoryWindow memory(context.memory);
  const std::size_t surfaces = ceil_div(source.channels, source.lanes);
  for (std::size_t surface = 0; surface < surfaces; ++surface) {
    step.channel = surface * source.lanes;
    for (step.pixel = 0; step.pixel < source.map.pixels(); ++step.pixel) {
      const std::uint64_t address =
          source.address +
          static_cast<std::uint64_t>(static_cast<std::int64_t>(surface) * source.surface_stride_bytes) +
          step.pixel / source.map.width * source.line_stride_bytes + step.pixel % source.map.width * source.pixel_bytes;
      atom.load(memory.at(address, source.pixel_bytes, "dpu_rdma.src_base_addr", context.diagnostics), source,
                dpu.setup());
      context.report.operand_bytes += source.pixel_bytes;
      dpu.take(step);
    }
  }
  context.report.cycles += surfaces * source.map.pixels();
}

}  // namespace mattock::emulator
