#include "emulate/emulate.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "device/kernel/abi.hpp"
#include "emulate/launch.hpp"
#include "emulate/server.hpp"
#include "emulate/tree.hpp"

namespace mattock::emulate {
namespace {

namespace fs = std::filesystem;
namespace abi = device::kernel;

// Sockets lie in the folder, and their names hold 107 bytes.
constexpr std::size_t kMostFolderBytes = 60;

bool is_submit(const Packet& packet) {
  constexpr std::uint32_t kNumber = 0xff, kMisc = static_cast<std::uint32_t>(abi::Call::kSubmit);
  const std::uint32_t number = packet.request.call & kNumber;
  return packet.request.operation == MATTOCK_EMULATE_IOCTL &&
         (number == kMisc || number == abi::kDriverNumbers + kMisc);
}

// Follows the calls: recordings, the driver's log, and the end that --strict asks for.
class Observer {
 public:
  Observer(fakekernel::Kernel& kernel, const Options& options) : kernel_(kernel), options_(options) { new_lines(); }

  Result<void> told(const std::string& node, const Packet& packet, const Answer& answer) {
    const bool submit = is_submit(packet), stops = submit && answer.result < 0 && options_.strict;
    std::vector<std::string> lines;
    if (submit || answer.result < 0) lines = new_lines();
    for (const std::string& line : lines) {
      if (options_.log && !stops) options_.log(line);
      if (options_.recorder != nullptr) options_.recorder->log(line);
    }
    if (options_.recorder != nullptr) options_.recorder->called(node, packet, answer);
    if (!stops) return {};
    return fail(Code::kDevice,
                fmt::format("a submit failed ({}): {}", std::strerror(-answer.result), first_cause(lines)));
  }

 private:
  // The log keeps its newest lines only: once it is full, what is new is what stands behind the line seen last.
  std::vector<std::string> new_lines() {
    std::vector<std::string> lines = kernel_.log();
    if (lines.empty()) return lines;
    const bool lost = !first_.empty() && lines.front() != first_;
    std::size_t known = lost ? lines.size() : seen_;
    while (lost && known > 0 && lines[known - 1] != last_) --known;
    seen_ = lines.size();
    if (first_.empty()) first_ = lines.front();
    last_ = lines.back();
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(known));
    return lines;
  }

  // The emulator's own line names the register; without one, what the driver says first.
  static std::string first_cause(const std::vector<std::string>& lines) {
    for (const std::string& line : lines)
      if (line.starts_with("emulator: ")) return line;
    return lines.empty() ? "the driver's log says nothing" : lines.front();
  }

  fakekernel::Kernel& kernel_;
  const Options& options_;
  std::size_t seen_ = 0;  // lines
  std::string first_, last_;
};

// Thrown through the kernel, which may not go on, and caught below.
struct Crash {
  std::string what;
};

Result<void> serve(Server& server, Child& child) {
  try {
    return server.serve(child.watched(), [&] { return child.see(); });
  } catch (const Crash& crash) {
    return fail(Code::kDevice, "the program would have crashed a real kernel: " + crash.what);
  }
}

std::vector<std::string> environment_here() {
  std::vector<std::string> result;
  for (char** one = environ; one != nullptr && *one != nullptr; ++one) result.emplace_back(*one);
  return result;
}

}  // namespace

void crash(const std::string& what) { throw Crash{what}; }

void without_core_file() {
  const rlimit none = {0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

Result<Folder> Folder::create() {
  // A file system in memory first: its inodes and places in folders are small numbers, and those of a disk are too
  // large for readdir() and stat() of 32-bit programs under qemu-user. LD_PRELOAD takes a space or a colon for the end
  // of a path.
  std::error_code error;
  std::string top = fs::temp_directory_path(error).string();
  if (error || top.size() > kMostFolderBytes || top.find_first_of(" :") != std::string::npos) top = P_tmpdir;
  std::string name;
  for (const std::string& place : {std::string("/dev/shm"), top}) {
    name = place + "/mattock-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) continue;
    Folder folder;
    folder.path_ = name;
    return folder;
  }
  return fail(Code::kInternal, fmt::format("{}: {}", name, std::strerror(errno)));
}

void Folder::remove() {
  std::error_code error;
  if (!path_.empty()) fs::remove_all(path_, error);
  path_.clear();
}

Result<Ending> run(const std::shared_ptr<fakekernel::Kernel>& kernel, const Folder& folder, const Options& options) {
  const char* path = ::getenv("PATH");
  const auto program = find_program(options.command, path == nullptr ? "" : path);
  if (!program) return propagate(program);
  const Places places{folder.path() / "board", folder.path() / "client.so",
                      options.libraries.empty() ? library_folders() : options.libraries};
  const auto launch = launch_of(*program, places, environment_here());
  if (!launch) return propagate(launch);
  if (auto done = write_tree(places.folder, kernel->options()); !done) return propagate(done);
  Observer observer(*kernel, options);
  auto server = Server::create(kernel, places.folder, [&](const auto&... call) { return observer.told(call...); });
  if (!server) return propagate(server);
  if (options.recorder != nullptr)
    kernel->set_trace([&](auto submit, auto objects) { options.recorder->submitted(submit, objects); });
  auto child = Child::start(*launch);
  if (!child) return propagate(child);
  const auto served = serve(*server, *child);
  kernel->set_trace({});
  if (!served) return propagate(served);
  return child->ending();
}

}  // namespace mattock::emulate
