// Image inputs reach the first convolution through the NPU's pixel converter. The file's words expect raw
// uint8 pixels (or, for float models, fp16); a runtime that hands over something else rewrites them
// (running-a-model.md, rule 13).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "container/model.hpp"
#include "layout/image.hpp"

namespace mattock::session {

/// Command word `word` gets `value`.
struct WordChange {
  std::size_t word = 0;
  std::uint32_t value = 0;
};

/// The words that make every task read lines of `image.line_bytes`; done once, at load. Errors: kUnsupported
/// when the file does not say which words these are.
Result<std::vector<WordChange>> line_words(const container::Model& model, std::size_t tensor,
                                           const layout::Image& image, std::size_t atom_bytes);

/// The converter's words for this run: the file's own for raw pixels, else "take the numbers as they are".
std::vector<WordChange> converter_words(const container::Model& model, std::size_t tensor, bool raw_pixels);

}  // namespace mattock::session
