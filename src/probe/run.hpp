// A run of the probes into a ledger that is taken up where it stopped.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "probe/ledger.hpp"

namespace mattock::probe {

struct RunOptions {
  std::filesystem::path ledger;
  std::string only = {};  ///< one probe, by name; empty: all
  bool retry = false;     ///< those that hung, too
  bool emulated = false;  ///< the device is no NPU
  /// Told before a probe is asked, when its name is on the disk.
  std::function<void(const Probe& probe)> begins = {};
  /// Told of every outcome that is new.
  std::function<void(const Entry& entry)> ended = {};
};

/// Asks what the ledger does not have yet. What began in an earlier run and did not end is entered as hung and left
/// alone, unless `retry`. Errors: kUsage (no such probe), kBadFile (a damaged ledger or journal, or one of another
/// device), kBadInput (it cannot be written).
Result<Ledger> run(Context& context, const RunOptions& options);

}  // namespace mattock::probe
