#include "capi/call.hpp"

#include <span>

namespace mattock::capi {
namespace {

/// Copies as much of the text as fits, cut before a character that does not fit whole, "..." in its place.
void copy_cut(std::string_view text, std::span<char> to) noexcept {
  constexpr std::string_view kDots = "...";
  std::size_t length = text.size();
  const bool cut = length >= to.size();
  if (cut) {
    length = to.size() - 1 - kDots.size();
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80) --length;
  }
  std::copy_n(text.data(), length, to.data());
  if (cut) length += kDots.copy(to.data() + length, kDots.size());
  std::fill(to.begin() + static_cast<std::ptrdiff_t>(length), to.end(), '\0');
}

/// For failures that come without words.
std::string_view default_message(mattock_status status) {
  switch (status) {
    case MATTOCK_OK: return "";
    case MATTOCK_NO_MEMORY: return "this machine has no memory left for it";
    default: return "a fault of Mattock's";
  }
}

}  // namespace

mattock_status status_of(Code code) {
  switch (code) {
    case Code::kUsage: return MATTOCK_USAGE;
    case Code::kBadFile: return MATTOCK_BAD_FILE;
    case Code::kUnsupported: return MATTOCK_UNSUPPORTED;
    case Code::kBadInput: return MATTOCK_BAD_INPUT;
    case Code::kNotFound: return MATTOCK_NOT_FOUND;
    case Code::kDevice: return MATTOCK_DEVICE;
    case Code::kNotModelled: return MATTOCK_NOT_MODELLED;
    case Code::kInternal: return MATTOCK_INTERNAL;
  }
  return MATTOCK_INTERNAL;
}

Outcome<void> require(const void* pointer, std::string_view argument) {
  if (pointer == nullptr) return refuse(MATTOCK_USAGE, std::string(argument) + " is NULL");
  return {};
}

mattock_status tell(mattock_error* error, const Failure& failure) noexcept {
  if (error == nullptr) return failure.status;
  error->status = failure.status;
  error->reserved = 0;
  const std::string_view message = failure.error.message;
  copy_cut(message.empty() ? default_message(failure.status) : message, error->message);
  copy_cut(failure.error.where, error->where);
  copy_cut(failure.error.hint, error->hint);
  return failure.status;
}

Outcome<void> copy_text(std::string_view text, char* buffer, size_t capacity, size_t* needed) {
  if (capacity > 0)
    if (const auto there = require(buffer, "buffer"); !there) return there;
  if (needed != nullptr) *needed = text.size() + 1;
  if (capacity < text.size() + 1)
    return refuse(MATTOCK_TOO_SMALL, "the buffer holds " + std::to_string(capacity) + " bytes, the text has " +
                                         std::to_string(text.size() + 1));
  std::copy(text.begin(), text.end(), buffer);
  buffer[text.size()] = '\0';
  return {};
}

}  // namespace mattock::capi
