#include "emulator/support/flying.hpp"

#include "base/math.hpp"

namespace mattock::test {
namespace {

std::uint32_t pixel_bytes(std::uint32_t precision) { return bytes_of(precision) == 4 ? 16 : 8; }

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

std::uint32_t Flying::source_surface() const { return align_up(pixels(), 4u) * pixel_bytes(in); }
std::uint32_t Flying::output_surface() const { return align_up(pixels(), 4u) * pixel_bytes(out); }
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
                   {0x4010, f.out << 29 | f.operand << 26 | f.work},
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

}  // namespace mattock::test
