// Names of numbers, and the version.
#include <mattock/mattock.h>

#include "base/dtype.hpp"
#include "base/error.hpp"
#include "capi/arrays.hpp"
#include "capi/call.hpp"

using namespace mattock;

const char* mattock_status_name(mattock_status status) {
  switch (status) {
    case MATTOCK_OK: return "ok";
    case MATTOCK_USAGE: return "usage";
    case MATTOCK_BAD_FILE: return "bad_file";
    case MATTOCK_UNSUPPORTED: return "unsupported";
    case MATTOCK_BAD_INPUT: return "bad_input";
    case MATTOCK_NOT_FOUND: return "not_found";
    case MATTOCK_DEVICE: return "device";
    case MATTOCK_NOT_MODELLED: return "not_modelled";
    case MATTOCK_INTERNAL: return "internal";
    case MATTOCK_BAD_HANDLE: return "bad_handle";
    case MATTOCK_TOO_SMALL: return "too_small";
    case MATTOCK_NO_MEMORY: return "no_memory";
    default: return "unknown";
  }
}

const char* mattock_version(void) { return MATTOCK_VERSION; }

const char* mattock_dtype_name(mattock_dtype dtype) {
  for (int i = 0; i <= static_cast<int>(DType::kBool); ++i)
    if (capi::dtype_number(static_cast<DType>(i)) == dtype) return dtype_name(static_cast<DType>(i)).data();
  return "unknown";
}
