// The FlatBuffer itself: identifier, verifier, and the 64-bit offsets the verifier does not know.
#include "container/flat.hpp"

#include "container/model_file.hpp"

namespace mattock::container {
namespace {

using test::expect_damaged;
using test::ModelFile;

// The buffer of the command stream.
const file::Buffer& command_buffer(const ModelFile& file) {
  return *file.model().buffers()->Get(static_cast<unsigned>(file.tensor("regcmd").buffer()));
}

TEST(Flat, TheIdentifierIsChecked) {
  ModelFile file;
  file.put(&file.bytes[test::kPayloadStart + 4], 'X');
  expect_damaged(file, "identifier 'RKNN' expected");
}

TEST(Flat, ARootOutsideIsRefused) {
  ModelFile file;
  file.put(&file.bytes[test::kPayloadStart], std::uint32_t{0x7ffffff0});
  expect_damaged(file, "damaged");
}

TEST(Flat, AVectorThatIsTooLongIsRefused) {
  ModelFile file;
  file.set_length(*file.graph().tensors(), 0x10000000);
  expect_damaged(file, "damaged");
}

TEST(Flat, ATextWithoutItsZeroIsRefused) {
  ModelFile file;
  const auto& name = *file.tensor("2_mm").name();
  file.put(name.c_str() + name.size(), 'x');
  expect_damaged(file, "damaged");
}

TEST(Flat, AMisalignedTableIsRefused) {
  ModelFile file;
  const auto* graphs = file.model().graphs();
  file.put(graphs->Data(), load_le<std::uint32_t>(std::as_bytes(std::span(graphs->Data(), 4))) + 2);
  expect_damaged(file, "damaged");
}

TEST(Flat, WideOffsetsMustLeadInside) {
  const std::uint64_t past_the_end = 11008;
  for (const std::uint64_t offset : {std::uint64_t{0}, past_the_end, std::uint64_t{1} << 32, std::uint64_t{1} << 63,
                                     ~std::uint64_t{0}, ~std::uint64_t{0} - 63}) {
    ModelFile file;
    file.set(command_buffer(file), file::Buffer::VT_DATA, offset);
    expect_damaged(file, "tensor 12 'regcmd': buffer: offset");
  }
}

TEST(Flat, WideOffsetsMustBeAligned) {
  ModelFile file;
  file.set(command_buffer(file), file::Buffer::VT_DATA, command_buffer(file).data() + 2);
  expect_damaged(file, "not aligned");
}

TEST(Flat, DataMustEndInside) {
  ModelFile file;
  file.put(file.commands() - 4, std::uint32_t{11008});
  expect_damaged(file, "but only");
  file.put(file.commands() - 4, std::uint32_t{0xffffffff});
  expect_damaged(file, "but only");
}

TEST(Flat, TheListOfCustomOperatorsIsChecked) {
  ModelFile outside;
  outside.set(outside.model(), file::Model::VT_CUSTOM_OPS, std::uint64_t{1} << 40);
  expect_damaged(outside, "list of custom operators: offset");
  ModelFile endless;
  const auto* field =
      reinterpret_cast<const flatbuffers::Table*>(&endless.model())->GetAddressOf(file::Model::VT_CUSTOM_OPS);
  const auto* text = reinterpret_cast<const std::byte*>(field) + endless.model().custom_ops();
  endless.put(text + 4, 'x');  // its length is 0, so this is where the zero byte stands
  expect_damaged(endless, "does not end with a zero byte");
}

TEST(Flat, ExactlyOneGraphIsExpected) {
  ModelFile file;
  file.set_length(*file.model().graphs(), 0);
  expect_damaged(file, "0 graphs; exactly one expected");
}

TEST(Flat, AnOddFormatVersionIsReported) {
  ModelFile file;
  file.set(file.model(), file::Model::VT_FORMAT_VERSION, std::int32_t{5});
  expect_warning(file, "format version 5");
}

// A table that refers to one vector many times must not multiply it in memory.
TEST(Flat, SharedVectorsDoNotFillTheMemory) {
  flatbuffers::FlatBufferBuilder builder;
  const std::vector<float> many(1'000'000, 1.0F);
  const auto shared = builder.CreateVector(many);
  std::vector<flatbuffers::Offset<file::InputNorm>> norms;
  for (int i = 0; i < 1000; ++i) norms.push_back(file::CreateInputNorm(builder, shared, shared));
  const auto norm_vector = builder.CreateVector(norms);
  file::GraphBuilder graph(builder);
  graph.add_input_norm(norm_vector);
  const auto graphs = builder.CreateVector(std::vector{graph.Finish()});
  const auto generation = builder.CreateString("RKNPU lite");
  const auto target = builder.CreateString("rk3566");
  file::ModelBuilder model(builder);
  model.add_graphs(graphs);
  model.add_generation(generation);
  model.add_target(target);
  builder.Finish(model.Finish(), file::ModelIdentifier());

  std::vector<std::byte> bytes(64 + builder.GetSize() + 8);
  const std::string_view magic = "RKNN";
  for (std::size_t i = 0; i < magic.size(); ++i) bytes[i] = static_cast<std::byte>(magic[i]);
  store_le(std::span<std::byte>(bytes), 8, std::uint64_t{6});
  store_le(std::span<std::byte>(bytes), 16, std::uint64_t{builder.GetSize()});
  std::memcpy(bytes.data() + 64, builder.GetBufferPointer(), builder.GetSize());
  test::expect_refused(bytes, Code::kBadFile, "far more memory than its size justifies");
}

}  // namespace
}  // namespace mattock::container
