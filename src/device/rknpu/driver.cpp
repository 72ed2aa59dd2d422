#include "device/rknpu/driver.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

namespace mattock::device::rknpu {
namespace {

// What a wait in the kernel ends with when a signal comes; Linux makes EINTR of it unless the driver lets it through.
constexpr int kRestart = 512;

std::size_t create_bytes(Build build, Generation generation) {
  if (build == Build::kDrm) return kernel::kMemCreateBytesC;
  switch (generation) {
    case Generation::kA: return kernel::kMemCreateBytesA;
    case Generation::kB: return kernel::kMemCreateBytesB;
    case Generation::kC: return kernel::kMemCreateBytesC;
  }
  return kernel::kMemCreateBytesC;
}

}  // namespace

Generation Version::generation() const {
  if (code() < 800) return Generation::kA;
  return code() < 900 ? Generation::kB : Generation::kC;
}

std::string Version::text() const { return fmt::format("{}.{}.{}", major, minor, patch); }

Driver::Driver(std::shared_ptr<kernel::System> system, kernel::Descriptor file, std::string path, Build build,
               Version version)
    : system_(std::move(system)),
      file_(std::move(file)),
      path_(std::move(path)),
      build_(build),
      version_(version),
      process_(system_->process()) {}

std::uint32_t Driver::request(kernel::Call call, std::size_t bytes) const {
  return build_ == Build::kDrm ? kernel::drm_request(call, bytes) : kernel::misc_request(call, bytes);
}

template <class Argument>
int Driver::again(kernel::Call call, Argument& argument, std::size_t bytes) const {
  const Argument asked = argument;  // a failed call writes back as well
  while (true) {
    const int result = system_->ioctl(file_.get(), request(call, bytes), &argument);
    if (result != -EINTR && result != -kRestart) return result < 0 ? result : 0;
    argument = asked;
  }
}

int Driver::action(kernel::Ask ask, std::uint32_t& value) const {
  kernel::Action action{static_cast<std::uint32_t>(ask), value};
  const int result = again(kernel::Call::kAction, action);
  if (result == 0) value = action.value;
  return result;
}

int Driver::create(kernel::MemCreate& object) const {
  return again(kernel::Call::kMemCreate, object, create_bytes(build_, version_.generation()));
}
int Driver::map(kernel::MemMap& object) const { return again(kernel::Call::kMemMap, object); }
int Driver::destroy(kernel::MemDestroy& object) const { return again(kernel::Call::kMemDestroy, object); }
int Driver::sync(kernel::MemSync& range) const { return again(kernel::Call::kMemSync, range); }

int Driver::submit(kernel::Submit& submit) const {
  const int result = system_->ioctl(file_.get(), request(kernel::Call::kSubmit, sizeof(kernel::Submit)), &submit);
  if (result == -kRestart) return -EINTR;
  return result < 0 ? result : 0;
}

}  // namespace mattock::device::rknpu
