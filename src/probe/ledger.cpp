#include "probe/ledger.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "base/file.hpp"

namespace mattock::probe {
namespace {

using Json = nlohmann::ordered_json;

constexpr unsigned kFormat = 1;

std::string today() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::string kernel_release() {
  utsname name{};
  return uname(&name) == 0 ? fmt::format("{} {} {}", name.sysname, name.release, name.machine) : "";
}

Json json_of(const Subject& subject) {
  Json json{{"format", kFormat},        {"chip", subject.chip},
            {"device", subject.device}, {"emulated", subject.emulated},
            {"driver", subject.driver}, {"kernel", subject.kernel},
            {"date", subject.date}};
  if (subject.hardware) json["hardware"] = fmt::format("{:#x}", *subject.hardware);
  if (subject.clock_hz) json["clock_hz"] = *subject.clock_hz;
  return json;
}

std::string hex(std::uint32_t word) { return fmt::format("{:#010x}", word); }

Json json_of(const Entry& entry) {
  const Outcome& o = entry.outcome;
  Json json{{"name", entry.name}, {"outcome", name_of(o.verdict)}};
  if (!o.text.empty()) json["text"] = o.text;
  if (o.verdict == Verdict::kAnswer) json["as_assumed"] = o.as_assumed;
  if (o.verdict == Verdict::kMeasured) {
    json["value"] = o.value;
    json["unit"] = o.unit;
  }
  for (const Word& word : o.words)
    json["words"].push_back({{"place", word.place}, {"expected", hex(word.expected)}, {"found", hex(word.found)}});
  if (o.more_words != 0) json["more_words"] = o.more_words;
  return json;
}

std::uint32_t number_of(const Json& json) {
  const auto& text = json.get_ref<const std::string&>();
  std::size_t used = 0;
  const unsigned long value = std::stoul(text, &used, 16);
  if (used != text.size() || value > 0xffff'ffff) throw std::out_of_range("not 32 bits in hex: " + text);
  return static_cast<std::uint32_t>(value);
}

/// A whole number that its type holds; the parser would convert any.
template <class Unsigned>
Unsigned whole(const Json& json) {
  if (!json.is_number_unsigned() || json.get<std::uint64_t>() > std::numeric_limits<Unsigned>::max())
    throw std::out_of_range("not a whole number in range: " + json.dump());
  return static_cast<Unsigned>(json.get<std::uint64_t>());
}

// The readers throw what the parser throws; caught in reading().
Subject subject_from(const Json& json) {
  if (const auto format = whole<unsigned>(json.at("format")); format != kFormat)
    throw std::out_of_range(fmt::format("format {}; {} is known", format, kFormat));
  Subject subject{json.at("device"),  json.at("chip"), json.at("driver"), json.at("kernel"), json.at("date"), {}, {},
                  json.at("emulated")};
  if (json.contains("hardware")) subject.hardware = number_of(json["hardware"]);
  if (json.contains("clock_hz")) subject.clock_hz = whole<std::uint32_t>(json["clock_hz"]);
  return subject;
}

Verdict verdict_from(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(Verdict::kHung); ++i)
    if (name_of(static_cast<Verdict>(i)) == name) return static_cast<Verdict>(i);
  throw std::out_of_range("no outcome '" + name + "'");
}

Entry entry_from(const Json& json) {
  Entry entry{json.at("name"), {}};
  Outcome& o = entry.outcome;
  o.verdict = verdict_from(json.at("outcome"));
  o.text = json.value("text", "");
  o.as_assumed = json.value("as_assumed", false);
  o.value = json.value("value", 0.0);
  o.unit = json.value("unit", "");
  if (json.contains("more_words")) o.more_words = whole<std::size_t>(json["more_words"]);
  if (json.contains("words"))
    for (const Json& word : json["words"])
      o.words.push_back(
          {whole<std::size_t>(word.at("place")), number_of(word.at("expected")), number_of(word.at("found"))});
  return entry;
}

template <class Read>
auto reading(const Read& read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const std::exception& error) {
    return fail(Code::kBadFile, fmt::format("no ledger of probes: {}", error.what()));
  }
}

}  // namespace

Subject subject_of(const Device& device, bool emulated) {
  DeviceIdentity identity = device.identity();
  return {device.name(),
          std::string(device.chip().name),
          std::move(identity.driver),
          kernel_release(),
          today(),
          identity.hardware,
          identity.clock_hz,
          emulated};
}

const Outcome* Ledger::find(std::string_view name) const {
  const auto found = std::ranges::find(entries, name, &Entry::name);
  return found == entries.end() ? nullptr : &found->outcome;
}

void Ledger::set(Entry entry) {
  const auto found = std::ranges::find(entries, entry.name, &Entry::name);
  if (found == entries.end())
    entries.push_back(std::move(entry));
  else
    *found = std::move(entry);
}

std::string to_json(const Ledger& ledger) {
  Json json = json_of(ledger.subject);
  json["probes"] = Json::array();
  for (const Entry& entry : ledger.entries) json["probes"].push_back(json_of(entry));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Ledger> parse_ledger(std::string_view text) {
  return reading([&] {
    const Json json = Json::parse(text);
    Ledger ledger{subject_from(json), {}};
    for (const Json& entry : json.at("probes")) ledger.set(entry_from(entry));
    return ledger;
  });
}

Result<Ledger> read_ledger(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  if (!bytes) return propagate(bytes);
  auto ledger = parse_ledger({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!ledger) return propagate(ledger, path.string());
  return ledger;
}

std::string subject_line(const Subject& subject) { return json_of(subject).dump() + "\n"; }
std::string begun_line(std::string_view name) { return Json{{"begun", name}}.dump() + "\n"; }
std::string ended_line(const Entry& entry) {
  return Json{{"ended", json_of(entry)}}.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Journal> parse_journal(std::string_view text) {
  return reading([&] {
    Journal journal;
    for (std::size_t line = 1; journal.good_bytes < text.size(); ++line) {
      const std::size_t end = text.find('\n', journal.good_bytes);
      if (end == std::string_view::npos) break;
      const Json json = Json::parse(text.substr(journal.good_bytes, end - journal.good_bytes), nullptr, false);
      const bool last = end + 1 == text.size();
      if (json.is_discarded() && last) break;
      if (json.is_discarded()) throw std::invalid_argument(fmt::format("line {} of the journal is damaged", line));
      if (line == 1) {
        journal.ledger.subject = subject_from(json);
      } else if (json.contains("begun")) {
        journal.begun = json["begun"];
      } else {
        journal.ledger.set(entry_from(json.at("ended")));
        journal.begun.clear();
      }
      journal.good_bytes = end + 1;
    }
    return journal;
  });
}

}  // namespace mattock::probe
