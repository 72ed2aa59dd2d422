// What a chip may well do and Mattock does not support, by name. What is not supported is not submitted.
#pragma once

#include "check/rule.hpp"

namespace mattock::check {

/// The blocks of an op-enable must be one of the known combinations. Errors: kUnsupported for pooling, else kBadInput.
Result<void> check_blocks(const Started& started);

/// Every register that a started block reads was written in this submit, in the group that runs: else it holds what
/// another job left there, an address perhaps. Vendor tasks write all of them. Errors: kBadInput.
Result<void> check_written(const Started& started);

/// No started block uses what the list in unsupported.cpp names. Errors: kUnsupported.
Result<void> check_supported(const Started& started);

}  // namespace mattock::check
