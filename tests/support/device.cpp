#include "support/device.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "fakekernel/machine.hpp"
#include "fakekernel/system.hpp"

namespace mattock::test {
namespace {

using fakekernel::FakeSystem;
using fakekernel::Kernel;

/// A fake kernel and the system calls that end there.
struct Fake {
  std::string name;
  std::shared_ptr<Kernel> kernel;
  std::shared_ptr<FakeSystem> system;

  bool in_use() const { return system.use_count() > 1; }
};

struct Opened {
  std::mutex mutex;
  std::size_t count = 0;
  std::vector<Fake> fakes;
  std::vector<std::string> leaks;
};

Opened& opened() {
  static Opened all;
  return all;
}

void find_leaks(const Fake& fake, std::vector<std::string>& leaks) {
  const auto add = [&](const char* who, const fakekernel::Held& held) {
    if (held == fakekernel::Held{}) return;
    leaks.push_back(fmt::format("{}: {} holds {} files, {} objects, {} mappings, {} descriptors", fake.name, who,
                                held.files, held.objects, held.mappings, held.descriptors));
  };
  add("the kernel", fake.kernel->held());
  add("the program", fake.system->held());
  // A sync beyond an object is cut by the driver: whoever asks for it is mistaken.
  for (const std::string& line : fake.kernel->log())
    if (line.starts_with("leak:") || line.find("leaves its object") != std::string::npos)
      leaks.push_back(fake.name + ": " + line);
}

/// A test may open thousands of devices: those that it is done with are looked at before there is another.
void look_at_unused(Opened& all) {
  std::erase_if(all.fakes, [&](const Fake& fake) {
    if (!fake.in_use()) find_leaks(fake, all.leaks);
    return !fake.in_use();
  });
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find(at); end != std::string_view::npos; end = text.find(at)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

/// "0.8" or "0.8.2".
bool parse(std::string_view text, fakekernel::Version& version) {
  unsigned numbers[3] = {0, 0, 0};
  const auto parts = split(text, '.');
  if (parts.size() < 2 || parts.size() > std::size(numbers)) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const char* const end = parts[i].data() + parts[i].size();
    const auto [stop, error] = std::from_chars(parts[i].data(), end, numbers[i]);
    if (error != std::errc() || stop != end) return false;
  }
  version = {numbers[0], numbers[1], numbers[2]};
  return true;
}

/// Whether the text is one of the two words, and then whether it is the first.
bool parse(std::string_view text, std::string_view yes, std::string_view no, bool& value) {
  value = text == yes;
  return value || text == no;
}

Result<fakekernel::Options> fake_options(const std::string& name) {
  fakekernel::Options options;
  bool drm = false;
  const auto parts = split(name, ':');
  if (parts.size() != 5 || parts[0] != "fake" || !parse(parts[1], options.version) ||
      !parse(parts[2], "drm", "misc", drm) || !parse(parts[3], "iommu", "no-iommu", options.iommu) ||
      !parse(parts[4], "two-copies", "one-copy", options.two_copies))
    return fail(Code::kDevice, fmt::format("no test device '{}'", name),
                "fake:VERSION:drm|misc:iommu|no-iommu:two-copies|one-copy, emulator, rknpu, rknpu:CHIP, or a node");
  options.build = drm ? fakekernel::Build::kDrm : fakekernel::Build::kMisc;
  return options;
}

Result<Device> open_fake(const std::string& name, DeviceOptions options, std::string_view chip) {
  auto wanted = fake_options(name);
  if (!wanted) return propagate(wanted);
  wanted->chip = chip;
  wanted->memory_bytes = options.memory_bytes;
  auto kernel = Kernel::create(*wanted);
  if (!kernel) return propagate(kernel);
  auto system = fakekernel::make_system(fakekernel::radxa_zero_3w(*kernel));
  options.system = system;
  Opened& all = opened();
  const std::scoped_lock lock(all.mutex);
  look_at_unused(all);
  all.fakes.push_back({name, std::move(*kernel), std::move(system)});
  return Device::open(fmt::format("rknpu:{}", chip), options);
}

Result<Device> open_real(const std::string& name, const DeviceOptions& options, std::string_view chip) {
  auto device = Device::open(name, options);
  if (device && device->chip().name != chip)
    return fail(Code::kDevice, fmt::format("'{}' is an {}, this test wants an {}", name, device->chip().name, chip));
  return device;
}

}  // namespace

Result<Device> open_named(const std::string& name, const DeviceOptions& options, std::string_view chip) {
  const bool emulated = name.empty() || name == "emulator";
  const bool real = name == "rknpu" || name.starts_with("rknpu:") || name.starts_with("/dev/");
  auto device = emulated ? Device::open(fmt::format("emulator:{}", chip), options)
                : real   ? open_real(name, options, chip)
                         : open_fake(name, options, chip);
  const std::scoped_lock lock(opened().mutex);
  if (device) ++opened().count;
  return device;
}

Device open_device(const DeviceOptions& options, std::string_view chip) {
  const char* const name = std::getenv("MATTOCK_TEST_DEVICE");
  auto device = open_named(name == nullptr ? "" : name, options, chip);
  if (!device) throw std::runtime_error("MATTOCK_TEST_DEVICE: " + to_string(device.error()));
  return std::move(*device);
}

std::size_t devices_opened() {
  const std::scoped_lock lock(opened().mutex);
  return opened().count;
}

std::vector<std::string> take_leaks() {
  Opened& all = opened();
  const std::scoped_lock lock(all.mutex);
  for (const Fake& fake : all.fakes) find_leaks(fake, all.leaks);
  all.fakes.clear();
  return std::exchange(all.leaks, {});
}

}  // namespace mattock::test
