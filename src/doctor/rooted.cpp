#include "doctor/rooted.hpp"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <string_view>
#include <utility>

namespace mattock::doctor {
namespace {

using device::kernel::FileKind;
using device::kernel::PathKind;

constexpr int kMostLinks = 40;  // as Linux follows

std::deque<std::string> parts_of(std::string_view path) {
  std::deque<std::string> parts;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) parts.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

class Rooted final : public device::kernel::System {
 public:
  explicit Rooted(std::string root) : root_(std::move(root)), linux_(device::kernel::make_linux()) {}

  int open(const std::string&, int) override { return -EACCES; }
  int close(int) override { return -EBADF; }
  int ioctl(int, std::uint32_t, void*) override { return -ENOTTY; }
  int map(int, std::uint64_t, std::size_t, void*&) override { return -EBADF; }
  int unmap(void*, std::size_t) override { return -EINVAL; }
  int kind(int, FileKind&) override { return -EBADF; }
  int lock(int) override { return -EBADF; }
  int unlock(int) override { return -EBADF; }

  int list(const std::string& folder, std::vector<std::string>& names) override {
    std::string place;
    const int error = resolve(folder, place);
    return error < 0 ? error : linux_->list(place, names);
  }
  int read(const std::string& path, std::string& text) override {
    std::string place;
    const int error = resolve(path, place);
    return error < 0 ? error : linux_->read(place, text);
  }
  int look(const std::string& path, PathKind& kind) override {
    std::string place;
    PathKind first;
    if (const int error = resolve(path.substr(0, path.rfind('/')), place); error < 0) return error;
    if (const int error = linux_->look(place + path.substr(path.rfind('/')), first); error < 0 && !first.link)
      return error;
    if (const int error = resolve(path, place); error < 0) return error;
    if (const int error = linux_->look(place, kind); error < 0) return error;
    kind.link = first.link;
    kind.target = first.target;
    return 0;
  }
  int kernel_log(std::string& text) override { return read("/var/log/dmesg", text); }

 private:
  /// Follows links by hand, so that one with an absolute target stays below the root.
  int resolve(const std::string& path, std::string& place) const {
    std::deque<std::string> rest = parts_of(path);
    std::deque<std::string> done;
    int links = 0;
    const auto joined = [&] {
      std::string text = root_;
      for (const std::string& part : done) text += "/" + part;
      return text;
    };
    while (!rest.empty()) {
      const std::string part = std::move(rest.front());
      rest.pop_front();
      if (part == ".") continue;
      if (part == "..") {
        if (!done.empty()) done.pop_back();
        continue;
      }
      done.push_back(part);
      PathKind kind;
      linux_->look(joined(), kind);
      if (!kind.link) continue;
      if (++links > kMostLinks) return -ELOOP;
      done.pop_back();
      if (kind.target.starts_with('/')) done.clear();
      std::deque<std::string> target = parts_of(kind.target);
      rest.insert(rest.begin(), target.begin(), target.end());
    }
    place = joined();
    return 0;
  }

  std::string root_;
  std::shared_ptr<device::kernel::System> linux_;
};

}  // namespace

std::shared_ptr<device::kernel::System> make_rooted(std::string root) {
  return std::make_shared<Rooted>(std::move(root));
}

}  // namespace mattock::doctor
