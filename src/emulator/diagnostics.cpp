#include "emulator/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mattock::emulator {

void Diagnostics::refuse(std::string message) const {
  throw Stop(Error{Code::kDevice, fmt::format("task {}: {}", task_, message), {}, {}});
}

void Diagnostics::not_modelled(std::string message) {
  if (strict_) throw Stop(Error{Code::kNotModelled, fmt::format("task {}: {}", task_, message), {}, {}});
  event("not modelled", message);
}

Event* Diagnostics::find(std::string_view what) {
  const auto found = std::find_if(events_.begin(), events_.end(), [&](const Event& e) { return e.what == what; });
  return found == events_.end() ? nullptr : &*found;
}

void Diagnostics::event(std::string_view what, std::string_view where) {
  Event* known = find(what);
  if (known == nullptr)
    known = &events_.emplace_back(Event{std::string(what), fmt::format("task {}, {}", task_, where), 0});
  ++known->count;
}

std::vector<Event> Diagnostics::take_events() { return std::exchange(events_, {}); }

}  // namespace mattock::emulator
