// How much of everything a model file may hold. The largest vendor files stay far below; a damaged or hostile
// file must not be able to make its reader slow or hungry.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mattock::container {

inline constexpr std::size_t kMaxPayloadBytes = (std::size_t{1} << 31) - 1;  ///< what the FlatBuffers library takes
inline constexpr unsigned kMaxTableDepth = 16;                               ///< the schema nests six deep
inline constexpr unsigned kMaxTables = 1'000'000;  ///< shared tables count each time they are reached

inline constexpr std::size_t kMaxTensors = 65'536;
inline constexpr std::size_t kMaxNodes = 65'536;
inline constexpr std::size_t kMaxTasks = 262'144;
inline constexpr std::size_t kMaxRelocationSites = 1'048'576;
inline constexpr std::size_t kMaxNodeTensors = 4'096;     ///< inputs, or outputs, of one node
inline constexpr std::size_t kMaxRank = 16;               ///< of a logical shape
inline constexpr std::size_t kMaxNativeNumbers = 6 * 16;  ///< native weights: groups of six
inline constexpr std::size_t kMaxParamNumbers = 4'096;    ///< kernel, pads, Split sizes
inline constexpr std::size_t kMaxChannels = 1'048'576;    ///< entries of scale, zero point, mean, std
inline constexpr std::size_t kMaxNameBytes = 4'096;       ///< of tensors, nodes, operators
inline constexpr std::size_t kMaxTextBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxWarnings = 100;

/// Internal memory, and all constants together: what 32-bit DMA can reach.
inline constexpr std::uint64_t kMaxMemoryBytes = std::uint64_t{1} << 32;

/// Decoded values may take this many bytes in all: objects that a file refers to many times are copied each
/// time, so without it a small file could fill the memory.
inline constexpr std::size_t kDecodedBytesBase = std::size_t{16} << 20;
inline constexpr std::size_t kDecodedBytesPerFileByte = 16;

}  // namespace mattock::container
