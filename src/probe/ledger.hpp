// What a run of the probes found, as a JSON file, and how it is written so that a chip that hangs its board costs one
// probe and no more. While it runs, LEDGER.part grows a line at a time: the subject, {"begun": NAME} before a probe,
// {"ended": ENTRY} after it, each on the disk before anything goes on. At the end the ledger takes its place.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "probe/probe.hpp"

namespace mattock::probe {

/// Which device was asked, and when.
struct Subject {
  std::string device, chip, driver, kernel, date;
  std::optional<std::uint32_t> hardware, clock_hz;
  bool emulated = false;  ///< no real NPU: times are those of the model
};
Subject subject_of(const Device& device, bool emulated);

struct Entry {
  std::string name;
  Outcome outcome;
};

struct Ledger {
  Subject subject;
  std::vector<Entry> entries;  ///< in the order they were asked; one for each name

  const Outcome* find(std::string_view name) const;
  /// In place of the one with its name.
  void set(Entry entry);
};

std::string to_json(const Ledger& ledger);
/// Errors: kBadFile, with what is wrong.
Result<Ledger> parse_ledger(std::string_view text);
Result<Ledger> read_ledger(const std::filesystem::path& path);

/// The lines of LEDGER.part. A last one that is not whole was being written when the board stopped: it does not count.
struct Journal {
  Ledger ledger;
  std::string begun;  ///< a probe that has not ended; empty if all have
  std::size_t good_bytes = 0;
};
/// Errors: kBadFile for damage before the last line.
Result<Journal> parse_journal(std::string_view text);
std::string subject_line(const Subject& subject);
std::string begun_line(std::string_view name);
std::string ended_line(const Entry& entry);

}  // namespace mattock::probe
