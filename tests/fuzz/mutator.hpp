// What libFuzzer asks of a target that brings changes of its own (onnx_mutator.cpp), and what it offers it.
#pragma once

#include <cstddef>
#include <cstdint>

/// libFuzzer's own change, or the replay driver's.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

/// Changes `size` bytes in place; they may become up to `most`. Returns how many they are then.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed);
