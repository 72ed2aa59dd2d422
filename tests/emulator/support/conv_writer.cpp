#include "emulator/support/conv_writer.hpp"

#include <algorithm>
#include <bit>

#include "base/half.hpp"
#include "base/math.hpp"

namespace mattock::test {
namespace {

std::uint32_t u32(std::int64_t value) { return static_cast<std::uint32_t>(value); }
std::size_t size(std::int64_t value) { return static_cast<std::size_t>(value); }

void store_element(Arithmetic type, Machine& machine, std::uint32_t address, double value) {
  switch (type) {
    case Arithmetic::kInt8: machine.store(address, static_cast<std::uint8_t>(static_cast<int>(value))); break;
    case Arithmetic::kInt16: machine.store(address, static_cast<std::int16_t>(value)); break;
    case Arithmetic::kFp16: machine.store(address, half_from_double(value).bits); break;
    case Arithmetic::kBf16: machine.store(address, bfloat16_from_double(value).bits); break;
  }
}

double load_element(const Convolution& conv, Machine& machine, std::uint32_t address) {
  switch (conv.arithmetic) {
    case Arithmetic::kInt8:
      if (conv.requantise == Requantise::kNone) return machine.load<std::int32_t>(address);
      return machine.load<std::int8_t>(address);
    case Arithmetic::kInt16: return machine.load<std::int16_t>(address);
    case Arithmetic::kFp16:
      if (conv.wide_output) return std::bit_cast<float>(machine.load<std::uint32_t>(address));
      return to_double(half{machine.load<std::uint16_t>(address)});
    case Arithmetic::kBf16: break;
  }
  return to_double(bfloat16{machine.load<std::uint16_t>(address)});
}

std::uint32_t precision_code(Arithmetic type) {
  switch (type) {
    case Arithmetic::kInt8: return 0;
    case Arithmetic::kInt16: return 1;
    case Arithmetic::kFp16: return 2;
    case Arithmetic::kBf16: break;
  }
  return 3;
}

// Channels that leave the multipliers in one step.
int step_channels(const Convolution& conv) {
  const int dense = conv.arithmetic == Arithmetic::kInt8 ? 16 : 8;
  return conv.depthwise ? 2 * dense : dense;
}

// Surfaces are padded to 4 pixels, but those of a map of one pixel lie side by side.
std::int64_t surface_pixels(std::int64_t width, std::int64_t height) {
  return width * height == 1 ? 1 : align_up(width * height, 4);
}
int pixel_bytes(const Convolution& conv) { return conv.output_bytes() == 4 ? 16 : 8; }
int image_line_bytes(const Convolution& conv) { return align_up(conv.width * conv.channels * conv.element_bytes(), 8); }

// Bytes that channels [first, first + slice) of one kernel take: whole atoms, and 24 are stored as 32.
int stored_slice_bytes(const Convolution& conv, int first) {
  const int bytes = std::min(conv.declared_channels() * conv.element_bytes() - first * conv.element_bytes(), 32);
  return bytes == 24 ? 32 : bytes;
}

int weight_row_bytes(const Convolution& conv) {
  int row = 0;
  const int slice = 32 / conv.element_bytes();
  for (int first = 0; first < conv.declared_channels(); first += slice) row += stored_slice_bytes(conv, first);
  return row;
}

// Records of four channels: int32 (or fp32) bias x 4, then, where selected, int16 x 4 and uint16 x 4.
std::uint32_t place_stream(const Convolution& conv, const ConvolutionData& data, Machine& machine) {
  const bool full = conv.requantise == Requantise::kPerChannel;
  const std::uint32_t group_bytes = full ? 32 : 16;
  const int groups = ceil_div(conv.declared_kernels(), 4);
  const std::uint32_t address = machine.allocate(size(groups) * group_bytes);
  for (int n = 0; n < groups * 4; ++n) {
    const bool real = n < conv.kernels;
    const std::uint32_t group = address + u32(n / 4) * group_bytes, lane = u32(n % 4);
    const double bias = real ? data.bias[size(n)] : 0;
    if (conv.is_float())
      machine.store(group + lane * 4, static_cast<float>(bias));
    else
      machine.store(group + lane * 4, static_cast<std::int32_t>(bias));
    if (!full) continue;
    machine.store(group + 16 + lane * 2, static_cast<std::int16_t>(real ? data.weight_offsets[size(n)] : 0));
    machine.store(group + 24 + lane * 2, static_cast<std::uint16_t>(real ? data.multipliers[size(n)] : 0));
  }
  return address;
}

void write_input(const Convolution& conv, const PlacedConvolution& placed, Task& task) {
  const int es = conv.element_bytes(), declared = conv.declared_channels();
  const std::uint32_t precision = precision_code(conv.arithmetic);
  const std::uint32_t image_code = conv.image ? u32(7 + conv.channels) : 0;
  const int keff = (conv.kernel_height - 1) * conv.dilation_y + 1;
  const int grains = std::min(conv.height, keff + conv.stride_y * (16 / conv.output_width() + 1));
  const int kernel_bytes = conv.kernel_width * conv.kernel_height * weight_row_bytes(conv);
  const int entries = entries_per_line(conv), data_banks = ceil_div(entries * conv.height, 1024);
  const bool one_pixel = conv.width == 1 && conv.height == 1;
  const int atoms = declared * es / 8;

  task.set(0x100c, (conv.depthwise ? 3u : 0u) | precision << 4 | precision << 8 | image_code << 12 |
                       (conv.spread_x * conv.spread_y > 1 ? 1u << 16 : 0u));
  task.set(0x1010, u32(grains) << 4);
  task.set(0x1014, u32(conv.stride_x | conv.stride_y << 3 | (conv.spread_x - 1) << 8 | (conv.spread_y - 1) << 11 |
                       (conv.dilation_x - 1) << 16 | (conv.dilation_y - 1) << 21));
  task.set(0x1018, conv.image && conv.channels == 3 ? u32(conv.width * conv.height * 9) : 0);
  task.set(0x1020, u32(conv.width << 16 | conv.height));
  task.set(0x1024, u32((conv.channels - 1) << 16 | declared));
  task.set(0x1028, u32(conv.output_width()));
  task.set(0x102c, u32(conv.output_width() * conv.output_height()));
  task.set(0x1030, u32(conv.depthwise ? kernel_bytes : kernel_bytes * conv.kernels));
  task.set(0x1034, u32(kernel_bytes));
  task.set(0x1038, u32(conv.kernel_width << 24 | conv.kernel_height << 16 | (conv.depthwise ? 1 : conv.kernels)));
  task.set(0x1040, u32(data_banks | (8 - data_banks) << 4));
  task.set(0x1044, u32(conv.width << 16 | entries));
  task.set(0x104c, 0xa);
  task.fill(0x1050, 0x105c, 0x10000);
  if (conv.pixel_conversion) {
    task.set(0x104c, u32(1 | conv.pixel_shift[0] << 4 | conv.pixel_shift[1] << 10 | conv.pixel_shift[2] << 16 |
                         conv.pixel_shift[3] << 22));
    for (std::uint16_t c = 0; c < 4; ++c)
      task.set(static_cast<std::uint16_t>(0x1050 + 4 * c),
               u32(conv.pixel_scale[c]) << 16 | (u32(conv.pixel_offset[c]) & 0xffff));
  }
  task.clear({0x1060, 0x1064, 0x1074, 0x1100, 0x1104});
  task.set(0x1068, u32(conv.pad_value) << 16 | u32(conv.pad_left << 4 | conv.pad_top));
  task.set(0x1070, placed.features);
  task.set(0x1078, 0x00171c07);
  task.set(0x107c, conv.image ? u32(image_line_bytes(conv) / 8) : u32(conv.width));
  task.set(0x1080, u32(surface_pixels(conv.width, conv.height)));
  task.set(0x1084, one_pixel && !conv.image ? u32(atoms << 16 | 1) : u32(conv.width << 16 | conv.height));
  task.set(0x1088, one_pixel && !conv.image ? u32(conv.atom_channels()) : u32(declared));
  task.set(0x1110, placed.weights);
  task.fill(0x1114, 0x114c, 0);
}

void write_middle(const Convolution& conv, Task& task) {
  const std::uint32_t precision = precision_code(conv.arithmetic);
  const std::uint32_t core = conv.arithmetic == Arithmetic::kBf16 ? 2 : precision;  // vendor leaves fp16 there
  const std::uint32_t depthwise = conv.depthwise ? 2 : 0;
  task.set(0x200c, 1 | depthwise | precision << 12);
  task.set(0x300c, depthwise | core << 12);
  task.set(0x3010, u32((conv.output_height() - 1) << 16 | (conv.output_width() - 1)));
  task.set(0x3014, u32(conv.declared_kernels() - 1));
  task.set(0x302c, 0);
}

std::uint32_t data_format(const Convolution& conv) {
  switch (conv.arithmetic) {
    case Arithmetic::kInt8:
      if (conv.requantise == Requantise::kNone) return 0x80000000;
      return conv.requantise == Requantise::kPerChannel ? 0xe0 : 0;  // shift 14 for negative values too
    case Arithmetic::kInt16: return 0x24000001 | (conv.requantise == Requantise::kPerChannel ? 0xe0 : 0);
    case Arithmetic::kFp16: return conv.wide_output ? 0xa8000002 : 0x48000002;
    case Arithmetic::kBf16: break;
  }
  return 0x6c000003;
}

void write_output(const Convolution& conv, const PlacedConvolution& placed, Task& task) {
  const std::uint32_t surface = u32(surface_pixels(conv.output_width(), conv.output_height()) * pixel_bytes(conv));
  const std::uint32_t e = u32(step_channels(conv) * conv.output_bytes() / pixel_bytes(conv));
  const bool stream = conv.bias || conv.requantise != Requantise::kNone;
  const bool per_channel = conv.requantise == Requantise::kPerChannel;
  const bool per_layer = conv.requantise == Requantise::kPerLayer;
  task.set(0x400c, conv.depthwise ? 0x138 : 0x108);
  task.set(0x4010, data_format(conv));
  task.set(0x4014, 0);
  task.set(0x4020, placed.output);
  task.set(0x4024, surface);
  task.set(0x4030, u32(conv.output_width() - 1));
  task.set(0x4034, u32(conv.output_height() - 1));
  task.set(0x4038, 0);
  task.set(0x403c, u32((conv.kernels - 1) << 16 | (conv.declared_kernels() - 1)));
  task.set(0x4040, per_channel ? 0x148 : (stream ? 0x158 : 0x53));
  task.set(0x4044, 0);
  task.set(0x4048, per_channel ? 0xe01 : 0);
  task.set(0x404c, 0);
  // OW is bypassed unless a zero-point term is wanted, per channel from memory, per layer from 4054.
  const std::uint32_t ow = per_channel ? 1 : (per_layer ? 0 : 2);
  task.set(0x4050, (e - 1) << 8 | (e - 1) << 5 | (e - 1) << 2 | ow);
  task.set(0x4054, per_layer ? u32(conv.weight_offset) : 0);
  task.clear({0x4064, 0x4068, 0x406c, 0x4074, 0x407c, 0x40c4});
  task.set(0x4060, 0x53);
  task.set(0x4070, 0x383);
  task.set(0x4078, 1);
  task.set(0x4080, u32(conv.output_offset));
  task.set(0x4084, u32(conv.output_scale) & 0xffff);
  task.set(0x4088, u32(conv.output_shift));
  task.fill(0x4090, 0x40ac, 0);
  task.set(0x40c0, e * surface);
}

void write_streams(const Convolution& conv, std::uint32_t stream, Task& task) {
  const bool per_channel = conv.requantise == Requantise::kPerChannel;
  const std::uint32_t record_bytes = per_channel ? 8 : 4;
  std::uint32_t mode = conv.depthwise ? 6 : 0;
  switch (conv.arithmetic) {
    case Arithmetic::kInt8: mode |= 0x4000; break;
    case Arithmetic::kInt16: mode |= 0x4020; break;
    case Arithmetic::kFp16: mode |= 0x2c040; break;
    case Arithmetic::kBf16: mode |= 0x2c060; break;
  }
  task.set(0x5004, 0xe);
  task.set(0x500c, u32(conv.output_width() - 1));
  task.set(0x5010, u32(conv.output_height() - 1));
  task.set(0x5014, u32(conv.declared_kernels() - 1));
  task.set(0x5018, 0);
  task.set(0x501c, per_channel ? 0xe : 0x2);
  task.set(0x5020, stream);
  task.set(0x5024, u32(conv.declared_kernels()) * record_bytes / 8 - 1);
  task.set(0x5028, 1);
  task.set(0x5034, 1);
  task.set(0x5044, mode);
  task.clear({0x502c, 0x5030, 0x5038, 0x503c, 0x5040, 0x5048, 0x504c, 0x5064});
  task.set(0x5068, 0x01010101);
}

}  // namespace

int Convolution::output_width() const {
  return (spread_width() + pad_left + pad_right - ((kernel_width - 1) * dilation_x + 1)) / stride_x + 1;
}
int Convolution::output_height() const {
  return (spread_height() + pad_top + pad_bottom - ((kernel_height - 1) * dilation_y + 1)) / stride_y + 1;
}
int Convolution::output_bytes() const {
  if (arithmetic == Arithmetic::kInt8) return requantise == Requantise::kNone ? 4 : 1;
  return wide_output ? 4 : 2;
}
int Convolution::declared_channels() const { return align_up(channels, atom_channels()); }
int Convolution::declared_kernels() const { return align_up(kernels, step_channels(*this)); }

std::string Convolution::text() const {
  static constexpr const char* kTypes[] = {"int8", "int16", "fp16", "bf16"};
  static constexpr const char* kModes[] = {"no requantisation", "per layer", "per channel"};
  auto pair = [](int x, int y) { return std::to_string(x) + "x" + std::to_string(y); };
  return std::string(kTypes[static_cast<int>(arithmetic)]) + ", " + kModes[static_cast<int>(requantise)] +
         (wide_output ? ", wide output" : "") + (bias ? ", bias" : "") + (depthwise ? ", depthwise" : "") +
         (image ? ", image" : "") + ": width x height " + pair(width, height) + ", channels " +
         std::to_string(channels) + " to " + std::to_string(kernels) + ", kernel " + pair(kernel_width, kernel_height) +
         ", stride " + pair(stride_x, stride_y) + ", dilation " + pair(dilation_x, dilation_y) + ", spread " +
         pair(spread_x, spread_y) + ", pads left top right bottom " + pair(pad_left, pad_top) + " " +
         pair(pad_right, pad_bottom) + ", pad value " + std::to_string(pad_value) + ", output " +
         pair(output_width(), output_height());
}

int entries_per_line(const Convolution& conv) {
  const int a = conv.declared_channels() * conv.element_bytes() / 8, rest = a % 4;
  return conv.width * (a / 4) + (rest == 3 ? conv.width : ceil_div(rest * conv.width, 4));
}

std::size_t feature_bytes(const Convolution& conv) {
  if (conv.image) return size(image_line_bytes(conv) * conv.height);
  return size(surface_pixels(conv.width, conv.height) * conv.declared_channels() * conv.element_bytes());
}

void store_features(const Convolution& conv, const std::vector<double>& features, Machine& machine,
                    std::uint32_t address) {
  const auto room = machine.at(address).first(feature_bytes(conv));
  std::fill(room.begin(), room.end(), std::byte{0});  // lanes above the real channels must be clean
  const int es = conv.element_bytes(), c2 = conv.atom_channels();
  for (int c = 0; c < conv.channels; ++c)
    for (int y = 0; y < conv.height; ++y)
      for (int x = 0; x < conv.width; ++x) {
        const std::int64_t at =
            conv.image ? y * image_line_bytes(conv) + (x * conv.channels + c) * es
                       : (c / c2 * surface_pixels(conv.width, conv.height) + y * conv.width + x) * 8 + c % c2 * es;
        store_element(conv.arithmetic, machine, address + u32(at),
                      features[size((c * conv.height + y) * conv.width + x)]);
      }
}

void store_weights(const Convolution& conv, const std::vector<double>& weights, Machine& machine,
                   std::uint32_t address) {
  const int es = conv.element_bytes(), slice = 32 / es;
  const int taps = conv.kernel_width * conv.kernel_height;
  const int kernels = conv.depthwise ? 1 : conv.kernels, group = conv.arithmetic == Arithmetic::kInt8 ? 16 : 8;
  std::uint32_t at = address;
  for (int first_kernel = 0; first_kernel < kernels; first_kernel += group)
    for (int first = 0; first < conv.declared_channels(); first += slice)
      for (int tap = 0; tap < taps; ++tap)
        for (int n = first_kernel; n < std::min(kernels, first_kernel + group); ++n) {
          for (int c = first; c < first + stored_slice_bytes(conv, first) / es; ++c) {
            const bool real = c < conv.channels;
            const double value = real ? weights[size((n * conv.channels + c) * taps + tap)] : 0;
            store_element(conv.arithmetic, machine, at, value);
            at += u32(es);
          }
        }
}

PlacedConvolution place(const Convolution& conv, const ConvolutionData& data, Machine& machine) {
  PlacedConvolution placed;
  placed.feature_bytes = feature_bytes(conv);
  placed.features = machine.allocate(placed.feature_bytes);
  store_features(conv, data.features, machine, placed.features);
  placed.weight_bytes =
      size(conv.kernel_width * conv.kernel_height * weight_row_bytes(conv) * (conv.depthwise ? 1 : conv.kernels));
  placed.weights = machine.allocate(placed.weight_bytes);
  store_weights(conv, data.weights, machine, placed.weights);
  placed.output_bytes =
      size(surface_pixels(conv.output_width(), conv.output_height()) * conv.declared_kernels() * conv.output_bytes());
  placed.output = machine.allocate(placed.output_bytes);

  const bool stream = conv.bias || conv.requantise != Requantise::kNone;
  placed.task = Task(stream ? 0x1f : 0x0f, {{0x1004, 0xe}, {0x2004, 0xe}, {0x3004, 0xe}, {0x4004, 0xe}});
  write_input(conv, placed, placed.task);
  write_middle(conv, placed.task);
  write_output(conv, placed, placed.task);
  if (stream) write_streams(conv, place_stream(conv, data, machine), placed.task);
  return placed;
}

std::vector<double> load_output(const Convolution& conv, const PlacedConvolution& placed, Machine& machine) {
  const int width = conv.output_width(), height = conv.output_height(), bytes = conv.output_bytes();
  const int c2 = pixel_bytes(conv) / bytes;
  std::vector<double> values;
  for (int n = 0; n < conv.kernels; ++n)
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const std::int64_t at =
            (n / c2 * surface_pixels(width, height) + y * width + x) * pixel_bytes(conv) + n % c2 * bytes;
        values.push_back(load_element(conv, machine, placed.output + u32(at)));
      }
  return values;
}

}  // namespace mattock::test
