#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/math.hpp"
#include "container/dtype_number.hpp"
#include "container/names.hpp"
#include "container/stages.hpp"

namespace mattock::container {
namespace {

constexpr std::uint64_t kPlaceAlignment = 64;  // of each constant in the weight memory
constexpr std::uint64_t kTooMany = std::numeric_limits<std::uint64_t>::max();

bool is_known_layout(unsigned number) { return number <= 2 || number == 64 || number == 65; }

bool is_in_internal_memory(TensorKind kind) {
  return kind == TensorKind::kInput || kind == TensorKind::kOutput || kind == TensorKind::kIntermediate;
}

bool holds_data(TensorKind kind) {
  return kind == TensorKind::kConstant || kind == TensorKind::kHostConstant || kind == TensorKind::kTable ||
         kind == TensorKind::kCompilerConstant;
}

// Product of dimensions that are not negative; kTooMany beyond what any memory holds.
std::uint64_t product(const Shape& shape) {
  std::uint64_t count = 1;
  for (const std::int64_t dim : shape) {
    if (dim != 0 && count > kMaxMemoryBytes / static_cast<std::uint64_t>(dim)) return kTooMany;
    count *= static_cast<std::uint64_t>(dim);
  }
  return count;
}

std::string title(std::size_t index, const Tensor& tensor) {
  return fmt::format("tensor {} '{}'", index, printable(tensor.name));
}

void decode_type(Decoder& decoder, const file::Tensor& source, const std::string& who, Tensor& tensor) {
  tensor.kind = static_cast<TensorKind>(source.kind());
  if (kind_name(tensor.kind) == "unknown") decoder.warn(fmt::format("{}: unknown kind {}", who, source.kind()));
  if (const auto dtype = dtype_from_number(source.dtype()); tensor.kind == TensorKind::kPlaceholder) {
    tensor.dtype = Tensor().dtype;  // of no data
  } else if (dtype) {
    tensor.dtype = *dtype;
  } else {
    decoder.refuse(Code::kUnsupported, fmt::format("{}: unknown element type number {}", who, source.dtype()));
  }
  if (is_known_layout(source.layout())) {
    tensor.layout = static_cast<Layout>(source.layout());
  } else {
    decoder.refuse(Code::kUnsupported, fmt::format("{}: unknown layout number {}", who, source.layout()));
  }
}

void check_dims(Decoder& decoder, const Shape& shape, std::int64_t smallest, const std::string& who) {
  for (const std::int64_t dim : shape) {
    if (dim < smallest)
      return decoder.refuse(Code::kBadFile, fmt::format("{}: dimension {} in {}", who, dim, fmt::join(shape, "x")));
  }
  if (product(shape) == kTooMany) {
    decoder.refuse(Code::kBadFile,
                   fmt::format("{}: shape {} has more elements than memory", who, fmt::join(shape, "x")));
  }
}

// NC1HWC2: five numbers that agree with the logical shape. More channel groups than needed occur.
void check_cube(Decoder& decoder, const Tensor& tensor, const std::string& who) {
  const Shape& cube = tensor.native_shape;
  const Shape& shape = tensor.shape;
  const bool fits = cube.size() == 5 && shape.size() == 4 && cube[0] == shape[0] && cube[2] == shape[2] &&
                    cube[3] == shape[3] && cube[1] * cube[4] >= shape[1];
  if (!fits) {
    decoder.refuse(Code::kBadFile, fmt::format("{}: NC1HWC2 shape {} does not hold shape {}", who, fmt::join(cube, "x"),
                                               fmt::join(shape, "x")));
  }
}

// A part of a split weight may be empty, so only cubes need every dimension.
void check_shapes(Decoder& decoder, const Tensor& tensor, const std::string& who) {
  check_dims(decoder, tensor.shape, is_in_internal_memory(tensor.kind) ? 1 : 0, who);
  check_dims(decoder, tensor.native_shape, tensor.layout == Layout::kNC1HWC2 ? 1 : 0, who);
  if (decoder.refused()) return;
  if (tensor.layout == Layout::kNC1HWC2) check_cube(decoder, tensor, who);
  constexpr std::size_t kWeightNumbers = 6;  // one group per part of a split weight
  if (tensor.layout == Layout::kNativeWeight &&
      (tensor.native_shape.empty() || tensor.native_shape.size() % kWeightNumbers != 0)) {
    decoder.refuse(Code::kBadFile, fmt::format("{}: native weight shape of {} numbers; groups of {} expected", who,
                                               tensor.native_shape.size(), kWeightNumbers));
  }
}

void decode_quantization(Decoder& decoder, const file::Tensor& source, const std::string& who, Tensor& tensor) {
  tensor.quantization_method = decoder.text(source.quantization_method(), kMaxNameBytes, who);
  tensor.quantization_type = decoder.text(source.quantization_type(), kMaxNameBytes, who);
  tensor.range_min = decoder.list<float>(source.range_min(), kMaxChannels, who);
  tensor.range_max = decoder.list<float>(source.range_max(), kMaxChannels, who);
  tensor.scale = decoder.list<float>(source.scale(), kMaxChannels, who);
  tensor.zero_point = decoder.list<std::int32_t>(source.zero_point(), kMaxChannels, who);
  if (tensor.scale.size() != tensor.zero_point.size()) {
    decoder.refuse(Code::kBadFile, fmt::format("{}: {} scales, but {} zero points", who, tensor.scale.size(),
                                               tensor.zero_point.size()));
  }
  for (const float scale : tensor.scale) {
    if (!std::isfinite(scale) || scale <= 0) {
      return decoder.refuse(Code::kBadFile, fmt::format("{}: scale {}; a positive number expected", who, scale));
    }
  }
}

void decode_place(Decoder& decoder, const file::Tensor& source, const std::string& who, Tensor& tensor) {
  if (source.size() < 0 || source.offset() < 0 || source.image_channels() < 0) {
    return decoder.refuse(Code::kBadFile, fmt::format("{}: negative size {}, offset {} or channels {}", who,
                                                      source.size(), source.offset(), source.image_channels()));
  }
  tensor.size = static_cast<std::size_t>(source.size());
  tensor.offset = static_cast<std::size_t>(source.offset());
  tensor.field19 = source.field19();
  tensor.image_channels = source.image_channels();
}

Tensor decode_tensor(Decoder& decoder, const FlatModel& flat, const file::Tensor& source, std::size_t index) {
  Tensor tensor;
  tensor.name = decoder.text(source.name(), kMaxNameBytes, fmt::format("tensor {}: bytes of its name", index));
  const std::string who = title(index, tensor);
  decode_type(decoder, source, who, tensor);
  tensor.shape = decoder.list<std::int64_t>(source.shape(), kMaxRank, who);
  tensor.native_shape = decoder.list<std::int64_t>(source.native_shape(), kMaxNativeNumbers, who);
  check_shapes(decoder, tensor, who);
  decode_quantization(decoder, source, who, tensor);
  decode_place(decoder, source, who, tensor);
  const auto data = buffer_bytes(decoder, flat, source.buffer(), who);
  const bool in_program = tensor.kind == TensorKind::kCommands || tensor.kind == TensorKind::kTasks;
  if (!in_program && decoder.charge(data.size())) tensor.data.assign(data.begin(), data.end());
  return tensor;
}

// Bytes an input or output needs; its size may be larger.
std::uint64_t needed_bytes(const Tensor& tensor) {
  const std::uint64_t count = product(tensor.layout == Layout::kNC1HWC2 ? tensor.native_shape : tensor.shape);
  return count * element_bytes(tensor.dtype);
}

void check_place(Decoder& decoder, const Tensor& tensor, std::size_t index, std::uint64_t internal_bytes) {
  const std::uint64_t end = std::uint64_t{tensor.offset} + tensor.size;
  if (end > internal_bytes) {
    decoder.refuse(Code::kBadFile, fmt::format("{}: ends at byte {} of an internal memory of {}", title(index, tensor),
                                               end, internal_bytes));
  }
  // Scratch tensors may state a size of 1 beside a large shape; their users know what they need.
  if (tensor.kind != TensorKind::kIntermediate && needed_bytes(tensor) > tensor.size) {
    decoder.refuse(Code::kBadFile, fmt::format("{}: {} bytes for a shape that needs {}", title(index, tensor),
                                               tensor.size, needed_bytes(tensor)));
  }
}

void check_door(Decoder& decoder, const Model& model, const std::vector<std::size_t>& doors, TensorKind kind) {
  for (const std::size_t index : doors) {
    const Tensor& tensor = model.tensors[index];
    if (tensor.kind == kind) continue;
    decoder.refuse(Code::kBadFile, fmt::format("{} is listed as {}, but its kind is {}", title(index, tensor),
                                               kind_name(kind), kind_name(tensor.kind)));
  }
}

}  // namespace

std::span<const std::byte> buffer_bytes(Decoder& decoder, const FlatModel& flat, std::int32_t index,
                                        std::string_view user) {
  if (index == 0) return {};
  const auto* buffers = flat.root().buffers();
  if (index < 0 || static_cast<std::size_t>(index) >= count_of(buffers)) {
    decoder.refuse(Code::kBadFile, fmt::format("{}: buffer {}, but there are {}", user, index, count_of(buffers)));
    return {};
  }
  const auto data = flat.data_of(table_at(*buffers, static_cast<std::size_t>(index)));
  if (data) return *data;
  decoder.refuse(data.error().code, fmt::format("{}: {}", user, data.error().message));
  return {};
}

std::vector<Tensor> decode_tensors(Decoder& decoder, const FlatModel& flat, const file::Graph& graph) {
  const std::size_t count = count_of(graph.tensors());
  std::vector<Tensor> tensors;
  if (!decoder.within(count, kMaxTensors, "tensors")) return tensors;
  for (std::size_t i = 0; i < count && !decoder.refused(); ++i) {
    if (decoder.charge(sizeof(Tensor)))
      tensors.push_back(decode_tensor(decoder, flat, table_at(*graph.tensors(), i), i));
  }
  return tensors;
}

void check_memory(Decoder& decoder, const Model& model) {
  const std::uint64_t internal_bytes = model.memory.internal_bytes;
  if (std::max(internal_bytes, model.memory.weight_bytes) > kMaxMemoryBytes) {
    return decoder.refuse(Code::kBadFile, fmt::format("memory of {} and {} bytes; at most {} can be addressed",
                                                      model.memory.weight_bytes, internal_bytes, kMaxMemoryBytes));
  }
  std::uint64_t constant_bytes = 0;
  std::uint64_t used = 0;
  for (std::size_t i = 0; i < model.tensors.size() && !decoder.refused(); ++i) {
    const Tensor& tensor = model.tensors[i];
    if (is_in_internal_memory(tensor.kind)) {
      check_place(decoder, tensor, i, internal_bytes);
      used = std::max(used, std::uint64_t{tensor.offset} + tensor.size);
    } else if (holds_data(tensor.kind)) {
      constant_bytes += align_up(std::uint64_t{std::max(tensor.size, tensor.data.size())}, kPlaceAlignment);
    }
  }
  if (constant_bytes > kMaxMemoryBytes) {
    decoder.refuse(Code::kBadFile,
                   fmt::format("constants of {} bytes; at most {} can be addressed", constant_bytes, kMaxMemoryBytes));
  }
  if (internal_bytes > used) {
    decoder.warn(fmt::format("internal memory of {} bytes, but its tensors end at {}", internal_bytes, used));
  }
  check_door(decoder, model, model.inputs, TensorKind::kInput);
  check_door(decoder, model, model.outputs, TensorKind::kOutput);
}

TensorNames::TensorNames(const std::vector<Tensor>& tensors) {
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (!tensors[i].name.empty()) indices_[tensors[i].name].push_back(i);
  }
}

std::size_t TensorNames::find(Decoder& decoder, std::string_view name, std::string_view user) const {
  const auto found = indices_.find(std::string(name));
  if (found != indices_.end() && found->second.size() == 1) return found->second.front();
  decoder.refuse(Code::kBadFile, fmt::format("{}: {} tensor is called '{}'", user,
                                             found == indices_.end() ? "no" : "more than one", printable(name)));
  return 0;
}

std::vector<std::size_t> decode_indices(Decoder& decoder, const flatbuffers::Vector<std::int32_t>* indices,
                                        std::size_t tensor_count, std::string_view what) {
  std::vector<std::size_t> checked;
  for (const std::int64_t index : decoder.list<std::int64_t>(indices, kMaxNodeTensors, what)) {
    if (index < 0 || static_cast<std::uint64_t>(index) >= tensor_count) {
      decoder.refuse(Code::kBadFile, fmt::format("{}: tensor {}, but there are {}", what, index, tensor_count));
      return {};
    }
    checked.push_back(static_cast<std::size_t>(index));
  }
  return checked;
}

}  // namespace mattock::container
