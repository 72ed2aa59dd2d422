#include "cli/probe_device.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <utility>

#include "fakekernel/machine.hpp"
#include "fakekernel/system.hpp"

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
                "fake[:VERSION[:drm|misc]], such as fake:0.9.8:drm");
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

Result<ProbeDevice> open_fake(const fakekernel::Options& options) {
  auto kernel = fakekernel::Kernel::create(options);
  if (!kernel) return propagate(kernel);
  auto device = Device::open("rknpu", {.system = fakekernel::make_system(fakekernel::radxa_zero_3w(*kernel))});
  if (!device) return propagate(device);
  return ProbeDevice{std::move(*device), true,
                     [clock = *kernel] { return static_cast<double>(clock->nanoseconds()) * 1e-9; }, *kernel};
}

double wall_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Result<ProbeDevice> open_probe_device(const std::string& name) {
  if (name == kFake) return open_fake({});
  if (name.starts_with("fake:")) {
    const auto options = fake_options(std::string_view(name).substr(kFake.size() + 1));
    if (!options) return propagate(options);
    return open_fake(*options);
  }
  auto device = Device::open(name);
  if (!device) return propagate(device);
  const bool emulated = device->kind() == "emulator";
  return ProbeDevice{std::move(*device), emulated, emulated ? std::function<double()>{} : wall_clock};
}

}  // namespace mattock::cli
