// mattock devices: what can be opened here, and why the rest cannot.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/table.hpp"
#include "container/names.hpp"
#include "device/device.hpp"

namespace mattock::cli {
namespace {

/// Names of drivers and nodes are the kernel's.
std::string shown(const std::string& text) {
  return container::printable(text, std::numeric_limits<std::size_t>::max());
}
std::string or_dash(const std::string& text) { return text.empty() ? "-" : shown(text); }

std::string text_of(const std::vector<DeviceEntry>& entries) {
  Table usable({{"name"}, {"chip"}, {"kind"}, {"driver"}, {"node"}});
  std::string rest;
  for (const DeviceEntry& entry : entries) {
    if (entry.why_not.empty())
      usable.add(
          {shown(entry.name), or_dash(entry.chip), or_dash(entry.kind), or_dash(entry.driver), or_dash(entry.path)});
    else
      rest += fmt::format("  {}: {}\n", shown(entry.name), shown(entry.why_not));
  }
  return "devices, in the order auto takes them\n" + usable.text() + (rest.empty() ? "" : "\nnot usable\n" + rest);
}

std::string json_of(const std::vector<DeviceEntry>& entries) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const DeviceEntry& entry : entries)
    list.push_back({{"name", shown(entry.name)},
                    {"usable", entry.why_not.empty()},
                    {"chip", entry.chip},
                    {"kind", shown(entry.kind)},
                    {"driver", shown(entry.driver)},
                    {"node", shown(entry.path)},
                    {"why_not", shown(entry.why_not)}});
  return nlohmann::ordered_json{{"devices", std::move(list)}}.dump(2) + "\n";
}

}  // namespace

void register_devices(CLI::App& app, int& status) {
  CLI::App* command =
      app.add_subcommand("devices", "List what models and products can run on here, and why not the rest");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print JSON instead of a table");
  command->footer(
      "A name of the list goes to --device or into MATTOCK_DEVICE, which says what auto is.\n"
      "Looking opens nodes and asks for their driver's name; it powers nothing.\n\n"
      "Examples:\n"
      "  mattock devices\n"
      "  mattock devices --json | jq '.devices[] | select(.usable) | .name'\n"
      "  mattock matmul a.npy b.npy --device /dev/dri/card1\n"
      "  MATTOCK_DEVICE=emulator mattock run matmul.rknn a.npy b.npy");
  command->callback([json, &status] {
    const auto entries = Device::survey();
    status = print(*json ? json_of(entries) : text_of(entries));
  });
}

}  // namespace mattock::cli
