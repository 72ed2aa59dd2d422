#include "device/rknpu/find.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "device/rknpu/errors.hpp"

namespace mattock::device::rknpu {
namespace {

constexpr std::string_view kName = "rknpu", kMainline = "rocket", kMiscPath = "/dev/rknpu";

/// Folders with the beginnings of names, in the order of preference.
struct Place {
  std::string_view folder;
  std::array<std::string_view, 2> beginnings;
};
constexpr std::array<Place, 2> kPlaces{Place{"/dev/dri", {"renderD", "card"}}, Place{"/dev/accel", {"accel", {}}}};

struct Answer {
  std::string name;
  Version version;
};

/// 0 or an errno below 0.
int ask_version(kernel::System& system, int fd, Answer& answer) {
  std::array<char, 32> name = {};
  kernel::DrmVersion version;
  const int result = kernel::uninterrupted([&] {
    version = {};
    version.name = name.data();
    version.name_bytes = name.size();
    return system.ioctl(fd, kernel::kDrmVersion, &version);
  });
  if (result < 0) return result;
  answer.name.assign(name.data(), std::min<std::size_t>(version.name_bytes, name.size()));
  answer.version = {static_cast<unsigned>(version.major), static_cast<unsigned>(version.minor),
                    static_cast<unsigned>(version.patch)};
  return 0;
}

Error error(std::string message, std::string hint = {}) {
  return {Code::kDevice, std::move(message), "", std::move(hint)};
}

/// What sysfs says of a DRM node that may not be opened.
bool belongs_to_npu(kernel::System& system, const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  std::string text;
  const std::string path_of_event = fmt::format("/sys/class/drm/{}/device/uevent", name);
  if (kernel::uninterrupted([&] { return system.read(path_of_event, text); }) < 0) return false;
  return text.find("DRIVER=RKNPU") != std::string::npos;
}

void recognise(const std::shared_ptr<kernel::System>& system, kernel::Descriptor file, Node& node) {
  Answer answer;
  if (const int result = ask_version(*system, file.get(), answer); result < 0) {
    node.why_not = call_error(Step::kVersion, "its driver does not say its name", result);
    return;
  }
  node.driver = answer.name;
  if (answer.name == kMainline) {
    node.why_not = error(
        "the mainline driver rocket cannot drive an RK356x: the length of command lists it programs is fixed to the "
        "RK3588's");
  } else if (answer.name != kName) {
    node.why_not = error(fmt::format("driver '{}' is not that of an NPU", answer.name));
  } else if (answer.version.code() < kOldest.code()) {
    node.why_not = error(fmt::format("driver rknpu {} is older than {}, the oldest that Mattock knows",
                                     answer.version.text(), kOldest.text()),
                         "update the board's kernel");
  } else {
    node.rknpu = std::make_unique<Driver>(system, std::move(file), node.path, Build::kDrm, answer.version);
  }
}

/// In place of the nodes that may be in it.
Node closed_folder(const std::string& folder, int result) {
  Node node;
  node.path = folder;
  node.why_not = call_error(Step::kOpen, "cannot be listed", result);
  return node;
}

}  // namespace

Node look_at(const std::shared_ptr<kernel::System>& system, const std::string& path) {
  Node node;
  node.path = path;
  kernel::Descriptor file;
  if (const int result = file.open(system, path, O_RDWR | O_CLOEXEC); result < 0) {
    node.exists = result != -ENOENT;
    node.open_error = -result;
    if (belongs_to_npu(*system, path)) node.driver = kName;
    node.why_not = call_error(Step::kOpen, "cannot be opened", result);
    return node;
  }
  kernel::FileKind kind;
  if (const int result = kernel::uninterrupted([&] { return system->kind(file.get(), kind); }); result < 0) {
    node.why_not = call_error(Step::kOpen, "cannot be looked at", result);
  } else if (!kind.character_device) {
    node.why_not = error("is not a device", "mattock devices lists what is here");
  } else if (kind.major == kernel::kDrmMajor || kind.major == kernel::kAccelMajor) {
    recognise(system, std::move(file), node);
    if (node.rknpu && path == kMiscPath)
      node.notice = fmt::format("{} leads to a DRM node: remove the link, it misleads the vendor's programs", path);
  } else if (kind.major == kernel::kMiscMajor) {
    node.driver = kName;
    node.rknpu = std::make_unique<Driver>(system, std::move(file), path, Build::kMisc, Version{});
  } else {
    node.why_not = error(fmt::format("is no NPU's: its major number is {}, not {} (DRM), {} (accel) or {} (misc)",
                                     kind.major, kernel::kDrmMajor, kernel::kAccelMajor, kernel::kMiscMajor));
  }
  return node;
}

std::vector<Node> find_nodes(const std::shared_ptr<kernel::System>& system, bool all) {
  std::vector<Node> nodes;
  const auto add = [&](const std::string& path) {
    nodes.push_back(look_at(system, path));
    return nodes.back().rknpu && !all;
  };
  for (const Place& place : kPlaces) {
    const std::string folder(place.folder);
    std::vector<std::string> names;
    const int result = kernel::uninterrupted([&] { return system->list(folder, names); });
    if (result < 0 && result != -ENOENT && result != -ENOTDIR) nodes.push_back(closed_folder(folder, result));
    if (result < 0) continue;
    for (const std::string_view beginning : place.beginnings)
      for (const std::string& name : names)
        if (!beginning.empty() && name.starts_with(beginning) && add(folder + "/" + name)) return nodes;
  }
  if (Node misc = look_at(system, std::string(kMiscPath)); misc.exists) nodes.push_back(std::move(misc));
  return nodes;
}

}  // namespace mattock::device::rknpu
