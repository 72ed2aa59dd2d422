#include "fakekernel/drm_calls.hpp"

#include <cerrno>
#include <limits>

#include "base/math.hpp"

namespace mattock::fakekernel {
namespace {

namespace abi = device::kernel;

}  // namespace

std::optional<Allowed> allowed(std::uint32_t drm_number) {
  switch (drm_number) {
    case drm::kGemClose: return Allowed::kAll;
    case drm::kGemFlink:
    case drm::kGemOpen: return Allowed::kAuthenticated;
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

}  // namespace mattock::fakekernel
