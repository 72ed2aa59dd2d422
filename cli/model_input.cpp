#include "cli/model_input.hpp"

#include "cli/console.hpp"
#include "container/reader.hpp"

namespace mattock::cli {

Result<container::Model> read_model_input(const std::string& path) {
  const auto bytes = read_input(path);
  if (!bytes) return propagate(bytes);
  auto model = container::parse_model(*bytes);
  if (!model) return propagate(model, input_name(path));
  for (const std::string& warning : model->warnings) note("warning", input_name(path) + ": " + warning);
  return model;
}

}  // namespace mattock::cli
