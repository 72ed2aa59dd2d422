// Aligned columns for people. Cells are text that is safe to print; widths count characters, not bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mattock::cli {

class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// As many cells as there are columns (asserted).
  void add(std::vector<std::string> cells);

  /// The titles and a line per row, each behind `indent`, without blanks at line ends.
  std::string text(std::string_view indent = "  ") const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace mattock::cli
