// Calls of the DRM core on objects: handles, global names, dumb buffers. As calls.hpp: a struct filled up with zeros
// and changed in place, 0 or an errno below 0, the core's mutex held.
#pragma once

#include <cstdint>
#include <optional>

#include "fakekernel/calls.hpp"

namespace mattock::fakekernel {

/// Numbers of the DRM core's calls. VERSION, GET_UNIQUE and PRIME are the business of who has the caller's memory and
/// descriptors.
namespace drm {
inline constexpr std::uint32_t kVersion = 0x00, kUnique = 0x01, kGemClose = 0x09, kGemFlink = 0x0a, kGemOpen = 0x0b,
                               kHandleToFd = 0x2d, kFdToHandle = 0x2e, kCreateDumb = 0xb2, kMapDumb = 0xb3,
                               kDestroyDumb = 0xb4;
inline constexpr std::uint32_t kEndOfDriverNumbers = 0xa0;
}  // namespace drm

/// Who may make a call.
enum class Allowed { kAll, kCard, kAuthenticated };

/// Nothing for numbers that are no call of objects.
std::optional<Allowed> allowed(std::uint32_t drm_number);

struct GemName {  // FLINK
  std::uint32_t handle = 0, name = 0;
};
struct GemOpen {
  std::uint32_t name = 0, handle = 0;
  std::uint64_t size = 0;
};
struct DumbCreate {
  std::uint32_t height = 0, width = 0, bits_per_pixel = 0, flags = 0;
  std::uint32_t handle = 0, pitch = 0;  ///< out
  std::uint64_t size = 0;               ///< out
};
struct DumbMap {
  std::uint32_t handle = 0, padding = 0;
  std::uint64_t offset = 0;  ///< out
};
struct DumbDestroy {
  std::uint32_t handle = 0;
};

int gem_close(Core& core, Handles& handles, const device::kernel::DrmGemClose& close);
int gem_flink(Core& core, const Handles& handles, GemName& flink);
int gem_open(Core& core, Handles& handles, GemOpen& open);
int dumb_create(Core& core, Handles& handles, DumbCreate& create);
int dumb_map(Core& core, const Handles& handles, DumbMap& map);
int dumb_destroy(Core& core, Handles& handles, const DumbDestroy& destroy);

}  // namespace mattock::fakekernel
