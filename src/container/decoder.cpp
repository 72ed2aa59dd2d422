#include "container/decoder.hpp"

namespace mattock::container {

void Decoder::refuse(Code code, std::string message) {
  if (!error_) error_ = Error{code, std::move(message), {}, {}};
}

Result<void> Decoder::status() const {
  if (error_) return tl::unexpected<Error>(*error_);
  return {};
}

void Decoder::warn(std::string message) {
  if (warnings_.size() < kMaxWarnings) {
    warnings_.push_back(std::move(message));
  } else if (warnings_.size() == kMaxWarnings) {
    warnings_.push_back("more oddities follow; they are not listed");
  }
}

bool Decoder::charge(std::size_t bytes) {
  if (bytes > budget_) {
    refuse(Code::kBadFile, "damaged: decoding it would take far more memory than its size justifies");
    budget_ = 0;
    return false;
  }
  budget_ -= bytes;
  return true;
}

bool Decoder::within(std::size_t count, std::size_t limit, std::string_view what) {
  if (count <= limit) return true;
  refuse(Code::kBadFile, fmt::format("{}: {}; at most {} are read", what, count, limit));
  return false;
}

std::string Decoder::text(const flatbuffers::String* text, std::size_t limit, std::string_view what) {
  if (text == nullptr || !within(text->size(), limit, what) || !charge(text->size())) return {};
  return text->str();
}

}  // namespace mattock::container
