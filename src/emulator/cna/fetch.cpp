#include "emulator/cna/fetch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/half.hpp"
#include "base/math.hpp"
#include "emulator/numerics.hpp"

namespace mattock::emulator {
namespace {

FeatureTicket ticket_of(const Convolution& conv) {
  return {conv.input.width, conv.input.height, conv.channels_declared,
          conv.entries,     conv.data_banks,   conv.weight_banks};
}

/// Stores the converted pixel of an image: lanes above the image's channels stay zero.
void convert_pixel(const Convolution& conv, std::span<const std::byte> pixel, std::span<std::byte> atom) {
  std::fill(atom.begin(), atom.end(), std::byte{0});
  if (!conv.converter.on) {
    std::copy(pixel.begin(), pixel.end(), atom.begin());
    return;
  }
  for (std::size_t c = 0; c < conv.image_channels; ++c) {
    const std::int32_t raw =
        conv.converter.source_signed ? load_le<std::int8_t>(pixel, c) : load_le<std::uint8_t>(pixel, c);
    const std::int64_t scaled =
        round_shift(std::int64_t{raw} * conv.converter.scale[c], static_cast<unsigned>(conv.converter.shift[c]));
    const std::int64_t value = scaled + conv.converter.offset[c];
    if (conv.element_bytes == 1) {
      store_le(atom, c, static_cast<std::int8_t>(saturate_int8(value)));
    } else {
      store_le(atom, c * 2, static_cast<std::int16_t>(saturate_int16(value)));
    }
  }
}

void fetch_image(const Convolution& conv, const Memory& memory, const hw::Chip& chip, Cbuf& cbuf,
                 Diagnostics& diagnostics, TaskReport& report) {
  const std::size_t source_bytes = conv.converter.on ? 1 : conv.element_bytes;
  const std::size_t pixel_bytes = conv.image_channels * source_bytes;
  const auto data = cbuf.data(conv.data_banks);
  for (std::size_t y = 0; y < conv.fetch.height; ++y) {
    const auto line = memory.at(conv.feature_address + y * conv.line_stride_bytes, conv.fetch.width * pixel_bytes,
                                "cna.feature_data_addr", diagnostics);
    report.feature_bytes += line.size();
    for (std::size_t x = 0; x < conv.fetch.width; ++x) {
      const std::size_t at = y * conv.entries * chip.cbuf_entry_bytes + atom_offset(conv.fetch.width, 1, 0, x, chip);
      convert_pixel(conv, line.subspan(x * pixel_bytes, pixel_bytes), data.subspan(at, chip.atom_bytes));
    }
  }
}

void fetch_cube(const Convolution& conv, const Memory& memory, const hw::Chip& chip, Cbuf& cbuf,
                Diagnostics& diagnostics, TaskReport& report) {
  const std::size_t surfaces = ceil_div(conv.fetch_channels, conv.atom_lanes);
  const auto data = cbuf.data(conv.data_banks);
  MemoryWindow window(memory);
  for (std::size_t surface = 0; surface < surfaces; ++surface) {
    for (std::size_t y = 0; y < conv.fetch.height; ++y) {
      const std::uint64_t address =
          conv.feature_address + surface * conv.surface_stride_bytes + y * conv.line_stride_bytes;
      const auto line = window.at(address, conv.fetch.width * chip.atom_bytes, "cna.feature_data_addr", diagnostics);
      report.feature_bytes += line.size();
      for (std::size_t x = 0; x < conv.fetch.width; ++x) {
        const std::size_t at =
            y * conv.entries * chip.cbuf_entry_bytes + atom_offset(conv.fetch.width, surfaces, surface, x, chip);
        const auto atom = line.subspan(x * chip.atom_bytes, chip.atom_bytes);
        std::copy(atom.begin(), atom.end(), data.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
  }
}

}  // namespace

void fetch_features(const Convolution& conv, const Memory& memory, const hw::Chip& chip, Cbuf& cbuf,
                    Diagnostics& diagnostics, TaskReport& report) {
  if (conv.keep_data) {
    if (cbuf.loaded_features == ticket_of(conv)) return;
    diagnostics.not_modelled(
        "cna.cbuf_con0 field data_reuse: the task before did not load data of this width, height, channels, entries "
        "and bank split");
  }
  cbuf.loaded_features = ticket_of(conv);
  if (conv.image_channels != 0) {
    fetch_image(conv, memory, chip, cbuf, diagnostics, report);
  } else {
    fetch_cube(conv, memory, chip, cbuf, diagnostics, report);
  }
}

WeightReader::WeightReader(const Convolution& conv, const Memory& memory, const hw::Chip& chip, Cbuf& cbuf,
                           Diagnostics& diagnostics, TaskReport& report, bool repeats_group)
    : conv_(conv),
      memory_(memory),
      cbuf_(cbuf),
      diagnostics_(diagnostics),
      report_(report),
      repeats_group_(repeats_group) {
  const std::size_t capacity = conv.weight_banks * chip.cbuf_bank_bytes;
  const WeightTicket ticket{conv.weight_bytes, conv.input.width, conv.channels_declared,
                            conv.entries,      conv.data_banks,  conv.weight_banks};
  resident_ = conv.weight_bytes <= capacity;
  if (conv.keep_weights) {
    if (cbuf.loaded_weights == ticket) return;
    diagnostics.not_modelled(
        "cna.cbuf_con0 field weight_reuse: the task before did not load weights of this size, for this width, "
        "channels, entries and bank split");
  }
  cbuf.loaded_weights.reset();
  if (resident_) {
    load(0, conv.weight_bytes, 0);
    cbuf.loaded_weights = ticket;
    return;
  }
  const std::size_t group_bytes = std::min(conv.kernels, conv.group_kernels) * conv.kernel_bytes;
  if (conv.depthwise || group_bytes > capacity) {
    diagnostics.refuse(fmt::format("cna.cbuf_con0: {} weight banks hold {} bytes, a kernel group needs {}",
                                   conv.weight_banks, capacity, conv.depthwise ? conv.weight_bytes : group_bytes));
  }
}

std::size_t WeightReader::kernels_in_group(std::size_t group) const {
  if (conv_.depthwise) return conv_.kernels;
  return std::min(conv_.group_kernels, conv_.kernels - group * conv_.group_kernels);
}

std::size_t WeightReader::streamed_offset(std::size_t group) const {
  if (repeats_group_ && group != 0 && group + 1 == conv_.groups()) --group;
  return group * conv_.group_kernels * conv_.kernel_bytes;
}

std::span<std::byte> WeightReader::load(std::size_t offset, std::size_t size, std::size_t position) {
  const auto source = memory_.at(conv_.weight_address + offset, size, "cna.dcomp_addr0", diagnostics_);
  const auto target = cbuf_.weights(conv_.data_banks, conv_.weight_banks).subspan(position, size);
  std::copy(source.begin(), source.end(), target.begin());
  report_.weight_bytes += size;
  return target;
}

std::span<const std::byte> WeightReader::look_ahead(std::size_t group) const {
  const std::size_t offset = group * conv_.group_kernels * conv_.kernel_bytes;
  const std::size_t size = kernels_in_group(group) * conv_.kernel_bytes;
  if (resident_) return cbuf_.weights(conv_.data_banks, conv_.weight_banks).subspan(offset, size);
  return memory_.find(conv_.weight_address + streamed_offset(group), size);
}

std::span<const std::byte> WeightReader::group(std::size_t group) {
  const std::size_t offset = group * conv_.group_kernels * conv_.kernel_bytes;
  const std::size_t size = kernels_in_group(group) * conv_.kernel_bytes;
  if (resident_) return cbuf_.weights(conv_.data_banks, conv_.weight_banks).subspan(offset, size);
  return load(streamed_offset(group), size, 0);
}

}  // namespace mattock::emulator
