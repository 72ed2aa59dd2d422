#include "base/npy_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <optional>

namespace mattock {
namespace {

struct DescrRow {
  std::string_view code;  ///< NumPy's letter and size, byte order apart
  DType dtype;
};

constexpr std::array<DescrRow, 12> kDescrs{{
    {"f2", DType::kFloat16},
    {"f4", DType::kFloat32},
    {"f8", DType::kFloat64},
    {"i1", DType::kInt8},
    {"u1", DType::kUint8},
    {"i2", DType::kInt16},
    {"u2", DType::kUint16},
    {"i4", DType::kInt32},
    {"u4", DType::kUint32},
    {"i8", DType::kInt64},
    {"u8", DType::kUint64},
    {"b1", DType::kBool},
}};

struct KindRow {
  char letter;
  std::string_view name;
};

/// What NumPy can store and Mattock does not take.
constexpr std::array<KindRow, 9> kRefused{{
    {'O', "Python objects"},
    {'U', "unicode strings"},
    {'S', "byte strings"},
    {'a', "byte strings"},
    {'c', "complex numbers"},
    {'V', "structured or raw records"},
    {'M', "dates"},
    {'m', "time spans"},
    {'f', "floats of this size"},
}};

constexpr std::string_view kAllowed = "allowed are f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1";

tl::unexpected<Error> damaged(std::string what) { return fail(Code::kBadFile, "NPY header: " + std::move(what)); }

Result<void> apply_descr(std::string_view descr, NpyHeader& header) {
  std::string_view code = descr;
  if (!code.empty() && std::string_view("<>|=").find(code.front()) != std::string_view::npos) {
    header.big_endian = code.front() == '>';
    code.remove_prefix(1);
  }
  const auto found = std::find_if(kDescrs.begin(), kDescrs.end(), [&](const DescrRow& r) { return r.code == code; });
  if (found != kDescrs.end()) {
    header.dtype = found->dtype;
    return {};
  }
  const char letter = code.empty() ? '?' : code.front();
  const auto refused =
      std::find_if(kRefused.begin(), kRefused.end(), [&](const KindRow& r) { return r.letter == letter; });
  const std::string_view kind = refused == kRefused.end() ? "unknown elements" : refused->name;
  return fail(Code::kUnsupported,
              fmt::format("NPY elements of type '{}' ({}) are not supported; {}", descr, kind, kAllowed),
              "convert with numpy's astype() before saving");
}

/// Reads the one kind of Python literal that stands in NPY headers.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Result<NpyHeader> header() {
    if (!take('{')) return damaged("does not start with '{'");
    NpyHeader result;
    while (!take('}')) {
      if (auto done = entry(result); !done) return propagate(done);
      if (!take(',') && !next_is('}')) return damaged("',' or '}' expected after a value");
    }
    skip_space();
    if (!rest_.empty()) return damaged("text after the closing '}'");
    if (!has_descr_ || !has_order_ || !has_shape_) return damaged("lacks one of 'descr', 'fortran_order', 'shape'");
    return result;
  }

 private:
  Result<void> entry(NpyHeader& header) {
    const std::optional<std::string_view> key = string();
    if (!key) return damaged("a quoted key expected");
    if (!take(':')) return damaged("':' expected after a key");
    if (*key == "descr") return once(has_descr_, *key, [&] { return descr(header); });
    if (*key == "fortran_order") return once(has_order_, *key, [&] { return order(header); });
    if (*key == "shape") return once(has_shape_, *key, [&] { return shape(header); });
    return damaged(fmt::format("unknown key of {} characters", key->size()));
  }

  template <class Read>
  Result<void> once(bool& seen, std::string_view key, Read read) {
    if (seen) return damaged(fmt::format("'{}' stands twice", key));
    seen = true;
    return read();
  }

  Result<void> descr(NpyHeader& header) {
    if (next_is('[')) {
      return fail(Code::kUnsupported, fmt::format("NPY elements of a structured type are not supported; {}", kAllowed),
                  "save the fields as arrays of their own");
    }
    const std::optional<std::string_view> text = string();
    const auto printable = [](char c) { return c > ' ' && c < 0x7f; };
    if (!text || text->size() > 32 || !std::all_of(text->begin(), text->end(), printable)) {
      return damaged("'descr' is not a type such as '<f4'");
    }
    return apply_descr(*text, header);
  }

  Result<void> order(NpyHeader& header) {
    header.fortran_order = take_word("True");
    if (!header.fortran_order && !take_word("False")) return damaged("'fortran_order' is neither True nor False");
    return {};
  }

  Result<void> shape(NpyHeader& header) {
    if (!take('(')) return damaged("'shape' is not a tuple");
    while (!take(')')) {
      const std::optional<std::int64_t> dim = number();
      if (!dim) return damaged("'shape' holds something else than sizes from 0 to 2^63 - 1");
      if (header.shape.size() == kMaxNpyRank) {
        return fail(Code::kUnsupported, fmt::format("NPY array has more than {} dimensions", kMaxNpyRank));
      }
      header.shape.push_back(*dim);
      if (!take(',') && !next_is(')')) return damaged("',' or ')' expected in 'shape'");
    }
    return {};
  }

  void skip_space() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_.front()) != std::string_view::npos) {
      rest_.remove_prefix(1);
    }
  }

  bool next_is(char c) {
    skip_space();
    return !rest_.empty() && rest_.front() == c;
  }

  bool take(char c) {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_word(std::string_view word) {
    skip_space();
    if (rest_.substr(0, word.size()) != word) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  std::optional<std::string_view> string() {
    skip_space();
    if (rest_.empty() || (rest_.front() != '\'' && rest_.front() != '"')) return std::nullopt;
    const std::size_t end = rest_.find(rest_.front(), 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return text;
  }

  /// A size; Python 2 wrote long ones with an L.
  std::optional<std::int64_t> number() {
    skip_space();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc{} || value < 0) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    if (!rest_.empty() && rest_.front() == 'L') rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
  bool has_descr_ = false;
  bool has_order_ = false;
  bool has_shape_ = false;
};

}  // namespace

Result<NpyHeader> parse_npy_header(std::string_view text) { return Parser(text).header(); }

std::string format_npy_header(DType dtype, const Shape& shape) {
  const auto found = std::find_if(kDescrs.begin(), kDescrs.end(), [&](const DescrRow& r) { return r.dtype == dtype; });
  assert(found != kDescrs.end());
  std::string sizes;
  for (const std::int64_t dim : shape) sizes += fmt::format("{}{}", sizes.empty() ? "" : ", ", dim);
  if (shape.size() == 1) sizes += ',';
  const char order = element_bytes(dtype) == 1 ? '|' : '<';
  return fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': ({}), }}", order, found->code, sizes);
}

}  // namespace mattock
