// What a run did as JSON, for programs: a part of `mattock run --json`, and what the C interface and Python hand
// out.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "session/session.hpp"

namespace mattock::session {

/// Object: macs, cycles, bytes by kind, and their sum "bytes".
nlohmann::ordered_json to_json(const emulator::TaskReport& task);

/// Array of objects: first_task, nodes (indices), tasks, events.
nlohmann::ordered_json to_json(std::span<const SubmitRecord> submits);

/// Object: submits, notices, warnings.
nlohmann::ordered_json to_json(const RunReport& report);

/// Bytes through the memory port, all kinds together.
std::uint64_t bytes_of(const emulator::TaskReport& task);

}  // namespace mattock::session
