#include "lower/values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/half.hpp"
#include "base/math.hpp"

namespace mattock::lower {
namespace {

constexpr std::size_t kAtomChannels = 4, kElementBytes = 2;

Shape rows_shape(const Value& value) {
  return {narrow<std::int64_t>(value.rows()), narrow<std::int64_t>(value.columns()), 1, 1};
}

}  // namespace

std::size_t rows_bytes(std::size_t rows, std::size_t pitch) {
  constexpr std::size_t kPlaceBytes = 64;
  return align_up((rows * pitch + kAtomChannels) * kElementBytes, kPlaceBytes);
}

Values::Values(const graph::Graph& graph, Module& module) : module_(module) {
  module_.tensors.push_back({});
  for (const graph::Tensor& tensor : graph.tensors) {
    Value value(tensor.name, tensor.shape);
    if (tensor.constant) value.constant = &*tensor.constant;
    values_.push_back(std::move(value));
    names_.insert(tensor.name);
  }
  for (const graph::TensorId id : graph.inputs) {
    Value& value = values_[id];
    const std::size_t tensor = plain_tensor(value.name, Role::kInput, value.shape);
    module_.inputs.push_back(tensor);
    value.storages.push_back({tensor, value.rows(), value.columns(), value.columns(), value.rows()});
  }
  for (const graph::TensorId id : graph.outputs) values_[id].is_output = true;
}

std::string Values::unused(const std::string& name) {
  std::string result = name;
  for (int n = 1; !names_.insert(result).second; ++n) result = fmt::format("{}_{}", name, n);
  return result;
}

ValueId Values::make(const std::string& name, Shape shape) {
  values_.emplace_back(unused(name), std::move(shape));
  return values_.size() - 1;
}

bool Values::may_expand(std::size_t elements) {
  constexpr std::size_t kMost = std::size_t{1} << 25;
  if (elements > kMost - expanded_) return false;
  expanded_ += elements;
  return true;
}

const Array* Values::keep(Array array) {
  module_.arrays.push_back(std::make_shared<const Array>(std::move(array)));
  return module_.arrays.back().get();
}

ValueId Values::make_constant(const std::string& name, Array array) {
  const Array* kept = keep(std::move(array));
  values_.emplace_back(name, kept->shape);  // its tensors choose names of their own
  values_.back().constant = kept;
  return values_.size() - 1;
}

std::size_t Values::add_tensor(Tensor tensor) {
  module_.tensors.push_back(std::move(tensor));
  return module_.tensors.size() - 1;
}

std::size_t Values::plain_tensor(const std::string& name, Role role, const Shape& shape) {
  Tensor tensor;
  tensor.name = name;
  tensor.role = role;
  tensor.shape = shape;
  tensor.bytes = rows_bytes(1, align_up(element_count(shape), 2 * kAtomChannels));
  return add_tensor(std::move(tensor));
}

std::size_t Values::add_constant(const std::string& name, std::vector<std::byte> data, DType dtype, Shape shape) {
  Tensor tensor;
  tensor.role = Role::kConstant;
  tensor.dtype = dtype;
  tensor.shape = std::move(shape);
  tensor.bytes = data.size();
  tensor.data = std::move(data);
  tensor.name = unused(name);
  return add_tensor(std::move(tensor));
}

std::size_t Values::shape_constant(const std::string& name, const Shape& shape) {
  std::vector<std::byte> bytes(shape.size() * sizeof(std::int64_t));
  std::copy_n(reinterpret_cast<const std::byte*>(shape.data()), bytes.size(), bytes.begin());
  const std::size_t tensor = add_constant(name, std::move(bytes), DType::kInt64, {narrow<std::int64_t>(shape.size())});
  module_.tensors[tensor].role = Role::kHostConstant;
  return tensor;
}

Node& Values::add_node(std::string op, const std::string& name, std::vector<std::size_t> inputs,
                       std::vector<std::size_t> outputs) {
  Node node;
  node.op = std::move(op);
  node.name = name;
  node.inputs = std::move(inputs);
  node.outputs = std::move(outputs);
  module_.nodes.push_back(std::move(node));
  return module_.nodes.back();
}

Storage Values::place(ValueId id, std::size_t pitch) {
  Value& value = values_[id];
  Storage storage{0, value.rows(), value.columns(), pitch, value.rows()};
  if (value.is_output && storage.dense()) {
    storage.tensor = plain_tensor(value.name, Role::kOutput, value.shape);
  } else if (storage.dense()) {
    storage.tensor = plain_tensor(value.name, Role::kIntermediate, value.shape);
  } else {
    Tensor tensor;
    tensor.name = unused(value.name + "-rs");
    tensor.shape = rows_shape(value);
    tensor.pitch = pitch;
    tensor.bytes = rows_bytes(storage.rows, pitch);
    storage.tensor = add_tensor(std::move(tensor));
  }
  Tensor& tensor = module_.tensors[storage.tensor];
  tensor.bytes = std::max(tensor.bytes, rows_bytes(storage.rows, pitch));
  value.storages.push_back(storage);
  return storage;
}

void Values::alias(ValueId id, ValueId source) {
  const Value from = values_[source];
  Value& value = values_[id];
  if (from.constant != nullptr) {
    Array array = *from.constant;
    array.shape = value.shape;
    value.constant = keep(std::move(array));
    return;
  }
  if (from.storages.empty()) realise(source);
  for (const Storage& storage : values_[source].storages) {
    const bool same_columns = storage.columns == values_[id].columns();
    if (!same_columns && !storage.dense()) continue;
    Storage other = storage;
    if (!same_columns) other = {storage.tensor, values_[id].rows(), values_[id].columns(), values_[id].columns(), 1};
    other.padded_rows = std::max(other.padded_rows, other.rows);
    values_[id].storages.push_back(other);
  }
  if (!values_[id].storages.empty()) return;
  const Storage flat = dense(source);
  values_[id].storages.push_back(
      {flat.tensor, values_[id].rows(), values_[id].columns(), values_[id].columns(), values_[id].rows()});
}

Storage Values::constant_rows(ValueId id, std::size_t pitch, std::size_t padded_rows) {
  Value& value = values_[id];
  const Storage storage{0, value.rows(), value.columns(), pitch, std::max(padded_rows, value.rows())};
  std::vector<std::byte> data(rows_bytes(storage.padded_rows, pitch));
  for (std::size_t r = 0; r < storage.rows; ++r)
    for (std::size_t c = 0; c < storage.columns; ++c)
      store_le(std::span<std::byte>(data), (r * pitch + c) * kElementBytes,
               half_from_double(element_as_double(*value.constant, r * storage.columns + c)).bits);
  Storage made = storage;
  made.tensor = add_constant(value.name, std::move(data), DType::kFloat16, value.shape);
  if (!storage.dense()) {
    module_.tensors[made.tensor].shape = rows_shape(value);
    module_.tensors[made.tensor].pitch = pitch;
  }
  values_[id].storages.push_back(made);
  return made;
}

/// A copy with another pitch: by the NPU where whole atoms lie in a row and nothing must be cleared, else by the host.
Storage Values::copied(ValueId id, std::size_t pitch, std::size_t padded_rows, std::optional<std::size_t> into) {
  const Value value = values_[id];
  const Storage from = value.storages.front();
  Storage to{0, value.rows(), value.columns(), pitch, std::max(padded_rows, value.rows())};
  if (into) {
    to.tensor = *into;
  } else if (to.dense() && to.padded_rows == to.rows) {
    to.tensor = plain_tensor(unused(value.name + "_rs"), Role::kIntermediate, value.shape);
  } else {
    Tensor tensor;
    tensor.name = unused(value.name + "_rs");
    tensor.shape = rows_shape(value);
    tensor.pitch = pitch;
    tensor.bytes = rows_bytes(to.padded_rows, pitch);
    to.tensor = add_tensor(std::move(tensor));
  }
  const std::string name = module_.tensors[to.tensor].name;
  const std::size_t shape = shape_constant(name + "_i1", module_.tensors[to.tensor].shape);
  Node& node = add_node("Reshape", name, {from.tensor, shape}, {to.tensor});
  const bool whole_atoms = value.columns() % kAtomChannels == 0;
  const bool in_steps = from.pitch % kAtomChannels == 0 && pitch == value.columns() && to.padded_rows == to.rows;
  if (whole_atoms && in_steps && value.constant == nullptr) {
    node.npu = true;
    plan::Pass pass;
    pass.width = value.columns() / kAtomChannels;
    pass.height = value.rows();
    pass.from = {0, from.line_bytes(), from.line_bytes() * from.rows};
    pass.to = {0, to.line_bytes(), to.line_bytes() * to.rows};
    node.launches.push_back({pass, {{"source", {from.tensor, 0}}, {"results", {to.tensor, 0}}}});
  }
  return to;
}

Storage Values::rows(ValueId id, std::size_t pitch, std::size_t padded_rows) {
  realise(id);
  const Value& value = values_[id];
  const std::size_t wanted = pitch != 0 ? pitch : align_up(value.columns(), kAtomChannels);
  for (const Storage& storage : value.storages) {
    const bool fits = pitch != 0 ? storage.pitch == pitch : storage.pitch % kAtomChannels == 0;
    if (fits && storage.columns == value.columns() && storage.padded_rows >= padded_rows) return storage;
  }
  if (value.constant != nullptr) return constant_rows(id, wanted, padded_rows);
  const Storage made = copied(id, wanted, padded_rows);
  values_[id].storages.push_back(made);
  return made;
}

Storage Values::dense(ValueId id) {
  realise(id);
  for (const Storage& storage : values_[id].storages)
    if (storage.dense()) return storage;
  if (values_[id].constant != nullptr) return constant_rows(id, values_[id].columns(), 0);
  const Storage made = copied(id, values_[id].columns(), 0);
  values_[id].storages.push_back(made);
  return made;
}

std::size_t Values::plain(ValueId id) {
  realise(id);
  for (const Storage& storage : values_[id].storages) {
    const Tensor& tensor = module_.tensors[storage.tensor];
    if (storage.dense() && tensor.pitch == 0 && tensor.shape == values_[id].shape) return storage.tensor;
  }
  if (values_[id].constant != nullptr) return constant_rows(id, values_[id].columns(), 0).tensor;
  const Storage made = copied(id, values_[id].columns(), 0);
  values_[id].storages.push_back(made);
  return made.tensor;
}

void Values::finish(const graph::Graph& graph) {
  for (const graph::TensorId id : graph.outputs) {
    realise(id);
    const auto taken = [&](std::size_t tensor) { return std::ranges::count(module_.outputs, tensor) > 0; };
    std::optional<std::size_t> done;
    for (const Storage& storage : values_[id].storages)
      if (module_.tensors[storage.tensor].role == Role::kOutput &&
          module_.tensors[storage.tensor].name == values_[id].name && !taken(storage.tensor))
        done = storage.tensor;
    if (!done) {
      if (values_[id].constant != nullptr && values_[id].storages.empty()) constant_rows(id, values_[id].columns(), 0);
      std::string name = values_[id].name;
      for (int n = 1; std::ranges::count(module_.tensors, name, &Tensor::name) > 0; ++n)
        name = fmt::format("{}_{}", values_[id].name, n);
      done = plain_tensor(name, Role::kOutput, values_[id].shape);
      copied(id, values_[id].columns(), 0, done);
    }
    module_.outputs.push_back(*done);
  }
}

}  // namespace mattock::lower
