#include "onnx/scope.hpp"

#include <fmt/format.h>

#include "onnx/problem.hpp"

namespace mattock::onnx {

Value* Scope::find(const std::string& name) {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

Result<Value*> Scope::define(Value value) {
  std::string name = value.name;
  const auto [place, is_new] = values_.try_emplace(std::move(name), std::move(value));
  if (!is_new)
    return fail(Code::kBadFile, fmt::format("two inputs, initializers or nodes give '{}'", shown(place->first)));
  return &place->second;
}

graph::TensorId Scope::id_of(Value& value) {
  if (!value.id) {
    value.id = graph.tensors.size();
    graph.tensors.push_back({value.name, value.dtype, value.shape, std::nullopt, std::move(value.constant)});
    value.constant.reset();
  }
  return *value.id;
}

const Array* Scope::constant_of(const Value& value) const {
  const std::optional<Array>& constant = value.id ? graph.tensors[*value.id].constant : value.constant;
  return constant ? &*constant : nullptr;
}

Result<void> Scope::spend(std::size_t bytes) {
  if (bytes > budget_ - spent_)
    return fail(Code::kUnsupported, fmt::format("folding constants takes more than {} bytes", budget_),
                "fold them when exporting, so that weights are stored as they are used");
  spent_ += bytes;
  return {};
}

}  // namespace mattock::onnx
