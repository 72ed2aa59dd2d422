#include "emulate/launch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "emulate/protocol.h"

namespace mattock::emulate {
namespace {

namespace fs = std::filesystem;

#if defined(__x86_64__)
constexpr Machine kHost = Machine::kX86_64;
#elif defined(__aarch64__)
constexpr Machine kHost = Machine::kAarch64;
#else
constexpr Machine kHost = Machine::kArmhf;
#endif

// Programs that the processor runs by itself. 64-bit ARM runs 32-bit programs where the kernel lets it.
bool runs_here(Machine machine) {
  return machine == kHost || (kHost == Machine::kAarch64 && machine == Machine::kArmhf);
}

struct Foreign {
  std::string_view emulator, packages, folder;
};
Foreign foreign(Machine machine) {
  switch (machine) {
    case Machine::kX86_64: return {"qemu-x86_64", "gcc-x86-64-linux-gnu", "/usr/x86_64-linux-gnu"};
    case Machine::kAarch64: return {"qemu-aarch64", "gcc-aarch64-linux-gnu", "/usr/aarch64-linux-gnu"};
    case Machine::kArmhf: return {"qemu-arm", "gcc-arm-linux-gnueabihf", "/usr/arm-linux-gnueabihf"};
  }
  return {};
}

std::optional<std::string> value_of(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string& one : environment)
    if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=')
      return one.substr(name.size() + 1);
  return std::nullopt;
}

void set(std::vector<std::string>& environment, std::string_view name, std::string_view value) {
  std::erase_if(environment, [&](const std::string& one) {
    return one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=';
  });
  if (!value.empty()) environment.push_back(fmt::format("{}={}", name, value));
}

Result<fs::path> client_for(Machine machine, const std::vector<fs::path>& folders) {
  const std::string name = fmt::format("libmattock-emulate-{}.so", machine_name(machine));
  std::error_code error;
  for (const fs::path& folder : folders)
    if (fs::exists(folder / name, error)) return fs::canonical(folder / name, error);
  return fail(Code::kNotFound, fmt::format("{} is missing, so programs for {} cannot run", name, machine_name(machine)),
              machine == kHost ? "it is built and installed with mattock"
                               : fmt::format("install {} and build mattock again", foreign(machine).packages));
}

// With -static the program of Debian's qemu-user-static; both take the same arguments.
Result<std::string> find_qemu(Machine machine, const std::string& path) {
  const std::string name(foreign(machine).emulator);
  for (const std::string& one : {name + "-static", name})
    for (std::size_t at = 0; at < path.size();) {
      const std::size_t end = std::min(path.find(':', at), path.size());
      const std::string file = path.substr(at, end - at) + "/" + one;
      if (::access(file.c_str(), X_OK) == 0) return file;
      at = end + 1;
    }
  return fail(Code::kNotFound, fmt::format("programs for {} need {}", machine_name(machine), name),
              "install qemu-user-static");
}

// qemu -0 NAME -L FOLDER -E LD_PRELOAD=CLIENT PROGRAM ARGS
Result<Launch> launch_foreign(const Program& program, const Places& places, std::vector<std::string> environment) {
  const auto qemu = find_qemu(program.machine, value_of(environment, "PATH").value_or(""));
  if (!qemu) return propagate(qemu);
  Launch launch{*qemu, {*qemu, "-0", program.arguments[0]}, {}};
  const std::string folder(foreign(program.machine).folder);
  std::error_code error;
  // Where the program's C library lies, unless the user says it or it lies in the places programs name.
  if (!value_of(environment, "QEMU_LD_PREFIX") && !fs::exists(program.interpreter, error) &&
      fs::exists(folder + program.interpreter, error))
    launch.arguments.insert(launch.arguments.end(), {"-L", folder});
  launch.arguments.insert(launch.arguments.end(), {"-E", "LD_PRELOAD=" + places.client.string(), program.file});
  launch.arguments.insert(launch.arguments.end(), program.arguments.begin() + 1, program.arguments.end());
  set(environment, "LD_PRELOAD", "");
  launch.environment = std::move(environment);
  return launch;
}

}  // namespace

std::vector<fs::path> library_folders() {
  std::error_code error;
  const fs::path here = fs::canonical("/proc/self/exe", error).parent_path();
  // The build's folder; an installation; the Python package.
  return {here, here.parent_path() / MATTOCK_LIBDIR / "mattock", here.parent_path() / "_lib"};
}

Result<Launch> launch_of(const Program& program, const Places& places, const std::vector<std::string>& environment) {
  const auto client = client_for(program.machine, places.libraries);
  if (!client) return propagate(client);
  // Through a link: LD_PRELOAD cannot name a path with a space or a colon.
  std::error_code error;
  fs::create_symlink(*client, places.client, error);
  if (error) return fail(Code::kInternal, fmt::format("{}: {}", places.client.string(), error.message()));
  std::vector<std::string> changed = environment;
  set(changed, MATTOCK_EMULATE_FOLDER, places.folder.string());
  if (!runs_here(program.machine)) return launch_foreign(program, places, std::move(changed));
  const auto others = value_of(changed, "LD_PRELOAD");
  set(changed, "LD_PRELOAD", places.client.string() + (others ? ":" + *others : ""));
  return Launch{program.file, program.arguments, std::move(changed)};
}

}  // namespace mattock::emulate
