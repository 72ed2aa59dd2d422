#include "container/encoder.hpp"

#include <fmt/format.h>

#include <limits>

namespace mattock::container {

void Encoder::refuse(Code code, std::string message) {
  if (!error_) error_ = Error{code, std::move(message), {}, {}};
}

void Encoder::refuse_number(const std::string& value, std::string_view owner, std::string_view field) {
  refuse(Code::kBadInput,
         fmt::format("{}: {} {}; a file holds {} to {}", owner, field, value, std::numeric_limits<std::int32_t>::min(),
                     std::numeric_limits<std::int32_t>::max()));
}

Result<void> Encoder::status() const {
  if (error_) return tl::unexpected<Error>(*error_);
  if (builder_.is_full()) {
    return fail(Code::kBadInput, fmt::format("the model takes more than the {} bytes a file holds", kMaxPayloadBytes),
                "split it into several models");
  }
  return {};
}

}  // namespace mattock::container
