// How every command meets the terminal: data to stdout, messages to stderr as one line each, "-" for stdin.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mattock::cli {

inline constexpr int kDone = 0;

/// Prints "mattock: ..." and gives the exit status of the error's code.
int report(const Error& error);

/// The error with its `where` filled in if it does not say it yet.
Error at(Error error, std::string where);

/// Prints "mattock: warning: ..." (any `kind` of message that does not stop the command).
void note(std::string_view kind, std::string_view message);

/// Writes data. A reader that went away (`| head`) is no fault; any other failure is reported. Gives the exit
/// status.
int print(std::string_view data);

/// The bytes of a file, or of stdin for "-". The error names it.
Result<std::vector<std::byte>> read_input(const std::string& path);

/// "matmul.rknn", or "standard input" for "-".
std::string input_name(const std::string& path);

}  // namespace mattock::cli
