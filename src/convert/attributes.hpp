// What a node of the file says about its operator: parameters, and the same again as BSON, {name: {dtype, value}}.
#pragma once

#include <cstddef>
#include <vector>

#include "container/model.hpp"
#include "lower/lower.hpp"

namespace mattock::convert {

container::NodeParams params_of(const lower::Module& module, const lower::Node& node);

/// Where vendor files have it; else empty.
std::vector<std::byte> attributes_of(const lower::Node& node);

}  // namespace mattock::convert
