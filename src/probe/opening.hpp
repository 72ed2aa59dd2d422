// Opening an NPU powers it, and a board may hang there, before any probe. LEDGER.opening is on the disk meanwhile.
#pragma once

#include <filesystem>

#include "base/error.hpp"

namespace mattock::probe {

/// The mark, from the constructor's success to the object's end.
class Opening {
 public:
  /// Errors: kDevice if an earlier run ended between its mark and the end of its opening, unless `retry`; kBadInput if
  /// the mark cannot be written.
  static Result<Opening> begin(const std::filesystem::path& ledger, bool retry);

  Opening(Opening&& other) noexcept;
  Opening& operator=(Opening&&) = delete;
  ~Opening();

 private:
  explicit Opening(std::filesystem::path mark) : mark_(std::move(mark)) {}
  std::filesystem::path mark_;
};

}  // namespace mattock::probe
