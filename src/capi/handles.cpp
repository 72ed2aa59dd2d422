#include "capi/handles.hpp"

#include <utility>

namespace mattock::capi {
namespace {

template <class Handle>
std::uintptr_t number_of(Handle handle) {
  return reinterpret_cast<std::uintptr_t>(handle);
}

template <class Handle>
Handle handle_of(std::uintptr_t number) {
  return reinterpret_cast<Handle>(number);  // NOLINT(performance-no-int-to-ptr): never dereferenced
}

}  // namespace

Handles& Handles::instance() {
  // Never destroyed: other static objects of the program may close their handles after this file's would be gone.
  static auto* const handles = new Handles;
  return *handles;
}

std::uintptr_t Handles::insert(Object object) {
  const std::scoped_lock lock(mutex_);
  // Numbers are not used again. A 32-bit process that opens four billion handles ends here.
  if (last_ == UINTPTR_MAX) throw std::bad_alloc();
  objects_.emplace(last_ + 1, std::move(object));
  return ++last_;
}

template <class T>
Outcome<std::shared_ptr<T>> Handles::look_up(std::uintptr_t number, bool take) {
  constexpr bool kDevice = std::is_same_v<T, DeviceObject>;
  const std::scoped_lock lock(mutex_);
  const auto found = objects_.find(number);
  const auto* object = found == objects_.end() ? nullptr : std::get_if<std::shared_ptr<T>>(&found->second);
  if (object == nullptr)
    return refuse(MATTOCK_BAD_HANDLE,
                  std::string(kDevice ? "device" : "session") + (number == 0 ? " is NULL" : " is not an open handle"),
                  number == 0 ? ""
                  : kDevice   ? "it was closed, or mattock_device_open did not give it"
                              : "it was closed, or mattock_session_load did not give it");
  std::shared_ptr<T> result = *object;
  if (take) objects_.erase(found);
  return result;
}

mattock_device Handles::add(std::shared_ptr<DeviceObject> device) {
  return handle_of<mattock_device>(insert(std::move(device)));
}
mattock_session Handles::add(std::shared_ptr<SessionObject> session) {
  return handle_of<mattock_session>(insert(std::move(session)));
}

Outcome<std::shared_ptr<DeviceObject>> Handles::find(mattock_device handle) {
  return look_up<DeviceObject>(number_of(handle), false);
}
Outcome<std::shared_ptr<SessionObject>> Handles::find(mattock_session handle) {
  return look_up<SessionObject>(number_of(handle), false);
}
Outcome<std::shared_ptr<DeviceObject>> Handles::remove(mattock_device handle) {
  return look_up<DeviceObject>(number_of(handle), true);
}
Outcome<std::shared_ptr<SessionObject>> Handles::remove(mattock_session handle) {
  return look_up<SessionObject>(number_of(handle), true);
}

}  // namespace mattock::capi
