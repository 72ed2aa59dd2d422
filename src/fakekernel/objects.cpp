#include "fakekernel/objects.hpp"

#include <fmt/format.h>

#include <cerrno>

#include "base/math.hpp"
#include "device/kernel/abi.hpp"

namespace mattock::fakekernel {
namespace {

namespace abi = device::kernel;

constexpr std::size_t kPageBytes = 4096;
// Both of 64-bit Linux: pointers of the kernel look like this, and what mmap is given starts here.
constexpr std::uint64_t kFirstToken = 0xffff'ff80'0a3c'4c00, kTokenStep = 0x200;
constexpr std::uint64_t kFirstMapOffset = std::uint64_t{1} << 32;
// Without an IOMMU: where contiguous memory begins. A choice of ours; a board's depends on its device tree.
constexpr std::uint64_t kFirstPhysical = 0x1000'0000;

}  // namespace

Objects::Objects(const Options& options, const hw::Chip& chip, Npu& npu)
    : options_(options), npu_(npu), next_token_(kFirstToken), next_offset_(kFirstMapOffset) {
  if (options.iommu) {
    spaces_.assign(kDomains, AddressSpace(kPageBytes, chip.dma_limit, AddressSpace::Order::kDownward));
  } else {
    const std::uint64_t room = chip.dma_limit - kFirstPhysical;
    const std::uint64_t pool = std::min<std::uint64_t>(options.memory_bytes / kPageBytes * kPageBytes, room);
    spaces_.assign(1, AddressSpace(kFirstPhysical, kFirstPhysical + pool, AddressSpace::Order::kUpward));
  }
}

int Objects::create(std::uint64_t bytes, std::uint32_t flags, std::size_t domain, ObjectPtr& object) {
  if (bytes > options_.memory_bytes) return -ENOMEM;
  const std::size_t size = align_up(narrow<std::size_t>(bytes), kPageBytes);
  if (size > options_.memory_bytes - used_bytes_) return -ENOMEM;
  object = std::make_shared<Object>();
  object->flags = flags;
  const bool two_copies = options_.two_copies && (flags & abi::kCacheable) != 0;
  object->storage = Storage::create(size, two_copies, (flags & abi::kZeroing) != 0);
  if (!object->storage) return -ENOMEM;
  if (const int error = place(object, domain); error != 0) return error;
  used_bytes_ += size;
  return 0;
}

int Objects::import(std::shared_ptr<Storage> storage, std::size_t domain, ObjectPtr& object) {
  object = std::make_shared<Object>();
  object->storage = std::move(storage);
  object->imported = true;
  return place(object, domain);
}

int Objects::place(ObjectPtr& object, std::size_t domain) {
  const auto address = spaces_[domain].take(object->storage->bytes());
  if (!address) return -ENOMEM;
  object->address = *address;
  object->domain = domain;
  object->token = next_token_;
  if (domain == domain_)
    if (const int error = show(*object); error != 0) {
      spaces_[domain].give_back(*address);
      return error;
    }
  next_token_ += kTokenStep;
  objects_[object->token] = object;
  return 0;
}

int Objects::show(const Object& object) {
  const bool done = npu_.memory()
                        .map({.address = object.address,
                              .data = object.storage->npu(),
                              .name = fmt::format("object {:#x}", object.token)})
                        .has_value();
  return done ? 0 : -ENOMEM;
}

void Objects::let_go(const ObjectPtr& object) {
  if (--object->handles != 0) return;
  if (object->domain == domain_) npu_.memory().unmap(object->address);
  spaces_[object->domain].give_back(object->address);
  if (!object->imported) used_bytes_ -= object->storage->bytes();
  objects_.erase(object->token);
}

ObjectPtr Objects::by_token(std::uint64_t token) const {
  const auto found = objects_.find(token);
  return found == objects_.end() ? nullptr : found->second;
}

ObjectPtr Objects::by_offset(std::uint64_t offset) const {
  for (const auto& [token, object] : objects_)
    if (object->map_offset == offset && offset != 0) return object;
  return nullptr;
}

ObjectPtr Objects::by_name(std::uint32_t name) const {
  for (const auto& [token, object] : objects_)
    if (object->name == name && name != 0) return object;
  return nullptr;
}

std::uint64_t Objects::map_offset(Object& object) {
  if (object.map_offset == 0) {
    object.map_offset = next_offset_;
    next_offset_ += object.storage->bytes();
  }
  return object.map_offset;
}

std::uint32_t Objects::name(Object& object) {
  if (object.name == 0) object.name = next_name_++;
  return object.name;
}

Objects::Exported& Objects::exported(const std::shared_ptr<Storage>& storage) {
  Exported& entry = exported_[storage->identity()];
  entry.storage = storage;
  return entry;
}

std::shared_ptr<Storage> Objects::exported_storage(std::uint64_t identity) const {
  const auto found = exported_.find(identity);
  return found == exported_.end() ? nullptr : found->second.storage;
}

void Objects::descriptor_closed(std::uint64_t identity) {
  const auto found = exported_.find(identity);
  if (found != exported_.end() && --found->second.descriptors == 0) exported_.erase(found);
}

std::size_t Objects::descriptors() const {
  std::size_t sum = 0;
  for (const auto& [identity, entry] : exported_) sum += entry.descriptors;
  return sum;
}

std::vector<ObjectView> Objects::views() const {
  std::vector<ObjectView> views;
  std::uint32_t number = 0;
  for (const auto& [token, object] : objects_)
    if (object->domain == domain_)
      views.push_back(
          {.handle = ++number, .flags = object->flags, .address = object->address, .bytes = object->storage->npu()});
  return views;
}

void Objects::select_domain(std::size_t domain) {
  if (domain == domain_) return;
  for (const auto& [token, object] : objects_)
    if (object->domain == domain_) npu_.memory().unmap(object->address);
  domain_ = domain;
  // They were mapped like this before, or would have been: nothing overlaps.
  for (const auto& [token, object] : objects_)
    if (object->domain == domain_) show(*object);
}

}  // namespace mattock::fakekernel
