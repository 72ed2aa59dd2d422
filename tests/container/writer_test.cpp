// What the writer promises: vendor files come out as they went in, every field counts, and what cannot be written is
// refused by name.
#include "container/writer.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "container/model_file.hpp"
#include "container/vendor_files.hpp"

namespace mattock::container {
namespace {

using Change = std::function<void(Model&)>;

Model parsed(const std::string& name) {
  auto model = parse_model(test::test_data(name));
  EXPECT_TRUE(model) << to_string(model.error());
  return model ? *model : Model{};
}

// An image input, so the file has patches; three nodes: input, convolution, output. Tensor 1 is a weight.
Model image() { return parsed("vendor/conv_img3_i8.rknn"); }

Model read_back(const Model& model) {
  const auto bytes = write_model(model);
  EXPECT_TRUE(bytes) << to_string(bytes.error());
  if (!bytes) return {};
  auto back = parse_model(*bytes);
  EXPECT_TRUE(back) << to_string(back.error());
  return back ? *back : Model{};
}

void expect_refused(const Change& change, Code code, std::string_view text) {
  Model model = image();
  change(model);
  const auto bytes = write_model(model);
  ASSERT_FALSE(bytes) << "written, though: " << text;
  EXPECT_EQ(code_name(bytes.error().code), code_name(code)) << to_string(bytes.error());
  EXPECT_NE(to_string(bytes.error()).find(text), std::string::npos) << to_string(bytes.error());
}

// Nothing may differ. Vendor files that would: those of the toolkit's aarch64 build, which store two empty lists of
// the root in the other order, and those of other chips, which use fields that these two chips leave empty.
TEST(Writer, VendorFilesComeOutAsTheyWentIn) {
  const auto files = test::vendor_files();
  EXPECT_GE(files.size(), 10U);
  for (const auto& path : files) {
    SCOPED_TRACE(path.string());
    const auto original = read_file(path);
    ASSERT_TRUE(original);
    const auto model = parse_model(*original);
    ASSERT_TRUE(model) << to_string(model.error());
    const auto written = write_model(*model);
    ASSERT_TRUE(written) << to_string(written.error());
    EXPECT_TRUE(*written == *original) << "differs from byte "
                                       << std::ranges::mismatch(*written, *original).in1 - written->begin() << " of "
                                       << original->size() << ", written " << written->size();
    const auto back = parse_model(*written);
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_TRUE(*back == *model);
  }
}

TEST(Writer, RearrangedVendorFilesReadBackTheSame) {
  for (const auto& path : test::vendor_files()) {
    SCOPED_TRACE(path.string());
    const auto model = read_model(path);
    ASSERT_TRUE(model) << to_string(model.error());
    Model changed = test::rearranged(*model);
    const Model back = read_back(changed);
    EXPECT_FALSE(changed == *model);
    changed.program.relocations = model->program.relocations;  // the file's own order
    EXPECT_TRUE(back == changed);
  }
}

TEST(Writer, AnEmptyModelOfAKnownChipIsEnough) {
  Model model;
  model.generation = "RKNPU lite";
  model.target = "rk3568";
  EXPECT_TRUE(read_back(model) == model);
}

// Each change is to one field; a writer that left it out would give back the old value.
TEST(Writer, EveryFieldIsWritten) {
  const Change changes[] = {
      [](Model& m) { m.target = "rk3568"; },
      [](Model& m) { m.framework = "other"; },
      [](Model& m) { m.compiler = ""; },
      [](Model& m) { m.compiler_number = -1; },
      [](Model& m) { m.attributes = std::string(100'000, 'x'); },
      [](Model& m) { m.custom_ops = "custom"; },
      [](Model& m) { m.input_json = "{}"; },
      [](Model& m) { m.output_json = "[]"; },
      [](Model& m) { m.shape_mode = "another"; },
      [](Model& m) { m.field10 = 1; },
      [](Model& m) { m.text11 = "11"; },
      [](Model& m) { m.text14 = ""; },
      [](Model& m) { m.viewer_json = ""; },
      [](Model& m) { m.memory.weight_bytes = 0; },
      [](Model& m) { m.memory.internal_bytes += 64; },
      [](Model& m) { m.memory.compiler_constant_bytes = 77; },
      [](Model& m) { m.tensors[1].dtype = DType::kBool; },
      [](Model& m) { m.tensors[1].layout = Layout::kNhwc; },
      [](Model& m) { m.tensors[1].kind = TensorKind::kTable; },
      [](Model& m) { m.tensors[1].shape = {}; },
      [](Model& m) { m.tensors[1].native_shape = {0, 1, 1, 1, 1, 1}; },
      [](Model& m) { m.tensors[1].quantization_method = "m"; },
      [](Model& m) { m.tensors[1].quantization_type = "t"; },
      [](Model& m) {
        m.tensors[1].range_min = {-1, 0};
      },
      [](Model& m) { m.tensors[1].range_max = {1}; },
      [](Model& m) { m.tensors[3].scale = {0.5F}; },
      [](Model& m) { m.tensors[3].zero_point = {-128}; },
      [](Model& m) { m.tensors[1].size += 1; },
      [](Model& m) { m.tensors[1].offset = 64; },
      [](Model& m) { m.tensors[1].field19 = -4; },
      [](Model& m) { m.tensors[1].image_channels = 3; },
      [](Model& m) { m.tensors[1].data.resize(7); },
      [](Model& m) { m.tensors[2].data.clear(); },
      [](Model& m) { m.nodes[1].op = ""; },
      [](Model& m) { m.nodes[1].engine = Engine::kHost; },
      [](Model& m) { m.nodes[1].inputs.pop_back(); },
      [](Model& m) { m.nodes[1].outputs.push_back(0); },
      [](Model& m) { m.nodes[1].attributes.push_back(std::byte{1}); },
      [](Model& m) { m.nodes[1].table_loads = 1; },
      [](Model& m) { m.nodes[1].task_count = 0, m.nodes[2].first_task = 0; },
      [](Model& m) { m.inputs.clear(); },
      [](Model& m) { m.outputs.push_back(m.outputs[0]); },
      [](Model& m) { m.input_norm[0].mean[1] = 2; },
      [](Model& m) { m.input_norm[0].std.clear(); },
      [](Model& m) {
        m.input_norm[0].channel_order = {2, 1, 0};
      },
      [](Model& m) {
        m.output_tasks[0] = {"another", 0};
      },
      [](Model& m) { m.output_tasks.clear(); },
      [](Model& m) { m.stride_patches[0].tensor = 4; },
      [](Model& m) { m.stride_patches[0].tasks[0].words.pop_back(); },
      [](Model& m) {
        m.stride_patches[0].tasks[0].numbers = {-1, 3};
      },
      [](Model& m) { m.stride_patches[0].tasks.emplace_back(); },
      [](Model& m) { m.converter_patches[0].tasks[0].remains[0].value ^= 1; },
      [](Model& m) { m.converter_patches.clear(); },
      [](Model& m) { m.program.words.push_back(1); },
      [](Model& m) { m.program.tasks.back().regcfg_offset = 584; },
      [](Model& m) { m.program.relocations.pop_back(); },
      [](Model& m) { m.program.relocations[0].addend += 1; },
  };
  const Model original = image();
  for (std::size_t i = 0; i < std::size(changes); ++i) {
    SCOPED_TRACE(i);
    Model model = original;
    changes[i](model);
    ASSERT_FALSE(model == original);
    Model back = read_back(model);
    back.warnings = model.warnings;
    EXPECT_TRUE(back == model);
  }
}

TEST(Writer, EveryParameterFamilyIsWritten) {
  NodeParams window;
  window.pad_mode = "NOTSET";
  window.kernel = {3, 5};
  window.pads = {0, 1, 2, 3};
  window.strides = {1, 2};
  NodeParams dilated = window;
  dilated.dilations = {2, 1};
  NodeParams grouped = dilated;
  grouped.group = 4;
  using Fill = std::function<void(NodeParams&)>;
  const auto family = [](
                          std::uint8_t type, NodeParams params, const Fill& fill = [](NodeParams&) {}) {
    params.type = type;
    fill(params);
    return params;
  };
  const NodeParams none;
  const NodeParams families[] = {
      none,
      family(1, dilated),
      family(1, grouped),
      family(2, grouped),
      family(3, dilated),
      family(5, window),
      family(5, window, [](NodeParams& p) { p.count_include_pad = 1; }),
      family(9, none, [](NodeParams& p) { p.alpha = 0; }),
      family(9, none),
      family(17, none, [](NodeParams& p) { p.epsilon = 0, p.momentum = 0.5; }),
      family(19, none, [](NodeParams& p) { p.axis = -1; }),
      family(20, none,
             [](NodeParams& p) {
               p.axis = 1, p.split = {0, 3};
             }),
      family(25, none,
             [](NodeParams& p) {
               p.perm = {0, 2, 1};
             }),
      family(26, none,
             [](NodeParams& p) { p.coordinate_mode = "c", p.resize_mode = "linear", p.nearest_mode = "floor"; }),
      family(30, none, [](NodeParams& p) { p.pad_mode = "edge"; }),
      family(51, none, [](NodeParams& p) { p.axis = 0; }),
      family(61, none, [](NodeParams& p) { p.axis = 2; }),
      family(87, none,
             [](NodeParams& p) {
               p.norm_mode = "layer", p.axes = {-1, 1}, p.epsilon = 1e-5F;
             }),
  };
  Model model = image();
  for (const NodeParams& params : families) {
    model.nodes[1].params = params;
    EXPECT_TRUE(read_back(model).nodes[1].params == params) << unsigned{params.type};
  }
}

TEST(Writer, NamesAreWrittenUpToTheirLimitWhateverTheyHold) {
  const std::string names[] = {"", "x", "xy", "xyz", "\xff\xfe", std::string("x\0y", 3), std::string(4096, 'n')};
  Model model = image();
  for (const std::string& name : names) {
    model.tensors[0].name = name;
    model.nodes[0].name = name;
    model.output_tasks[0].output = name;
    EXPECT_TRUE(read_back(model) == model) << name.size();
  }
  expect_refused([](Model& m) { m.nodes[0].name = std::string(4097, 'n'); }, Code::kBadInput, "at most 4096");
}

TEST(Writer, WhatContradictsItselfIsRefused) {
  constexpr std::size_t kHuge = std::numeric_limits<std::size_t>::max();
  const auto refused = [](const Change& change, std::string_view text) {
    expect_refused(change, Code::kBadInput, text);
  };
  refused([](Model& m) { m.nodes[1].inputs[0] = 99; }, "tensor 99, but there are");
  refused([](Model& m) { m.nodes[1].inputs[0] = kHuge; }, "node 1 'Conv:Conv_y3': input 18446744073709551615");
  refused([](Model& m) { m.inputs = {1}; }, "listed as input");
  refused([](Model& m) { m.nodes[1].task_count = 1000; }, "tasks, but the file holds");
  refused([](Model& m) { m.nodes[1].first_task = 5; }, "node 1: holds a value");
  refused([](Model& m) { m.nodes[1].params.perm = {0}; }, "node 1: holds a value");
  refused([](Model& m) { m.nodes[1].params.kernel = {-1}; }, "kernel holds -1");
  refused([](Model& m) { m.tensors[1].size = kHuge; }, "size 18446744073709551615");
  refused([](Model& m) { m.tensors[1].shape = {std::int64_t{1} << 40}; }, "dimension 1099511627776");
  refused([](Model& m) { m.tensors[1].shape = {-3}; }, "dimension -3");
  refused([](Model& m) { m.tensors[1].dtype = static_cast<DType>(99); }, "no element type");
  refused([](Model& m) { m.tensors[1].range_min = {std::numeric_limits<float>::quiet_NaN()}; }, "tensor 1: holds");
  refused([](Model& m) { m.tensors[0].dtype = DType::kInt8; }, "tensor 0: holds a value");
  refused([](Model& m) { std::erase_if(m.tensors, [](auto& t) { return t.kind == TensorKind::kTasks; }); },
          "no tensors of kind");
  refused([](Model& m) { m.tensors.push_back(m.tensors.back()); }, "more than one tensor of kind");
  refused([](Model& m) { m.memory.internal_bytes = 0; }, "internal memory of 0");
  refused([](Model& m) { m.stride_patches[0].tensor = 99; }, "stride patch 0: tensor 99, but there are");
  refused([](Model& m) { m.stride_patches[0].tasks[0].words[0].field = 7; }, "field p7 does not exist; p0 to p6");
  refused([](Model& m) { m.converter_patches[0].tasks[0].words[0].field = 1; }, "field p1 twice; p0 to p12");
  refused([](Model& m) { m.converter_patches[0].tasks[0].words[0].value ^= 1; }, "converter patch 0: holds a value");
  refused([](Model& m) { m.program.relocations[0].word = 1'000'000; }, "word 1000000 of a command stream");
  refused([](Model& m) { m.program.relocations[0].tensor = "nobody"; }, "no tensor is called 'nobody'");
  refused([](Model& m) { m.program.tasks[0].regcmd_addr = 4; }, "not a multiple of 8");
  refused([](Model& m) { m.program.tasks[0].op_index = 99; }, "belongs to node 99");
}

TEST(Writer, WhatIsNotCoveredIsRefused) {
  expect_refused([](Model& m) { m.container_version = 4; }, Code::kUnsupported, "container version 4; only version 6");
  expect_refused([](Model& m) { m.generation = "RKNPU v2"; }, Code::kUnsupported, "belongs to rk3588");
  expect_refused([](Model& m) { m.target = "rk3588"; }, Code::kUnsupported, "another chip");
  expect_refused([](Model& m) { m.tensors[1].layout = static_cast<Layout>(9); }, Code::kUnsupported, "layout number 9");
  expect_refused([](Model& m) { m.nodes[1].params.type = 200; }, Code::kUnsupported, "parameters of family 200");
}

}  // namespace
}  // namespace mattock::container
