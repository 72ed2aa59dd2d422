// Where the emulator is, and how it complains: the task and word at work, the register that is to blame, and
// a list of numeric events. Stopping unwinds to Emulator::submit, the only place that catches Stop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "emulator/emulator.hpp"
#include "hw/command.hpp"

namespace mattock::emulator {

/// Ends a submit. Never leaves the room: Emulator::submit turns it into an Error.
class Stop : public std::exception {
 public:
  explicit Stop(Error error, Ending::Access refused = Ending::Access::kNone)
      : error_(std::move(error)), refused_(refused) {}
  const Error& error() const { return error_; }
  Ending::Access refused() const { return refused_; }
  const char* what() const noexcept override { return error_.message.c_str(); }

 private:
  Error error_;
  Ending::Access refused_;
};

/// The word that last wrote a register: index of its task in the submit and of the word in the task.
struct Origin {
  std::uint32_t task = 0;
  std::uint32_t word = 0;
  bool written = false;
};

/// Of a result.
struct Place {
  std::size_t channel = 0, pixel = 0;
};

class Diagnostics {
 public:
  explicit Diagnostics(bool strict) : strict_(strict) {}

  /// Forgets all events.
  void begin_submit() {
    event_count_ = 0;
    task_ = 0;
  }
  void begin_task(std::uint32_t task) { task_ = task; }
  std::uint32_t task() const { return task_; }

  /// The chip was told to do what cannot work, in either mode: an address outside every buffer, a broken chain.
  [[noreturn]] void refuse(std::string message) const;
  [[noreturn]] void refuse(std::string message, Ending::Access access) const;

  /// Something outside what the emulator models. Strict mode stops; otherwise it becomes an event.
  void not_modelled(std::string message);

  /// Counts a numeric happening; the first place is kept.
  void event(std::string_view what, Place place);

  /// Of this submit, in order of their first places.
  std::span<const Event> events() const { return std::span(events_).first(event_count_); }

 private:
  /// The event with that name; a new one has count 0 and says nothing yet about its first place.
  Event& find_or_add(std::string_view what);

  bool strict_;
  std::uint32_t task_ = 0;
  std::vector<Event> events_;  // those from event_count_ on are of earlier submits: their strings are used again
  std::size_t event_count_ = 0;
};

}  // namespace mattock::emulator
