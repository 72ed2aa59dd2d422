#include "probe/run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>

#include "base/file.hpp"

namespace mattock::probe {
namespace {

namespace fs = std::filesystem;

Result<void> cannot_write(const fs::path& path) {
  return fail(Code::kBadInput, fmt::format("{}: cannot write: {}", path.string(), std::strerror(errno)));
}

/// LEDGER.part, on the disk line by line.
class JournalFile {
 public:
  explicit JournalFile(fs::path path) : path_(std::move(path)) {}
  ~JournalFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  /// Goes on behind the first `bytes`.
  Result<void> open(std::size_t bytes) {
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd_ < 0 || ::ftruncate(fd_, static_cast<off_t>(bytes)) != 0 || ::lseek(fd_, 0, SEEK_END) < 0)
      return cannot_write(path_);
    return sync_folder();
  }

  Result<void> add(std::string_view line) {
    while (!line.empty()) {
      const ssize_t written = ::write(fd_, line.data(), line.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return cannot_write(path_);
      line.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(fd_) == 0 ? Result<void>{} : cannot_write(path_);
  }

  /// The ledger has taken its place.
  void remove() { ::unlink(path_.c_str()); }

 private:
  /// So that the file's name survives, too. A folder that cannot be synced is no reason to stop.
  Result<void> sync_folder() {
    const fs::path folder = path_.has_parent_path() ? path_.parent_path() : fs::path(".");
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
      ::fsync(fd);
      ::close(fd);
    }
    return {};
  }

  fs::path path_;
  int fd_ = -1;
};

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

Result<Journal> take_up(const RunOptions& options, const Subject& subject, JournalFile& file) {
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
  JournalFile file(journal_path(options.ledger));
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
