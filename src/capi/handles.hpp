// Handles are numbers in the shape of pointers, never dereferenced, looked up here. So a handle that is NULL, closed,
// made up or of another kind is told apart from a living one, in any thread, and a close waits for nobody: who has
// found an object keeps it alive until done.
#pragma once

#include <mattock/mattock.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <variant>

#include "capi/call.hpp"
#include "device/device.hpp"
#include "matmul/float_over_int8.hpp"
#include "matmul/matmul.hpp"
#include "session/session.hpp"

namespace mattock::capi {

struct DeviceObject {
  explicit DeviceObject(Device opened) : device(std::move(opened)), chip(device.chip().name), kind(device.kind()) {}

  Device device;
  const std::string chip, kind;  ///< what mattock_device_info points to
};

struct SessionObject {
  explicit SessionObject(Session loaded) : session(std::move(loaded)) {}

  std::mutex mutex;  ///< one call at a time for all below
  Session session;
  RunReport report;  ///< of the last run
  bool has_report = false;
};

using AnyMatmul = std::variant<Matmul, FloatOverInt8>;

struct MatmulObject {
  MatmulObject(AnyMatmul made, MatmulShapes of, DType of_operands, DType of_result, std::string text, std::string json)
      : matmul(std::move(made)),
        shapes(std::move(of)),
        operand(of_operands),
        result(of_result),
        explanation(std::move(text)),
        plan(std::move(json)) {}

  std::mutex mutex;  ///< one call at a time for `matmul`
  AnyMatmul matmul;
  const MatmulShapes shapes;  ///< what mattock_tensor_info points to
  const DType operand, result;
  const std::string explanation, plan;  ///< in words, as JSON
};

/// The table of all open handles. A process has one: a handle must mean the same in all its threads and libraries.
class Handles {
 public:
  static Handles& instance();

  mattock_device add(std::shared_ptr<DeviceObject> device);
  mattock_session add(std::shared_ptr<SessionObject> session);
  mattock_matmul add(std::shared_ptr<MatmulObject> matmul);

  /// MATTOCK_BAD_HANDLE unless the handle is open and of this kind.
  Outcome<std::shared_ptr<DeviceObject>> find(mattock_device handle);
  Outcome<std::shared_ptr<SessionObject>> find(mattock_session handle);
  Outcome<std::shared_ptr<MatmulObject>> find(mattock_matmul handle);

  /// The handle is closed when this returns. The object goes when the caller drops it, outside the table's lock.
  Outcome<std::shared_ptr<DeviceObject>> remove(mattock_device handle);
  Outcome<std::shared_ptr<SessionObject>> remove(mattock_session handle);
  Outcome<std::shared_ptr<MatmulObject>> remove(mattock_matmul handle);

 private:
  using Object =
      std::variant<std::shared_ptr<DeviceObject>, std::shared_ptr<SessionObject>, std::shared_ptr<MatmulObject>>;

  std::uintptr_t insert(Object object);
  template <class T>
  Outcome<std::shared_ptr<T>> look_up(std::uintptr_t number, bool take);

  std::mutex mutex_;
  std::unordered_map<std::uintptr_t, Object> objects_;
  std::uintptr_t last_ = 0;
};

}  // namespace mattock::capi
