#include "cli/probe_device.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "emulate/protocol.h"
#include "fakekernel/machine.hpp"
#include "fakekernel/system.hpp"
#include "probe/probe.hpp"

namespace mattock::cli {
namespace {

constexpr std::string_view kFake = "fake";

bool parse_version(std::string_view text, fakekernel::Version& version) {
  unsigned* const numbers[] = {&version.major, &version.minor, &version.patch};
  const char *at = text.data(), *const end = at + text.size();
  for (std::size_t i = 0; i < std::size(numbers); ++i) {
    const auto [next, error] = std::from_chars(at, end, *numbers[i]);
    if (error != std::errc{}) return false;
    if (next == end) return i > 0;
    if (*next != '.') return false;
    at = next + 1;
  }
  return false;
}

Result<fakekernel::Options> fake_options(std::string_view rest) {
  fakekernel::Options options;
  const auto wrong = [&] {
    return fail(Code::kUsage, fmt::format("no fake device 'fake:{}'", rest),
                "fake[:VERSION[:drm|misc]][@PROBE], such as fake:0.9.8:drm");
  };
  const std::size_t colon = rest.find(':');
  options.version.patch = 0;
  if (!parse_version(rest.substr(0, colon), options.version)) return wrong();
  if (colon == std::string_view::npos) return options;
  const std::string_view build = rest.substr(colon + 1);
  if (build != "drm" && build != "misc") return wrong();
  options.build = build == "drm" ? fakekernel::Build::kDrm : fakekernel::Build::kMisc;
  return options;
}

/// `hang`: "@PROBE" or nothing.
Result<ProbeDevice> open_fake(const fakekernel::Options& options, std::string_view hang) {
  const std::string_view hangs_at = hang.empty() ? hang : hang.substr(1);
  if (!hang.empty() && probe::find_probe(hangs_at) == nullptr)
    return fail(Code::kUsage, fmt::format("no probe '{}' for a fake board to hang at", hangs_at), "see --list");
  auto kernel = fakekernel::Kernel::create(options);
  if (!kernel) return propagate(kernel);
  auto device = Device::open("rknpu", {.system = fakekernel::make_system(fakekernel::radxa_zero_3w(*kernel))});
  if (!device) return propagate(device);
  return ProbeDevice{std::move(*device), true,
                     [clock = *kernel] { return static_cast<double>(clock->nanoseconds()) * 1e-9; }, *kernel,
                     std::string(hangs_at)};
}

double wall_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Result<ProbeDevice> open_probe_device(const std::string& name) {
  const std::string fake = name.substr(0, name.find('@'));
  if (fake == kFake) return open_fake({}, name.substr(fake.size()));
  if (fake.starts_with("fake:")) {
    const auto options = fake_options(std::string_view(fake).substr(kFake.size() + 1));
    if (!options) return propagate(options);
    return open_fake(*options, name.substr(fake.size()));
  }
  auto device = Device::open(name);
  if (!device) return propagate(device);
  const bool emulated = device->kind() == "emulator" || std::getenv(MATTOCK_EMULATE_FOLDER) != nullptr;
  return ProbeDevice{std::move(*device), emulated, emulated ? std::function<double()>{} : wall_clock};
}

}  // namespace mattock::cli
