#include <fmt/format.h>

#include <numeric>

#include "base/bytes.hpp"
#include "container/names.hpp"
#include "container/stages.hpp"

namespace mattock::container {
namespace {

// How many tasks each node has, as the file states it in two fields.
struct Counts {
  std::vector<std::size_t> own;
  std::vector<std::size_t> extra;  ///< loads of tables and the like
};

std::string title(std::size_t index, const Node& node) {
  return fmt::format("node {} '{}'", index, printable(node.name));
}

// These chips have one run slot, so the file's list has one number, or none.
std::size_t slot_count(Decoder& decoder, const flatbuffers::Vector<std::int32_t>* slots, const std::string& who) {
  if (count_of(slots) == 0) return 0;
  if (slots->size() != 1) {
    decoder.refuse(Code::kUnsupported,
                   fmt::format("{}: task counts for {} run slots; this chip has one core", who, slots->size()));
    return 0;
  }
  if (slots->Get(0) < 0 || static_cast<std::size_t>(slots->Get(0)) > kMaxTasks) {
    decoder.refuse(Code::kBadFile, fmt::format("{}: {} tasks; 0 to {} expected", who, slots->Get(0), kMaxTasks));
    return 0;
  }
  return static_cast<std::size_t>(slots->Get(0));
}

Node decode_node(Decoder& decoder, const file::Node& source, std::size_t index, std::size_t tensor_count) {
  Node node;
  node.op = decoder.text(source.op(), kMaxNameBytes, fmt::format("node {}: bytes of its operator", index));
  node.name = decoder.text(source.name(), kMaxNameBytes, fmt::format("node {}: bytes of its name", index));
  const std::string who = title(index, node);
  node.engine = static_cast<Engine>(source.engine());
  if (node.engine != Engine::kHost && node.engine != Engine::kNpu) {
    decoder.refuse(Code::kUnsupported,
                   fmt::format("{}: unknown engine number {}; 0 (host) and 2 (NPU) are known", who, source.engine()));
  }
  node.inputs = decode_indices(decoder, source.inputs(), tensor_count, who);
  node.outputs = decode_indices(decoder, source.outputs(), tensor_count, who);
  node.params = decode_params(decoder, source, printable(node.name));
  const std::size_t attribute_bytes = count_of(source.attributes());
  if (attribute_bytes > 0 && decoder.charge(attribute_bytes)) {
    const auto bytes = std::as_bytes(std::span(source.attributes()->data(), attribute_bytes));
    node.attributes.assign(bytes.begin(), bytes.end());
  }
  return node;
}

std::size_t sum(const std::vector<std::size_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

// The extra tasks are part of the count in all files seen for RK3566 and RK3568, and come on top of it on some
// other chips; what adds up to the records of the file is right.
std::vector<std::size_t> task_counts(Decoder& decoder, const Counts& counts, std::size_t task_total) {
  const std::size_t own = sum(counts.own);
  if (own == task_total) return counts.own;
  if (own + sum(counts.extra) == task_total) {
    auto both = counts.own;
    for (std::size_t i = 0; i < both.size(); ++i) both[i] += counts.extra[i];
    return both;
  }
  if (own > task_total) {
    decoder.refuse(Code::kBadFile, fmt::format("the nodes have {} tasks, but the file holds {}", own, task_total));
  } else {
    decoder.warn(fmt::format("{} of {} tasks belong to no node", task_total - own, task_total));
  }
  return counts.own;
}

// An output of rank 4 may bring tasks that convert it, in four lists; sixteen attribute bytes hold their lengths.
void check_output_lists(Decoder& decoder, const Node& node, std::size_t index) {
  constexpr std::size_t kLists = 4;
  if (node.op != "OutputOperator" || node.attributes.size() != kLists * sizeof(std::int32_t)) return;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < kLists; ++i) {
    const auto length = load_le<std::int32_t>(node.attributes, i * sizeof(std::int32_t));
    if (length < 0) {
      return decoder.refuse(Code::kBadFile,
                            fmt::format("{}: task list {} has length {}", title(index, node), i + 1, length));
    }
    total += length;
  }
  if (static_cast<std::uint64_t>(total) > node.task_count) {
    decoder.refuse(Code::kBadFile, fmt::format("{}: task lists of {} in all, but it has {} tasks", title(index, node),
                                               total, node.task_count));
  }
}

}  // namespace

std::vector<Node> decode_nodes(Decoder& decoder, const file::Graph& graph, std::size_t tensor_count,
                               std::size_t task_total) {
  std::vector<Node> nodes;
  const std::size_t count = count_of(graph.nodes());
  if (!decoder.within(count, kMaxNodes, "nodes")) return nodes;
  Counts counts;
  for (std::size_t i = 0; i < count && !decoder.refused(); ++i) {
    if (!decoder.charge(sizeof(Node))) break;
    const file::Node& source = table_at(*graph.nodes(), i);
    nodes.push_back(decode_node(decoder, source, i, tensor_count));
    counts.own.push_back(slot_count(decoder, source.task_count(), title(i, nodes.back())));
    counts.extra.push_back(slot_count(decoder, source.task_extra(), title(i, nodes.back())));
  }
  if (decoder.refused()) return nodes;

  const auto shares = task_counts(decoder, counts, task_total);
  std::size_t first = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].first_task = first;
    nodes[i].task_count = shares[i];
    nodes[i].table_loads = counts.extra[i];
    first += shares[i];
    check_output_lists(decoder, nodes[i], i);
  }
  return nodes;
}

void check_task_owners(Decoder& decoder, const Model& model) {
  for (std::size_t n = 0; n < model.nodes.size(); ++n) {
    const Node& node = model.nodes[n];
    if (node.task_count > 0 && node.engine == Engine::kHost) {
      decoder.warn(fmt::format("{}: {} tasks, though it is a host node", title(n, node), node.task_count));
    }
    for (std::size_t task = node.first_task; task < node.first_task + node.task_count; ++task) {
      const std::uint32_t owner = model.program.tasks[task].op_index;
      if (owner == n) continue;
      decoder.warn(fmt::format("task {} is counted for {}, but its record says node {}", task, title(n, node), owner));
    }
  }
}

}  // namespace mattock::container
