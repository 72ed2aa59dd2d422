// The single steps. Each looks at what is known by then and says one thing: good, or the first fault of its kind.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "device/rknpu/find.hpp"
#include "doctor/examine.hpp"
#include "doctor/facts.hpp"
#include "doctor/report.hpp"

namespace mattock::doctor {

// From files.
Step check_board(const Facts& facts);
Step check_chip(const Facts& facts);
Step check_npu(const Facts& facts);
Step check_mmu(const Facts& facts);
Step check_supply(const Facts& facts);
Step check_driver(const Facts& facts);
Step check_nodes(const Facts& facts);
Step check_memory(const Facts& facts);
Step check_clock(const Facts& facts);
Step check_runtime(const Facts& facts);

// From what the nodes' drivers call themselves. `nodes` are those of rknpu::find_nodes, all of them.
using Nodes = std::vector<device::rknpu::Node>;
Step check_access(const Facts& facts, const Nodes& nodes);
Step check_version(const Nodes& nodes);
Step check_conflicts(const Facts& facts, const Nodes& nodes);

/// What the driver answered. An errno below 0 in place of an answer.
struct Answers {
  int error = 0;              ///< of the first question that it refused
  std::uint32_t version = 0;  ///< 908: 0.9.8
  std::uint32_t hardware = 0;
  std::optional<std::uint32_t> mmu, hertz;  ///< not every driver knows these
};
/// Asks, in an order that has the harmless first. Powers the NPU; never asks for the voltage, which can crash kernels.
Answers ask(const device::rknpu::Driver& driver);
Step check_hardware(const Facts& facts, const Answers& answers);
Step check_reach(const Facts& facts, const Answers& answers);

Step check_product(const Facts& facts, const ProductResult& result);

}  // namespace mattock::doctor
