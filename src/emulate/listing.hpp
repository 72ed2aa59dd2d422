// What a submit has in the device's memory, as a recording has it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "fakekernel/kernel.hpp"
#include "replay/recording.hpp"

namespace mattock::emulate {

/// Follows the chain of tasks from its first words as the NPU does. `records` is the address of the task records.
/// Tasks are numbered from 0, whatever record they begin at. Where memory ends early, so does the result: `missing`
/// then says what is not there.
replay::Submit listing_of(std::span<const std::byte> submit, std::uint64_t records,
                          std::span<const fakekernel::ObjectView> objects, std::string& missing);

}  // namespace mattock::emulate
