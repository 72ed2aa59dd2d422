// Rules for DPU_RDMA: the main data of a flying task, the streams of BS and BN, the operand of EW. What a reader that
// is on reads must be there, whether a stage uses it or not.
#include <algorithm>

#include "base/math.hpp"
#include "check/pipeline.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"

namespace mattock::check {
namespace {

namespace rdma = hw::dpu_rdma;
using hw::Precision;

std::int64_t atom_bytes(const Pipeline& p) { return static_cast<std::int64_t>(p.at.chip.atom_bytes); }
bool reads_element(const Pipeline& p) { return p.at.get<rdma::ErdmaCfg>().erdma_disable == 0; }

/// An element of 32 bits lies in wide pixels, as results do.
std::int64_t element_pixel_bytes(const Pipeline& p) {
  return p.element_operand_bytes == 4 ? static_cast<std::int64_t>(p.at.chip.wide_pixel_bytes) : atom_bytes(p);
}

Range stream_range(const Stream& stream) { return {stream.address, stream.address + stream.bytes}; }

Range main_range(const Pipeline& p) {
  const std::int64_t begin = p.at.get<rdma::SrcBaseAddr>().src_base_addr;
  const std::int64_t line = (p.map.width + p.at.get<rdma::SrcDmaCfg>().line_notch) * p.source_pixel_bytes;
  const std::int64_t surface = (p.map.height - 1) * line + p.map.width * p.source_pixel_bytes;
  // SURF_NOTCH is negative when lines lie farther apart than surfaces.
  const std::int64_t last =
      (ceil_div(p.channels, p.step_channels) - 1) * (surface + p.at.get<rdma::SurfNotch>().surf_notch);
  return {begin + std::min<std::int64_t>(last, 0), begin + std::max<std::int64_t>(last, 0) + surface};
}

Range element_range(const Pipeline& p) {
  const auto cfg = p.at.get<rdma::ErdmaCfg>();
  const std::int64_t begin = p.at.get<rdma::EwBaseAddr>().ew_base_addr;
  const std::int64_t pixel = element_pixel_bytes(p), lanes = pixel / p.element_operand_bytes;
  const auto height = p.at.get<rdma::DataCubeHeight>();
  // Whole pixels of a surface, of the channels that the reader declares and of those that are computed.
  const std::int64_t channels = std::max<std::int64_t>(p.at.get<rdma::DataCubeChannel>().channel, p.computed_channels);
  std::int64_t surface = pixel;
  if (cfg.erdma_data_mode == hw::OperandMode::kPerPixel) {
    const std::int64_t width = p.at.get<rdma::DataCubeWidth>().width;
    surface = ((std::int64_t{height.height} - 1) * (width + height.ew_line_notch) + width) * pixel;
  }
  const std::int64_t last =
      (ceil_div(channels, lanes) - 1) * std::int64_t{p.at.get<rdma::EwSurfStride>().ew_surf_stride};
  return {begin, begin + last + surface};
}

// --- Main data --------------------------------------------------------------------------------------------------

Verdict source_type(const Pipeline& p) {
  if (!p.flies()) return std::nullopt;
  // int16 passes as the 16-bit pattern of the work.
  const bool readable = p.floats ? is_float(p.source) || p.source == Precision::kInt16 : !is_float(p.source);
  return unless<rdma::FeatureModeCfg>(type_bytes(p.source) != 0 && readable, "in_precision");
}

Verdict source_on(const Pipeline& p) {
  return unless<rdma::FeatureModeCfg>(!p.flies() || p.at.get<rdma::FeatureModeCfg>().mrdma_disable == 0,
                                      "mrdma_disable");
}

Verdict source_width(const Pipeline& p) {
  const auto most = static_cast<std::int64_t>(p.at.chip.max_flying_width_px);
  return unless<rdma::DataCubeWidth>(!p.flies() || p.map.width <= most, "width", "at most {}", most);
}

Verdict source_alignment(const Pipeline& p) {
  return unless<rdma::SrcBaseAddr>(!p.flies() || p.at.get<rdma::SrcBaseAddr>().src_base_addr % atom_bytes(p) == 0,
                                   "src_base_addr", "a multiple of {}", atom_bytes(p));
}

Verdict source_surfaces(const Pipeline& p) {
  return unless<rdma::SurfNotch>(!p.flies() || p.at.get<rdma::SurfNotch>().surf_notch % atom_bytes(p) == 0,
                                 "surf_notch", "a multiple of {}", atom_bytes(p));
}

Verdict source_inside(const Pipeline& p) {
  if (!p.flies() || p.at.space.holds(main_range(p))) return std::nullopt;
  return at<rdma::SrcBaseAddr>("src_base_addr", p.at.space.outside(main_range(p)));
}

// --- Streams ----------------------------------------------------------------------------------------------------

Verdict streams_select(const Pipeline& p) {
  if (p.bs.on && p.bs.record_bytes() == 0) return at<rdma::BrdmaCfg>("brdma_disable");
  return unless<rdma::NrdmaCfg>(!p.bn.on || p.bn.record_bytes() != 0, "nrdma_disable");
}

Verdict streams_aligned(const Pipeline& p) {
  if (p.bs.on && p.bs.address % atom_bytes(p) != 0)
    return at<rdma::BsBaseAddr>("bs_base_addr", fmt::format("a multiple of {}", atom_bytes(p)));
  return unless<rdma::BnBaseAddr>(!p.bn.on || p.bn.address % atom_bytes(p) == 0, "bn_base_addr", "a multiple of {}",
                                  atom_bytes(p));
}

Verdict streams_inside(const Pipeline& p) {
  if (p.bs.on && !p.at.space.holds(stream_range(p.bs)))
    return at<rdma::BsBaseAddr>("bs_base_addr", p.at.space.outside(stream_range(p.bs)));
  if (p.bn.on && !p.at.space.holds(stream_range(p.bn)))
    return at<rdma::BnBaseAddr>("bn_base_addr", p.at.space.outside(stream_range(p.bn)));
  return std::nullopt;
}

// --- EW ---------------------------------------------------------------------------------------------------------

Verdict element_aligned(const Pipeline& p) {
  if (!reads_element(p)) return std::nullopt;
  const std::int64_t pixel = element_pixel_bytes(p);
  if (p.at.get<rdma::EwBaseAddr>().ew_base_addr % pixel != 0)
    return at<rdma::EwBaseAddr>("ew_base_addr", fmt::format("a multiple of {}", pixel));
  return unless<rdma::EwSurfStride>(p.at.get<rdma::EwSurfStride>().ew_surf_stride % pixel == 0, "ew_surf_stride",
                                    "a multiple of {}", pixel);
}

Verdict element_inside(const Pipeline& p) {
  if (!reads_element(p) || p.at.space.holds(element_range(p))) return std::nullopt;
  return at<rdma::EwBaseAddr>("ew_base_addr", p.at.space.outside(element_range(p)));
}

Verdict something_is_read(const Pipeline& p) {
  return unless<rdma::BrdmaCfg>(p.flies() || p.bs.on || p.bn.on || reads_element(p), "brdma_disable");
}

constexpr Rule<Pipeline> kRules[] = {
    {"main data have a type the DPU's work can read: floats or 16-bit patterns in float work, else integers",
     source_type},
    {"a flying task reads main data", source_on},
    {"a flying cube is at most as wide as the chip takes", source_width},
    {"main data begin at a whole atom", source_alignment},
    {"surfaces of main data begin at whole atoms", source_surfaces},
    {"main data lie inside one buffer", source_inside},
    {"a stream that is on selects something", streams_select},
    {"streams begin at whole atoms", streams_aligned},
    {"streams lie inside one buffer", streams_inside},
    {"the EW operand's surfaces begin at whole pixels", element_aligned},
    {"the EW operand lies inside one buffer", element_inside},
    {"DPU_RDMA is started beside a convolution only to read something", something_is_read},
};

}  // namespace

Result<void> check_readers(const Pipeline& pipeline) {
  return pipeline.reads ? obey<Pipeline>(kRules, pipeline, pipeline.at) : Result<void>{};
}

}  // namespace mattock::check
