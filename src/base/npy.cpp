#include "base/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/npy_header.hpp"

namespace mattock {
namespace {

constexpr std::string_view kMagic{"\x93NUMPY", 6};
constexpr std::size_t kVersionBytes = 2;
constexpr std::size_t kAlignment = 64;  // NumPy pads the header so that data starts at a multiple of this

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Where the header text stands: version 1 has a 16-bit length, 2 and 3 a 32-bit one (3 is UTF-8).
Result<std::span<const std::byte>> header_text(std::span<const std::byte> bytes) {
  const std::size_t version_end = kMagic.size() + kVersionBytes;
  if (bytes.size() < version_end || as_text(bytes.first(kMagic.size())) != kMagic) {
    return fail(Code::kBadFile, "not an NPY file: the first 6 bytes are not \\x93NUMPY", "save it with numpy.save");
  }
  const auto major = std::to_integer<unsigned>(bytes[kMagic.size()]);
  const auto minor = std::to_integer<unsigned>(bytes[kMagic.size() + 1]);
  if (major < 1 || major > 3 || minor != 0) {
    return fail(Code::kUnsupported, fmt::format("NPY version {}.{}; versions 1.0, 2.0 and 3.0 are read", major, minor));
  }
  const std::size_t length_bytes = major == 1 ? 2 : 4;
  if (bytes.size() - version_end < length_bytes) return fail(Code::kBadFile, "NPY file ends inside its header length");
  const std::size_t length =
      major == 1 ? load_le<std::uint16_t>(bytes, version_end) : load_le<std::uint32_t>(bytes, version_end);
  if (length > kMaxNpyHeaderBytes) {
    return fail(Code::kBadFile, fmt::format("NPY header of {} bytes; at most {} are read", length, kMaxNpyHeaderBytes));
  }
  const std::span<const std::byte> rest = bytes.subspan(version_end + length_bytes);
  if (rest.size() < length) {
    return fail(Code::kBadFile, fmt::format("NPY header of {} bytes, but only {} are left", length, rest.size()));
  }
  return rest.first(length);
}

/// Bytes of the elements. A zero dimension does not excuse the others: their product must fit, so that
/// strides computed later cannot overflow.
Result<std::size_t> checked_bytes(const NpyHeader& header) {
  std::size_t extent = element_bytes(header.dtype);
  bool empty = false;
  for (const std::int64_t dim : header.shape) {
    if (dim == 0) {
      empty = true;
    } else if (static_cast<std::size_t>(dim) > kMaxFileBytes / extent) {
      return fail(Code::kBadFile, fmt::format("NPY array {} of {} exceeds {} bytes", shape_text(header.shape),
                                              dtype_name(header.dtype), kMaxFileBytes));
    } else {
      extent *= static_cast<std::size_t>(dim);
    }
  }
  return empty ? 0 : extent;
}

/// Copies Fortran order (first index fastest) to C order (last index fastest).
void copy_from_fortran_order(std::span<const std::byte> from, const Shape& shape, std::size_t width,
                             std::span<std::byte> to) {
  const std::size_t rank = shape.size();
  std::vector<std::size_t> stride(rank), index(rank, 0);
  std::size_t step = width;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    stride[axis] = step;
    step *= static_cast<std::size_t>(shape[axis]);
  }
  std::size_t source = 0;
  for (std::size_t target = 0; target < to.size(); target += width) {
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(source), width,
                to.begin() + static_cast<std::ptrdiff_t>(target));
    for (std::size_t axis = rank; axis-- > 0;) {
      source += stride[axis];
      if (++index[axis] < static_cast<std::size_t>(shape[axis])) break;
      source -= stride[axis] * index[axis];
      index[axis] = 0;
    }
  }
}

void swap_bytes(std::span<std::byte> data, std::size_t width) {
  for (std::size_t i = 0; i < data.size(); i += width) {
    const auto element = data.subspan(i, width);
    std::reverse(element.begin(), element.end());
  }
}

}  // namespace

Result<Array> parse_npy(std::span<const std::byte> bytes) {
  const auto text = header_text(bytes);
  if (!text) return propagate(text);
  auto header = parse_npy_header(as_text(*text));
  if (!header) return propagate(header);
  const auto size = checked_bytes(*header);
  if (!size) return propagate(size);

  const auto data = bytes.subspan(static_cast<std::size_t>(text->data() - bytes.data()) + text->size());
  if (data.size() != *size) {
    return fail(Code::kBadFile, fmt::format("NPY array {} of {} needs {} bytes of data, the file has {}",
                                            shape_text(header->shape), dtype_name(header->dtype), *size, data.size()));
  }
  const std::size_t width = element_bytes(header->dtype);
  Array array{header->dtype, std::move(header->shape), std::vector<std::byte>(*size)};
  if (header->fortran_order) {
    copy_from_fortran_order(data, array.shape, width, array.data);
  } else {
    std::copy(data.begin(), data.end(), array.data.begin());
  }
  if (header->big_endian) swap_bytes(array.data, width);
  return array;
}

std::vector<std::byte> format_npy(const Array& array) {
  std::string header = format_npy_header(array.dtype, array.shape);
  const auto prefix_bytes = [](std::size_t length_bytes) { return kMagic.size() + kVersionBytes + length_bytes; };
  const auto padded = [&](std::size_t length_bytes) {
    const std::size_t used = prefix_bytes(length_bytes) + header.size() + 1;
    return header.size() + 1 + (kAlignment - used % kAlignment) % kAlignment;
  };
  const bool is_long = padded(2) > UINT16_MAX;
  const std::size_t length = padded(is_long ? 4 : 2);
  header.resize(length - 1, ' ');
  header += '\n';

  std::vector<std::byte> bytes(prefix_bytes(is_long ? 4 : 2));
  std::transform(kMagic.begin(), kMagic.end(), bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
  bytes[kMagic.size()] = std::byte{is_long ? std::uint8_t{2} : std::uint8_t{1}};
  const std::size_t length_at = kMagic.size() + kVersionBytes;
  if (is_long) {
    store_le(bytes, length_at, static_cast<std::uint32_t>(length));
  } else {
    store_le(bytes, length_at, static_cast<std::uint16_t>(length));
  }
  const auto text = std::as_bytes(std::span(header));
  bytes.insert(bytes.end(), text.begin(), text.end());
  bytes.insert(bytes.end(), array.data.begin(), array.data.end());
  return bytes;
}

Result<Array> read_npy(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  if (!bytes) return propagate(bytes);
  auto array = parse_npy(*bytes);
  if (!array) return propagate(array, path.string());
  return array;
}

Result<void> write_npy(const std::filesystem::path& path, const Array& array) {
  return write_file(path, format_npy(array));
}

}  // namespace mattock
