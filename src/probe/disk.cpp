#include "probe/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mattock::probe {

DiskFile::~DiskFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> DiskFile::open(std::size_t bytes) {
  fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd_ < 0 || ::ftruncate(fd_, static_cast<off_t>(bytes)) != 0 || ::lseek(fd_, 0, SEEK_END) < 0)
    return cannot_write();
  sync_folder();
  return {};
}

Result<void> DiskFile::add(std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = ::write(fd_, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_write();
    line.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(fd_) == 0 ? Result<void>{} : cannot_write();
}

void DiskFile::remove() { ::unlink(path_.c_str()); }

Result<void> DiskFile::cannot_write() const {
  return fail(Code::kBadInput, fmt::format("{}: cannot write: {}", path_.string(), std::strerror(errno)));
}

void DiskFile::sync_folder() const {
  const std::filesystem::path folder = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path(".");
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace mattock::probe
