#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/run.hpp"
#include "cli/table.hpp"
#include "container/names.hpp"
#include "session/json.hpp"

namespace mattock::cli {
namespace {

constexpr auto kRight = Table::Align::kRight;
constexpr std::size_t kLargestPrintedSide = 16;
constexpr std::size_t kMostPrinted = 256;

// Lanes without a channel and padding are computed like the rest, and fresh memory is filled with NaN.
constexpr std::string_view kEventsHeading = "numeric events, counted in lanes and padding outside the tensors too\n";

/// Rows and columns of the matrices an array consists of; a vector is one row.
struct Matrices {
  std::size_t rows = 1, columns = 1, count = 1;
};

Matrices matrices_of(const Shape& shape) {
  Matrices m;
  if (!shape.empty()) m.columns = static_cast<std::size_t>(shape.back());
  if (shape.size() > 1) m.rows = static_cast<std::size_t>(shape[shape.size() - 2]);
  for (std::size_t d = 0; d + 2 < shape.size(); ++d) m.count *= static_cast<std::size_t>(shape[d]);
  return m;
}

bool is_small(const Matrices& m) {
  return m.rows <= kLargestPrintedSide && m.columns <= kLargestPrintedSide &&
         m.rows * m.columns * m.count <= kMostPrinted;
}

std::string number_text(double value) { return fmt::format("{:.6g}", value); }

std::string numbers_text(const Array& array, const Matrices& m) {
  std::vector<std::string> cells;
  std::size_t width = 0;
  for (std::size_t i = 0; i < array.size(); ++i) {
    cells.push_back(number_text(element_as_double(array, i)));
    width = std::max(width, cells.back().size());
  }
  std::string text;
  for (std::size_t row = 0; row < m.rows * m.count; ++row) {
    if (row > 0 && row % m.rows == 0) text += '\n';
    text += "  ";
    for (std::size_t column = 0; column < m.columns; ++column)
      text += fmt::format(" {:>{}}", cells[row * m.columns + column], width);
    text += '\n';
  }
  return text;
}

std::string range_text(const Array& array) {
  double lowest = INFINITY, highest = -INFINITY;
  std::size_t nans = 0;
  for (std::size_t i = 0; i < array.size(); ++i) {
    const double value = element_as_double(array, i);
    if (std::isnan(value)) ++nans;
    lowest = std::fmin(lowest, value);
    highest = std::fmax(highest, value);
  }
  std::string text = fmt::format("   from {} to {}", number_text(lowest), number_text(highest));
  if (nans > 0) text += fmt::format(", {} of {} are NaN", nans, array.size());
  return text + '\n';
}

std::vector<std::string> row_of(std::vector<std::string> head, const emulator::TaskReport& task) {
  for (const std::uint64_t number : {task.macs, task.cycles, task.command_bytes, task.feature_bytes, task.weight_bytes,
                                     task.operand_bytes, task.output_bytes, session::bytes_of(task)})
    head.push_back(std::to_string(number));
  return head;
}

const container::Node& node_of_task(const container::Model& model, const SubmitRecord& submit, std::size_t task) {
  for (const std::size_t index : submit.nodes) {
    const container::Node& node = model.nodes[index];
    if (task >= node.first_task && task < node.first_task + node.task_count) return node;
  }
  return model.nodes[submit.nodes.front()];
}

void add(emulator::TaskReport& sum, const emulator::TaskReport& task) {
  sum.macs += task.macs;
  sum.cycles += task.cycles;
  sum.command_bytes += task.command_bytes;
  sum.feature_bytes += task.feature_bytes;
  sum.weight_bytes += task.weight_bytes;
  sum.operand_bytes += task.operand_bytes;
  sum.output_bytes += task.output_bytes;
}

}  // namespace

emulator::TaskReport total_of(std::span<const SubmitRecord> submits) {
  emulator::TaskReport sum;
  for (const SubmitRecord& submit : submits)
    for (const emulator::TaskReport& task : submit.report.tasks) add(sum, task);
  return sum;
}

bool counts_tasks(std::span<const SubmitRecord> submits) {
  return std::ranges::any_of(submits, [](const SubmitRecord& submit) { return !submit.report.tasks.empty(); });
}

std::string array_text(const std::string& name, const Array& array) {
  const Matrices m = matrices_of(array.shape);
  std::string text =
      fmt::format("{}: {} {}\n", container::printable(name), shape_text(array.shape), dtype_name(array.dtype));
  if (array.size() == 0) return text;
  return text + (is_small(m) ? numbers_text(array, m) : range_text(array));
}

std::string submits_text(const container::Model& model, std::span<const SubmitRecord> submits) {
  Table table({{"submit", kRight},
               {"task", kRight},
               {"operator"},
               {"node"},
               {"MACs", kRight},
               {"cycles", kRight},
               {"commands", kRight},
               {"feature", kRight},
               {"weights", kRight},
               {"operands", kRight},
               {"output", kRight},
               {"bytes", kRight}});
  std::string events;
  std::size_t tasks = 0;
  for (std::size_t s = 0; s < submits.size(); ++s) {
    const SubmitRecord& submit = submits[s];
    tasks += submit.tasks.count;
    for (std::size_t t = 0; t < submit.report.tasks.size(); ++t) {
      const std::size_t task = submit.tasks.first + t;
      const container::Node& node = node_of_task(model, submit, task);
      table.add(row_of(
          {std::to_string(s), std::to_string(task), container::printable(node.op), container::printable(node.name, 40)},
          submit.report.tasks[t]));
    }
    for (const emulator::Event& event : submit.report.events)
      events += fmt::format("  submit {}: {} ({} times, first: {})\n", s, event.what, event.count, event.first);
  }
  if (submits.empty()) return "no NPU tasks\n";
  if (!counts_tasks(submits))
    return fmt::format("{} tasks in {} submits; an NPU does not count what each takes\n", tasks, submits.size());
  table.add(row_of({"total", "", "", ""}, total_of(submits)));
  return table.text() + (events.empty() ? "" : std::string(kEventsHeading) + events);
}

}  // namespace mattock::cli
