// The program that runs under `mattock emulate`, as a process: started, told of signals, waited for.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <optional>

#include "base/error.hpp"
#include "emulate/descriptor.hpp"
#include "emulate/launch.hpp"

namespace mattock::emulate {

/// How a program ended.
struct Ending {
  int status = 0;  ///< exit status, if it ended by itself
  int signal = 0;  ///< the signal that ended it, or 0
};

class Child {
 public:
  /// Errors: kBadInput (the system refuses the program), kInternal.
  static Result<Child> start(const Launch& launch);
  Child(Child&&) = default;
  Child& operator=(Child&&) = delete;
  /// Kills the program if it still runs.
  ~Child();

  /// To be polled: readable when there is something to see().
  int watched() const { return signals_.get(); }
  /// Passes signals on to the program; true when it has ended.
  bool see();
  Ending ending() const { return *ending_; }

 private:
  Child() = default;
  pid_t process_ = -1;
  Descriptor signals_;
  std::optional<Ending> ending_;
};

}  // namespace mattock::emulate
