#include "container/writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "container/header.hpp"
#include "container/reader.hpp"
#include "container/write_stages.hpp"
#include "rknn_generated.h"

namespace mattock::container {
namespace {

Place write_memory(FlatBuilder& builder, const Memory& memory) {
  TableFields fields;
  fields.number(file::Memory::VT_WEIGHT_BYTES, memory.weight_bytes);
  fields.number(file::Memory::VT_INTERNAL_BYTES, memory.internal_bytes);
  fields.number(file::Memory::VT_COMPILER_CONSTANT_BYTES, memory.compiler_constant_bytes);
  return builder.table(std::move(fields));
}

// The order of the calls is the order of the vendor's objects, from the end of the file.
Place write_root(Encoder& encoder, const Model& model) {
  using T = file::Model;
  FlatBuilder& builder = encoder.builder();
  TableWriter table(builder);
  table.fields().wide_reference(T::VT_CUSTOM_OPS, builder.text(model.custom_ops));
  const Buffers buffers(encoder, model);
  table.reference(T::VT_BUFFERS, buffers.write(encoder));
  table.tables(T::VT_GRAPHS, std::vector{write_graph(encoder, model, buffers)});
  table.text(T::VT_GENERATION, model.generation);
  table.text(T::VT_ATTRIBUTES, model.attributes);
  table.text(T::VT_COMPILER, model.compiler);
  table.text(T::VT_TARGET, model.target);
  table.text(T::VT_FRAMEWORK, model.framework);
  table.text(T::VT_TEXT11, model.text11);
  table.text(T::VT_INPUT_JSON, model.input_json);
  table.text(T::VT_OUTPUT_JSON, model.output_json);
  table.text(T::VT_TEXT14, model.text14);
  table.text(T::VT_SHAPE_MODE, model.shape_mode);
  table.empty_list(T::VT_UNUSED17);
  table.reference(T::VT_MEMORY, write_memory(builder, model.memory));
  table.empty_list(T::VT_UNUSED18);
  table.empty_list(T::VT_UNUSED15);
  table.fields().number(T::VT_FORMAT_VERSION, kFormatVersion);
  table.fields().number(T::VT_COMPILER_NUMBER, model.compiler_number);
  table.fields().number(T::VT_FIELD10, model.field10);
  return table.finish();
}

std::vector<std::byte> framed(std::span<const std::byte> payload, std::string_view json) {
  std::vector<std::byte> bytes(kHeaderBytes + payload.size() + kJsonSizeBytes + json.size());
  const std::span<std::byte> all(bytes);
  std::ranges::copy(std::as_bytes(std::span(kMagic)), all.begin());
  store_le(all, 8, kContainerVersion);
  store_le(all, 16, std::uint64_t{payload.size()});
  const auto rest = all.subspan(kHeaderBytes);
  std::ranges::copy(payload, rest.begin());
  store_le(rest, payload.size(), std::uint64_t{json.size()});
  std::ranges::copy(std::as_bytes(std::span(json)), rest.subspan(payload.size() + kJsonSizeBytes).begin());
  return bytes;
}

// Where two lists differ: "what INDEX"; empty when they are equal.
template <class T>
std::string difference(const char* what, const std::vector<T>& a, const std::vector<T>& b) {
  const auto [left, right] = std::ranges::mismatch(a, b);
  if (left == a.end() && right == b.end()) return {};
  return fmt::format("{} {}", what, left - a.begin());
}

// The first part of a model that a file does not give back; empty when it gives back all of it. Texts and single
// numbers have fields of their own, so they cannot differ.
std::string lost_part(const Model& model, const Model& back) {
  const std::string candidates[] = {
      difference("tensor", model.tensors, back.tensors),
      difference("node", model.nodes, back.nodes),
      difference("normalisation of input", model.input_norm, back.input_norm),
      difference("stride patch", model.stride_patches, back.stride_patches),
      difference("converter patch", model.converter_patches, back.converter_patches),
  };
  const auto found = std::ranges::find_if(candidates, [](const std::string& text) { return !text.empty(); });
  return found == std::end(candidates) ? std::string() : *found;
}

Result<void> check_readable(std::span<const std::byte> bytes, const Model& model) {
  const auto back = parse_model(bytes);
  if (!back) {
    Error error = back.error();
    if (error.code == Code::kBadFile) error.code = Code::kBadInput;  // the fault is the model's
    error.hint = "correct the model; a file of it could not be read";
    return tl::unexpected<Error>(std::move(error));
  }
  const std::string lost = lost_part(model, *back);
  if (lost.empty()) return {};
  return fail(Code::kBadInput,
              fmt::format("{}: holds a value that the file has no field for in its kind or family, that contradicts "
                          "another, or that is not a number",
                          lost),
              "compare it with what reading a file gives");
}

}  // namespace

Result<std::vector<std::byte>> write_model(const Model& model) {
  if (model.container_version != kContainerVersion) {
    return fail(Code::kUnsupported, fmt::format("container version {}; only version {} is written",
                                                model.container_version, kContainerVersion));
  }
  Encoder encoder;
  const Place root = write_root(encoder, model);
  if (auto ok = encoder.status(); !ok) return propagate(ok);
  auto payload = encoder.builder().finish(root, file::ModelIdentifier());
  if (auto ok = encoder.status(); !ok) return propagate(ok);
  auto bytes = framed(payload, model.viewer_json);
  std::vector<std::byte>().swap(payload);  // reading back takes as much again
  if (auto ok = check_readable(bytes, model); !ok) return propagate(ok);
  return bytes;
}

}  // namespace mattock::container
