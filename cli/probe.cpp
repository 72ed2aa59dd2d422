// mattock probe: asks a chip what no recording tells, and keeps the answers in a ledger.
#include "cli/probe.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <csignal>
#include <memory>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/probe_device.hpp"
#include "hw/chip.hpp"
#include "probe/explain.hpp"
#include "probe/opening.hpp"
#include "probe/run.hpp"

namespace mattock::cli {
namespace {

struct Options {
  std::string device = "auto", ledger = "probe.json", only, explain;
  bool list = false, json = false, retry = false;
};

int list() {
  std::string text;
  for (const probe::Probe& one : probe::probes())
    text += fmt::format("{:<20} {}  [{}]\n", one.name, one.settles, one.note);
  return print(text);
}

int explain(const Options& options) {
  const auto ledger = probe::read_ledger(options.explain);
  if (!ledger) return report(ledger.error());
  const hw::Chip* const chip = hw::find_chip(ledger->subject.chip);
  if (chip == nullptr)
    return report(
        {Code::kUnsupported, fmt::format("a ledger of chip '{}'", ledger->subject.chip), options.explain, ""});
  return print(options.json ? to_json(*ledger) : explain(*ledger, *chip));
}

/// With a mark on the disk, since a board may hang there.
Result<ProbeDevice> open_marked(const Options& options) {
  const auto opening = probe::Opening::begin(options.ledger, options.retry);
  if (!opening) return propagate(opening);
  return open_probe_device(options.device);
}

/// What a user does with a board that hangs: nothing of this process goes on.
void switch_off() { std::raise(SIGKILL); }

int ask(const Options& options) {
  auto opened = open_marked(options);
  if (!opened) return report(opened.error());
  if (!opened->device.notice().empty()) note("note", opened->device.notice());
  probe::Context context{opened->device, opened->clock};
  const auto ledger = probe::run(context, {.ledger = options.ledger,
                                           .only = options.only,
                                           .retry = options.retry,
                                           .emulated = opened->emulated,
                                           .begins =
                                               [&](const probe::Probe& probe) {
                                                 if (probe.name == opened->hangs_at) switch_off();
                                               },
                                           .ended =
                                               [&](const probe::Entry& entry) {
                                                 if (!options.json) print(entry_text(entry) + "\n");
                                               }});
  if (!ledger) return report(ledger.error());
  if (options.json) return print(to_json(*ledger));
  return print(fmt::format("{} probes in {}\n", ledger->entries.size(), options.ledger));
}

int run(const Options& options) {
  if (options.list) return list();
  return options.explain.empty() ? ask(options) : explain(options);
}

}  // namespace

void set_up_probe(CLI::App& app, const std::string& name, int& status) {
  auto options = std::make_shared<Options>();
  app.add_option("--device", options->device,
                 "The NPU to ask; fake[:VERSION[:drm|misc]] is an emulated board, fake@PROBE one that hangs there")
      ->capture_default_str();
  app.add_option("-o,--output", options->ledger, "The ledger; a run that stopped goes on")->capture_default_str();
  app.add_option("--only", options->only, "One probe, by name");
  app.add_option("--explain", options->explain, "Say what a ledger settles, and ask nothing");
  app.add_flag("--list", options->list, "List the probes");
  app.add_flag("--retry", options->retry, "Ask those that hung once more");
  app.add_flag("--json", options->json, "Print the ledger instead of lines");
  app.footer(
      fmt::format("Findings are no failures: the exit status is 0 when all was asked.\n"
                  "If the board hangs, switch it off and on and give the same command again.\n\n"
                  "Examples:\n"
                  "  {0} -o zero3w.json\n"
                  "  {0} --only fp16-ties --device /dev/dri/card1\n"
                  "  {0} --explain zero3w.json\n"
                  "  {0} --device fake:0.8.2:misc -o fake.json",
                  name));
  app.callback([options, &status] { status = run(*options); });
}

void register_probe(CLI::App& app, int& status) {
  set_up_probe(*app.add_subcommand("probe", "Ask a chip what no recording tells, and measure it"), "mattock probe",
               status);
}

}  // namespace mattock::cli
