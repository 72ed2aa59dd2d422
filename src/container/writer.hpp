// Writes a container-6 model file for RK3566 and RK3568: reader.hpp backwards.
#pragma once

#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "container/model.hpp"

namespace mattock::container {

/// The bytes of the whole file; equal models give equal bytes. What is written has been read back by parse_model() and
/// found equal, so no file leaves that the reader would refuse. The order of relocations is the file's own: by
/// tensor name, then by word. Warnings are not part of a file.
///
/// Errors: kBadInput (indices out of range, names or sizes beyond the file's limits, values in fields that their
/// family or kind does not have: the message says which), kUnsupported (another container version or chip, a
/// parameter family whose table is not known). Thread-safe: it reads the model and nothing else.
Result<std::vector<std::byte>> write_model(const Model& model);

}  // namespace mattock::container
