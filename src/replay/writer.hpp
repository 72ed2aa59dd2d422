// Recordings as text: what parse_recording() reads.
#pragma once

#include <cstddef>
#include <string>

#include "replay/recording.hpp"

namespace mattock::replay {

/// The lines of one submit, `number` from 1.
std::string text_of(const Submit& submit, std::size_t number);

/// "A 4 32 size 256 type FP16" and so on.
std::string text_of(const Tensor& tensor);

}  // namespace mattock::replay
