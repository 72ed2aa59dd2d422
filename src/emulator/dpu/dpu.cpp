#include "emulator/dpu/dpu.hpp"

#include <fmt/format.h>

#include <algorithm>
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

/// Float results that silicon may treat otherwise.
void report_float(double exact, double stored, double smallest_normal, Place place, Diagnostics& diagnostics) {
  std::string_view what;
  if (std::isnan(stored))
    what = "NaN in the output";
  else if (std::isinf(stored) && std::isfinite(exact))
    what = "overflow of the output type";
  else if (stored != 0 && std::fabs(stored) < smallest_normal)
    what = "subnormal in the output";
  if (!what.empty()) diagnostics.event(what, place);
}

constexpr double kSmallestHalf = 0x1p-14;    // normal numbers
constexpr double kSmallestFloat = 0x1p-126;  // and bf16

/// One rounding, to nearest even, straight to the output type. `round` gives what is stored, `widen` its value.
template <class Stored, class Round, class Widen>
void store_floats(std::span<std::byte> bytes, std::span<const double> values, double smallest_normal, Place place,
                  Diagnostics& diagnostics, const Round& round, const Widen& widen) {
  bool unusual = false;
  for (std::size_t lane = 0; lane < values.size(); ++lane) {
    const Stored stored = round(values[lane]);
    store_le(bytes, lane * sizeof(Stored), stored);
    const double magnitude = std::fabs(widen(stored));
    // False for NaN too.
    const bool ordinary =
        (magnitude >= smallest_normal && magnitude <= std::numeric_limits<double>::max()) || magnitude == 0;
    unusual |= !ordinary;
  }
  if (!unusual) return;
  for (std::size_t lane = 0; lane < values.size(); ++lane) {
    const auto stored = load_le<Stored>(bytes, lane * sizeof(Stored));
    report_float(values[lane], widen(stored), smallest_normal, {place.channel + lane, place.pixel}, diagnostics);
  }
}

void store(std::span<std::byte> bytes, std::span<const double> values, const DpuSetup& setup, Place place,
           Diagnostics& diagnostics) {
  // An int16 output of float work passes the 16-bit pattern (the way vendor files divide).
  const Precision format = setup.output == Precision::kInt16 ? setup.work : setup.output;
  if (format == Precision::kFp32) {
    return store_floats<float>(
        bytes, values, kSmallestFloat, place, diagnostics, [](double value) { return static_cast<float>(value); },
        [](float stored) { return static_cast<double>(stored); });
  }
  if (format == Precision::kBf16) {
    return store_floats<std::uint16_t>(
        bytes, values, kSmallestFloat, place, diagnostics,
        [](double value) { return bfloat16_from_double(value).bits; },
        [](std::uint16_t stored) { return to_double(bfloat16{stored}); });
  }
  store_floats<std::uint16_t>(
      bytes, values, kSmallestHalf, place, diagnostics,
      [&](double value) { return round_to_half(value, setup.variation).bits; },
      [](std::uint16_t stored) { return to_double(half{stored}); });
}

void store(std::span<std::byte> bytes, std::span<const std::int64_t> values, const DpuSetup& setup, Place place,
           Diagnostics& diagnostics) {
  const std::size_t count = values.size();
  switch (setup.output) {
    case Precision::kInt8:
      for (std::size_t i = 0; i < count; ++i) store_le(bytes, i, static_cast<std::int8_t>(saturate_int8(values[i])));
      return;
    case Precision::kInt16:
      for (std::size_t i = 0; i < count; ++i)
        store_le(bytes, i * 2, static_cast<std::int16_t>(saturate_int16(values[i])));
      return;
    case Precision::kInt32:
      for (std::size_t i = 0; i < count; ++i) store_le(bytes, i * 4, saturate_int32(values[i]));
      return;
    default: break;
  }
  std::array<double, kMaxStepLanes> reals;
  for (std::size_t i = 0; i < count; ++i) reals[i] = static_cast<double>(values[i]);
  store(bytes, std::span(reals).first(count), setup, place, diagnostics);
}

}  // namespace

Dpu::Dpu(const DpuContext& context, const StepSource& source)
    : context_(context),
      setup_(decode_dpu(context, source.flying, source.lanes, source.channels)),
      writer_(setup_.writer, context.memory, context.diagnostics, context.report),
      operand_memory_(context.memory) {
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
  if (setup_.writer.contiguous && setup_.contiguous_bytes != bytes)
    context.dpu.not_modelled<hw::dpu::FeatureModeCfg>("surf_len", fmt::format("{} bytes are written", bytes));
}

