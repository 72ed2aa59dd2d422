// Initializers of every type, in every form they are stored in.
#include "base/bytes.hpp"
#include "onnx/model.hpp"

namespace mattock::test {
namespace {

/// The initializer as the graph's output.
Array stored(const Model& model) { return result_of(model); }

TEST(OnnxTensors, raw_data_are_little_endian_numbers_of_any_type) {
  const std::vector<std::tuple<int, DType, std::string, double>> cases{
      {Proto::FLOAT, DType::kFloat32, std::string("\0\0\x20\xc0", 4), -2.5},
      {Proto::FLOAT16, DType::kFloat16, std::string("\0\xc1", 2), -2.5},
      {Proto::BFLOAT16, DType::kBfloat16, std::string("\x20\xc0", 2), -2.5},
      {Proto::DOUBLE, DType::kFloat64, std::string("\0\0\0\0\0\0\x04\xc0", 8), -2.5},
      {Proto::INT8, DType::kInt8, "\xfe", -2},
      {Proto::UINT8, DType::kUint8, "\xfe", 254},
      {Proto::INT16, DType::kInt16, "\xfe\xff", -2},
      {Proto::UINT16, DType::kUint16, "\xfe\xff", 65534},
      {Proto::INT32, DType::kInt32, "\xfe\xff\xff\xff", -2},
      {Proto::UINT32, DType::kUint32, "\xfe\xff\xff\xff", 4294967294.},
      {Proto::INT64, DType::kInt64, "\xfe\xff\xff\xff\xff\xff\xff\xff", -2},
      {Proto::UINT64, DType::kUint64, std::string("\2\0\0\0\0\0\0\0", 8), 2},
      {Proto::BOOL, DType::kBool, "\1", 1},
  };
  for (const auto& [type, dtype, bytes, value] : cases) {
    Model model;
    model.output("w").initializer("w", {1}, type).set_raw_data(bytes);
    expect_array(stored(model), {1}, {value}, dtype);
  }
}

TEST(OnnxTensors, typed_fields_hold_the_types_the_schema_says) {
  const auto of = [](int type, auto fill) {
    Model model;
    fill(model.output("w").initializer("w", {1}, type));
    return stored(model);
  };
  const auto int32 = [](std::int32_t value) { return [value](Proto& t) { t.add_int32_data(value); }; };
  expect_array(of(Proto::FLOAT, [](Proto& t) { t.add_float_data(0.5f); }), {1}, {0.5});
  expect_array(of(Proto::DOUBLE, [](Proto& t) { t.add_double_data(0.1); }), {1}, {0.1}, DType::kFloat64);
  expect_array(of(Proto::INT64, [](Proto& t) { t.add_int64_data(-9); }), {1}, {-9}, DType::kInt64);
  expect_array(of(Proto::UINT64, [](Proto& t) { t.add_uint64_data(9); }), {1}, {9}, DType::kUint64);
  expect_array(of(Proto::UINT32, [](Proto& t) { t.add_uint64_data(4294967295u); }), {1}, {4294967295.}, DType::kUint32);
  expect_array(of(Proto::FLOAT16, int32(0xc100)), {1}, {-2.5}, DType::kFloat16);  // a bit pattern
  expect_array(of(Proto::BFLOAT16, int32(0xc020)), {1}, {-2.5}, DType::kBfloat16);
  expect_array(of(Proto::INT8, int32(-128)), {1}, {-128}, DType::kInt8);
  expect_array(of(Proto::UINT8, int32(255)), {1}, {255}, DType::kUint8);
  expect_array(of(Proto::INT16, int32(-32768)), {1}, {-32768}, DType::kInt16);
  expect_array(of(Proto::UINT16, int32(65535)), {1}, {65535}, DType::kUint16);
  expect_array(of(Proto::INT32, int32(-7)), {1}, {-7}, DType::kInt32);
  expect_array(of(Proto::BOOL, int32(1)), {1}, {1}, DType::kBool);
}

TEST(OnnxTensors, data_must_be_as_many_as_the_shape_takes) {
  Model raw;
  raw.output("w").initializer("w", {2, 3}, Proto::FLOAT).set_raw_data(std::string(23, '\0'));
  expect_error(read(raw), Code::kBadFile, {"initializer 'w'", "float32 2x3 takes 24 bytes, but its data are 23"});
  Model typed;
  typed.output("w").floats("w", {2}, {1, 2, 3});
  expect_error(read(typed), Code::kBadFile, {"float32 2 takes 2 elements, but its data are 3"});
  Model none;
  none.output("w").initializer("w", {2, 3}, Proto::FLOAT);
  expect_error(read(none), Code::kBadFile, {"float32 2x3 takes 6 elements, but its data are 0"});
  Model other_field;
  other_field.output("w").initializer("w", {1}, Proto::FLOAT).add_int32_data(1);
  expect_error(read(other_field), Code::kBadFile, {"initializer 'w'", "shape 1 takes 1 elements, but its data are 0"});
  Model both;
  Proto& twice = both.output("w").initializer("w", {1}, Proto::FLOAT);
  twice.add_float_data(1);
  twice.set_raw_data(std::string(4, '\0'));
  expect_error(read(both), Code::kBadFile, {"has its data in two places"});
}

TEST(OnnxTensors, numbers_outside_their_type_are_refused) {
  Model model;
  model.output("w").initializer("w", {1}, Proto::INT8).add_int32_data(128);
  expect_error(read(model), Code::kBadFile, {"initializer 'w'", "element 0 is 128, which is no int8"});
}

TEST(OnnxTensors, claims_of_size_take_no_memory) {
  Model huge;
  huge.output("w").initializer("w", {1 << 20, 1 << 11}, Proto::FLOAT);
  expect_error(read(huge), Code::kBadFile, {"takes 2147483648 elements, but its data are 0"});
  Model beyond;
  beyond.output("w").initializer("w", {std::int64_t{1} << 62, 4}, Proto::FLOAT);
  expect_problem(read(beyond), "w", "has more than 2147483648 elements");
  Model ranks;
  ranks.output("w").initializer("w", Shape(100, 1), Proto::FLOAT).add_float_data(1);
  expect_problem(read(ranks), "w", "has 100 dimensions; at most 8 are supported");
  Model negative;
  negative.output("w").initializer("w", {-1}, Proto::FLOAT);
  expect_error(read(negative), Code::kBadFile, {"initializer 'w'", "dimension -1 in shape -1"});
}

TEST(OnnxTensors, what_has_no_element_type_here_is_a_problem_by_name) {
  const std::vector<std::pair<int, std::string>> cases{
      {Proto::STRING, "holds string"}, {Proto::COMPLEX64, "holds complex64"}, {22, "holds type 22"}};
  for (const auto& [type, text] : cases) {
    Model model;
    model.output("w").initializer("w", {1}, type);
    expect_problem(read(model), "w", text);
  }
  Model sparse;
  sparse.output("w").graph().add_sparse_initializer()->mutable_values()->set_name("w");
  expect_problem(read(sparse), "w", "is sparse", "dense");
}

TEST(OnnxTensors, folding_cannot_fill_the_memory) {
  Model model;
  model.initializer("c0", {1 << 18}, Proto::FLOAT).set_raw_data(std::string(std::size_t{1} << 20, '\0'));
  const auto name = [](int i) { return std::string("c").append(std::to_string(i)); };
  for (int i = 0; i < 100; ++i) model.node("Identity", {name(i)}, name(i + 1));
  model.output("c100");
  const auto reading = read(model);
  ASSERT_TRUE(reading) << to_string(reading.error());
  ASSERT_EQ(reading->problems.size(), 1u);
  EXPECT_NE(reading->problems[0].reason.find("folding constants takes more than"), std::string::npos);
}

}  // namespace
}  // namespace mattock::test
