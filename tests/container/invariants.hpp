// What everyone who gets a Model may rely on, checked from the outside. Used on whatever the reader accepts:
// corrupted files, fuzzer inputs.
#pragma once

#include <string>

#include "container/model.hpp"

namespace mattock::test {

/// The first promise that is broken; empty when all hold.
inline std::string broken_promise(const container::Model& model) {
  using container::Layout;
  using container::TensorKind;
  const auto good_index = [&](std::size_t i) { return i < model.tensors.size(); };
  for (const container::Tensor& tensor : model.tensors) {
    for (const std::int64_t dim : tensor.shape) {
      if (dim < 0) return "negative dimension";
    }
    if (tensor.layout == Layout::kNC1HWC2 && tensor.native_shape.size() != 5) return "cube without five numbers";
    if (tensor.scale.size() != tensor.zero_point.size()) return "scale without zero point";
    const bool placed = tensor.kind == TensorKind::kInput || tensor.kind == TensorKind::kOutput ||
                        tensor.kind == TensorKind::kIntermediate;
    if (placed && tensor.offset + tensor.size > model.memory.internal_bytes) return "tensor outside internal memory";
  }
  for (const std::size_t i : model.inputs) {
    if (!good_index(i) || model.tensors[i].kind != TensorKind::kInput) return "input index";
  }
  for (const std::size_t i : model.outputs) {
    if (!good_index(i) || model.tensors[i].kind != TensorKind::kOutput) return "output index";
  }
  std::size_t first_task = 0;
  for (const container::Node& node : model.nodes) {
    for (const std::size_t i : node.inputs) {
      if (!good_index(i)) return "node input index";
    }
    for (const std::size_t i : node.outputs) {
      if (!good_index(i)) return "node output index";
    }
    if (node.first_task != first_task) return "first task is not the running sum";
    first_task += node.task_count;
  }
  if (first_task > model.program.tasks.size()) return "more tasks counted than recorded";
  for (const hw::TaskRecord& task : model.program.tasks) {
    if (task.regcmd_addr % 8 != 0) return "task not on a word";
    if (task.regcmd_addr / 8 + task.regcfg_amount + 4 > model.program.words.size()) return "task outside the words";
    if (task.op_index >= model.nodes.size()) return "task of no node";
  }
  for (const hw::Relocation& relocation : model.program.relocations) {
    if (relocation.word >= model.program.words.size()) return "relocation outside the words";
    std::size_t found = 0;
    for (const container::Tensor& tensor : model.tensors) found += tensor.name == relocation.tensor;
    if (found != 1) return "relocation without its tensor";
  }
  for (const auto* patches : {&model.stride_patches, &model.converter_patches}) {
    for (const container::InputPatch& input : *patches) {
      if (!good_index(input.tensor)) return "patch of no tensor";
      for (const auto& task : input.tasks) {
        for (const container::PatchWord& patch : task.words) {
          if (patch.word >= model.program.words.size()) return "patch outside the words";
        }
      }
    }
  }
  return {};
}

}  // namespace mattock::test
