// Where the emulator is, and how it complains: the task and word at work, the register that is to blame, and
// a list of numeric events. Stopping unwinds to Emulator::submit, the only place that catches Stop.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "emulator/emulator.hpp"
#include "hw/command.hpp"

namespace mattock::emulator {

/// Ends a submit. Never leaves the room: Emulator::submit turns it into an Error.
class Stop : public std::exception {
 public:
  explicit Stop(Error error) : error_(std::move(error)) {}
  const Error& error() const { return error_; }
  const char* what() const noexcept override { return error_.message.c_str(); }

 private:
  Error error_;
};

/// The word that last wrote a register: index of its task in the submit and of the word in the task.
struct Origin {
  std::uint32_t task = 0;
  std::uint32_t word = 0;
  bool written = false;
};

class Diagnostics {
 public:
  explicit Diagnostics(bool strict) : strict_(strict) {}

  void begin_task(std::uint32_t task) { task_ = task; }
  std::uint32_t task() const { return task_; }

  /// The chip was told to do what cannot work, in either mode: an address outside every buffer, a broken chain.
  [[noreturn]] void refuse(std::string message) const;

  /// Something outside what the emulator models. Strict mode stops; otherwise it becomes an event.
  void not_modelled(std::string message);

  /// Counts a numeric happening; the first place is kept. `what` must be a string literal.
  void event(std::string_view what, std::string_view where);

  /// The same where many may follow: `where()` makes the text, for the first one alone.
  template <class Where>
  requires std::is_invocable_r_v<std::string, Where>
  void event(std::string_view what, const Where& where) {
    if (Event* known = find(what))
      ++known->count;
    else
      event(what, std::string_view(where()));
  }

  std::vector<Event> take_events();

 private:
  Event* find(std::string_view what);

  bool strict_;
  std::uint32_t task_ = 0;
  std::vector<Event> events_;
};

}  // namespace mattock::emulator
