#include "emulate/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mattock::emulate {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// What a program gets back of the process it is started from.
struct Before {
  sigset_t signals = {};
  rlimit descriptors = {};
};

// Every object of the device takes descriptors here: as many as the system allows.
void take_descriptors(Before& before) {
  ::getrlimit(RLIMIT_NOFILE, &before.descriptors);
  const rlimit most = {before.descriptors.rlim_max, before.descriptors.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &most);
}

// Between fork and exec: nothing but system calls.
[[noreturn]] void become(const char* file, char* const* arguments, char* const* environment, const Before& before,
                         pid_t parent, int failure) {
  ::signal(SIGPIPE, SIG_DFL);
  ::setrlimit(RLIMIT_NOFILE, &before.descriptors);
  ::sigprocmask(SIG_SETMASK, &before.signals, nullptr);
  // Without a server the program would find a device that answers nothing.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() == parent) ::execve(file, arguments, environment);
  const int error = errno;
  [[maybe_unused]] const ssize_t told = ::write(failure, &error, sizeof error);
  ::_exit(127);
}

}  // namespace

Result<Child> Child::start(const Launch& launch) {
  Before before;
  take_descriptors(before);
  sigset_t watched;
  ::sigemptyset(&watched);
  for (const int signal : {SIGCHLD, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2}) ::sigaddset(&watched, signal);
  ::sigprocmask(SIG_BLOCK, &watched, &before.signals);
  Child child;
  child.signals_.reset(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
  int pipe_ends[2];
  if (!child.signals_ || ::pipe2(pipe_ends, O_CLOEXEC) != 0)
    return fail(Code::kInternal, fmt::format("cannot start a program: {}", std::strerror(errno)));
  const Descriptor failure(pipe_ends[0]);
  Descriptor failing(pipe_ends[1]);
  const std::vector<char*> arguments = pointers(launch.arguments), environment = pointers(launch.environment);
  const pid_t parent = ::getpid();
  child.process_ = ::fork();
  if (child.process_ < 0) return fail(Code::kInternal, fmt::format("cannot start a program: {}", std::strerror(errno)));
  if (child.process_ == 0)
    become(launch.file.c_str(), arguments.data(), environment.data(), before, parent, failing.get());
  failing.reset();
  int error = 0;
  if (::read(failure.get(), &error, sizeof error) == sizeof error) {
    ::waitpid(child.process_, nullptr, 0);
    child.process_ = -1;
    return fail(Code::kBadInput, fmt::format("{}: {}", launch.file, std::strerror(error)));
  }
  return child;
}

Child::~Child() {
  // Moved from, its descriptor is gone.
  if (!signals_ || ending_ || process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

bool Child::see() {
  signalfd_siginfo info = {};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    const int signal = static_cast<int>(info.ssi_signo);
    // What a terminal sends, it sends to the program, too.
    const bool from_terminal = (signal == SIGINT || signal == SIGQUIT) && info.ssi_code == SI_KERNEL;
    if (signal != SIGCHLD && !from_terminal) ::kill(process_, signal);
  }
  int status = 0;
  if (ending_ || ::waitpid(process_, &status, WNOHANG) != process_) return ending_.has_value();
  ending_ = WIFSIGNALED(status) ? Ending{0, WTERMSIG(status)} : Ending{WEXITSTATUS(status), 0};
  return true;
}

}  // namespace mattock::emulate
