#include "fakekernel/drm_calls.hpp"

#include <cerrno>
#include <limits>

#include "base/math.hpp"

namespace mattock::fakekernel {
namespace {

namespace abi = device::kernel;

constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();

}  // namespace

std::optional<Allowed> allowed(std::uint32_t drm_number) {
  switch (drm_number) {
    case drm::kGemClose: return Allowed::kAll;
    case drm::kGemFlink:
    case drm::kGemOpen: return Allowed::kAuthenticated;
    case drm::kCreateDumb:
    case drm::kMapDumb:
    case drm::kDestroyDumb: return Allowed::kCard;
    default: return std::nullopt;
  }
}

int gem_close(Core& core, Handles& handles, const abi::DrmGemClose& close) {
  return handles.remove(core, close.handle) ? 0 : -EINVAL;
}

int gem_flink(Core& core, const Handles& handles, GemName& flink) {
  const ObjectPtr object = handles.find(flink.handle);
  if (!object) return -ENOENT;
  flink.name = core.objects.name(*object);
  return 0;
}

int gem_open(Core& core, Handles& handles, GemOpen& open) {
  const ObjectPtr object = core.objects.by_name(open.name);
  if (!object) return -ENOENT;
  open.handle = handles.add(core, object);
  open.size = object->storage->bytes();
  return 0;
}

// The notes say of dumb buffers that they exist. The checks are the DRM core's: every number it multiplies fits 32
// bits. assumed: a row is as long as its pixels, and the object is one that the CPU sees uncached; settled by a board's
// pitch for 3 pixels of 24 bits, and by a MEM_SYNC of such an object.
int dumb_create(Core& core, Handles& handles, DumbCreate& create) {
  if (create.width == 0 || create.height == 0 || create.bits_per_pixel == 0) return -EINVAL;
  if (create.bits_per_pixel > kMost - 8) return -EINVAL;
  const std::uint64_t pitch = std::uint64_t{create.width} * ceil_div<std::uint64_t>(create.bits_per_pixel, 8);
  if (pitch > kMost || pitch * create.height > kMost) return -EINVAL;
  abi::MemCreate object{.flags = core.options.iommu ? abi::kNonContiguous : 0, .size = pitch * create.height};
  if (const int error = mem_create(core, handles, object); error != 0) return error;
  create.handle = object.handle;
  create.pitch = static_cast<std::uint32_t>(pitch);
  create.size = object.size;
  return 0;
}

int dumb_map(Core& core, const Handles& handles, DumbMap& map) {
  abi::MemMap object{.handle = map.handle};
  const int error = mem_map(core, handles, object);
  map.offset = object.offset;
  return error;
}

int dumb_destroy(Core& core, Handles& handles, const DumbDestroy& destroy) {
  return gem_close(core, handles, {.handle = destroy.handle});
}

}  // namespace mattock::fakekernel
