// Looking into model files through the C interface.
#include <mattock/mattock.h>

#include <filesystem>

#include "capi/call.hpp"
#include "container/json.hpp"
#include "container/reader.hpp"

using namespace mattock;
using namespace mattock::capi;

mattock_status mattock_inspect(const char* path, char* buffer, size_t capacity, size_t* needed, mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    if (const auto there = require(path, "path"); !there) return there;
    const auto model = container::read_model(path);
    if (!model) return refuse(model);
    return copy_text(container::to_json(*model, path), buffer, capacity, needed);
  });
}

mattock_status mattock_inspect_memory(const void* data, size_t bytes, char* buffer, size_t capacity, size_t* needed,
                                      mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    if (const auto there = require(data, "data"); !there) return there;
    const auto model = container::parse_model({static_cast<const std::byte*>(data), bytes});
    if (!model) return refuse(model);
    return copy_text(container::to_json(*model, "memory"), buffer, capacity, needed);
  });
}
