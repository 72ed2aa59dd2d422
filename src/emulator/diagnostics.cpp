#include "emulator/diagnostics.hpp"

#include <fmt/format.h>

#include <iterator>

namespace mattock::emulator {

void Diagnostics::refuse(std::string message) const { refuse(std::move(message), Ending::Access::kNone); }

void Diagnostics::refuse(std::string message, Ending::Access access) const {
  throw Stop(Error{Code::kDevice, fmt::format("task {}: {}", task_, message), {}, {}}, access);
}

void Diagnostics::not_modelled(std::string message) {
  if (strict_) throw Stop(Error{Code::kNotModelled, fmt::format("task {}: {}", task_, message), {}, {}});
  Event& event = find_or_add("not modelled");
  if (event.count++ == 0) event.first = fmt::format("task {}, {}", task_, message);
}

void Diagnostics::event(std::string_view what, Place place) {
  Event& event = find_or_add(what);
  if (event.count++ == 0)
    fmt::format_to(std::back_inserter(event.first), "task {}, channel {} pixel {}", task_, place.channel, place.pixel);
}

Event& Diagnostics::find_or_add(std::string_view what) {
  for (std::size_t i = 0; i < event_count_; ++i)
    if (events_[i].what == what) return events_[i];
  if (event_count_ == events_.size()) events_.emplace_back();
  Event& added = events_[event_count_++];
  added.what = what;
  added.first.clear();
  added.count = 0;
  return added;
}

}  // namespace mattock::emulator
