#include <algorithm>

#include "base/math.hpp"
#include "convert/assemble.hpp"

namespace mattock::convert {
namespace {

constexpr std::size_t kAlign = 64;

/// Nodes during which a tensor is needed, both included.
struct Life {
  std::size_t first = 0, last = 0;
  bool meets(const Life& other) const { return first <= other.last && other.first <= last; }
};

std::vector<Life> lives(const lower::Module& module) {
  const std::size_t end = module.nodes.size();
  std::vector<Life> result(module.tensors.size(), Life{end, 0});
  const auto touch = [&](std::size_t tensor, std::size_t node) {
    result[tensor].first = std::min(result[tensor].first, node);
    result[tensor].last = std::max(result[tensor].last, node);
  };
  for (std::size_t n = 0; n < end; ++n) {
    for (const std::size_t tensor : module.nodes[n].inputs) touch(tensor, n);
    for (const std::size_t tensor : module.nodes[n].outputs) touch(tensor, n);
  }
  for (const std::size_t tensor : module.inputs) touch(tensor, 0);
  for (const std::size_t tensor : module.outputs) touch(tensor, end);
  return result;
}

bool has_place(const lower::Tensor& tensor) {
  return tensor.role == lower::Role::kInput || tensor.role == lower::Role::kOutput ||
         tensor.role == lower::Role::kIntermediate;
}

}  // namespace

Places place_tensors(const lower::Module& module) {
  const std::vector<Life> life = lives(module);
  std::vector<std::size_t> order;
  for (std::size_t i = 1; i < module.tensors.size(); ++i)
    if (has_place(module.tensors[i])) order.push_back(i);
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return module.tensors[i].bytes; });

  Places places;
  places.offset.assign(module.tensors.size(), 0);
  std::vector<std::size_t> placed;
  for (const std::size_t i : order) {
    // The lowest gap between those that live at the same time.
    std::vector<std::size_t> beside;
    for (const std::size_t other : placed)
      if (life[i].meets(life[other])) beside.push_back(other);
    std::ranges::sort(beside, {}, [&](std::size_t other) { return places.offset[other]; });
    const std::size_t bytes = align_up(module.tensors[i].bytes, kAlign);
    std::size_t at = 0;
    for (const std::size_t other : beside) {
      if (places.offset[other] >= at + bytes) break;
      at = std::max(at, places.offset[other] + align_up(module.tensors[other].bytes, kAlign));
    }
    places.offset[i] = at;
    places.bytes = std::max(places.bytes, at + module.tensors[i].bytes);
    placed.push_back(i);
  }
  return places;
}

}  // namespace mattock::convert
