// The one way a Mattock function reports an expected failure: Result<T> holds a value or an Error. An Error
// names the thing, the value found, the values allowed and the way out; its code decides the exit status.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace mattock {

/// Few and stable. error.cpp holds the table of names, sentences and exit codes.
enum class Code {
  kUsage,        ///< the call or command line is wrong
  kBadFile,      ///< a file is damaged or is not what it should be
  kUnsupported,  ///< well formed, but not covered (yet): the message says what
  kBadInput,     ///< a value, shape or type given by the user does not fit
  kNotFound,     ///< a file, name or device does not exist
  kDevice,       ///< a device or driver refused
  kNotModelled,  ///< the strict emulator met something it does not model
  kInternal,     ///< a fault of ours
};

struct Error {
  Code code = Code::kInternal;
  std::string message;  ///< one line: what, found, allowed
  std::string where;    ///< file, node or command the message is about; may be empty
  std::string hint;     ///< what to do next; may be empty
};

template <class T>
using Result = tl::expected<T, Error>;

/// Stable lower-case name of a code, such as "bad_file".
std::string_view code_name(Code code);

/// Exit status of a program that stops with this code: 1 input, 2 usage, 3 device, 70 our bug.
int exit_status(Code code);

/// "where: message; hint" with absent parts left out. One line.
std::string to_string(const Error& error);

/// Shorthand for `return fail(Code::kBadFile, fmt::format(...))` in functions that return a Result.
inline tl::unexpected<Error> fail(Code code, std::string message, std::string hint = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), {}, std::move(hint)});
}

/// Hands an error on to the caller: `if (!x) return propagate(x);`
template <class T>
tl::unexpected<Error> propagate(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

/// The same, with `where` filled in if the error does not say it yet.
template <class T>
tl::unexpected<Error> propagate(const Result<T>& result, std::string where) {
  Error error = result.error();
  if (error.where.empty()) error.where = std::move(where);
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace mattock
