// The texts of a model file that nothing needs to run it: for the vendor's tools, graph viewers and people.
#pragma once

#include <string>

#include "container/model.hpp"

namespace mattock::convert {

/// Who wrote the file: "<converter>(compiler version: <version> (<build>@<date>))", of which we have no build and date.
std::string compiler_text();

/// {"a": {"dtype": "float16", "layout": "UNDEFINED"}}: types and layouts of the model's inputs or outputs.
std::string doors_json(const container::Model& model, bool inputs);

/// Inputs and outputs as Python literals, in the words of the vendor's converter.
std::string attributes_text(const container::Model& model);

/// The text behind the model.
std::string viewer_json(const container::Model& model);

/// Tensors and nodes, a line each.
std::string model_text(const container::Model& model);

/// Nodes and their tasks, a line each.
std::string tasks_text(const container::Model& model);

}  // namespace mattock::convert
