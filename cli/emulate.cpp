// mattock emulate: runs a program so that it finds an NPU.
#include "emulate/emulate.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/command.hpp"
#include "cli/console.hpp"

namespace mattock::cli {
namespace {

struct Options {
  std::string chip = "rk3566", driver = "0.9.8", trace;
  bool strict = false;
  std::vector<std::string> command;
};

Result<fakekernel::Version> version_of(const std::string& text) {
  unsigned parts[3] = {};
  const char *at = text.data(), *const end = at + text.size();
  for (unsigned& part : parts) {
    const auto [next, error] = std::from_chars(at, end, part);
    const bool last = &part == &parts[2];
    if (error != std::errc{} || (last ? next != end : next == end || *next != '.'))
      return fail(Code::kUsage, fmt::format("'{}' is no version of the driver; 0.9.8 is one", text));
    at = next + (last ? 0 : 1);
  }
  return fakekernel::Version{parts[0], parts[1], parts[2]};
}

Result<emulate::Ending> run_program(const Options& options) {
  fakekernel::Options kernel_options;
  kernel_options.chip = options.chip;
  // Always: what is not modelled fails like a hang of the chip. Going on could give numbers that only look right.
  kernel_options.strict = true;
  kernel_options.most_descriptors = ~std::size_t{0};  // the program's own limit is the one that counts
  kernel_options.crash = emulate::crash;
  const auto version = version_of(options.driver);
  if (!version) return propagate(version);
  kernel_options.version = *version;
  const auto kernel = fakekernel::Kernel::create(kernel_options);
  if (!kernel) return propagate(kernel);
  const auto folder = emulate::Folder::create();
  if (!folder) return propagate(folder);

  std::optional<emulate::Recorder> recorder;
  if (!options.trace.empty()) {
    auto created =
        emulate::Recorder::create(options.trace, std::filesystem::path(options.command.at(0)).filename().string());
    if (!created) return propagate(created);
    recorder.emplace(std::move(*created));
  }
  auto ending = emulate::run(*kernel, *folder,
                             {.command = options.command,
                              .strict = options.strict,
                              .recorder = recorder ? &*recorder : nullptr,
                              .log = [](const std::string& line) { note("driver", line); }});
  if (recorder)
    if (auto done = recorder->finish(); !done && ending) return propagate(done);
  return ending;
}

int run(const Options& options) {
  const auto ending = run_program(options);
  if (!ending) return report(ending.error());
  if (ending->signal == 0) return ending->status;
  // The shell that called must see the same end.
  std::signal(ending->signal, SIG_DFL);
  emulate::without_core_file();
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, ending->signal);
  sigprocmask(SIG_UNBLOCK, &one, nullptr);
  std::raise(ending->signal);
  return 128 + ending->signal;
}

}  // namespace

void register_emulate(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("emulate", "Run a program so that it finds an NPU: the emulated one");
  command->add_option("--chip", options->chip, "The chip it finds: rk3566 or rk3568")->capture_default_str();
  command->add_option("--driver", options->driver, "Version of the vendor's kernel driver")->capture_default_str();
  command->add_option("--trace", options->trace, "Record every call and submit, for mattock replay and estimate");
  command->add_flag("--strict", options->strict,
                    "Stop the program at the first submit that fails; else it gets the driver's error, and goes on");
  command->add_option("program", options->command, "The program and its arguments, after --")->required();
  command->footer(
      "The program runs as it is; what it asks of /dev/dri, /proc/device-tree and /sys about an NPU is answered from "
      "here.\n"
      "It must be linked dynamically to glibc, for this machine, or for aarch64 or armhf, which run under qemu-user.\n"
      "The exit status is the program's, and so is the signal that ends it.\n"
      "Examples:\n"
      "  mattock emulate -- ./matmul_client\n"
      "  mattock emulate --trace calls.txt -- python3 infer.py && mattock replay calls.txt\n"
      "  mattock emulate --strict --driver 0.8.8 -- ./built-for-aarch64 model.rknn");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace mattock::cli
