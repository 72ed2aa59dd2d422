// A file that the writer made computes what the vendor's file computes, byte for byte.
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "container/reader.hpp"
#include "container/vendor_files.hpp"
#include "container/writer.hpp"
#include "session/session.hpp"
#include "support/device.hpp"

namespace mattock::test {
namespace {

constexpr unsigned kSeed = 20261127;

std::vector<Array> random_inputs(const Session& session) {
  std::mt19937 random(kSeed);
  std::uniform_real_distribution<double> values(-2, 2);
  std::vector<Array> inputs;
  for (const TensorInfo& info : session.inputs()) {
    Array& input = inputs.emplace_back(Array::zeros(DType::kFloat32, info.shape));
    for (std::size_t i = 0; i < input.size(); ++i) set_element(input, i, values(random));
  }
  return inputs;
}

/// Raw bytes of all outputs; of a model that does not run (operators that are not covered), the code of the error.
std::string outputs_of(const container::Model& model, std::size_t& ran) {
  Device device = open_device();
  auto session = Session::load(device, model);
  if (!session) return std::string(code_name(session.error().code));
  const auto result = session->run(random_inputs(*session));
  if (!result) return std::string(code_name(result.error().code));
  ++ran;
  std::string bytes;
  for (const Output& output : result->outputs) {
    bytes.append(reinterpret_cast<const char*>(output.raw.data.data()), output.raw.data.size());
  }
  EXPECT_NE(bytes.find_first_not_of('\0'), std::string::npos) << "all zero: nothing is compared";
  return bytes;
}

container::Model rewritten(const container::Model& model) {
  const auto bytes = container::write_model(model);
  EXPECT_TRUE(bytes) << to_string(bytes.error());
  auto back = container::parse_model(*bytes);
  EXPECT_TRUE(back) << to_string(back.error());
  return *back;
}

TEST(Rewritten, FilesComputeWhatTheVendorsCompute) {
  std::size_t ran = 0;
  for (const auto& path : vendor_files()) {
    SCOPED_TRACE(path.string());
    const auto model = container::read_model(path);
    ASSERT_TRUE(model) << to_string(model.error());
    const std::string expected = outputs_of(*model, ran);
    EXPECT_TRUE(outputs_of(rewritten(*model), ran) == expected);
    EXPECT_TRUE(outputs_of(rewritten(rearranged(*model)), ran) == expected);
  }
  EXPECT_GE(ran, 30U) << "three runs of each of the project's own files";
}

}  // namespace
}  // namespace mattock::test
