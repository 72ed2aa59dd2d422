#include "probe/run.hpp"

#include <fmt/format.h>

#include <span>

#include "base/file.hpp"
#include "probe/disk.hpp"

namespace mattock::probe {
namespace {

namespace fs = std::filesystem;

fs::path journal_path(const fs::path& ledger) {
  fs::path path = ledger;
  return path += ".part";
}

/// What is known from earlier runs: the journal if there is one, else the ledger.
Result<Journal> known(const fs::path& ledger) {
  const fs::path part = journal_path(ledger);
  std::error_code ignored;
  if (fs::exists(part, ignored)) {
    const auto bytes = read_file(part);
    if (!bytes) return propagate(bytes);
    auto journal = parse_journal({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    if (!journal) return propagate(journal, part.string());
    return journal;
  }
  Journal journal;
  if (!fs::exists(ledger, ignored)) return journal;
  auto whole = read_ledger(ledger);
  if (!whole) return propagate(whole);
  journal.ledger = std::move(*whole);
  return journal;
}

Result<void> of_this_device(const Journal& journal, const Subject& subject, const fs::path& path) {
  const Subject& other = journal.ledger.subject;
  if (other.chip.empty() || (other.chip == subject.chip && other.device == subject.device &&
                             other.driver == subject.driver && other.emulated == subject.emulated))
    return {};
  return fail(Code::kBadFile,
              fmt::format("{} is of another device: {} ({}), this is {} ({})", path.string(), other.device,
                          other.driver, subject.device, subject.driver),
              "name another file with -o");
}

bool is_due(const Ledger& ledger, const Probe& probe, const RunOptions& options) {
  if (!options.only.empty() && options.only != probe.name) return false;
  const Outcome* const outcome = ledger.find(probe.name);
  return outcome == nullptr || (options.retry && outcome->verdict == Verdict::kHung);
}

Result<Journal> take_up(const RunOptions& options, const Subject& subject, DiskFile& file) {
  auto journal = known(options.ledger);
  if (!journal) return journal;
  if (const auto same = of_this_device(*journal, subject, options.ledger); !same) return propagate(same);
  if (const auto opened = file.open(journal->good_bytes); !opened) return propagate(opened);
  if (journal->good_bytes == 0) {
    // A journal has all that the ledger had.
    if (journal->ledger.subject.chip.empty()) journal->ledger.subject = subject;
    if (const auto added = file.add(subject_line(journal->ledger.subject)); !added) return propagate(added);
    for (const Entry& entry : journal->ledger.entries)
      if (const auto added = file.add(ended_line(entry)); !added) return propagate(added);
  }
  if (journal->begun.empty()) return journal;
  const Entry hung{journal->begun, {.verdict = Verdict::kHung, .text = "it began and did not end"}};
  if (const auto added = file.add(ended_line(hung)); !added) return propagate(added);
  journal->ledger.set(hung);
  if (options.ended) options.ended(hung);
  return journal;
}

}  // namespace

Result<Ledger> run(Context& context, const RunOptions& options) {
  if (!options.only.empty() && find_probe(options.only) == nullptr)
    return fail(Code::kUsage, fmt::format("no probe '{}'", options.only), "--list has the names");
  DiskFile file(journal_path(options.ledger));
  auto journal = take_up(options, subject_of(context.device, options.emulated), file);
  if (!journal) return propagate(journal);
  Ledger& ledger = journal->ledger;
  for (const Probe& probe : probes()) {
    if (!is_due(ledger, probe, options)) continue;
    if (const auto added = file.add(begun_line(probe.name)); !added) return propagate(added);
    if (options.begins) options.begins(probe);
    const Entry entry{std::string(probe.name), ask(probe, context)};
    if (const auto added = file.add(ended_line(entry)); !added) return propagate(added);
    ledger.set(entry);
    if (options.ended) options.ended(entry);
  }
  const std::string text = to_json(ledger);
  if (const auto written = write_file(options.ledger, std::as_bytes(std::span(text))); !written)
    return propagate(written);
  file.remove();
  return std::move(ledger);
}

}  // namespace mattock::probe
