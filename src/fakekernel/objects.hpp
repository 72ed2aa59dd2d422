// The memory objects of a kernel: where each lies for the NPU, what it is called, who can map it. Handles are the
// files' business; an object lives as long as a handle anywhere holds it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "fakekernel/address_space.hpp"
#include "fakekernel/kernel.hpp"
#include "fakekernel/npu.hpp"
#include "fakekernel/storage.hpp"

namespace mattock::fakekernel {

struct Object {
  std::shared_ptr<Storage> storage;
  std::uint32_t flags = 0;
  std::uint64_t token = 0;    ///< the kernel pointer that calls name it by
  std::uint64_t address = 0;  ///< where the NPU sees it
  std::size_t domain = 0;
  bool imported = false;
  std::uint64_t map_offset = 0;  ///< for mmap; 0 until somebody asks
  std::uint32_t name = 0;        ///< global, 0 until somebody asks
  std::size_t handles = 0;
};
using ObjectPtr = std::shared_ptr<Object>;

class Objects {
 public:
  static constexpr std::size_t kDomains = 16;

  Objects(const Options& options, const hw::Chip& chip, Npu& npu);

  /// `bytes` is not 0. 0, or an errno below 0.
  int create(std::uint64_t bytes, std::uint32_t flags, std::size_t domain, ObjectPtr& object);
  /// Memory that another object made, as a new object.
  int import(std::shared_ptr<Storage> storage, std::size_t domain, ObjectPtr& object);

  void hold(Object& object) { ++object.handles; }
  /// The last one frees it: the NPU no longer reaches it.
  void let_go(const ObjectPtr& object);

  /// Nothing when no object is called so.
  ObjectPtr by_token(std::uint64_t token) const;
  ObjectPtr by_offset(std::uint64_t offset) const;
  ObjectPtr by_name(std::uint32_t name) const;

  std::uint64_t map_offset(Object& object);
  std::uint32_t name(Object& object);

  /// Memory that descriptors outside keep: from export to the last close.
  void export_storage(const std::shared_ptr<Storage>& storage) { ++exported(storage).descriptors; }
  std::shared_ptr<Storage> exported_storage(std::uint64_t identity) const;
  void descriptor_closed(std::uint64_t identity);
  std::size_t descriptors() const;

  /// Storage::write_back_fresh of all.
  std::size_t write_back_fresh() {
    std::size_t lost = 0;
    for (const auto& [token, object] : objects_) lost += object->storage->write_back_fresh();
    return lost;
  }

  std::size_t count() const { return objects_.size(); }
  /// All of the domain that the NPU sees.
  std::vector<ObjectView> views() const;
  std::size_t domain() const { return domain_; }
  void select_domain(std::size_t domain);

 private:
  struct Exported {
    std::shared_ptr<Storage> storage;
    std::size_t descriptors = 0;
  };
  Exported& exported(const std::shared_ptr<Storage>& storage);
  int place(ObjectPtr& object, std::size_t domain);
  int show(const Object& object);

  const Options& options_;
  Npu& npu_;
  std::size_t domain_ = 0;
  std::size_t used_bytes_ = 0;
  std::uint64_t next_token_, next_offset_;
  std::uint32_t next_name_ = 1;
  std::vector<AddressSpace> spaces_;
  std::map<std::uint64_t, ObjectPtr> objects_;  // by token
  std::map<std::uint64_t, Exported> exported_;  // by the storage's identity
};

}  // namespace mattock::fakekernel
