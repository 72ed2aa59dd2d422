#include "verify/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mattock::verify {

std::string text_table(const std::vector<NodeVerdict>& verdicts) {
  std::size_t op_width = 2;
  std::size_t name_width = 4;
  for (const NodeVerdict& v : verdicts) {
    op_width = std::max(op_width, v.op.size());
    name_width = std::max(name_width, v.name.size());
  }
  std::string text = fmt::format("{:>4}  {:<{}}  {:<{}}  {:<12}  {:>9}  {:>9}  {:>6}  note\n", "node", "op", op_width,
                                 "name", name_width, "verdict", "elements", "differing", "worst");
  std::size_t counts[4] = {};
  for (const NodeVerdict& v : verdicts) {
    ++counts[static_cast<std::size_t>(v.verdict)];
    std::string line =
        fmt::format("{:>4}  {:<{}}  {:<{}}  {:<12}  {:>9}  {:>9}  {:>6}  {}", v.node, v.op, op_width, v.name,
                    name_width, verdict_name(v.verdict), v.elements, v.differing, v.worst, v.note);
    while (line.back() == ' ') line.pop_back();
    text += line + '\n';
  }
  return text + fmt::format("{} exact, {} within 1, {} mismatched, {} not verified\n", counts[0], counts[1], counts[2],
                            counts[3]);
}

nlohmann::json to_json(const std::vector<NodeVerdict>& verdicts) {
  auto list = nlohmann::json::array();
  for (const NodeVerdict& v : verdicts)
    list.push_back({{"node", v.node},
                    {"name", v.name},
                    {"op", v.op},
                    {"verdict", verdict_name(v.verdict)},
                    {"elements", v.elements},
                    {"differing", v.differing},
                    {"worst", v.worst},
                    {"note", v.note}});
  return list;
}

}  // namespace mattock::verify
