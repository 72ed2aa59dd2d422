#include "emulator/dpu/dpu.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "base/bytes.hpp"
#include "base/half.hpp"
#include "base/math.hpp"
#include "emulator/formats.hpp"
#include "emulator/numerics.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"

namespace mattock::emulator {
namespace {

using hw::Precision;
namespace rdma = hw::dpu_rdma;

/// Of a result, for messages.
struct Place {
  std::size_t channel, pixel;
};

/// Float results that silicon may treat otherwise.
void report_float(double exact, double stored, double smallest_normal, Place place, Diagnostics& diagnostics) {
  std::string_view what;
  if (std::isnan(stored))
    what = "NaN in the output";
  else if (std::isinf(stored) && std::isfinite(exact))
    what = "overflow of the output type";
  else if (stored != 0 && std::fabs(stored) < smallest_normal)
    what = "subnormal in the output";
  if (!what.empty()) diagnostics.event(what, fmt::format("channel {} pixel {}", place.channel, place.pixel));
}

/// One rounding, to nearest even, straight to the output type.
void store_float(std::span<std::byte> bytes, std::size_t lane, double value, const DpuSetup& setup, Place place,
                 Diagnostics& diagnostics) {
  // An int16 output of float work passes the 16-bit pattern (the way vendor files divide).
  const Precision format = setup.output == Precision::kInt16 ? setup.work : setup.output;
  if (format == Precision::kFp32) {
    const auto rounded = static_cast<float>(value);
    report_float(value, static_cast<double>(rounded), static_cast<double>(std::numeric_limits<float>::min()), place,
                 diagnostics);
    return store_le(bytes, lane * 4, rounded);
  }
  if (format == Precision::kBf16) {
    const bfloat16 rounded = bfloat16_from_double(value);
    report_float(value, to_double(rounded), static_cast<double>(std::numeric_limits<float>::min()), place, diagnostics);
    return store_le(bytes, lane * 2, rounded.bits);
  }
  const half rounded = half_from_double(value);
  report_float(value, to_double(rounded), std::ldexp(1.0, -14), place, diagnostics);
  store_le(bytes, lane * 2, rounded.bits);
}

void store_integer(std::span<std::byte> bytes, std::size_t lane, std::int64_t value, const DpuSetup& setup, Place place,
                   Diagnostics& diagnostics) {
  switch (setup.output) {
    case Precision::kInt8: return store_le(bytes, lane, static_cast<std::int8_t>(saturate_int8(value)));
    case Precision::kInt16: return store_le(bytes, lane * 2, static_cast<std::int16_t>(saturate_int16(value)));
    case Precision::kInt32: return store_le(bytes, lane * 4, saturate_int32(value));
    default: return store_float(bytes, lane, static_cast<double>(value), setup, place, diagnostics);
  }
}

}  // namespace

Dpu::Dpu(const DpuContext& context, const StepSource& source)
    : context_(context),
      setup_(decode_dpu(context, source.flying, source.lanes, source.channels)),
      writer_(setup_.writer, context.memory, context.diagnostics, context.report) {
  const std::size_t arriving = source.map.pixels() * ceil_div(source.channels, source.lanes);
  if (setup_.steps != arriving) {
    context.diagnostics.refuse(fmt::format("{}: the DPU's cube takes {} steps, {} arrive",
                                           context.dpu.describe(hw::dpu::DataCubeChannel::kOffset), setup_.steps,
                                           arriving));
  }
  if (setup_.ew_operand.per_pixel && setup_.ew_operand.map.pixels() != source.map.pixels()) {
    context.diagnostics.refuse(fmt::format("{}: the EW operand has {} pixels, the main data {}",
                                           context.rdma->describe(rdma::DataCubeWidth::kOffset),
                                           setup_.ew_operand.map.pixels(), source.map.pixels()));
  }
  const std::size_t bytes = arriving * source.lanes * element_bytes(setup_.output);
  context.dpu.expect<hw::dpu::FeatureModeCfg>(!setup_.writer.contiguous || setup_.contiguous_bytes == bytes, "surf_len",
                                              fmt::format("{} bytes are written", bytes));
}

std::span<const std::byte> Dpu::operand_element(std::size_t channel, std::size_t pixel) const {
  const ElementOperand& operand = setup_.ew_operand;
  std::uint64_t address = operand.address + channel / operand.atom_lanes * operand.surface_stride_bytes +
                          channel % operand.atom_lanes * operand.element_bytes;
  if (operand.per_pixel) {
    address +=
        pixel / operand.map.width * operand.line_stride_bytes + pixel % operand.map.width * context_.chip.atom_bytes;
  }
  context_.report.operand_bytes += operand.element_bytes;
  return context_.memory.at(address, operand.element_bytes, "dpu_rdma.ew_base_addr", context_.diagnostics);
}

double Dpu::real_operand(std::size_t channel, std::size_t pixel) const {
  if (!setup_.ew.operation || setup_.ew.bypass) return 0;
  if (!setup_.ew.operand_from_memory) return static_cast<double>(std::bit_cast<float>(setup_.ew.register_operand));
  if (setup_.ew_operand.element_bytes == 1) return load_integer(operand_element(channel, pixel), 0, Precision::kInt8);
  const Precision precision = setup_.operand_precision == Precision::kBf16   ? Precision::kBf16
                              : setup_.operand_precision == Precision::kFp16 ? Precision::kFp16
                                                                             : setup_.work;
  return load_float(operand_element(channel, pixel), 0, precision, setup_.work);
}

std::int32_t Dpu::integer_operand(std::size_t channel, std::size_t pixel) const {
  if (!setup_.ew.operation || setup_.ew.bypass) return 0;
  // A register operand is in the stage's domain already: vendor files set the converter's bypass beside it.
  if (!setup_.ew.operand_from_memory) return static_cast<std::int32_t>(setup_.ew.register_operand);
  const Precision precision = setup_.ew_operand.element_bytes == 1 ? Precision::kInt8 : Precision::kInt16;
  return convert_operand(setup_.ew, load_integer(operand_element(channel, pixel), 0, precision));
}

void Dpu::real_lane(const Step& step, std::size_t lane, std::span<std::byte> out) const {
  const std::size_t channel = step.channel + lane;
  double value = apply(setup_.bs, step.real[lane], channel, setup_.work);
  value = apply(setup_.bn, value, channel, setup_.work);
  value = apply(setup_.ew, value, real_operand(channel, step.pixel));
  store_float(out, lane, value, setup_, {channel, step.pixel}, context_.diagnostics);
}

void Dpu::integer_lane(const Step& step, std::size_t lane, std::span<std::byte> out) const {
  const std::size_t channel = step.channel + lane;
  std::int32_t value = step.integer[lane];
  if (setup_.ow.on) {
    const auto ow = static_cast<std::int32_t>(setup_.ow.factor.at(channel));
    value = saturate_int32(value + ow * step.window_sums[lane]);
  }
  value = apply(setup_.bs, value, channel);
  value = apply(setup_.bn, value, channel);
  value = apply(setup_.ew, value, integer_operand(channel, step.pixel));
  const OutputConverter& c = setup_.converter;
  store_integer(out, lane, convert_output(value, c.scale, c.shift, c.offset), setup_, {channel, step.pixel},
                context_.diagnostics);
}

void Dpu::pend_lane(std::size_t lane, std::span<std::byte> out) const {
  switch (element_bytes(setup_.output)) {
    case 1: return store_le(out, lane, static_cast<std::uint8_t>(setup_.pend));
    case 2: return store_le(out, lane * 2, static_cast<std::uint16_t>(setup_.pend));
    default: return store_le(out, lane * 4, setup_.pend);
  }
}

void Dpu::take(const Step& step) {
  std::array<std::byte, kMaxStepLanes * sizeof(std::uint32_t)> buffer;
  const auto out = std::span(buffer).first(step.lanes * element_bytes(setup_.output));
  for (std::size_t lane = 0; lane < step.lanes; ++lane) {
    if (step.channel + lane >= setup_.original_channels)
      pend_lane(lane, out);
    else if (setup_.real)
      real_lane(step, lane, out);
    else
      integer_lane(step, lane, out);
  }
  writer_.write(out);
}

}  // namespace mattock::emulator
