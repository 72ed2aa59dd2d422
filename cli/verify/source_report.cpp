// Verdicts of verify_against() as a table and as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "verify/source.hpp"

namespace mattock::verify {
namespace {

constexpr std::array<std::string_view, 4> kWords{"exact", "rounding", "mismatch", "not verified"};

std::size_t word_of(const TensorVerdict& v) {
  if (!v.verified) return 3;
  return v.beyond > 0 ? 2 : v.differing > 0 ? 1 : 0;
}

}  // namespace

std::string text_table(const std::vector<TensorVerdict>& verdicts) {
  std::size_t op_width = 2, name_width = 6;
  for (const TensorVerdict& v : verdicts) {
    op_width = std::max(op_width, v.op.size());
    name_width = std::max(name_width, v.name.size());
  }
  std::string text = fmt::format("{:<{}}  {:<{}}  {:<12}  {:>9}  {:>9}  {:>9}  {:>9}  note\n", "op", op_width, "tensor",
                                 name_width, "verdict", "elements", "differing", "worst", "allowed");
  std::array<std::size_t, kWords.size()> counts{};
  for (const TensorVerdict& v : verdicts) {
    ++counts[word_of(v)];
    std::string line =
        fmt::format("{:<{}}  {:<{}}  {:<12}  {:>9}  {:>9}  {:>9.3g}  {:>9.3g}  {}", v.op, op_width, v.name, name_width,
                    kWords[word_of(v)], v.elements, v.differing, v.worst, v.allowed, v.note);
    while (line.back() == ' ') line.pop_back();
    text += line + '\n';
  }
  return text + fmt::format("{} exact, {} within rounding, {} mismatched, {} not verified\n", counts[0], counts[1],
                            counts[2], counts[3]);
}

nlohmann::json to_json(const std::vector<TensorVerdict>& verdicts) {
  auto list = nlohmann::json::array();
  for (const TensorVerdict& v : verdicts)
    list.push_back({{"tensor", v.name},
                    {"op", v.op},
                    {"verdict", kWords[word_of(v)]},
                    {"elements", v.elements},
                    {"differing", v.differing},
                    {"beyond", v.beyond},
                    {"worst", v.worst},
                    {"allowed", v.allowed},
                    {"note", v.note}});
  return list;
}

}  // namespace mattock::verify
