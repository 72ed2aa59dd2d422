#include "probe/recorded.hpp"

#include <fmt/format.h>

#include <array>

#include "base/bytes.hpp"
#include "base/half.hpp"
#include "container/reader.hpp"
#include "hw/generated/registers_cna.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "probe/hand_made.hpp"
#include "probe/product.hpp"
#include "recordings.hpp"
#include "replay/layout.hpp"
#include "replay/program.hpp"
#include "replay/recording.hpp"
#include "session/session.hpp"

namespace mattock::probe {
namespace {

// The inputs of a product that an RK3566 was recorded with (HadySK/rk3566NpuModel, MIT): 9x9 by 9x9.
constexpr std::array<std::uint16_t, 81> kSeedA{
    0x37e5, 0x38be, 0x3ab3, 0x392b, 0x31ec, 0x3bfd, 0x2edb, 0x3877, 0x3191, 0x3537, 0x3879, 0x373b, 0x3af7, 0x388d,
    0x3b10, 0x31ef, 0x3499, 0x3547, 0x3614, 0x3811, 0x382c, 0x2dff, 0x2c4a, 0x3a70, 0x3263, 0x303a, 0x34fe, 0x3b8d,
    0x3a04, 0x2c61, 0x399e, 0x286f, 0x3b89, 0x39b0, 0x3052, 0x3a6f, 0x3614, 0x38ff, 0x3175, 0x3bc3, 0x3b1a, 0x388a,
    0x3a51, 0x35f2, 0x3662, 0x333d, 0x35aa, 0x301b, 0x3b4f, 0x2436, 0x3734, 0x36ba, 0x3a43, 0x3326, 0x36c2, 0x3a38,
    0x390b, 0x3945, 0x395f, 0x3abc, 0x3b49, 0x3bef, 0x30b2, 0x3be4, 0x3bd1, 0x3af5, 0x3825, 0x3671, 0x2cb9, 0x3b47,
    0x3b41, 0x3a61, 0x304a, 0x3ad5, 0x2c81, 0x357a, 0x3839, 0x3b1c, 0x3844, 0x37b1, 0x39fa};
constexpr std::array<std::uint16_t, 81> kSeedB{
    0x2fa9, 0x3443, 0x36e7, 0x3bac, 0x3b8f, 0x38f1, 0x2d16, 0x3540, 0x3895, 0x3a7e, 0x3b55, 0x3ad1, 0x307e, 0x3abb,
    0x3715, 0x3567, 0x3513, 0x2721, 0x3aad, 0x317c, 0x388c, 0x39d8, 0x3479, 0x37db, 0x3598, 0x3bce, 0x3b39, 0x372f,
    0x3a52, 0x36ad, 0x3916, 0x3a3e, 0x3826, 0x36cf, 0x38a6, 0x3950, 0x3b76, 0x3940, 0x39c5, 0x32ef, 0x37d9, 0x20e3,
    0x375c, 0x3820, 0x3003, 0x31cb, 0x35d1, 0x343d, 0x30d4, 0x3a35, 0x3491, 0x381a, 0x3910, 0x3752, 0x3746, 0x3572,
    0x3baa, 0x3826, 0x365a, 0x3ba0, 0x3543, 0x3677, 0x3656, 0x396c, 0x3bd0, 0x3810, 0x184e, 0x33e2, 0x2513, 0x3906,
    0x2e41, 0x30bf, 0x3728, 0x3969, 0x373c, 0x35f4, 0x3493, 0x3848, 0x38d3, 0x38b9, 0x36bc};

constexpr std::string_view kSeedModel = "matmul.rknn", kStream = ".txt";

Array array_of(std::span<const std::uint16_t> halves) {
  Array array = Array::zeros(DType::kFloat16, {1, 9, 9});
  for (std::size_t i = 0; i < halves.size(); ++i) store_le(array.data, i * 2, halves[i]);
  return array;
}

Words seed_product() {
  Operands operands{{9, 9, 9}, {}, {}};
  for (const std::uint16_t bits : kSeedA) operands.a.push_back(to_double(half{bits}));
  for (const std::uint16_t bits : kSeedB) operands.b.push_back(to_double(half{bits}));
  return plain_product(operands, plan::Output::kFp16);
}

std::span<const std::byte> embedded(std::string_view name) {
  for (const recordings::File& file : recordings::files())
    if (file.name == name) return file.bytes;
  return {};
}

/// The buffer that the first write to a register points into.
template <class Register>
Result<const replay::Buffer*> buffer_of(const replay::Submit& submit) {
  for (const std::uint64_t word : submit.tasks.front().words) {
    const hw::Command command = hw::Command::decode(word);
    if (command.target != hw::target_of(Register::kBlock) || command.offset != Register::kOffset) continue;
    if (const replay::Buffer* const buffer = replay::buffer_at(submit, command.value)) return buffer;
  }
  return fail(Code::kInternal, "a recorded task without the addresses of its product");
}

void store(std::span<std::byte> bytes, std::size_t offset, double number, bool fp16) {
  if (fp16)
    store_le(bytes, offset, half_from_double(number).bits);
  else
    store_le(bytes, offset, static_cast<std::int8_t>(number));
}

/// The operands of a recorded product, where its words look for them.
Result<void> add_operands(const replay::Submit& submit, const replay::Product& product, const Operands& operands,
                          Tensors& tensors) {
  const auto a = buffer_of<hw::cna::FeatureDataAddr>(submit);
  if (!a) return propagate(a);
  const auto b = buffer_of<hw::cna::DcompAddr0>(submit);
  if (!b) return propagate(b);
  std::vector<std::byte> features((*a)->bytes), weights((*b)->bytes);
  for (std::size_t i = 0; i < operands.a.size(); ++i)
    store(features, product.a_offset(i / product.k, i % product.k), operands.a[i], product.fp16);
  for (std::size_t i = 0; i < operands.b.size(); ++i)
    store(weights, product.b_offset(i / product.n, i % product.n), operands.b[i], product.fp16);
  if (const auto added = tensors.add(replay::buffer_name(**a), features); !added) return added;
  return tensors.add(replay::buffer_name(**b), weights);
}

/// A recorded product of whole numbers, which no type of it rounds.
Result<Outcome> repeat_stream(Device& device, const replay::Recording& recording, std::uint32_t seed) {
  const auto product = replay::product_of(recording);
  if (!product) return propagate(product);
  const replay::Submit& submit = recording.submits.front();
  const auto program = replay::program_of(submit);
  if (!program) return propagate(program);
  const plan::Types types = product->fp16 ? plan::Types{plan::Operand::kFp16, plan::Output::kFp32}
                                          : plan::Types{plan::Operand::kInt8, plan::Output::kInt32};
  const Operands operands = whole_numbers({product->m, product->k, product->n}, most_exact(types), seed);
  const auto c = buffer_of<hw::dpu::DstBaseAddr>(submit);
  if (!c) return propagate(c);

  Tensors tensors(device);
  if (const auto added = add_operands(submit, *product, operands, tensors); !added) return propagate(added);
  const std::size_t words = (*c)->bytes / sizeof(std::uint32_t);
  if (const auto added = tensors.add_results(replay::buffer_name(**c), words); !added) return propagate(added);
  const auto loaded = tensors.load(*program);
  if (!loaded) return propagate(loaded);
  if (const auto done = device.submit(loaded->task_records, {submit.task_start, submit.task_number}); !done)
    return propagate(done);
  const auto all = tensors.read(replay::buffer_name(**c), words);
  if (!all) return propagate(all);
  Words found;
  for (std::size_t i = 0; i < product->m * product->n; ++i)
    found.push_back((*all)[product->c_offset(i / product->n, i % product->n) / sizeof(std::uint32_t)]);
  return exact(plain_product(operands, types.output), found);
}

}  // namespace

Result<Outcome> product_9x9(Context& context) {
  auto model = container::parse_model(embedded(kSeedModel));
  if (!model) return propagate(model);
  auto session = Session::load(context.device, std::move(*model));
  if (!session) return propagate(session);
  const auto result = session->run(std::array{array_of(kSeedA), array_of(kSeedB)});
  if (!result) return propagate(result);
  const Array& raw = result->outputs.front().raw;
  Words found;
  for (std::size_t i = 0; i < raw.size(); ++i) found.push_back(load_le<std::uint16_t>(raw.data, i * 2));
  return exact(seed_product(), found);
}

Result<Outcome> recorded_streams(Context& context) {
  std::uint32_t seed = 100;
  for (const recordings::File& file : recordings::files()) {
    if (!file.name.ends_with(kStream)) continue;
    const auto recording =
        replay::parse_recording({reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()});
    if (!recording) return propagate(recording);
    auto outcome = repeat_stream(context.device, *recording, ++seed);
    if (!outcome) return propagate(outcome, std::string(file.name));
    if (outcome->verdict == Verdict::kAgreed) continue;
    outcome->text = recording->name;
    return outcome;
  }
  return Outcome{.verdict = Verdict::kAgreed};
}

}  // namespace mattock::probe
