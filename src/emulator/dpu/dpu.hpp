// The DPU: takes steps in order of arrival, runs them through OW, BS, BN, EW and the output converter, and hands
// the result to the writer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "emulator/dpu/context.hpp"
#include "emulator/dpu/setup.hpp"
#include "emulator/mac/multiply.hpp"

namespace mattock::emulator {

/// Who feeds the DPU: `map` pixels of `channels` channels, in steps of `lanes`.
struct StepSource {
  Extent map;
  std::size_t channels = 0;
  std::size_t lanes = 0;
  bool flying = false;  ///< DPU_RDMA's main reader, else CORE
};

class Dpu {
 public:
  Dpu(const DpuContext& context, const StepSource& source);

  const DpuSetup& setup() const { return setup_; }

  void take(const Step& step);

 private:
  std::span<const std::byte> operand_element(std::size_t channel, std::size_t pixel);
  double real_operand(std::size_t channel, std::size_t pixel);
  std::int32_t integer_operand(std::size_t channel, std::size_t pixel);
  void real_lanes(const Step& step, std::size_t lanes, std::span<std::byte> out);
  void integer_lanes(const Step& step, std::size_t lanes, std::span<std::byte> out);
  void pend_lane(std::size_t lane, std::span<std::byte> out) const;

  DpuContext context_;
  DpuSetup setup_;
  Writer writer_;
  MemoryWindow operand_memory_;
};

}  // namespace mattock::emulator
