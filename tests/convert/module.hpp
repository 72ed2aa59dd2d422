// Lowered graphs written by hand: products of a [4, 64] input with constant kernels, one after the other.
#pragma once

#include <string>
#include <vector>

#include "lower/lower.hpp"

namespace mattock::test {

inline constexpr std::size_t kRows = 4, kInner = 64;

const hw::Chip& chip();

/// A plan for [kRows, kInner] x [kInner, kInner], fp16 everywhere, with rows where they are.
plan::MatmulPlan square_plan();

/// Kernels: small integers that depend on `seed`; [kInner, kInner] row-major.
std::vector<double> square_numbers(std::size_t seed);

/// A letter for each node: 'p' a product with kernels of its own (the seed is its index), 'h' a Reshape of the host,
/// 's' an exSoftmax13 of the host. The first reads input "a", the last writes output "c".
lower::Module chain_module(const std::string& kinds);

}  // namespace mattock::test
