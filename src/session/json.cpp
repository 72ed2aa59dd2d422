#include "session/json.hpp"

#include <nlohmann/json.hpp>

namespace mattock::session {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const SubmitRecord& submit) {
  Json json = {
      {"first_task", submit.tasks.first}, {"nodes", submit.nodes}, {"tasks", Json::array()}, {"events", Json::array()}};
  for (const auto& task : submit.report.tasks) json["tasks"].push_back(session::to_json(task));
  for (const auto& event : submit.report.events)
    json["events"].push_back({{"what", event.what}, {"first", event.first}, {"count", event.count}});
  return json;
}

}  // namespace

std::uint64_t bytes_of(const emulator::TaskReport& task) {
  return task.command_bytes + task.feature_bytes + task.weight_bytes + task.operand_bytes + task.output_bytes;
}

Json to_json(const emulator::TaskReport& task) {
  return {{"macs", task.macs},
          {"cycles", task.cycles},
          {"command_bytes", task.command_bytes},
          {"feature_bytes", task.feature_bytes},
          {"weight_bytes", task.weight_bytes},
          {"operand_bytes", task.operand_bytes},
          {"output_bytes", task.output_bytes},
          {"bytes", bytes_of(task)}};
}

Json to_json(std::span<const SubmitRecord> submits) {
  Json json = Json::array();
  for (const SubmitRecord& submit : submits) json.push_back(to_json(submit));
  return json;
}

Json to_json(const RunReport& report) {
  return {{"submits", to_json(std::span(report.submits))}, {"notices", report.notices}, {"warnings", report.warnings}};
}

}  // namespace mattock::session
