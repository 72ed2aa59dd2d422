// A pass is cut into tasks in this order: channels, lines, pixels. All registers of a task are in the vendor's order.
#include "emit/pass.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "emit/blocks.hpp"
#include "emit/stages.hpp"
#include "emit/walk.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"

namespace mattock::emit {
namespace {

using hw::Block;
using hw::Precision;

constexpr std::uint32_t kFlying = 0x18;      // DPU and DPU_RDMA
constexpr std::uint32_t kOutputBurst = 2;    // as every vendor task has it
constexpr std::size_t kMostLines = 8192;     // 13-bit fields less one
constexpr std::size_t kMostChannels = 8192;  // likewise

/// A task of the pass.
struct Piece {
  const hw::Chip& chip;
  const plan::Stages& stages;
  Cube cube;
  std::size_t first_channel = 0;
  plan::Walk from, to, operand;  ///< in use

  bool divides() const { return stages.ew && stages.ew->op == plan::Combination::kDivide; }
  /// Vendor tasks divide 16-bit patterns: the data are marked int16, the work is fp16.
  Precision marked() const { return divides() ? Precision::kInt16 : Precision::kFp16; }
};

/// Sizes of the largest task.
struct Cut {
  std::size_t width, height, channels;
};

std::size_t line_bytes_of(const plan::Walk& walk, const plan::Pass& pass) {
  return pass.height == 1 ? 0 : walk.line_bytes;
}

Cut cut_of(const hw::Chip& chip, const plan::Pass& pass) {
  Cut cut{std::min(pass.width, chip.max_flying_width_px), std::min(pass.height, kMostLines),
          std::min(pass.channels, kMostChannels)};
  // What lies behind each line of a task, the rest of a wide line too, may be more than the notch holds: then line by
  // line.
  const std::size_t narrowest = pass.width % cut.width == 0 ? cut.width : pass.width % cut.width;
  std::size_t line = std::max(line_bytes_of(pass.from, pass), line_bytes_of(pass.to, pass));
  if (pass.stages.reads_operand() && !pass.stages.ew->per_channel)
    line = std::max(line, line_bytes_of(pass.stages.ew->walk, pass));
  if (line / chip.atom_bytes > narrowest + chip.max_notch_atoms) cut.height = 1;
  return cut;
}

Result<void> pass_fits(const hw::Chip& chip, const plan::Pass& pass) {
  const Cube all{pass.width, pass.height, pass.channels};
  if (pass.width == 0 || pass.height == 0 || pass.channels == 0 || pass.channels % kLanes != 0)
    return fail(Code::kUnsupported, fmt::format("a pass of {} pixels, {} lines and {} channels: none can be 0, and "
                                                "channels are whole atoms of {}",
                                                pass.width, pass.height, pass.channels, kLanes));
  if (const std::size_t most = chip.dma_limit / chip.atom_bytes;
      pass.width > most || pass.height > most || pass.channels > most)
    return fail(Code::kUnsupported, "a pass of more than DMA reaches");
  const bool lines_alone = cut_of(chip, pass).height == 1;
  if (const auto good = walk_fits(chip, "what a pass reads", pass.from, all, lines_alone); !good) return good;
  if (const auto good = walk_fits(chip, "what a pass writes", pass.to, all, lines_alone); !good) return good;
  return stages_fit(chip, pass.stages, all, lines_alone);
}

void write_writer(TaskWriter& out, const Piece& p) {
  out.write(
      hw::dpu::FeatureModeCfg{.burst_len = kOutputBurst, .output_mode = hw::OutputMode::kMemory, .flying_mode = 1});
  out.write(
      hw::dpu::DataFormat{.out_precision = p.marked(), .in_precision = p.marked(), .proc_precision = Precision::kFp16});
  out.write(hw::dpu::OffsetPend{});
  out.write(hw::dpu::DstBaseAddr{});
  out.relocate(kResults, p.to.offset);
  out.write(hw::dpu::DstSurfStride{.dst_surf_stride = u32(p.to.surface_bytes)});
  out.write(hw::dpu::DataCubeWidth{.width = u32(p.cube.width)});
  out.write(hw::dpu::DataCubeHeight{.height = u32(p.cube.height)});
  const std::uint32_t notch = u32(line_notch(p.to, p.chip, p.cube));
  out.write(hw::dpu::DataCubeNotch{.notch_1 = notch, .notch_0 = notch});
  out.write(hw::dpu::DataCubeChannel{.orig_channel = u32(p.cube.channels), .channel = u32(p.cube.channels)});
}

void write_dpu(TaskWriter& out, const Piece& p) {
  write_writer(out, p);
  write_bs(out, p.stages.bs);
  out.write(hw::dpu::BsOwCfg{.ow_bypass = 1});
  out.write(hw::dpu::BsOwOp{});
  write_bn(out, p.stages.bn);
  out.write(combining_stage(p.stages.ew));
  out.write(hw::dpu::EwCvtOffset{});
  out.write(hw::dpu::EwCvtScale{.ew_cvt_scale = 1});
  out.write_zero(Block::kDpu, 0x407c);
  out.write(hw::dpu::OutCvtOffset{});
  out.write(hw::dpu::OutCvtScale{.out_cvt_scale = 1});
  out.write(hw::dpu::OutCvtShift{});
  write_number(out, p.stages.ew);
  out.write(hw::dpu::SurfaceAdd{.surface_add = u32(p.to.surface_bytes)});
  out.write_zero(Block::kDpu, 0x40c4);
  out.write_zeros(Block::kDpu, 0x4100, 0x412c);
}

void write_reader(TaskWriter& out, const Piece& p) {
  const plan::Range channels{p.first_channel, p.cube.channels};
  const bool operand = p.stages.reads_operand();
  const std::size_t notch = operand ? operand_line_notch(*p.stages.ew, p.operand, p.chip, p.cube) : 0;
  out.write(hw::dpu_rdma::DataCubeWidth{.width = u32(p.cube.width)});
  out.write(hw::dpu_rdma::DataCubeHeight{.ew_line_notch = u32(notch), .height = u32(p.cube.height)});
  out.write(hw::dpu_rdma::DataCubeChannel{.channel = u32(p.cube.channels)});
  out.write(hw::dpu_rdma::SrcBaseAddr{});
  out.relocate(kSource, p.from.offset);
  write_bs_stream(out, p.stages.bs, channels);
  write_bn_stream(out, p.stages.bn, channels);
  if (operand)
    write_operand(out, *p.stages.ew, p.operand, p.chip, p.cube);
  else
    write_no_operand(out);
  out.write(hw::dpu_rdma::FeatureModeCfg{
      .in_precision = p.marked(), .burst_len = kReaderBurst, .proc_precision = Precision::kFp16, .flying_mode = 1});
  out.write(hw::dpu_rdma::SrcDmaCfg{.line_notch = u32(line_notch(p.from, p.chip, p.cube))});
  out.write(hw::dpu_rdma::SurfNotch{.surf_notch = narrow<std::int32_t>(surface_notch(p.from, p.chip, p.cube))});
  out.write_zero(Block::kDpuRdma, 0x5064);
  out.write(hw::dpu_rdma::Weight{.weights = kReaderWeights});
}

void write_task(TaskWriter& out, const Piece& piece, bool first) {
  out.begin();
  constexpr auto alternate = [](auto pointer) {
    pointer.pointer_pp_en = pointer.executer_pp_en = pointer.pointer_pp_mode = 1;
    return pointer;
  };
  out.write(alternate(hw::dpu::SPointer{}));
  out.write(alternate(hw::dpu_rdma::SPointer{}));
  write_dpu(out, piece);
  write_reader(out, piece);
  out.end(kFlying, first);
}

Piece piece_of(const hw::Chip& chip, const plan::Pass& pass, const plan::Range& x, const plan::Range& y,
               const plan::Range& channels) {
  Piece piece{chip, pass.stages, {x.count, y.count, channels.count}, channels.first, {}, {}, {}};
  const auto here = [&](const plan::Walk& walk) {
    return used(part_of(walk, chip, x.first, y.first, channels.first), chip, piece.cube);
  };
  piece.from = here(pass.from);
  piece.to = here(pass.to);
  if (const auto& ew = pass.stages.ew; pass.stages.reads_operand())
    piece.operand = ew->per_channel ? channels_of(ew->walk, chip, channels.first) : here(ew->walk);
  return piece;
}

}  // namespace

Result<hw::Program> emit_pass(const hw::Chip& chip, const plan::Pass& pass) {
  if (const auto good = pass_fits(chip, pass); !good) return propagate(good);
  const Cut cut = cut_of(chip, pass);
  hw::Program program;
  TaskWriter out(chip, program);
  const auto parts = [](std::size_t total, std::size_t step, const auto& each) {
    for (std::size_t at = 0; at < total; at += step) each(plan::Range{at, std::min(step, total - at)});
  };
  parts(pass.channels, cut.channels, [&](const plan::Range& channels) {
    parts(pass.height, cut.height, [&](const plan::Range& y) {
      parts(pass.width, cut.width, [&](const plan::Range& x) {
        write_task(out, piece_of(chip, pass, x, y, channels), program.tasks.size() % chip.max_tasks == 0);
      });
    });
  });
  if (const auto error = out.error())
    return fail(Code::kInternal, "the pass does not fit a register: " + error->message);
  return program;
}

}  // namespace mattock::emit
