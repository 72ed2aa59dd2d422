// ONNX models put together in a test, converted and run on the emulator.
#pragma once

#include <string>
#include <vector>

#include "container/reader.hpp"
#include "convert/convert.hpp"
#include "onnx/model.hpp"
#include "session/session.hpp"
#include "support/device.hpp"

namespace mattock::test {

inline Result<convert::Conversion> converted(const Model& model) {
  const std::string bytes = model.bytes();
  return convert::convert(std::as_bytes(std::span(bytes)), {}, {});
}

/// The numbers of the first output; empty, and a failure, when something goes wrong.
inline std::vector<double> run_converted(const Model& model, const std::vector<std::vector<double>>& inputs) {
  const auto made = converted(model);
  EXPECT_TRUE(made) << to_string(made.error());
  if (!made) return {};
  Device device = open_device();
  Session session = Session::load(device, container::parse_model(made->file).value()).value();
  std::vector<Array> arrays;
  for (std::size_t i = 0; i < inputs.size(); ++i) arrays.push_back(floats(session.inputs()[i].shape, inputs[i]));
  const auto result = session.run(arrays);
  EXPECT_TRUE(result) << to_string(result.error());
  std::vector<double> found;
  for (std::size_t i = 0; result && i < result->outputs[0].values.size(); ++i)
    found.push_back(element_as_double(result->outputs[0].values, i));
  return found;
}

}  // namespace mattock::test
