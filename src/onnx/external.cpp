#include "onnx/external.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/file.hpp"
#include "onnx/problem.hpp"

namespace mattock::onnx {
namespace {

namespace fs = std::filesystem;

struct Place {
  std::string location;
  std::size_t offset = 0;
  std::optional<std::size_t> length;  // to the end of the file
};

Result<std::size_t> number(const schema::StringStringEntryProto& entry) {
  std::size_t value = 0;
  const std::string& text = entry.value();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  return fail(Code::kBadFile,
              fmt::format("external data: {} '{}' is not a number of bytes", shown(entry.key()), shown(text)));
}

Result<Place> place_of(const schema::TensorProto& tensor) {
  Place place;
  for (const auto& entry : tensor.external_data()) {
    if (entry.key() == "location") place.location = entry.value();
    if (entry.key() != "offset" && entry.key() != "length") continue;  // "checksum" says nothing we need
    const auto value = number(entry);
    if (!value) return propagate(value);
    if (entry.key() == "offset")
      place.offset = *value;
    else
      place.length = *value;
  }
  if (place.location.empty()) return fail(Code::kBadFile, "external data without a location");
  return place;
}

bool is_inside(const fs::path& folder, const fs::path& file) {
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first == folder.end();
}

}  // namespace

Result<std::span<const std::byte>> ExternalData::file(const std::string& location) {
  if (const auto known = files_.find(location); known != files_.end()) return known->second;
  if (folder_.empty())
    return fail(Code::kBadFile, fmt::format("external data '{}' of a model without a folder", shown(location)),
                "give the model as a file, beside its data");
  std::error_code error;
  const fs::path folder = fs::canonical(folder_, error);
  if (error) return fail(Code::kNotFound, fmt::format("'{}': {}", folder_.string(), error.message()));
  const auto outside = [&] {
    return fail(Code::kBadFile, fmt::format("external data '{}' lie outside the model's folder", shown(location)),
                "put the file beside the model and name it by a relative path");
  };
  // A path that is wrong by its text is not even looked up.
  const fs::path relative(location);
  if (location.find('\0') != std::string::npos || relative.is_absolute() ||
      std::find(relative.begin(), relative.end(), "..") != relative.end())
    return outside();
  const fs::path path = fs::canonical(folder / relative, error);
  if (error)
    return fail(Code::kNotFound, fmt::format("external data '{}': {}", shown(location), error.message()),
                "the file belongs beside the model");
  if (!is_inside(folder, path)) return outside();
  if (!fs::is_regular_file(path, error))
    return fail(Code::kBadFile, fmt::format("external data '{}' is not a file", shown(location)));
  auto bytes = mattock::read_file(path);
  if (!bytes) return propagate(bytes);
  total_bytes_ += bytes->size();
  return files_.emplace(location, std::move(*bytes)).first->second;
}

Result<std::span<const std::byte>> ExternalData::bytes_of(const schema::TensorProto& tensor) {
  const auto place = place_of(tensor);
  if (!place) return propagate(place);
  const auto bytes = file(place->location);
  if (!bytes) return bytes;
  const std::size_t room = bytes->size() - std::min(bytes->size(), place->offset);
  const std::size_t length = place->length.value_or(room);
  if (place->offset > bytes->size() || length > room)
    return fail(Code::kBadFile, fmt::format("external data '{}': {} bytes at {}, but the file has {}",
                                            shown(place->location), length, place->offset, bytes->size()));
  return bytes->subspan(place->offset, length);
}

}  // namespace mattock::onnx
