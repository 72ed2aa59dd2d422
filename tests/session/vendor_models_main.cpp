// vendor_models MODELS ARRAYS: runs every model of MODELS/README.md with the arrays of ARRAYS/NAME (made by
// tools/unpack_npz.py) and prints the table of docs/vendor-models.md. Exit 1 if a model differs more than the
// README says.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "session/vendor_compare.hpp"

int main(int argc, char** argv) {
  using namespace mattock;
  if (argc != 3) {
    std::fputs("usage: vendor_models MODELS ARRAYS\n", stderr);
    return 2;
  }
  const std::filesystem::path models = argv[1], arrays = argv[2];
  const auto rows = test::read_expectations(models / "README.md");
  if (rows.empty()) {
    std::fputs(fmt::format("vendor_models: no table in {}\n", (models / "README.md").string()).c_str(), stderr);
    return 1;
  }
  std::string table =
      "| model | type | elements | equal | expected | worst | expected | tasks run | cycles | bytes | |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  std::size_t failed = 0;
  for (const test::Expectation& row : rows) {
    Device device = Device::open("emulator").value();
    const auto found = test::compare(device, models / (row.name + ".rknn"), arrays / row.name);
    if (!found) {
      ++failed;
      table += fmt::format("| {} | {} | {} | | {} | | {:.2f} | | | | {} |\n", row.name, row.type, row.elements,
                           row.equal, row.worst, to_string(found.error()));
      continue;
    }
    const bool good = test::meets(*found, row);
    failed += good ? 0 : 1;
    table += fmt::format("| {} | {} | {} | {} | {} | {:.2f} | {:.2f} | {} | {} | {} | {} |\n", row.name, row.type,
                         found->elements, found->equal, row.equal, found->worst, row.worst, found->tasks, found->cycles,
                         found->bytes, good ? "ok" : "FAILED");
  }
  std::fputs(table.c_str(), stdout);
  std::fputs(fmt::format("{} of {} models as expected\n", rows.size() - failed, rows.size()).c_str(), stderr);
  return failed == 0 ? 0 : 1;
}
