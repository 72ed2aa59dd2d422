// Devices of the C interface.
#include "device/device.hpp"

#include <mattock/mattock.h>

#include <string>
#include <vector>

#include "capi/call.hpp"
#include "capi/handles.hpp"

using namespace mattock;
using namespace mattock::capi;

namespace {

/// Never destroyed, so that the texts handed out stay.
const std::vector<DeviceEntry>& entries() {
  static const auto* const kList = new std::vector<DeviceEntry>(Device::list());
  return *kList;
}

}  // namespace

mattock_status mattock_device_count(size_t* count, mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    if (const auto there = require(count, "count"); !there) return there;
    *count = entries().size();
    return {};
  });
}

mattock_status mattock_device_at(size_t index, mattock_device_info* info, mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    if (index >= entries().size())
      return refuse(MATTOCK_NOT_FOUND, "there is no device " + std::to_string(index) + ": the list has " +
                                           std::to_string(entries().size()));
    const DeviceEntry& entry = entries()[index];
    return fill(info, {sizeof(mattock_device_info), entry.name.c_str(), entry.chip.c_str(), entry.kind.c_str(), ""},
                "info");
  });
}

mattock_status mattock_device_open(const char* name, mattock_device* device, mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    if (const auto there = require(device, "device"); !there) return there;
    auto opened = Device::open(name == nullptr ? "auto" : name);
    if (!opened) return refuse(opened);
    *device = Handles::instance().add(std::make_shared<DeviceObject>(std::move(*opened)));
    return {};
  });
}

mattock_status mattock_device_info_of(mattock_device device, mattock_device_info* info, mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    const auto found = Handles::instance().find(device);
    if (!found) return hand_on(found);
    const DeviceObject& object = **found;
    return fill(info,
                {sizeof(mattock_device_info), object.device.name().c_str(), object.chip.c_str(), object.kind.c_str(),
                 object.device.notice().c_str()},
                "info");
  });
}

mattock_status mattock_device_close(mattock_device device, mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    const auto removed = Handles::instance().remove(device);
    if (!removed) return hand_on(removed);
    return {};
  });
}
