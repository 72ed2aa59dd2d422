#include "probe/recorded.hpp"

#include <array>

#include "base/bytes.hpp"
#include "base/half.hpp"
#include "base/npy.hpp"
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

// What an RK3566 was recorded with (HadySK/rk3566NpuModel, MIT): a product of 9x9 matrices.
constexpr std::string_view kSeedModel = "matmul.rknn", kSeedA = "a.npy", kSeedB = "b.npy";
constexpr std::string_view kStream = ".txt";

std::span<const std::byte> embedded(std::string_view name) {
  for (const recordings::File& file : recordings::files())
    if (file.name == name) return file.bytes;
  return {};
}

std::vector<double> numbers_of(const Array& array) {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < array.size(); ++i) numbers.push_back(element_as_double(array, i));
  return numbers;
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
  const auto a = parse_npy(embedded(kSeedA)), b = parse_npy(embedded(kSeedB));
  if (!a) return propagate(a);
  if (!b) return propagate(b);
  auto session = Session::load(context.device, std::move(*model));
  if (!session) return propagate(session);
  const auto result = session->run(std::array{*a, *b});
  if (!result) return propagate(result);
  const Array& raw = result->outputs.front().raw;
  Words found;
  for (std::size_t i = 0; i < raw.size(); ++i) found.push_back(load_le<std::uint16_t>(raw.data, i * 2));
  return exact(plain_product({{9, 9, 9}, numbers_of(*a), numbers_of(*b)}, plan::Output::kFp16), found);
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
