// Any text as a ledger of probes and as the journal of a run that stopped; what is accepted is written, read again and
// must be the same, and can be explained.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "probe/explain.hpp"
#include "probe/ledger.hpp"

namespace {

using namespace mattock::probe;

void follow(const Ledger& ledger) {
  const std::string written = to_json(ledger);
  const auto again = parse_ledger(written);
  if (!again || to_json(*again) != written) std::abort();
  const mattock::hw::Chip& chip = *mattock::hw::find_chip("rk3566");
  if (explain(ledger, chip).empty()) std::abort();
  constants_of(ledger, chip);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto ledger = parse_ledger(text)) follow(*ledger);
  if (const auto journal = parse_journal(text)) {
    if (journal->good_bytes > size) std::abort();
    follow(journal->ledger);
  }
  return 0;
}
