#include "fakekernel/descriptors.hpp"

#include <algorithm>
#include <utility>

namespace mattock::fakekernel {
namespace {

constexpr int kFirst = 1000;

}  // namespace

void closed(const Opened& opened) {
  if (!opened.exporter) return;
  if (opened.fence != 0)
    opened.exporter->fence_closed(opened.fence);
  else
    opened.exporter->descriptor_closed(opened.memory);
}

int Descriptors::add(Opened opened) {
  int fd = kFirst;
  for (const auto& [taken, other] : opened_) {
    if (taken != fd) break;
    ++fd;
  }
  opened_.emplace(fd, std::move(opened));
  return fd;
}

const Opened* Descriptors::find(int fd) const {
  const auto found = opened_.find(fd);
  return found == opened_.end() ? nullptr : &found->second;
}

Opened Descriptors::take(int fd) {
  const auto node = opened_.extract(fd);
  return node ? std::move(node.mapped()) : Opened{};
}

std::size_t Descriptors::device_files() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(opened_, [](const auto& entry) { return entry.second.device != nullptr; }));
}

}  // namespace mattock::fakekernel
