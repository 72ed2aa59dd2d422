// Does not compile with MATTOCK_MISUSE=1 to 5, each for the reason that CMakeLists.txt expects; compiles without.
#include "hw/generated/registers_cna.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_pc.hpp"

#ifndef MATTOCK_MISUSE
#define MATTOCK_MISUSE 0
#endif

namespace mattock::hw {

constexpr std::uint32_t kFits = packed(cna::DataSize0{.datain_width = 2047, .datain_height = 1});
constexpr std::uint32_t kOne = packed(dpu::DataCubeWidth{.width = 1});
constexpr std::uint32_t kAligned = packed(pc::BaseAddress{.next_address = 16});

#if MATTOCK_MISUSE == 1  // eleven bits
constexpr std::uint32_t kTooWide = packed(cna::DataSize0{.datain_width = 2048, .datain_height = 1});
#elif MATTOCK_MISUSE == 2  // a size that is stored minus one
constexpr std::uint32_t kNoWidth = packed(dpu::DataCubeWidth{.width = 0});
#elif MATTOCK_MISUSE == 3  // an address that is stored without its low bits
constexpr std::uint32_t kUnaligned = packed(pc::BaseAddress{.next_address = 8});
#elif MATTOCK_MISUSE == 4  // a number where a name is due
constexpr std::uint32_t kNumber = packed(dpu::DataFormat{.proc_precision = 2});
#elif MATTOCK_MISUSE == 5  // bits nobody has described
constexpr std::uint32_t kNoField = packed(cna::FcCon0{.anything = 1});
#endif

}  // namespace mattock::hw