std::span<const std::byte> Dpu::operand_element(std::size_t channel, std::size_t pixel) {
  const ElementOperand& operand = setup_.ew_operand;
  std::uint64_t address = operand.address + channel / operand.pixel_lanes * operand.surface_stride_bytes +
                          channel % operand.pixel_lanes * operand.element_bytes;
  if (operand.per_pixel) {
    address += pixel / operand.map.width * operand.line_stride_bytes + pixel % operand.map.width * operand.pixel_bytes;
  }
  // assumed: what is the same for all pixels is fetched once; settled by timing a task of many pixels.
  if (operand.per_pixel || pixel == 0) context_.report.operand_bytes += operand.element_bytes;
  return operand_memory_.at(address, operand.element_bytes, "dpu_rdma.ew_base_addr", context_.diagnostics);
}

double Dpu::real_operand(std::size_t channel, std::size_t pixel) {
  if (!setup_.ew.operand_from_memory) return static_cast<double>(std::bit_cast<float>(setup_.ew.register_operand));
  if (setup_.ew_operand.element_bytes == 1) return load_integer(operand_element(channel, pixel), 0, Precision::kInt8);
  const Precision precision = setup_.ew_operand.element_bytes == 4           ? Precision::kFp32
                              : setup_.operand_precision == Precision::kBf16 ? Precision::kBf16
                              : setup_.operand_precision == Precision::kFp16 ? Precision::kFp16
                                                                             : setup_.work;
  return load_float(operand_element(channel, pixel), 0, precision, setup_.work);
}

std::int32_t Dpu::integer_operand(std::size_t channel, std::size_t pixel) {
  // A register operand is in the stage's domain already: vendor files set the converter's bypass beside it.
  if (!setup_.ew.operand_from_memory) return static_cast<std::int32_t>(setup_.ew.register_operand);
  const Precision precision = setup_.ew_operand.element_bytes == 1   ? Precision::kInt8
                              : setup_.ew_operand.element_bytes == 2 ? Precision::kInt16
                                                                     : Precision::kInt32;
  return convert_operand(setup_.ew, load_integer(operand_element(channel, pixel), 0, precision));
}

void Dpu::real_lanes(const Step& step, std::size_t lanes, std::span<std::byte> out) {
  std::array<double, kMaxStepLanes> room, operands;
  const auto values = std::span(room).first(lanes);
  std::copy_n(step.real, lanes, values.begin());
  apply(setup_.bs, values, step.channel, setup_.work);
  apply(setup_.bn, values, step.channel, setup_.work);
  if (setup_.ew.operation && !setup_.ew.bypass) {
    for (std::size_t lane = 0; lane < lanes; ++lane) operands[lane] = real_operand(step.channel + lane, step.pixel);
  }
  apply(setup_.ew, values, operands.data());
  store(out, values, setup_, {step.channel, step.pixel}, context_.diagnostics);
}

void Dpu::integer_lanes(const Step& step, std::size_t lanes, std::span<std::byte> out) {
  std::array<std::int32_t, kMaxStepLanes> room, operands;
  const auto values = std::span(room).first(lanes);
  std::copy_n(step.integer, lanes, values.begin());
  if (setup_.ow.on) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const auto ow = static_cast<std::int32_t>(setup_.ow.factor.at(step.channel + lane));
      values[lane] = saturate_int32(values[lane] + ow * step.window_sums[lane]);
    }
  }
  apply(setup_.bs, values, step.channel);
  apply(setup_.bn, values, step.channel);
  if (setup_.ew.operation && !setup_.ew.bypass) {
    for (std::size_t lane = 0; lane < lanes; ++lane) operands[lane] = integer_operand(step.channel + lane, step.pixel);
  }
  apply(setup_.ew, values, operands.data());
  std::array<std::int64_t, kMaxStepLanes> converted;
  const OutputConverter& c = setup_.converter;
  const bool identity = c.scale == 1 && c.shift == 0 && c.offset == 0;
  if (identity && setup_.output == Precision::kInt32) {
    // Fits as it is.
    for (std::size_t lane = 0; lane < lanes; ++lane) store_le(out, lane * 4, values[lane]);
    return;
  }
  if (identity) {
    std::copy(values.begin(), values.end(), converted.begin());
  } else {
    for (std::size_t lane = 0; lane < lanes; ++lane)
      converted[lane] = convert_output(values[lane], c.scale, c.shift, c.offset, setup_.variation);
  }
  store(out, std::span(converted).first(lanes), setup_, {step.channel, step.pixel}, context_.diagnostics);
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
  const std::size_t channels = setup_.original_channels;
  const std::size_t lanes = step.channel >= channels ? 0 : std::min(step.lanes, channels - step.channel);
  if (setup_.real)
    real_lanes(step, lanes, out);
  else
    integer_lanes(step, lanes, out);
  for (std::size_t lane = lanes; lane < step.lanes; ++lane) pend_lane(lane, out);
  writer_.write(out);
}

}  // namespace mattock::emulator
