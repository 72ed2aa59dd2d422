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

/// How a kind of handle is called, and what gives it.
template <class T>
struct Kind;
template <>
struct Kind<DeviceObject> {
  static constexpr const char *kName = "device", *kSource = "mattock_device_open";
};
template <>
struct Kind<SessionObject> {
  static constexpr const char *kName = "session", *kSource = "mattock_session_load";
};
template <>
struct Kind<MatmulObject> {
  static constexpr const char *kName = "matmul", *kSource = "mattock_matmul_create";
};

}  // namespace

Handles& Handles::instance() {
  // Never destroyed: other static objects of the program may close their handles after this file's would be gone.
  static auto* const kHandles = new Handles;
  return *kHandles;
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
  const std::scoped_lock lock(mutex_);
  const auto found = objects_.find(number);
  const auto* object = found == objects_.end() ? nullptr : std::get_if<std::shared_ptr<T>>(&found->second);
  if (object == nullptr)
    return refuse(MATTOCK_BAD_HANDLE,
                  std::string(Kind<T>::kName) + (number == 0 ? " is NULL" : " is not an open handle"),
                  number == 0 ? "" : std::string("it was closed, or ") + Kind<T>::kSource + " did not give it");
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
mattock_matmul Handles::add(std::shared_ptr<MatmulObject> matmul) {
  return handle_of<mattock_matmul>(insert(std::move(matmul)));
}

Outcome<std::shared_ptr<DeviceObject>> Handles::find(mattock_device handle) {
  return look_up<DeviceObject>(number_of(handle), false);
}
Outcome<std::shared_ptr<SessionObject>> Handles::find(mattock_session handle) {
  return look_up<SessionObject>(number_of(handle), false);
}
Outcome<std::shared_ptr<MatmulObject>> Handles::find(mattock_matmul handle) {
  return look_up<MatmulObject>(number_of(handle), false);
}
Outcome<std::shared_ptr<DeviceObject>> Handles::remove(mattock_device handle) {
  return look_up<DeviceObject>(number_of(handle), true);
}
Outcome<std::shared_ptr<SessionObject>> Handles::remove(mattock_session handle) {
  return look_up<SessionObject>(number_of(handle), true);
}
Outcome<std::shared_ptr<MatmulObject>> Handles::remove(mattock_matmul handle) {
  return look_up<MatmulObject>(number_of(handle), true);
}

}  // namespace mattock::capi
