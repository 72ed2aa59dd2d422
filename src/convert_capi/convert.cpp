// The C interface of the converter: arguments checked, results handed over, the work elsewhere.
#include "convert/convert.hpp"

#include <mattock/convert.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <system_error>

#include "capi/call.hpp"

using namespace mattock;
using namespace mattock::capi;

namespace {

static_assert(sizeof(mattock_convert_options) == 24 && offsetof(mattock_convert_options, flags) == 16);

Outcome<convert::Options> options_of(const mattock_convert_options* given) {
  convert::Options options;
  if (given == nullptr) return options;
  if (given->struct_size < sizeof(mattock_convert_options))
    return refuse(MATTOCK_USAGE,
                  "options: struct_size is " + std::to_string(given->struct_size) + ", but the structure has " +
                      std::to_string(sizeof(mattock_convert_options)) + " bytes",
                  "set struct_size to sizeof the structure before the call");
  if ((given->flags & ~MATTOCK_ALLOW_ASSUMED) != 0)
    return refuse(MATTOCK_USAGE, "options: flags " + std::to_string(given->flags) + " has bits that mean nothing here",
                  "MATTOCK_ALLOW_ASSUMED or 0");
  if (given->reserved != 0)
    return refuse(MATTOCK_USAGE, "options: reserved is " + std::to_string(given->reserved) + ", not 0");
  if (given->chip != nullptr) options.chip = given->chip;
  options.allow_assumed = (given->flags & MATTOCK_ALLOW_ASSUMED) != 0;
  return options;
}

Outcome<void> convert_files(const char* onnx_path, const char* rknn_path, const mattock_convert_options* given) {
  if (const auto there = require(onnx_path, "onnx_path"); !there) return there;
  if (const auto there = require(rknn_path, "rknn_path"); !there) return there;
  const auto options = options_of(given);
  if (!options) return hand_on(options);
  std::error_code ignored;
  if (std::strcmp(onnx_path, rknn_path) == 0 || std::filesystem::equivalent(onnx_path, rknn_path, ignored))
    return refuse(MATTOCK_USAGE, std::string(onnx_path) + " would be written over itself", "give another rknn_path");
  const auto done = convert::convert_file(onnx_path, rknn_path, *options);
  if (!done) return refuse(done);
  return {};
}

/// In memory of malloc's, which mattock_convert_free gives back whatever language the caller is.
Outcome<void> hand_over(std::span<const std::byte> file, void** rknn, size_t* rknn_bytes) {
  void* copy = std::malloc(file.size());
  if (copy == nullptr) return tl::unexpected<Failure>(Failure{MATTOCK_NO_MEMORY, {}});
  std::memcpy(copy, file.data(), file.size());
  *rknn = copy;
  *rknn_bytes = file.size();
  return {};
}

}  // namespace

const char* mattock_convert_version(void) { return MATTOCK_VERSION; }

mattock_status mattock_convert(const char* onnx_path, const char* rknn_path, const mattock_convert_options* options,
                               mattock_error* error) {
  return call(error, [&] { return convert_files(onnx_path, rknn_path, options); });
}

mattock_status mattock_convert_memory(const void* onnx, size_t onnx_bytes, const char* folder,
                                      const mattock_convert_options* options, void** rknn, size_t* rknn_bytes,
                                      mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    if (const auto there = require(onnx, "onnx"); !there) return there;
    if (const auto there = require(rknn, "rknn"); !there) return there;
    if (const auto there = require(rknn_bytes, "rknn_bytes"); !there) return there;
    const auto chosen = options_of(options);
    if (!chosen) return hand_on(chosen);
    const std::span<const std::byte> bytes{static_cast<const std::byte*>(onnx), onnx_bytes};
    const auto conversion = convert::convert(bytes, folder == nullptr ? "" : folder, *chosen);
    if (!conversion) return refuse(conversion);
    return hand_over(conversion->file, rknn, rknn_bytes);
  });
}

void mattock_convert_free(void* rknn) { std::free(rknn); }
