#include "convert/places.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/math.hpp"

namespace mattock::convert {
namespace {

using lower::Role;

bool is_placed(const lower::Tensor& tensor) {
  return tensor.role == Role::kInput || tensor.role == Role::kOutput || tensor.role == Role::kIntermediate;
}

/// Calls visit(tensor) for everything the node reads or writes, scratch space of its tasks included.
template <class Visit>
void for_each_use(const lower::Node& node, const Visit& visit) {
  for (const std::size_t tensor : node.inputs) visit(tensor);
  for (const std::size_t tensor : node.outputs) visit(tensor);
  for (const lower::Launch& launch : node.launches)
    for (const auto& [name, place] : launch.places) visit(place.tensor);
}

struct Piece {
  std::size_t offset = 0, bytes = 0;
};

/// The smallest gap between `taken` that holds `bytes`; behind all of them if there is none.
std::size_t best_gap(std::vector<Piece> taken, std::size_t bytes) {
  std::ranges::sort(taken, {}, &Piece::offset);
  std::size_t end = 0;  // of all pieces so far
  std::size_t best = 0, best_bytes = std::numeric_limits<std::size_t>::max();
  for (const Piece& piece : taken) {
    if (piece.offset > end && piece.offset - end >= bytes && piece.offset - end < best_bytes) {
      best = end;
      best_bytes = piece.offset - end;
    }
    end = std::max(end, piece.offset + piece.bytes);
  }
  return best_bytes == std::numeric_limits<std::size_t>::max() ? end : best;
}

}  // namespace

std::vector<Lifetime> lifetimes(const lower::Module& module) {
  constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();
  const std::size_t end = module.nodes.size();  // the outputs are read behind the last node
  std::vector<Lifetime> lives(module.tensors.size(), {kNever, 0});
  for (std::size_t i = 0; i < module.nodes.size(); ++i) {
    for_each_use(module.nodes[i], [&](std::size_t tensor) {
      lives[tensor].first = std::min(lives[tensor].first, i);
      lives[tensor].last = i;
    });
  }
  for (std::size_t t = 0; t < lives.size(); ++t) {
    const Role role = module.tensors[t].role;
    if (lives[t].first == kNever) lives[t] = {0, end};
    if (role == Role::kInput) lives[t].first = 0;
    if (role == Role::kOutput) lives[t].last = end;
  }
  return lives;
}

Places place_tensors(const lower::Module& module) {
  std::vector<std::size_t> order;
  for (std::size_t t = 1; t < module.tensors.size(); ++t)  // 0 is a placeholder
    if (is_placed(module.tensors[t])) order.push_back(t);
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t t) { return module.tensors[t].bytes; });

  const std::vector<Lifetime> lives = lifetimes(module);
  const auto rounded = [&](std::size_t t) { return align_up(module.tensors[t].bytes, kPlaceBytes); };
  Places places{std::vector<std::size_t>(module.tensors.size(), 0), 0};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t tensor = order[i];
    std::vector<Piece> taken;
    for (std::size_t j = 0; j < i; ++j)
      if (lives[order[j]].meets(lives[tensor])) taken.push_back({places.offsets[order[j]], rounded(order[j])});
    places.offsets[tensor] = best_gap(std::move(taken), rounded(tensor));
    places.bytes = std::max(places.bytes, places.offsets[tensor] + module.tensors[tensor].bytes);
  }
  return places;
}

}  // namespace mattock::convert
