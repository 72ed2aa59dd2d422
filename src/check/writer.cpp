// Rules for the DPU's writer. With E = SIZE_E, surface s, line y, pixel x (npu.md 6.2, 6.3):
//   cube         DST + (s / E) * SURFACE_ADD + (s % E) * SURF_STRIDE + y * (W * atom + NOTCH * 8) + x * atom
//   rows         DST + (x / E) * SURFACE_ADD + (x % E) * SURF_STRIDE, all channels from there
//   contiguous   DST, every atom in order of arrival
#include <algorithm>

#include "base/math.hpp"
#include "check/pipeline.hpp"
#include "hw/generated/registers_dpu.hpp"

namespace mattock::check {
namespace {

namespace dpu = hw::dpu;

constexpr std::int64_t kNotchUnit = 8, kStreamUnit = 8;  // bytes; the unit stays with 32-bit output
constexpr std::int64_t kRowTypeBytes = 2;                // the transposed write was only seen with 16-bit elements

/// Offset of the last byte's atom among `count` things of which E lie SURF_STRIDE apart and the groups SURFACE_ADD.
std::int64_t farthest(std::int64_t count, std::int64_t group, std::int64_t stride, std::int64_t add) {
  const std::int64_t last = count - 1;
  const std::int64_t tail = last / group * add + last % group * stride;
  // The last whole group may reach farther than a shorter one behind it.
  return last < group ? tail : std::max(tail, (last / group - 1) * add + (group - 1) * stride);
}

Range result_range(const Pipeline& p) {
  const std::int64_t begin = p.at.get<dpu::DstBaseAddr>().dst_base_addr;
  if (p.contiguous) return {begin, begin + p.output_length()};
  const std::int64_t stride = p.at.get<dpu::DstSurfStride>().dst_surf_stride;
  const std::int64_t add = p.at.get<dpu::SurfaceAdd>().surface_add;
  const std::int64_t group = p.at.get<dpu::BsOwCfg>().size_e_0;
  const std::int64_t surfaces = p.steps / p.cube.pixels() * p.step_atoms;
  if (p.rows) return {begin, begin + farthest(p.cube.width, group, stride, add) + surfaces * p.output_atom_bytes};
  const std::int64_t line = p.cube.width * p.output_atom_bytes + p.at.get<dpu::DataCubeNotch>().notch_0 * kNotchUnit;
  return {begin, begin + farthest(surfaces, group, stride, add) + (p.cube.height - 1) * line +
                     p.cube.width * p.output_atom_bytes};
}

Verdict notches_equal(const Pipeline& p) {
  const auto notch = p.at.get<dpu::DataCubeNotch>();
  return unless<dpu::DataCubeNotch>(notch.notch_0 == notch.notch_1, "notch_1", "{}", notch.notch_0);
}

Verdict groups_equal(const Pipeline& p) {
  const auto ow = p.at.get<dpu::BsOwCfg>();
  if (ow.size_e_1 != ow.size_e_0) return at<dpu::BsOwCfg>("size_e_1", fmt::format("{}", ow.size_e_0));
  return unless<dpu::BsOwCfg>(ow.size_e_2 == ow.size_e_0, "size_e_2", "{}", ow.size_e_0);
}

Verdict row_form(const Pipeline& p) {
  return unless<dpu::FeatureModeCfg>(!p.rows || (p.cube.height == 1 && !p.contiguous), "tp_en", "{} lines",
                                     p.cube.height);
}

Verdict row_type(const Pipeline& p) {
  return unless<dpu::DataFormat>(!p.rows || type_bytes(p.output) == kRowTypeBytes, "out_precision");
}

Verdict group_is_a_step(const Pipeline& p) {
  const std::int64_t group = p.at.get<dpu::BsOwCfg>().size_e_0;
  return unless<dpu::BsOwCfg>(p.rows || p.contiguous || group == p.step_atoms, "size_e_0", "{}", p.step_atoms);
}

Verdict contiguous_length(const Pipeline& p) {
  const std::int64_t length = p.at.get<dpu::FeatureModeCfg>().surf_len * kStreamUnit;
  const std::int64_t expected = p.contiguous ? p.output_length() : 0;
  return unless<dpu::FeatureModeCfg>(length == expected, "surf_len", "{}", expected / kStreamUnit);
}

Verdict result_aligned(const Pipeline& p) {
  const std::size_t atom = p.at.chip.atom_bytes;
  const auto whole = [&](std::uint32_t bytes) { return bytes % atom == 0; };
  if (!whole(p.at.get<dpu::DstBaseAddr>().dst_base_addr)) return at<dpu::DstBaseAddr>("dst_base_addr");
  if (!whole(p.at.get<dpu::DstSurfStride>().dst_surf_stride)) return at<dpu::DstSurfStride>("dst_surf_stride");
  return unless<dpu::SurfaceAdd>(whole(p.at.get<dpu::SurfaceAdd>().surface_add), "surface_add");
}

Verdict result_inside(const Pipeline& p) {
  if (p.at.space.holds(result_range(p))) return std::nullopt;
  return at<dpu::DstBaseAddr>("dst_base_addr", p.at.space.outside(result_range(p)));
}

Verdict words_survive(const Pipeline& p) {
  const Range range = result_range(p);
  return unless<dpu::DstBaseAddr>(!p.at.space.touches_words(range), "dst_base_addr", "bytes {:#x} to {:#x}",
                                  range.begin, range.end);
}

constexpr Rule<Pipeline> kRules[] = {
    {"both halves of the notch are equal", notches_equal},
    {"the three sizes of a surface group are equal", groups_equal},
    {"a transposed write takes a cube of one line and is not contiguous", row_form},
    {"a transposed write moves 16-bit elements", row_type},
    {"a surface group is what a step writes", group_is_a_step},
    {"a contiguous stream is declared as long as it is, and only there", contiguous_length},
    {"the result's surfaces begin at multiples of 8", result_aligned},
    {"the result lies inside one buffer", result_inside},
    {"the result does not overwrite command words of this job", words_survive},
};

}  // namespace

Result<void> check_writer(const Pipeline& pipeline) { return obey<Pipeline>(kRules, pipeline, pipeline.at); }

}  // namespace mattock::check
