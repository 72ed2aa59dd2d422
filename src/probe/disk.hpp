// Private to the room: a file of which every line is on the disk before anything goes on.
#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace mattock::probe {

/// Errors: kBadInput, with the system's reason.
class DiskFile {
 public:
  explicit DiskFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~DiskFile();
  DiskFile(const DiskFile&) = delete;
  DiskFile& operator=(const DiskFile&) = delete;

  /// Goes on behind the first `bytes`.
  Result<void> open(std::size_t bytes);
  Result<void> add(std::string_view line);
  void remove();

 private:
  Result<void> cannot_write() const;
  /// So that the file's name survives, too. A folder that cannot be synced is no reason to stop.
  void sync_folder() const;

  std::filesystem::path path_;
  int fd_ = -1;
};

}  // namespace mattock::probe
