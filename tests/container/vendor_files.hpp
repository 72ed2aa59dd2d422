// Every model file of the vendor's converter that is at hand: the project's, and those beside it where there are any.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "container/model.hpp"

namespace mattock::test {

/// Paths, sorted: the same order on every machine.
inline std::vector<std::filesystem::path> vendor_files() {
  std::vector<std::filesystem::path> files;
  for (const std::string folder : {MATTOCK_TEST_DATA, MATTOCK_SHARED "/models"}) {
    if (!std::filesystem::exists(folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() == ".rknn") files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

/// The same computation in a file that looks different: other texts, other lengths, so every object stands elsewhere;
/// no remains of the vendor's compiler; relocations in another order.
inline container::Model rearranged(container::Model model) {
  model.attributes = "{}";
  model.compiler += " rearranged";
  for (container::Node& node : model.nodes) node.name += "'";
  for (auto* patches : {&model.stride_patches, &model.converter_patches}) {
    for (container::InputPatch& input : *patches) {
      for (container::TaskPatch& task : input.tasks) task.remains.clear();
    }
  }
  std::ranges::reverse(model.program.relocations);
  return model;
}

}  // namespace mattock::test
