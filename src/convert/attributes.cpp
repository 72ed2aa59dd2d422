#include "convert/attributes.hpp"

#include <span>
#include <string>

#include "base/bytes.hpp"
#include "base/math.hpp"

namespace mattock::convert {
namespace {

// The file's numbers of parameter families.
constexpr std::uint8_t kConv = 1, kConcat = 19, kSplit = 20, kTranspose = 25, kSoftmax = 61;

// Element types of BSON.
constexpr unsigned kString = 2, kDocument = 3, kList = 4, kInt32 = 16;

/// A BSON document under construction: elements behind one another, framed by finish().
class Document {
 public:
  Document& string(const std::string& name, const std::string& value) {
    begin(kString, name);
    number(value.size() + 1);
    return text(value);
  }
  Document& int32(const std::string& name, std::int64_t value) {
    begin(kInt32, name);
    return number(value);
  }
  Document& document(const std::string& name, const std::vector<std::byte>& value, unsigned type = kDocument) {
    begin(type, name);
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    return *this;
  }
  /// Its length, the elements, a zero.
  std::vector<std::byte> finish() const {
    Document out;
    out.number(bytes_.size() + sizeof(std::int32_t) + 1);
    out.bytes_.insert(out.bytes_.end(), bytes_.begin(), bytes_.end());
    out.bytes_.push_back(std::byte{0});
    return out.bytes_;
  }

 private:
  void begin(unsigned type, const std::string& name) {
    bytes_.push_back(static_cast<std::byte>(type));
    text(name);
  }
  Document& text(const std::string& value) {
    const auto chars = std::as_bytes(std::span(value.c_str(), value.size() + 1));
    bytes_.insert(bytes_.end(), chars.begin(), chars.end());
    return *this;
  }
  template <class T>
  Document& number(T value) {
    bytes_.resize(bytes_.size() + sizeof(std::int32_t));
    store_le(std::span<std::byte>(bytes_), bytes_.size() - sizeof(std::int32_t), narrow<std::int32_t>(value));
    return *this;
  }

  std::vector<std::byte> bytes_;
};

std::vector<std::byte> integer(std::int64_t value) {
  return Document().string("dtype", "i").int32("value", value).finish();
}

template <class T>
std::vector<std::byte> integers(const std::vector<T>& values) {
  Document list;
  for (std::size_t i = 0; i < values.size(); ++i) list.int32(std::to_string(i), narrow<std::int32_t>(values[i]));
  return Document().string("dtype", "is").document("value", list.finish(), kList).finish();
}

/// Every product is a 1x1 convolution to the file: "Conv", "ConvRelu", "ConvAdd", ...
bool is_convolution(const lower::Node& node) { return node.op.starts_with("Conv"); }

container::NodeParams convolution() {
  container::NodeParams params;
  params.type = kConv;
  params.pad_mode = "NOTSET";
  params.kernel = params.strides = params.dilations = {1, 1};
  params.pads = {0, 0, 0, 0};
  return params;
}

}  // namespace

container::NodeParams params_of(const lower::Module& module, const lower::Node& node) {
  container::NodeParams params;
  if (is_convolution(node)) return convolution();
  if (node.op == "Transpose") {
    params.type = kTranspose;
    for (const std::size_t dimension : node.perm) params.perm.push_back(narrow<std::int32_t>(dimension));
  } else if (node.op == "Concat") {
    params.type = kConcat;
    params.axis = narrow<std::int32_t>(node.axis);
  } else if (node.op == "exSoftmax13") {
    params.type = kSoftmax;
    params.axis = narrow<std::int32_t>(node.axis);
  } else if (node.op == "Split") {
    params.type = kSplit;
    params.axis = narrow<std::int32_t>(node.axis);
    for (const std::size_t part : node.outputs)
      params.split.push_back(narrow<std::int32_t>(module.tensors[part].shape[static_cast<std::size_t>(node.axis)]));
  }
  return params;
}

// Products with anything fused into them have no attributes.
std::vector<std::byte> attributes_of(const lower::Node& node) {
  const std::vector one_by_one{1, 1};
  if (node.op == "Conv")
    return Document().document("kernel_shape", integers(one_by_one)).document("strides", integers(one_by_one)).finish();
  if (node.op == "Transpose") return Document().document("perm", integers(node.perm)).finish();
  if (node.op == "exSoftmax13" || node.op == "Split") return Document().document("axis", integer(node.axis)).finish();
  return {};
}

}  // namespace mattock::convert
