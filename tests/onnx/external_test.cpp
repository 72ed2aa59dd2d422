// Initializers in files beside the model.
#include <filesystem>
#include <fstream>

#include "onnx/model.hpp"
#include "support/temp_dir.hpp"

namespace mattock::test {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

/// 1.5 and -2 as float32.
const std::string kTwoFloats("\0\0\xc0\x3f\0\0\0\xc0", 8);

using Entries = std::vector<std::pair<std::string, std::string>>;

/// y = two floats that lie elsewhere.
Model elsewhere(const Entries& entries) {
  Model model;
  Proto& tensor = model.output("w").initializer("w", {2}, Proto::FLOAT);
  tensor.set_data_location(Proto::EXTERNAL);
  for (const auto& [key, value] : entries) {
    auto* entry = tensor.add_external_data();
    entry->set_key(key);
    entry->set_value(value);
  }
  return model;
}

void expect_refused(const Entries& entries, const fs::path& folder, Code code, const std::string& text) {
  expect_error(read(elsewhere(entries).bytes(), folder), code, {"initializer 'w'", text});
}

TEST(OnnxExternal, reads_the_part_of_the_file_that_is_named) {
  const TempDir folder;
  fs::create_directory(folder / "sub");
  write(folder / "whole", kTwoFloats);
  write(folder / "sub/part", "abcd" + kTwoFloats + "efgh");
  for (const Entries& entries :
       {Entries{{"location", "whole"}}, Entries{{"location", "./sub/part"}, {"offset", "4"}, {"length", "8"}},
        Entries{{"location", "whole"}, {"checksum", "?"}, {"length", "8"}}}) {
    const auto outputs = reference::evaluate(graph_of(elsewhere(entries), folder.path()), {});
    ASSERT_TRUE(outputs) << to_string(outputs.error());
    expect_array((*outputs)[0], {2}, {1.5, -2});
  }
}

TEST(OnnxExternal, a_file_is_found_beside_its_model) {
  const TempDir folder;
  write(folder / "data", kTwoFloats);
  write(folder / "m.onnx", elsewhere({{"location", "data"}}).bytes());
  EXPECT_TRUE(onnx::read_file(folder / "m.onnx"));
  fs::remove(folder / "data");
  const auto missing = onnx::read_file(folder / "m.onnx");
  expect_error(missing, Code::kNotFound, {"m.onnx: ", "initializer 'w': external data 'data'", "beside the model"});
}

TEST(OnnxExternal, never_leaves_the_models_folder) {
  const TempDir folder;
  const fs::path inside = folder / "model";
  fs::create_directory(inside);
  write(folder / "secret", kTwoFloats);
  fs::create_symlink("../secret", inside / "link");
  fs::create_directory(folder / "model2");
  write(folder / "model2/data", kTwoFloats);
  for (const std::string& path : {std::string("../secret"), std::string("x/../../secret"), (folder / "secret").string(),
                                  std::string("link"), std::string("../model2/data"), std::string("..")})
    expect_refused({{"location", path}}, inside, Code::kBadFile, "lie outside the model's folder");
  fs::create_symlink("../model2", inside / "folder");
  expect_refused({{"location", "folder/data"}}, inside, Code::kBadFile, "lie outside the model's folder");
}

TEST(OnnxExternal, refuses_what_is_not_there_or_no_file) {
  const TempDir folder;
  write(folder / "data", kTwoFloats);
  const Entries at{{"location", "data"}};
  const auto with = [&](const std::string& key, const std::string& value) {
    return Entries{{"location", "data"}, {key, value}};
  };
  expect_refused(with("offset", "1"), folder.path(), Code::kBadFile, "takes 8 bytes, but its data are 7");
  expect_refused(with("offset", "9"), folder.path(), Code::kBadFile, "0 bytes at 9, but the file has 8");
  expect_refused(with("length", "9"), folder.path(), Code::kBadFile, "9 bytes at 0, but the file has 8");
  expect_refused(with("length", "4"), folder.path(), Code::kBadFile, "takes 8 bytes, but its data are 4");
  expect_refused(with("offset", "18446744073709551615"), folder.path(), Code::kBadFile, "but the file has 8");
  for (const char* text : {"-1", "18446744073709551616", "1x", ""})
    expect_refused(with("offset", text), folder.path(), Code::kBadFile, "is not a number of bytes");
  expect_refused({}, folder.path(), Code::kBadFile, "external data without a location");
  expect_refused({{"location", "."}}, folder.path(), Code::kBadFile, "is not a file");
  expect_refused(at, "", Code::kBadFile, "external data 'data' of a model without a folder");
  expect_refused({{"location", std::string("data\0x", 6)}}, folder.path(), Code::kBadFile, "lie outside");
}

}  // namespace
}  // namespace mattock::test
