#include "emulator/support/flying.hpp"

#include "base/half.hpp"
#include "base/math.hpp"

namespace mattock::test {
namespace {

std::uint32_t pixel_bytes(std::uint32_t precision) { return bytes_of(precision) == 4 ? 16 : 8; }

std::uint32_t whole_surface(std::uint32_t precision, std::uint32_t pixels) {
  return align_up(pixels, 4u) * pixel_bytes(precision);
}

void store_number(Machine& machine, std::uint32_t precision, std::uint32_t address, double value) {
  switch (precision) {
    case kInt8: return machine.store(address, static_cast<std::int8_t>(value));
    case kInt16: return machine.store(address, static_cast<std::int16_t>(value));
    case kInt32: return machine.store(address, static_cast<std::int32_t>(value));
    case kFp16: return machine.store(address, half_from_double(value).bits);
    case kBf16: return machine.store(address, bfloat16_from_double(value).bits);
    default: return machine.store(address, static_cast<float>(value));
  }
}

}  // namespace

std::uint32_t bytes_of(std::uint32_t precision) {
  if (precision == kInt8) return 1;
  return precision == kInt32 || precision == kFp32 ? 4 : 2;
}

std::uint32_t cube_offset(std::uint32_t precision, std::uint32_t surface_bytes, std::uint32_t pixel,
                          std::uint32_t channel) {
  const std::uint32_t lanes = pixel_bytes(precision) / bytes_of(precision);
  return channel / lanes * surface_bytes + pixel * pixel_bytes(precision) + channel % lanes * bytes_of(precision);
}

std::uint32_t Flying::source_surface() const { return whole_surface(in, pixels()); }
std::uint32_t Flying::output_surface() const { return whole_surface(out, pixels()); }
std::uint32_t Flying::source_bytes() const {
  return source_surface() * ceil_div(channels * bytes_of(in), pixel_bytes(in));
}
std::uint32_t Flying::output_bytes() const {
  return output_surface() * ceil_div(channels * bytes_of(out), pixel_bytes(out));
}

Task flying_task(const Flying& f) {
  // A step is one input atom; it leaves as E output atoms.
  const std::uint32_t step_channels = pixel_bytes(f.in) / bytes_of(f.in);
  const std::uint32_t e = step_channels * bytes_of(f.out) / pixel_bytes(f.out);
  const std::uint32_t original = f.original_channels == 0 ? f.channels : f.original_channels;
  Task task(0x18, {{0x4004, 0xe},
                   {0x5004, 0xe},
                   {0x400c, 0x109},
                   {0x4010, f.out << 29 | (f.operand == kAsInput ? f.in : f.operand) << 26 | f.work},
                   {0x4020, f.output},
                   {0x4024, f.output_surface()},
                   {0x4030, f.width - 1},
                   {0x4034, f.height - 1},
                   {0x403c, (original - 1) << 16 | (f.channels - 1)},
                   {0x4040, 0x53},
                   {0x4050, (e - 1) << 8 | (e - 1) << 5 | (e - 1) << 2 | 2},
                   {0x4060, 0x53},
                   {0x4070, 0x383},
                   {0x4078, 1},
                   {0x4084, 1},
                   {0x40c0, e * f.output_surface()},
                   {0x500c, f.width - 1},
                   {0x5010, f.height - 1},
                   {0x5014, f.channels - 1},
                   {0x5018, f.source},
                   {0x501c, 1},
                   {0x5028, 1},
                   {0x5034, 1},
                   {0x5044, f.in << 15 | 0x4000 | f.work << 5 | 1},
                   {0x504c, f.source_surface() - f.pixels() * pixel_bytes(f.in)},
                   {0x5068, 0x01010101}});
  task.clear({0x4014, 0x4038, 0x4044, 0x4048, 0x404c, 0x4054, 0x4064, 0x4068, 0x406c, 0x4074, 0x407c, 0x4080,
              0x4088, 0x40c4, 0x5020, 0x5024, 0x502c, 0x5030, 0x5038, 0x503c, 0x5040, 0x5048, 0x5064});
  task.fill(0x4090, 0x40ac, 0);
  return task;
}

std::uint32_t place_cube(Machine& machine, std::uint32_t precision, std::uint32_t pixels, std::uint32_t channels,
                         const std::vector<double>& values, std::uint32_t surface_bytes) {
  const std::uint32_t surface = surface_bytes == 0 ? whole_surface(precision, pixels) : surface_bytes;
  const std::uint32_t lanes = pixel_bytes(precision) / bytes_of(precision);
  const std::uint32_t address = machine.allocate(std::size_t{surface} * ceil_div(channels, lanes));
  for (std::uint32_t pixel = 0; pixel < pixels; ++pixel)
    for (std::uint32_t channel = 0; channel < channels; ++channel)
      store_number(machine, precision, address + cube_offset(precision, surface, pixel, channel),
                   values.at(std::size_t{pixel} * channels + channel));
  return address;
}

double load_number(Machine& machine, std::uint32_t precision, std::uint32_t address) {
  switch (precision) {
    case kInt8: return machine.load<std::int8_t>(address);
    case kInt16: return machine.load<std::int16_t>(address);
    case kInt32: return machine.load<std::int32_t>(address);
    case kFp16: return to_double(half{machine.load<std::uint16_t>(address)});
    case kBf16: return to_double(bfloat16{machine.load<std::uint16_t>(address)});
    default: return static_cast<double>(machine.load<float>(address));
  }
}

std::vector<double> load_cube(Machine& machine, std::uint32_t precision, std::uint32_t address, std::uint32_t pixels,
                              std::uint32_t channels, std::uint32_t surface_bytes) {
  const std::uint32_t surface = surface_bytes == 0 ? whole_surface(precision, pixels) : surface_bytes;
  std::vector<double> values;
  for (std::uint32_t pixel = 0; pixel < pixels; ++pixel)
    for (std::uint32_t channel = 0; channel < channels; ++channel)
      values.push_back(load_number(machine, precision, address + cube_offset(precision, surface, pixel, channel)));
  return values;
}

}  // namespace mattock::test
