#include "device/support/scripted_system.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

namespace mattock::test {
namespace {

constexpr std::uint64_t kFirstToken = 0xffff'ff80'1234'0000;
constexpr std::uint64_t kFirstOffset = 0x1'0000'0000;
constexpr int kObjectFile = 1000;  // descriptors of a misc build's objects are this and the handle

std::string strings(std::initializer_list<std::string> list) {
  std::string text;
  for (const std::string& string : list) text += string + '\0';
  return text;
}

template <class T>
T& as(void* argument) {
  return *static_cast<T*>(argument);
}

/// A kernel that will not take back what it gave can be helped by nobody: such calls do not fail.
bool gives_back(const std::string& name, std::uint32_t request, const void* argument) {
  if (name != "ioctl") return false;
  const auto is = [&](kernel::Call call, std::size_t bytes) {
    return request == kernel::drm_request(call, bytes) || request == kernel::misc_request(call, bytes);
  };
  if (is(kernel::Call::kMemDestroy, sizeof(kernel::MemDestroy))) return true;
  if (!is(kernel::Call::kAction, sizeof(kernel::Action))) return false;
  return static_cast<const kernel::Action*>(argument)->code == static_cast<std::uint32_t>(kernel::Ask::kPowerOff);
}

}  // namespace

std::shared_ptr<ScriptedSystem> ScriptedSystem::board() {
  auto system = std::make_shared<ScriptedSystem>();
  system->nodes = {{"/dev/dri/renderD128", {.driver = "panfrost", .version = {1, 2, 0}}},
                   {"/dev/dri/card0", {.driver = "panfrost", .version = {1, 2, 0}}},
                   {"/dev/dri/renderD129", {}},
                   {"/dev/dri/card1", {}}};
  system->files = {{"/proc/device-tree/compatible", strings({"radxa,zero3", "rockchip,rk3566"})},
                   {"/proc/device-tree/npu@fde40000/compatible", strings({"rockchip,rk3568-rknpu", "rockchip,rknpu"})},
                   {"/proc/device-tree/npu@fde40000/status", strings({"okay"})}};
  return system;
}

std::shared_ptr<ScriptedSystem> ScriptedSystem::misc_board(std::uint32_t version) {
  auto system = board();
  system->nodes = {{"/dev/rknpu", {.major = kernel::kMiscMajor}}};
  system->drv_version = version;
  return system;
}

std::shared_ptr<ScriptedSystem> ScriptedSystem::pc() {
  auto system = std::make_shared<ScriptedSystem>();
  system->nodes = {{"/dev/dri/renderD128", {.driver = "i915", .version = {1, 6, 0}}},
                   {"/dev/dri/card0", {.driver = "i915", .version = {1, 6, 0}}}};
  return system;
}

std::size_t ScriptedSystem::count(const std::string& name) const {
  return static_cast<std::size_t>(std::ranges::count(calls, name, &ScriptedCall::name));
}

std::vector<std::byte> ScriptedSystem::last(std::uint32_t request) const {
  const auto found = std::find_if(calls.rbegin(), calls.rend(), [&](const auto& c) { return c.request == request; });
  return found == calls.rend() ? std::vector<std::byte>() : found->argument;
}

std::size_t ScriptedSystem::count_requests(std::uint32_t request) const {
  return static_cast<std::size_t>(std::ranges::count(calls, request, &ScriptedCall::request));
}

std::vector<emulator::Mapping> ScriptedSystem::memory() const {
  std::vector<emulator::Mapping> all;
  for (const auto& [handle, object] : objects_)
    all.push_back({object.made.address, std::span(*object.bytes), std::to_string(handle)});
  return all;
}

int ScriptedSystem::begin(std::string name, std::uint32_t request, const void* argument) {
  if (!records_calls) return 0;
  ScriptedCall call{std::move(name), request, {}};
  if (argument != nullptr) {
    call.argument.resize(request >> 16 & 0x3fff);
    std::memcpy(call.argument.data(), argument, call.argument.size());
  }
  calls.push_back(std::move(call));
  if (gives_back(calls.back().name, request, argument)) return 0;
  const std::string& called = calls.back().name;
  const bool asks_sysfs = called.starts_with("read") || called.starts_with("list") || called == "kind";
  if (fail_error == EINTR && asks_sysfs) return 0;  // nothing that a signal breaks off
  const bool fails = ++faultable_ == fail_call || (request != 0 && request == fail_request);
  return fails ? -fail_error : 0;
}

int ScriptedSystem::open(const std::string& path, int flags) {
  if (const int failed = begin("open " + path); failed < 0) return failed;
  const bool is_lock = path.ends_with(".lock");
  if (is_lock && !files.contains(path)) {
    if ((flags & O_CREAT) == 0) return -ENOENT;
    files[path] = "";
  }
  if (file_errors.contains(path)) return -file_errors[path];
  if (!is_lock) {
    const auto node = nodes.find(path);
    if (node == nodes.end()) return -ENOENT;
    if (node->second.open_error != 0) return -node->second.open_error;
  }
  ++open_files;
  fds_[next_fd_] = path;
  return next_fd_++;
}

int ScriptedSystem::close(int fd) {
  calls.push_back({"close", 0, {}});
  if (fd >= kObjectFile || fds_.erase(fd) == 1) --open_files;
  return 0;
}

int ScriptedSystem::ioctl(int fd, std::uint32_t request, void* argument) {
  if (const int failed = begin("ioctl", request, argument); failed < 0) return failed;
  const ScriptedNode& node = nodes.at(fds_.at(fd));
  if (node.major != kernel::kMiscMajor && request == kernel::kDrmVersion)
    return drm_version(node, as<kernel::DrmVersion>(argument));
  const bool misc = node.major == kernel::kMiscMajor;
  const std::uint32_t number = request & 0xff, type = request >> 8 & 0xff;
  if (node.driver != "rknpu" || type != (misc ? 'r' : 'd')) return -ENOTTY;
  return driver_call(node, misc ? number : number - kernel::kDriverNumbers, argument);
}

int ScriptedSystem::drm_version(const ScriptedNode& node, kernel::DrmVersion& version) {
  version.major = node.version[0];
  version.minor = node.version[1];
  version.patch = node.version[2];
  std::memcpy(version.name, node.driver.data(), std::min(version.name_bytes, node.driver.size()));
  version.name_bytes = node.driver.size();
  return 0;
}

int ScriptedSystem::driver_call(const ScriptedNode& node, std::uint32_t number, void* argument) {
  switch (static_cast<kernel::Call>(number)) {
    case kernel::Call::kAction: return action(as<kernel::Action>(argument));
    case kernel::Call::kMemCreate: return create(node, as<kernel::MemCreate>(argument));
    case kernel::Call::kMemMap: {
      auto& place = as<kernel::MemMap>(argument);
      if (by_handle(place.handle) == nullptr) return -ENOENT;
      place.offset = kFirstOffset + place.handle * 0x1000'0000ULL;
      return 0;
    }
    case kernel::Call::kMemDestroy: {
      const auto& gone = as<kernel::MemDestroy>(argument);
      Object* const object = node.major == kernel::kMiscMajor ? by_token(gone.token) : by_handle(gone.handle);
      if (object == nullptr) return -EINVAL;
      --objects;
      const std::uint64_t token = object->made.token;
      std::erase_if(objects_, [&](const auto& entry) { return entry.second.made.token == token; });
      return 0;
    }
    case kernel::Call::kMemSync: return by_token(as<kernel::MemSync>(argument).token) == nullptr ? -EINVAL : 0;
    case kernel::Call::kSubmit: {
      auto& submit = as<kernel::Submit>(argument);
      Object* const records = by_token(submit.task_token);
      return records == nullptr ? -EINVAL : on_submit(submit, records->bytes->data());
    }
  }
  return -EINVAL;
}

int ScriptedSystem::action(kernel::Action& action) {
  switch (static_cast<kernel::Ask>(action.code)) {
    case kernel::Ask::kDrvVersion: action.value = drv_version; return 0;
    case kernel::Ask::kHwVersion: action.value = hw_version; return 0;
    case kernel::Ask::kIommu: action.value = iommu; return 0;
    case kernel::Ask::kPowerOn: ++powered; return 0;
    case kernel::Ask::kPowerOff: --powered; return 0;
    default: return -EINVAL;
  }
}

int ScriptedSystem::create(const ScriptedNode& node, kernel::MemCreate& made) {
  next_end -= made.size;
  made.token = kFirstToken + next_handle_ * 0x100ULL;
  made.address = next_end;
  const std::uint32_t handle = next_handle_++;
  made.handle = handle;
  if (node.major == kernel::kMiscMajor) {
    made.handle += kObjectFile;
    ++open_files;
  }
  ++objects;
  objects_[handle] = {made, std::make_shared<std::vector<std::byte>>(made.size)};
  return 0;
}

ScriptedSystem::Object* ScriptedSystem::by_handle(std::uint32_t handle) {
  const auto found = objects_.find(handle);
  return found == objects_.end() ? nullptr : &found->second;
}

ScriptedSystem::Object* ScriptedSystem::by_token(std::uint64_t token) {
  for (auto& [handle, object] : objects_)
    if (object.made.token == token) return &object;
  return nullptr;
}

int ScriptedSystem::map(int fd, std::uint64_t offset, std::size_t bytes, void*& address) {
  if (const int failed = begin("map"); failed < 0) return failed;
  const bool misc = fd >= kObjectFile;
  const std::uint64_t handle =
      misc ? static_cast<std::uint64_t>(fd - kObjectFile) : (offset - kFirstOffset) / 0x1000'0000;
  Object* const object = by_handle(static_cast<std::uint32_t>(handle));
  if (object == nullptr || bytes > object->bytes->size() || (misc && offset != 0)) return -EINVAL;
  ++mappings;
  address = object->bytes->data();
  return 0;
}

int ScriptedSystem::unmap(void* /*address*/, std::size_t /*bytes*/) {
  calls.push_back({"unmap", 0, {}});
  --mappings;
  return 0;
}

int ScriptedSystem::kind(int fd, kernel::FileKind& kind) {
  if (const int failed = begin("kind"); failed < 0) return failed;
  const unsigned major = nodes.at(fds_.at(fd)).major;
  kind = {major != 0, major, 0};
  return 0;
}

int ScriptedSystem::lock(int /*fd*/) {
  if (const int failed = begin("lock"); failed < 0) return failed;
  ++locks;
  return 0;
}

int ScriptedSystem::unlock(int /*fd*/) {
  if (records_calls) calls.push_back({"unlock", 0, {}});
  --locks;
  return 0;
}

int ScriptedSystem::list(const std::string& folder, std::vector<std::string>& names) {
  if (const int failed = begin("list " + folder); failed < 0) return failed;
  std::set<std::string> found;
  const auto add = [&](const std::string& path) {
    if (!path.starts_with(folder + "/")) return;
    const std::string rest = path.substr(folder.size() + 1);
    found.insert(rest.substr(0, rest.find('/')));
  };
  for (const auto& [path, node] : nodes) add(path);
  for (const auto& [path, text] : files) add(path);
  names.assign(found.begin(), found.end());
  return names.empty() ? -ENOENT : 0;
}

int ScriptedSystem::read(const std::string& path, std::string& text) {
  if (const int failed = begin("read " + path); failed < 0) return failed;
  if (file_errors.contains(path)) return -file_errors[path];
  const auto found = files.find(path);
  if (found == files.end()) return -ENOENT;
  text = found->second;
  return 0;
}

int ScriptedSystem::hold_signals(sigset_t& /*before*/) {
  calls.push_back({"hold signals", 0, {}});
  return 0;
}

int ScriptedSystem::release_signals(const sigset_t& /*before*/) {
  calls.push_back({"release signals", 0, {}});
  return 0;
}

}  // namespace mattock::test
