#include "session/image_input.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hw/command.hpp"

namespace mattock::session {
namespace {

// CNA registers, npu.md section 4.
constexpr std::uint16_t kConverterControl = 0x104c;
constexpr std::uint16_t kFirstConverterScale = 0x1050, kLastConverterScale = 0x105c;
constexpr std::uint16_t kFeatureAddress = 0x1070;
constexpr std::uint16_t kLineStride = 0x107c;

constexpr std::uint32_t kScaleOne = 0x0001'0000;  // [31:16] scale 1, [15:0] offset 0
// What the vendor's runtime writes for data that needs no conversion [VR 6 each].
constexpr std::uint32_t kControlInteger = 8, kControlFloat = 0;

std::uint16_t register_of(const container::Model& model, const container::PatchWord& patch) {
  return hw::Command::decode(model.program.words[patch.word]).offset;
}

/// Calls visit(patch, register) for every listed word of this input.
template <class Visit>
void for_each_word(const container::Model& model, const std::vector<container::InputPatch>& patches, std::size_t tensor,
                   const Visit& visit) {
  for (const container::InputPatch& input : patches) {
    if (input.tensor != tensor) continue;
    for (const auto& task : input.tasks)
      for (const container::PatchWord& patch : task.words) visit(patch, register_of(model, patch));
  }
}

/// How many tasks read the tensor as a feature map.
std::size_t reading_tasks(const container::Model& model, std::size_t tensor) {
  return static_cast<std::size_t>(std::ranges::count_if(model.program.relocations, [&](const hw::Relocation& r) {
    return r.tensor == model.tensors[tensor].name &&
           hw::Command::decode(model.program.words[r.word]).offset == kFeatureAddress;
  }));
}

}  // namespace

Result<std::vector<WordChange>> line_words(const container::Model& model, std::size_t tensor,
                                           const layout::Image& image, std::size_t atom_bytes) {
  std::vector<WordChange> changes;
  for_each_word(model, model.stride_patches, tensor, [&](const container::PatchWord& patch, std::uint16_t reg) {
    if (reg == kLineStride) changes.push_back({patch.word, static_cast<std::uint32_t>(image.line_bytes / atom_bytes)});
  });
  std::size_t converters = 0;
  for_each_word(model, model.converter_patches, tensor,
                [&](const container::PatchWord&, std::uint16_t reg) { converters += reg == kConverterControl; });
  const std::size_t tasks = reading_tasks(model, tensor);
  // A later task may inherit its words from an earlier one, so the counts need not agree.
  if (tasks > 0 && (changes.empty() || converters == 0))
    return fail(Code::kUnsupported,
                fmt::format("image input '{}' is read by {} tasks, but the file names {} line strides and {} pixel "
                            "converters to adapt",
                            model.tensors[tensor].name, tasks, changes.size(), converters));
  return changes;
}

std::vector<WordChange> converter_words(const container::Model& model, std::size_t tensor, bool raw_pixels) {
  const DType dtype = model.tensors[tensor].dtype;
  const bool integer = dtype == DType::kInt8 || dtype == DType::kInt16;
  std::vector<WordChange> changes;
  for_each_word(model, model.converter_patches, tensor, [&](const container::PatchWord& patch, std::uint16_t reg) {
    if (raw_pixels)
      changes.push_back({patch.word, patch.value});
    else if (reg == kConverterControl)
      changes.push_back({patch.word, integer ? kControlInteger : kControlFloat});
    else if (integer && reg >= kFirstConverterScale && reg <= kLastConverterScale)
      changes.push_back({patch.word, kScaleOne});
  });
  return changes;
}

}  // namespace mattock::session
