#include "doctor/board_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "device/kernel/abi.hpp"
#include "matmul/self_test.hpp"

namespace mattock::test {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

fakekernel::Version version_of(const std::string& text) {
  fakekernel::Version version;
  if (std::sscanf(text.c_str(), "%u.%u.%u", &version.major, &version.minor, &version.patch) != 3)
    throw std::runtime_error("no version: " + text);
  return version;
}

std::shared_ptr<fakekernel::Kernel> kernel_of(const nlohmann::json& told) {
  using Kind = fakekernel::Fault::Kind;
  fakekernel::Options options{.version = version_of(told["version"]),
                              .build = told["build"] == "misc" ? fakekernel::Build::kMisc : fakekernel::Build::kDrm,
                              .iommu = told["iommu"],
                              .supply = told["supply"],
                              .two_copies = true};
  static const std::map<std::string, Kind> kFaults{
      {"timeout", Kind::kTimeout}, {"dma error", Kind::kDmaError}, {"bad status", Kind::kBadStatus}};
  if (told["fault"] == "no power")
    options.faults = {{.call = 0, .kind = Kind::kNoPower}};
  else if (!told["fault"].is_null())
    options.faults = {{.kind = kFaults.at(told["fault"]), .submit = 1}};
  auto kernel = fakekernel::Kernel::create(options);
  return kernel ? *kernel : nullptr;  // a version that is not imitated
}

void add_files(fakekernel::Machine& machine, const fs::path& root) {
  for (const auto& entry : fs::recursive_directory_iterator(root))
    if (entry.is_regular_file() && !entry.is_symlink())
      machine.files[fmt::format("/{}", fs::relative(entry.path(), root).string())] = slurp(entry.path());
  const auto log = machine.files.find("/var/log/dmesg");
  if (log != machine.files.end()) machine.log = log->second;
  machine.open_folders = {"/run/lock", "/dev/shm"};
}

void add_nodes(fakekernel::Machine& machine, const BoardFile& board, const nlohmann::json& told) {
  for (const auto& node : told["nodes"]) {
    const std::string path = node["path"];
    machine.files.erase(path);
    if (told["links"].contains(path)) {
      machine.links[path] = told["links"][path];
      continue;
    }
    fakekernel::DeviceFile device{.path = path, .major = node["major"], .minor = node["minor"]};
    device.node = device.path.find("/card") != std::string::npos ? fakekernel::Node::kCard : fakekernel::Node::kRender;
    if (node["driver"] == "rknpu" && board.kernel)
      device.kernel = board.kernel;
    else
      device.other_driver = node["driver"];
    machine.kinds[path] = {.mode = node["mode"], .group = node["group"]};
    machine.devices.push_back(std::move(device));
  }
}

}  // namespace

std::vector<std::string> board_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(MATTOCK_BOARDS)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

BoardFile read_board_file(const std::string& name) {
  const fs::path top = fs::path(MATTOCK_BOARDS) / name;
  const auto told = nlohmann::json::parse(slurp(top / "board.json"));
  BoardFile board{.name = name, .root = top / "root", .fault = told["fault"], .remedy = told["remedy"]};
  if (!told["finding"].is_null()) board.finding = told["finding"];
  board.wrong_products = told["wrong_products"];
  board.kernel = kernel_of(told["kernel"]);
  fakekernel::Machine machine;
  add_files(machine, board.root);
  add_nodes(machine, board, told);
  for (const auto& [path, error] : told["closed"].items()) {
    if (error != "EACCES") throw std::runtime_error("no errno: " + error.get<std::string>());
    machine.errors[path] = EACCES;
  }
  board.system = fakekernel::make_system(std::move(machine));
  return board;
}

doctor::Report examine(const BoardFile& board) {
  doctor::Options options;
  options.multiply = [&](const std::string& name) {
    doctor::ProductResult result;
    auto device = Device::open(name, {.system = board.system});
    if (!device) {
      result.error = device.error();
      return result;
    }
    const auto test = self_test(*device, 3);
    if (test)
      result = {.runs = test->runs, .wrong = test->wrong + board.wrong_products, .shape = test->shape};
    else
      result = {.error = test.error(), .fault = device->last_fault()};
    return result;
  };
  return doctor::examine(board.system, options);
}

const doctor::Step* first_finding(const doctor::Report& report) {
  const auto found = std::ranges::find_if(report.steps, [](const doctor::Step& step) {
    return step.state == doctor::State::kWarning || step.state == doctor::State::kFault;
  });
  return found == report.steps.end() ? nullptr : &*found;
}

}  // namespace mattock::test
