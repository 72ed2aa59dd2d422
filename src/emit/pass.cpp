#include "emit/pass.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/math.hpp"
#include "emit/stages.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"

namespace mattock::emit {
namespace {

using hw::Block;
using hw::Precision;

constexpr std::uint32_t kDpuAndReader = 0x18;
constexpr std::uint32_t kReaderBurst = 8, kOutputBurst = 2, kReaderWeights = 0x0101'0101;  // as every vendor task has
constexpr std::size_t kMostLines = 8191, kMostChannels = 8184, kLaneChannels = 4;

/// One task of a pass: a part of its pixels, lines and channels.
struct Part {
  const hw::Chip& chip;
  const plan::Pass& pass;
  std::size_t x, y, channel, width, height, channels;

  std::size_t first(const plan::Walk& walk) const {
    return walk.offset + x * chip.atom_bytes + y * walk.line_bytes + channel / kLaneChannels * walk.surface_bytes;
  }
  /// From line to line; of no account, and without a gap, where there is one.
  std::size_t line(const plan::Walk& walk) const { return height > 1 ? walk.line_bytes : width * chip.atom_bytes; }
  std::size_t notch(const plan::Walk& walk) const { return (line(walk) - width * chip.atom_bytes) / chip.atom_bytes; }
  /// From surface to surface.
  std::size_t surface(const plan::Walk& walk) const {
    return channels > kLaneChannels ? walk.surface_bytes : height * line(walk);
  }
};

Precision passing(const plan::Pass& pass) {
  const bool divides = pass.stages.ew && pass.stages.ew->op == plan::Combination::kDivide;
  return divides ? Precision::kInt16 : Precision::kFp16;  // the divider takes 16-bit patterns as they are
}

void write_dpu(TaskWriter& out, const Part& part) {
  const plan::Walk& to = part.pass.to;
  const Precision precision = passing(part.pass);
  out.write(
      hw::dpu::FeatureModeCfg{.burst_len = kOutputBurst, .output_mode = hw::OutputMode::kMemory, .flying_mode = 1});
  out.write(
      hw::dpu::DataFormat{.out_precision = precision, .in_precision = precision, .proc_precision = Precision::kFp16});
  out.write(hw::dpu::OffsetPend{});
  out.write(hw::dpu::DstBaseAddr{});
  out.relocate("results", part.first(to));
  const auto u32 = [](std::size_t x) { return narrow<std::uint32_t>(x); };
  out.write(hw::dpu::DstSurfStride{.dst_surf_stride = u32(part.surface(to))});
  out.write(hw::dpu::DataCubeWidth{.width = u32(part.width)});
  out.write(hw::dpu::DataCubeHeight{.height = u32(part.height)});
  out.write(hw::dpu::DataCubeNotch{.notch_1 = u32(part.notch(to)), .notch_0 = u32(part.notch(to))});
  out.write(hw::dpu::DataCubeChannel{.orig_channel = u32(part.channels), .channel = u32(part.channels)});
  write_bs(out, part.pass.stages.bs);
  out.write(hw::dpu::BsOwCfg{.size_e_2 = 1, .size_e_1 = 1, .size_e_0 = 1, .ow_bypass = 1});
  out.write(hw::dpu::BsOwOp{});
  write_bn(out, part.pass.stages.bn);
  write_ew(out, part.pass.stages.ew);
  out.write(hw::dpu::OutCvtOffset{});
  out.write(hw::dpu::OutCvtScale{.out_cvt_scale = 1});
  out.write(hw::dpu::OutCvtShift{});
  write_ew_numbers(out, part.pass.stages.ew);
  out.write(hw::dpu::SurfaceAdd{.surface_add = u32(part.surface(to))});
  out.write_zero(Block::kDpu, 0x40c4);
  out.write_zeros(Block::kDpu, 0x4100, 0x412c);
}

void write_reader(TaskWriter& out, const Part& part) {
  const plan::Walk& from = part.pass.from;
  const auto& ew = part.pass.stages.ew;
  const auto u32 = [](std::size_t x) { return narrow<std::uint32_t>(x); };
  std::optional<plan::Combine> combine = ew;
  TaskPlace place{part.channel, part.channels, 0};
  if (combine && !combine->number) {
    place.operand_offset = combine->per_channel ? combine->walk.offset + part.channel * 2 : part.first(combine->walk);
    combine->walk.line_bytes = part.line(ew->walk);
    combine->walk.surface_bytes = part.surface(ew->walk);
  }
  out.write(hw::dpu_rdma::DataCubeWidth{.width = u32(part.width)});
  out.write(hw::dpu_rdma::DataCubeHeight{.ew_line_notch = u32(operand_notch(combine, part.width, part.chip.atom_bytes)),
                                         .height = u32(part.height)});
  out.write(hw::dpu_rdma::DataCubeChannel{.channel = u32(part.channels)});
  out.write(hw::dpu_rdma::SrcBaseAddr{});
  out.relocate(kSource, part.first(from));
  write_streams(out, part.pass.stages, place);
  write_operand(out, combine, place, part.chip.atom_bytes);
  out.write(hw::dpu_rdma::FeatureModeCfg{.in_precision = passing(part.pass),
                                         .burst_len = kReaderBurst,
                                         .proc_precision = Precision::kFp16,
                                         .flying_mode = 1});
  out.write(hw::dpu_rdma::SrcDmaCfg{.line_notch = u32(part.notch(from))});
  const auto read = static_cast<std::int64_t>((part.height - 1) * part.line(from) + part.width * part.chip.atom_bytes);
  out.write(hw::dpu_rdma::SurfNotch{.surf_notch =
                                        narrow<std::int32_t>(static_cast<std::int64_t>(part.surface(from)) - read)});
  out.write_zero(Block::kDpuRdma, 0x5064);
  out.write(hw::dpu_rdma::Weight{.weights = kReaderWeights});
}

void write_pointers(TaskWriter& out) {
  hw::dpu::SPointer dpu;
  dpu.pointer_pp_en = dpu.executer_pp_en = dpu.pointer_pp_mode = 1;
  hw::dpu_rdma::SPointer reader;
  reader.pointer_pp_en = reader.executer_pp_en = reader.pointer_pp_mode = 1;
  out.write(dpu);
  out.write(reader);
}

Result<void> check_walk(const hw::Chip& chip, const plan::Pass& pass, const plan::Walk& walk, const char* what) {
  const std::size_t line = pass.width * chip.atom_bytes;
  if (pass.height == 1) return {};
  if (walk.line_bytes < line || (walk.line_bytes - line) / chip.atom_bytes > chip.max_notch_atoms)
    return fail(Code::kUnsupported, fmt::format("{} of {} bytes a line for {} pixels: the gap has 0 to {} atoms", what,
                                                walk.line_bytes, pass.width, chip.max_notch_atoms));
  return {};
}

}  // namespace

Result<hw::Program> emit_pass(const hw::Chip& chip, const plan::Pass& pass) {
  if (const auto good = check_numbers(pass.stages); !good) return propagate(good);
  for (const auto& [walk, what] : {std::pair{&pass.from, "a source"}, std::pair{&pass.to, "a result"}})
    if (const auto good = check_walk(chip, pass, *walk, what); !good) return propagate(good);
  hw::Program program;
  TaskWriter out(chip, program);
  const std::size_t widest = chip.max_flying_width_px;
  for (std::size_t c = 0; c < pass.channels; c += kMostChannels)
    for (std::size_t y = 0; y < pass.height; y += kMostLines)
      for (std::size_t x = 0; x < pass.width; x += widest) {
        const Part part{chip,
                        pass,
                        x,
                        y,
                        c,
                        std::min(widest, pass.width - x),
                        std::min(kMostLines, pass.height - y),
                        std::min(kMostChannels, pass.channels - c)};
        out.begin();
        write_pointers(out);
        write_dpu(out, part);
        write_reader(out, part);
        out.end(kDpuAndReader, program.tasks.size() % chip.max_tasks == 0);
      }
  if (const auto error = out.error())
    return fail(Code::kInternal, "the pass does not fit a register: " + error->message);
  return program;
}

}  // namespace mattock::emit
