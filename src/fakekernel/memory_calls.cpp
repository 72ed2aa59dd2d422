// MEM_CREATE, MEM_MAP, MEM_DESTROY, MEM_SYNC (kernel.md 2.4), and the handles behind them.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "fakekernel/calls.hpp"

namespace mattock::fakekernel {
namespace {

namespace abi = device::kernel;

// A misc build tells apart what cannot be a pointer of the kernel's.
bool looks_like_a_pointer(std::uint64_t token) { return token >> 48 == 0xffff; }

bool misc(const Core& core) { return core.options.build == Build::kMisc; }

int domain_of(const Core& core, const abi::MemCreate& create, std::size_t& domain) {
  domain = 0;
  if (core.generation != Generation::kC) return 0;
  if (create.domain < 0 || create.domain >= static_cast<std::int32_t>(Objects::kDomains)) return -EINVAL;
  if (create.domain != 0 && !core.options.iommu) return -EINVAL;
  domain = static_cast<std::size_t>(create.domain);
  return 0;
}

int allocate(Core& core, Handles& handles, abi::MemCreate& create, ObjectPtr& object) {
  if (create.size == 0) return -EINVAL;
  std::size_t domain = 0;
  if (const int error = domain_of(core, create, domain); error != 0) return error;
  std::uint32_t flags = create.flags;
  if ((flags & abi::kNonContiguous) != 0 && misc(core)) return -EINVAL;
  if ((flags & abi::kNonContiguous) != 0 && !core.options.iommu) {
    core.log("RKNPU: non-contiguous memory without an iommu is not possible, allocating contiguous memory");
    flags &= ~abi::kNonContiguous;
  }
  if (const int error = core.objects.create(create.size, flags, domain, object); error != 0) return error;
  create.handle = handles.add(core, object);
  return 0;
}

}  // namespace

std::uint32_t Handles::add(Core& core, const ObjectPtr& object) {
  std::uint32_t handle = 1;
  for (const auto& [taken, held] : objects_) {
    if (taken != handle) break;
    ++handle;
  }
  objects_[handle] = object;
  core.objects.hold(*object);
  return handle;
}

ObjectPtr Handles::find(std::uint32_t handle) const {
  const auto found = objects_.find(handle);
  return found == objects_.end() ? nullptr : found->second;
}

std::uint32_t Handles::handle_of(const Object& object) const {
  for (const auto& [handle, held] : objects_)
    if (held.get() == &object) return handle;
  return 0;
}

std::uint32_t Handles::handle_with(const Storage& storage) const {
  for (const auto& [handle, held] : objects_)
    if (held->storage.get() == &storage) return handle;
  return 0;
}

bool Handles::remove(Core& core, std::uint32_t handle) {
  const auto found = objects_.find(handle);
  if (found == objects_.end()) return false;
  core.objects.let_go(found->second);
  objects_.erase(found);
  return true;
}

void Handles::clear(Core& core) {
  while (!objects_.empty()) remove(core, objects_.begin()->first);
}

std::uint64_t Handles::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& [handle, object] : objects_) sum += object->storage->bytes();
  return sum;
}

int mem_create(Core& core, Handles& handles, abi::MemCreate& create) {
  ObjectPtr object = create.handle != 0 ? handles.find(create.handle) : nullptr;
  if (!object) {
    if (create.handle != 0 && misc(core)) return -EINVAL;
    if (const int error = allocate(core, handles, create, object); error != 0) return error;
  }
  create.size = object->storage->bytes();
  create.token = object->token;
  create.address = object->address;
  if (core.generation != Generation::kA) create.sram_bytes = 0;
  return 0;
}

int mem_map(Core& core, const Handles& handles, abi::MemMap& map) {
  if (misc(core)) return -EINVAL;
  const ObjectPtr object = handles.find(map.handle);
  if (!object) return -ENOENT;
  if (object->imported) return -EINVAL;
  map.offset = core.objects.map_offset(*object);
  return 0;
}

int mem_destroy(Core& core, Handles& handles, const abi::MemDestroy& destroy) {
  if (!misc(core)) return handles.remove(core, destroy.handle) ? 0 : -EINVAL;
  if (!looks_like_a_pointer(destroy.token)) return -EINVAL;
  if (const ObjectPtr object = core.objects.by_token(destroy.token))
    if (const std::uint32_t handle = handles.handle_of(*object); handle != 0) handles.remove(core, handle);
  return 0;
}

int mem_sync(Core& core, const abi::MemSync& sync) {
  if (misc(core) ? !looks_like_a_pointer(sync.token) : sync.token == 0) return -EINVAL;
  const ObjectPtr object = core.objects.by_token(sync.token);
  if (!object) core.crash(fmt::format("MEM_SYNC of {:#x}, which is no object", sync.token));
  if (!misc(core) && (object->flags & abi::kCacheable) == 0) return -EINVAL;
  Storage& storage = *object->storage;
  const auto offset = static_cast<std::size_t>(std::min<std::uint64_t>(sync.offset, storage.bytes()));
  const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(sync.size, storage.bytes() - offset));
  if (offset != sync.offset || bytes != sync.size)
    core.log(fmt::format("RKNPU: MEM_SYNC of {:#x} bytes at {:#x} leaves its object of {:#x}", sync.size, sync.offset,
                         storage.bytes()));
  if ((sync.flags & abi::kToDevice) != 0) storage.to_device(offset, bytes);
  if ((sync.flags & abi::kFromDevice) != 0) storage.from_device(offset, bytes);
  return 0;
}

}  // namespace mattock::fakekernel
