#include "probe/opening.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "probe/disk.hpp"

namespace mattock::probe {

Result<Opening> Opening::begin(const std::filesystem::path& ledger, bool retry) {
  std::filesystem::path mark = ledger;
  mark += ".opening";
  std::error_code ignored;
  if (!retry && std::filesystem::exists(mark, ignored))
    return fail(Code::kDevice,
                fmt::format("an earlier run ended while it opened the NPU ({} is still there)", mark.string()),
                "if the board hung, `mattock doctor --log FILE` may tell where; --retry opens the NPU again");
  DiskFile file(mark);
  if (const auto opened = file.open(0); !opened) return propagate(opened);
  if (const auto synced = file.add("\n"); !synced) return propagate(synced);
  return Opening(std::move(mark));
}

Opening::Opening(Opening&& other) noexcept : mark_(std::exchange(other.mark_, {})) {}

Opening::~Opening() {
  std::error_code ignored;
  if (!mark_.empty()) std::filesystem::remove(mark_, ignored);
}

}  // namespace mattock::probe
