// Initializers whose bytes lie in files beside the model.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "onnx/schema.hpp"

namespace mattock::onnx {

/// Reads each file once; only files inside the model's folder, also behind links.
class ExternalData {
 public:
  /// An empty folder: the model came from a stream, and every file is refused.
  explicit ExternalData(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// The bytes a tensor names by location, offset and length. They stay valid as long as this object. Errors: kBadFile,
  /// kNotFound.
  Result<std::span<const std::byte>> bytes_of(const schema::TensorProto& tensor);

  /// Bytes of all files read so far.
  std::size_t total_bytes() const { return total_bytes_; }

 private:
  Result<std::span<const std::byte>> file(const std::string& location);

  std::filesystem::path folder_;
  std::map<std::string, std::vector<std::byte>> files_;  // by location
  std::size_t total_bytes_ = 0;
};

}  // namespace mattock::onnx
