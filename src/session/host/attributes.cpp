#include "session/host/attributes.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace mattock::session::host {
namespace {

// Element types of BSON.
constexpr unsigned kDouble = 1, kString = 2, kDocument = 3, kList = 4, kBool = 8, kNull = 10, kInt32 = 16, kInt64 = 18;

struct Element {
  unsigned type = 0;
  std::string_view name;
  std::span<const std::byte> value;
};

/// Bytes of a value of this type at the start of `rest`; nothing when it is unknown or does not fit.
std::optional<std::size_t> value_bytes(unsigned type, std::span<const std::byte> rest) {
  std::size_t bytes = 0;
  switch (type) {
    case kDouble:
    case kInt64: bytes = 8; break;
    case kInt32: bytes = 4; break;
    case kBool: bytes = 1; break;
    case kNull: break;
    case kString:
    case kDocument:
    case kList: {
      if (rest.size() < 4) return std::nullopt;
      const auto length = load_le<std::int32_t>(rest);
      if (length < 1) return std::nullopt;
      bytes = static_cast<std::size_t>(length) + (type == kString ? 4 : 0);
      break;
    }
    default: return std::nullopt;
  }
  if (bytes > rest.size()) return std::nullopt;
  return bytes;
}

/// The elements of a document or list; stops quietly where it is damaged.
std::vector<Element> elements_of(std::span<const std::byte> document) {
  std::vector<Element> elements;
  if (document.size() < 5) return elements;
  std::span<const std::byte> rest = document.subspan(4);
  while (!rest.empty() && rest.front() != std::byte{0}) {
    Element element;
    element.type = std::to_integer<unsigned>(rest.front());
    rest = rest.subspan(1);
    const auto end = std::ranges::find(rest, std::byte{0});
    if (end == rest.end()) break;
    const auto length = static_cast<std::size_t>(end - rest.begin());
    element.name = {reinterpret_cast<const char*>(rest.data()), length};
    rest = rest.subspan(length + 1);
    const auto bytes = value_bytes(element.type, rest);
    if (!bytes) break;
    element.value = rest.first(*bytes);
    rest = rest.subspan(*bytes);
    elements.push_back(element);
  }
  return elements;
}

std::optional<Element> find(std::span<const std::byte> document, std::string_view name) {
  for (const Element& element : elements_of(document))
    if (element.name == name) return element;
  return std::nullopt;
}

std::optional<std::int64_t> integer(const Element& element) {
  if (element.type == kInt32) return load_le<std::int32_t>(element.value);
  if (element.type == kInt64) return load_le<std::int64_t>(element.value);
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<std::int64_t>> integer_attribute(std::span<const std::byte> bson, std::string_view name) {
  const auto attribute = find(bson, name);
  if (!attribute || attribute->type != kDocument) return std::nullopt;
  const auto value = find(attribute->value, "value");
  if (!value) return std::nullopt;
  if (const auto single = integer(*value)) return std::vector{*single};
  if (value->type != kList) return std::nullopt;
  std::vector<std::int64_t> list;
  for (const Element& element : elements_of(value->value)) {
    const auto entry = integer(element);
    if (!entry) return std::nullopt;
    list.push_back(*entry);
  }
  return list;
}

}  // namespace mattock::session::host
