// What every function of the C interface does around its work: catch what must not leave, fill the caller's error
// text, and respect the struct_size of the caller's structures.
#pragma once

#include <mattock/mattock.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "base/error.hpp"

namespace mattock::capi {

/// A status of the interface with the error it stands for: what Error::code cannot say is a status of its own.
struct Failure {
  mattock_status status = MATTOCK_INTERNAL;
  Error error;
};

template <class T>
using Outcome = tl::expected<T, Failure>;

/// The status of a Code; `exports_test` walks all.
mattock_status status_of(Code code);

inline tl::unexpected<Failure> refuse(mattock_status status, std::string message, std::string hint = {}) {
  return tl::unexpected<Failure>(Failure{status, {Code::kUsage, std::move(message), {}, std::move(hint)}});
}

/// Hands an error of the rooms on to the caller.
template <class T>
tl::unexpected<Failure> refuse(const Result<T>& result) {
  return tl::unexpected<Failure>(Failure{status_of(result.error().code), result.error()});
}

/// Hands a failure on to the caller.
template <class T>
tl::unexpected<Failure> hand_on(const Outcome<T>& outcome) {
  return tl::unexpected<Failure>(outcome.error());
}

/// Refuses NULL, naming the argument.
Outcome<void> require(const void* pointer, std::string_view argument);

/// Writes status and texts; does nothing for NULL. MATTOCK_USAGE when the structure is smaller than the first
/// version's, else `failure.status`.
mattock_status tell(mattock_error* error, const Failure& failure) noexcept;

/// Runs `work`, which returns Outcome<void>, and gives its status. Nothing is thrown.
template <class Work>
mattock_status call(mattock_error* error, const Work& work) noexcept {
  try {
    if (error != nullptr && error->struct_size < sizeof(mattock_error)) return MATTOCK_USAGE;
    const Outcome<void> outcome = work();
    return tell(error, outcome ? Failure{MATTOCK_OK, {}} : outcome.error());
  } catch (const std::bad_alloc&) {
    return tell(error, {MATTOCK_NO_MEMORY, {}});
  } catch (const std::exception& exception) {
    return tell(error, {MATTOCK_INTERNAL, {Code::kInternal, exception.what(), {}, {}}});
  } catch (...) {
    return tell(error, {MATTOCK_INTERNAL, {}});
  }
}

/// Fills the caller's structure as far as the caller knows it. `what` names the structure in the message.
template <class T>
Outcome<void> fill(T* out, T value, std::string_view what) {
  if (const auto there = require(out, what); !there) return there;
  // The structures have had no other size yet; a later version compares with the first one's.
  if (out->struct_size < sizeof(T))
    return refuse(MATTOCK_USAGE,
                  std::string(what) + ": struct_size is " + std::to_string(out->struct_size) +
                      ", but the structure has " + std::to_string(sizeof(T)) + " bytes",
                  "set struct_size to sizeof the structure before the call");
  value.struct_size = out->struct_size;
  std::memcpy(out, &value, sizeof(T));
  return {};
}

/// The text with its zero byte into the caller's buffer; MATTOCK_TOO_SMALL leaves the buffer alone. `needed` may be
/// NULL.
Outcome<void> copy_text(std::string_view text, char* buffer, size_t capacity, size_t* needed);

}  // namespace mattock::capi
