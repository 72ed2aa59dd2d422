// mattock doctor: why there is no NPU, or that it works.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "doctor/examine.hpp"
#include "doctor/rooted.hpp"
#include "matmul/self_test.hpp"

namespace mattock::cli {
namespace {

constexpr int kNoNpu = 3;

struct Options {
  std::string root, log;
  bool files_only = false, json = false;
};

doctor::ProductResult multiply(const std::string& name) {
  constexpr unsigned kRuns = 20;
  doctor::ProductResult result;
  auto device = Device::open(name);
  if (!device) {
    result.error = device.error();
    return result;
  }
  const auto test = self_test(*device, kRuns);
  if (test)
    result = {.runs = test->runs, .wrong = test->wrong, .shape = test->shape};
  else
    result = {.error = test.error(), .fault = device->last_fault()};
  return result;
}

std::string json_of(const doctor::Report& report) {
  nlohmann::ordered_json steps = nlohmann::ordered_json::array();
  for (const doctor::Step& step : report.steps)
    steps.push_back({{"name", step.name},
                     {"state", step.state == doctor::State::kFault     ? "fault"
                               : step.state == doctor::State::kSkipped ? "skipped"
                                                                       : doctor::state_name(step.state)},
                     {"id", step.id},
                     {"says", step.says},
                     {"remedy", step.remedy.text},
                     {"commands", step.remedy.commands}});
  const doctor::Step* const fault = report.first_fault();
  return nlohmann::ordered_json{{"fault", fault ? nlohmann::ordered_json(fault->id) : nlohmann::ordered_json()},
                                {"on_board", report.on_board},
                                {"steps", std::move(steps)},
                                {"facts", report.facts},
                                {"log", report.log}}
             .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
         "\n";
}

/// Writes what is known so far and waits until the disk has it.
int save(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return report({Code::kNotFound, "cannot be written", path, ""});
  const bool good = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  return good ? kDone : report({Code::kNotFound, "cannot be written", path, ""});
}

int examine(const Options& options) {
  std::error_code error;
  if (!options.root.empty() && !std::filesystem::is_directory(options.root, error))
    return report({Code::kNotFound, "is not a folder", options.root, "--root names one with proc, sys and dev in it"});
  const auto system = options.root.empty() ? device::kernel::make_linux() : doctor::make_rooted(options.root);
  int saved = kDone;
  const auto keep = [&](const doctor::Report& so_far) {
    if (!options.log.empty() && saved == kDone) saved = save(options.log, doctor::to_text(so_far));
  };
  doctor::Options how{.files_only = options.files_only || !options.root.empty(), .multiply = multiply};
  how.announce = [&](std::string_view step, const doctor::Report& so_far) {
    note("note", step);
    keep(so_far);
  };
  const doctor::Report found = doctor::examine(system, how);
  keep(found);
  const int printed = print(options.json ? json_of(found) : doctor::to_text(found));
  if (printed != kDone) return printed;
  if (saved != kDone) return saved;
  return found.first_fault() == nullptr ? kDone : kNoNpu;
}

}  // namespace

void register_doctor(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("doctor", "Say why the NPU does not work and what to do, or that it works");
  command->add_option("--root", options->root,
                      "Read the files of another machine, below this folder; its devices cannot be asked");
  command->add_flag("--files-only", options->files_only, "Open no device: nothing is powered");
  command->add_option("--log", options->log,
                      "Keep the report in this file, on disk before each step that powers the NPU, in case the board "
                      "freezes");
  command->add_flag("--json", options->json, "Print JSON instead of text");
  command->footer(
      "Looks at files first, then at nodes, then asks the driver (which powers the NPU), then multiplies 9x9 matrices\n"
      "20 times. It changes nothing. Exit status: 0 if nothing is wrong, 3 if the NPU cannot be used.\n\n"
      "Examples:\n"
      "  mattock doctor\n"
      "  mattock doctor --files-only --json | jq .fault\n"
      "  mattock doctor --log doctor.txt\n"
      "  mattock emulate -- mattock doctor");
  command->callback([options, &status] { status = examine(*options); });
}

}  // namespace mattock::cli
