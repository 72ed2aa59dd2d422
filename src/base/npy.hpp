// NumPy's .npy files, versions 1.0 to 3.0, C and Fortran order, little- and big-endian numbers in, C order
// little-endian out. No packaged C++ library reads them, so this reader is ours; it is fuzzed and compared
// with NumPy.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "base/array.hpp"
#include "base/error.hpp"

namespace mattock {

/// Errors: kBadFile (not an NPY file, damaged, or data shorter than the header says), kUnsupported (object,
/// string, structured or complex elements, by name).
Result<Array> parse_npy(std::span<const std::byte> bytes);

/// Version 1.0 (2.0 if the header is long). bfloat16 has no NPY type: convert to float32 first (asserted).
std::vector<std::byte> format_npy(const Array& array);

Result<Array> read_npy(const std::filesystem::path& path);
Result<void> write_npy(const std::filesystem::path& path, const Array& array);

}  // namespace mattock
