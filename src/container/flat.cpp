#include "container/flat.hpp"

#include <fmt/format.h>

#include <cstring>

#include "base/bytes.hpp"
#include "base/math.hpp"
#include "container/limits.hpp"
#include "rknn_generated.h"

namespace mattock::container {
namespace {

constexpr std::size_t kLargestScalar = 8;  // the verifier checks alignment relative to the start of the payload

bool is_aligned(const std::byte* pointer) { return reinterpret_cast<std::uintptr_t>(pointer) % kLargestScalar == 0; }

// Where a field of a table stands; null when it is absent. Generated types only offer values.
template <class T>
const std::uint8_t* place_of(const T& table, flatbuffers::voffset_t field) {
  return reinterpret_cast<const flatbuffers::Table*>(&table)->GetAddressOf(field);
}

}  // namespace

Result<FlatModel> FlatModel::open(std::span<const std::byte> payload) {
  constexpr std::size_t kSmallest = 2 * sizeof(flatbuffers::uoffset_t);  // root offset and identifier
  if (payload.size() < kSmallest || payload.size() > kMaxPayloadBytes) {
    return fail(Code::kBadFile,
                fmt::format("payload of {} bytes; {} to {} are read", payload.size(), kSmallest, kMaxPayloadBytes));
  }
  FlatModel model;
  model.bytes_ = payload;
  if (!is_aligned(payload.data())) {
    model.copy_.resize(ceil_div(payload.size(), sizeof(std::uint64_t)));
    std::memcpy(model.copy_.data(), payload.data(), payload.size());
    model.bytes_ = std::as_bytes(std::span(model.copy_)).first(payload.size());
  }
  const auto* start = reinterpret_cast<const std::uint8_t*>(model.bytes_.data());
  if (!file::ModelBufferHasIdentifier(start)) {
    return fail(Code::kBadFile,
                fmt::format("payload is not marked as a model: identifier '{}' expected", file::ModelIdentifier()));
  }
  flatbuffers::Verifier verifier(start, model.bytes_.size(), kMaxTableDepth, kMaxTables);
  if (!file::VerifyModelBuffer(verifier)) {
    return fail(Code::kBadFile, "damaged: an offset or length inside the model leads out of it, or too deep",
                "copy or convert the file again");
  }
  model.root_ = file::GetModel(start);
  return model;
}

Result<std::span<const std::byte>> FlatModel::follow(const std::uint8_t* field, const char* name) const {
  if (field == nullptr) return std::span<const std::byte>();
  const auto* place = reinterpret_cast<const std::byte*>(field);
  const auto position = static_cast<std::uint64_t>(place - bytes_.data());
  const auto offset = load_le<std::uint64_t>(bytes_, position);
  constexpr std::uint64_t kLengthBytes = sizeof(std::uint32_t);
  // The field itself lies inside (verified), so bytes_.size() - position does not wrap.
  if (offset == 0 || offset > bytes_.size() - position || bytes_.size() - position - offset < kLengthBytes) {
    return fail(Code::kBadFile, fmt::format("{}: offset {:#x} leads out of the payload", name, offset));
  }
  const std::uint64_t target = position + offset;
  if (position % sizeof(std::uint64_t) != 0 || target % kLengthBytes != 0) {
    return fail(Code::kBadFile,
                fmt::format("{}: not aligned (field at {:#x}, object at {:#x})", name, position, target));
  }
  const std::uint64_t length = load_le<std::uint32_t>(bytes_, target);
  const std::uint64_t room = bytes_.size() - target - kLengthBytes;
  if (length > room) {
    return fail(Code::kBadFile, fmt::format("{}: {} bytes, but only {} follow in the payload", name, length, room));
  }
  return bytes_.subspan(target + kLengthBytes, length);
}

Result<std::span<const std::byte>> FlatModel::data_of(const file::Buffer& buffer) const {
  return follow(place_of(buffer, file::Buffer::VT_DATA), "buffer");
}

Result<std::span<const std::byte>> FlatModel::custom_ops() const {
  auto text = follow(place_of(*root_, file::Model::VT_CUSTOM_OPS), "list of custom operators");
  if (!text || text->data() == nullptr) return text;
  const std::byte* end = text->data() + text->size();
  if (end == bytes_.data() + bytes_.size() || *end != std::byte{0}) {
    return fail(Code::kBadFile, "list of custom operators: text does not end with a zero byte");
  }
  return text;
}

}  // namespace mattock::container
