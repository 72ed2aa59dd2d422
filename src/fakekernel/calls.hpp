// The driver's calls, one by one: each takes the struct of generation C, filled up with zeros, and changes it in place.
// 0, or an errno below 0. The core's mutex is held.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "device/kernel/abi.hpp"
#include "fakekernel/core.hpp"

namespace mattock::fakekernel {

/// The handles of a file: numbers from 1 up, the lowest free one first.
class Handles {
 public:
  std::uint32_t add(Core& core, const ObjectPtr& object);
  /// Nothing for an unknown one.
  ObjectPtr find(std::uint32_t handle) const;
  /// 0 when the object has none here.
  std::uint32_t handle_of(const Object& object) const;
  std::uint32_t handle_with(const Storage& storage) const;
  bool remove(Core& core, std::uint32_t handle);
  void clear(Core& core);
  std::size_t size() const { return objects_.size(); }
  std::uint64_t bytes() const;

 private:
  std::map<std::uint32_t, ObjectPtr> objects_;
};

int action(Core& core, device::kernel::Action& action, const Fault* fault);
int mem_create(Core& core, Handles& handles, device::kernel::MemCreate& create);
int mem_map(Core& core, const Handles& handles, device::kernel::MemMap& map);
int mem_destroy(Core& core, Handles& handles, const device::kernel::MemDestroy& destroy);
int mem_sync(Core& core, const device::kernel::MemSync& sync);
int submit(Core& core, device::kernel::Submit& submit, const Fault* fault);

}  // namespace mattock::fakekernel
