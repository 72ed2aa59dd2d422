// Which product a submit makes, read from its words: for recordings of programs that do not say so. Written from
// hardware/matmul-streams.md, independently of the code that makes such words.
#pragma once

#include <span>
#include <vector>

#include "replay/recording.hpp"

namespace mattock::replay {

/// The tensors A, B and C of a plain product (fp16 to fp32 or int8 to int32, A and C row-major or native, B native)
/// that the tasks make together, tile by tile; none if they do anything else, or leave a part of it undone.
std::vector<Tensor> tensors_of(std::span<const Task> tasks);

}  // namespace mattock::replay
