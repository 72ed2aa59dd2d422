// An open file of the driver: which call a request is, and what is copied in and out.
#pragma once

#include <memory>

#include "fakekernel/calls.hpp"
#include "fakekernel/kernel.hpp"

namespace mattock::fakekernel {

/// `kernel` owns `core`.
std::unique_ptr<File> make_file(std::shared_ptr<Kernel> kernel, Core& core, Node node);

}  // namespace mattock::fakekernel
