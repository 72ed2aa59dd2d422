#include <fmt/format.h>

#include "base/bytes.hpp"
#include "container/dtype_number.hpp"
#include "container/names.hpp"
#include "container/write_stages.hpp"
#include "rknn_generated.h"

namespace mattock::container {
namespace {

constexpr std::size_t kDataAlignment = 64;  // of each buffer in the file, in every vendor file

std::vector<std::byte> bytes_of(const std::vector<std::uint64_t>& words) {
  std::vector<std::byte> bytes(words.size() * hw::kWordBytes);
  for (std::size_t i = 0; i < words.size(); ++i) store_le(std::span<std::byte>(bytes), i * hw::kWordBytes, words[i]);
  return bytes;
}

std::vector<std::byte> bytes_of(const std::vector<hw::TaskRecord>& tasks) {
  constexpr std::size_t kBytes = hw::TaskRecord::kBytes;
  std::vector<std::byte> bytes(tasks.size() * kBytes);
  for (std::size_t i = 0; i < tasks.size(); ++i) tasks[i].store(std::span(bytes).subspan(i * kBytes, kBytes));
  return bytes;
}

Place write_tensor(Encoder& encoder, const Tensor& tensor, const std::string& who, std::int32_t buffer) {
  TableWriter table(encoder.builder());
  using T = file::Tensor;
  table.numbers(T::VT_NATIVE_SHAPE, encoder.int32s(tensor.native_shape, who, "dimension"));
  table.numbers(T::VT_SHAPE, encoder.int32s(tensor.shape, who, "dimension"));
  table.text(T::VT_NAME, tensor.name);
  table.text(T::VT_QUANTIZATION_METHOD, tensor.quantization_method);
  table.text(T::VT_QUANTIZATION_TYPE, tensor.quantization_type);
  table.numbers(T::VT_RANGE_MIN, tensor.range_min);
  table.numbers(T::VT_RANGE_MAX, tensor.range_max);
  table.numbers(T::VT_SCALE, tensor.scale);
  table.numbers(T::VT_ZERO_POINT, tensor.zero_point);
  table.empty_list(T::VT_UNUSED15);
  table.empty_list(T::VT_UNUSED16);
  table.empty_list(T::VT_UNUSED17);

  TableFields& fields = table.fields();
  if (tensor.kind != TensorKind::kPlaceholder) {
    const auto number = number_of_dtype(tensor.dtype);
    if (!number) encoder.refuse(Code::kBadInput, fmt::format("{}: no element type", who));
    fields.number(T::VT_DTYPE, number.value_or(0));
  }
  fields.number(T::VT_LAYOUT, static_cast<std::uint8_t>(tensor.layout));
  fields.number(T::VT_KIND, static_cast<std::uint8_t>(tensor.kind));
  fields.number(T::VT_SIZE, encoder.int32(tensor.size, who, "size"));
  fields.number(T::VT_OFFSET, encoder.int32(tensor.offset, who, "offset"));
  fields.number(T::VT_BUFFER, buffer);
  fields.number(T::VT_FIELD19, tensor.field19);
  fields.number(T::VT_IMAGE_CHANNELS, tensor.image_channels);
  return table.finish();
}

}  // namespace

std::string title_of(const char* what, std::size_t index, const std::string& name) {
  return fmt::format("{} {} '{}'", what, index, printable(name));
}

Buffers::Buffers(Encoder& encoder, const Model& model)
    : words_(bytes_of(model.program.words)), tasks_(bytes_of(model.program.tasks)) {
  bool has_commands = false;
  bool has_tasks = false;
  for (std::size_t i = 0; i < model.tensors.size(); ++i) {
    const Tensor& tensor = model.tensors[i];
    std::span<const std::byte> data = tensor.data;
    if (tensor.kind == TensorKind::kCommands) data = words_;
    if (tensor.kind == TensorKind::kTasks) data = tasks_;
    has_commands |= tensor.kind == TensorKind::kCommands;
    has_tasks |= tensor.kind == TensorKind::kTasks;
    if (!data.empty()) data_.push_back(data);
    numbers_.push_back(data.empty() ? 0 : static_cast<std::int32_t>(data_.size()));
  }
  if ((!has_commands && !words_.empty()) || (!has_tasks && !tasks_.empty())) {
    encoder.refuse(Code::kBadInput,
                   fmt::format("a program of {} words and {} tasks, but no tensors of kind '{}' and '{}' to hold it",
                               model.program.words.size(), model.program.tasks.size(), kind_name(TensorKind::kCommands),
                               kind_name(TensorKind::kTasks)));
  }
}

Place Buffers::write(Encoder& encoder) const {
  FlatBuilder& builder = encoder.builder();
  std::vector<Place> data;
  for (const auto bytes : data_) data.push_back(builder.bytes(bytes, kDataAlignment));
  std::vector<Place> tables{builder.table({})};  // buffer 0 is nobody's
  for (const Place place : data) {
    TableFields fields;
    fields.wide_reference(file::Buffer::VT_DATA, place);
    tables.push_back(builder.table(std::move(fields)));
  }
  return builder.references(tables);
}

std::vector<Place> write_tensors(Encoder& encoder, const Model& model, const Buffers& buffers) {
  std::vector<Place> places;
  for (std::size_t i = 0; i < model.tensors.size(); ++i) {
    const Tensor& tensor = model.tensors[i];
    places.push_back(write_tensor(encoder, tensor, title_of("tensor", i, tensor.name), buffers.of_tensor(i)));
  }
  return places;
}

}  // namespace mattock::container
