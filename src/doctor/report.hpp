// What was looked at, what was found, and what to do about it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mattock::doctor {

enum class State {
  kGood,
  kNote,     ///< nothing wrong: worth knowing
  kWarning,  ///< may go wrong
  kFault,    ///< the NPU cannot be used before this is mended
  kSkipped,  ///< not looked at, because of what was found before
};
/// "ok", "note", "warning", "FAULT", "-".
std::string_view state_name(State state);

struct Remedy {
  std::string text = {};                   ///< one line
  std::vector<std::string> commands = {};  ///< to be typed, in this order
};

struct Step {
  std::string name = {};  ///< "NPU node"
  State state = State::kGood;
  std::string id = {};    ///< of the finding, as docs/board.md lists them; empty where nothing is wrong
  std::string says = {};  ///< what was found, and where
  Remedy remedy = {};
};

struct Report {
  std::vector<Step> steps;         ///< in the order they were taken
  std::vector<std::string> facts;  ///< "kernel 6.1.75", for whoever is asked for help
  std::vector<std::string> log;    ///< the kernel's own lines about the NPU
  bool on_board = true;            ///< false: nothing here could have an NPU

  /// The first fault: the one to mend. Null without any.
  const Step* first_fault() const;
  bool has_warnings() const;
};

std::string to_text(const Report& report);

}  // namespace mattock::doctor
