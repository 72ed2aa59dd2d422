#include "fakekernel/support/stream.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/half.hpp"

namespace mattock::test {
namespace {

constexpr std::uint16_t kFeatureAddress = 0x1070, kWeightAddress = 0x1110, kOutputAddress = 0x4020;

replay::Recording load(const std::string& name) {
  const auto bytes = read_file(std::string(MATTOCK_TEST_DATA) + "/streams/" + name + ".txt").value();
  return replay::parse_recording({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).value();
}

bool holds_an_address(const hw::Command& command) {
  if (command.target == hw::target_of(hw::Block::kPc)) return command.offset == hw::kPcNextAddress;
  return command.offset == kFeatureAddress || command.offset == kWeightAddress || command.offset == kOutputAddress;
}

// Small enough that every sum is exact in fp32.
std::vector<int> whole_numbers(std::size_t count, std::mt19937& random) {
  std::vector<int> values(count);
  for (int& value : values) value = static_cast<int>(random() % 15) - 7;
  return values;
}

void store(std::span<std::byte> bytes, std::size_t offset, int value, bool fp16) {
  if (fp16)
    store_le(bytes, offset, half_from_double(value).bits);
  else
    store_le(bytes, offset, static_cast<std::int8_t>(value));
}

}  // namespace

Stream::Stream(Process& process, const std::string& name)
    : process_(process), recording_(load(name)), product_(replay::product_of(recording_).value()) {
  const std::uint32_t flags = abi::kNonContiguous | abi::kCacheable;
  for (const replay::Buffer& buffer : recording_.submits.front().buffers)
    objects_.push_back(process.object(buffer.bytes, flags));
  records_ = process.object(tasks() * hw::TaskRecord::kBytes, flags | abi::kKernelMapping);
  a_ = object_of_register(kFeatureAddress);
  b_ = object_of_register(kWeightAddress);
  c_ = object_of_register(kOutputAddress);
  words_ = object_at(task(0).record.regcmd_addr);
  place_words();
  fill();
}

MappedObject* Stream::object_at(std::uint64_t address) {
  const auto& buffers = recording_.submits.front().buffers;
  for (std::size_t i = 0; i < buffers.size(); ++i)
    if (address >= buffers[i].address && address - buffers[i].address < buffers[i].bytes) return &objects_[i];
  return nullptr;
}

std::span<std::byte> Stream::bytes_at(std::uint64_t address) {
  MappedObject* const object = object_at(address);
  return object->bytes.subspan(moved(address) - object->address);
}

std::uint32_t Stream::moved(std::uint64_t address) const {
  const auto& buffers = recording_.submits.front().buffers;
  for (std::size_t i = 0; i < buffers.size(); ++i)
    if (address >= buffers[i].address && address - buffers[i].address < buffers[i].bytes)
      return static_cast<std::uint32_t>(objects_[i].address + (address - buffers[i].address));
  return static_cast<std::uint32_t>(address);
}

MappedObject* Stream::object_of_register(std::uint16_t offset) {
  for (const std::uint64_t word : task(0).words)
    if (const hw::Command command = hw::Command::decode(word);
        command.offset == offset && command.target != hw::target_of(hw::Block::kPc))
      return object_at(command.value);
  return nullptr;
}

void Stream::place_words() {
  for (std::size_t t = 0; t < tasks(); ++t) {
    const auto room = bytes_at(task(t).record.regcmd_addr);
    for (std::size_t w = 0; w < task(t).words.size(); ++w) {
      hw::Command command = hw::Command::decode(task(t).words[w]);
      if (holds_an_address(command)) command.value = moved(command.value);
      store_le(room, w * hw::kWordBytes, command.encode());
    }
    hw::TaskRecord record = task(t).record;
    record.regcmd_addr = moved(record.regcmd_addr);
    record.store(records_.bytes.subspan(t * hw::TaskRecord::kBytes));
  }
}

void Stream::fill() {
  std::mt19937 random(1);
  a_values_ = whole_numbers(product_.m * product_.k, random);
  b_values_ = whole_numbers(product_.k * product_.n, random);
  for (std::size_t i = 0; i < a_values_.size(); ++i)
    store(a_->bytes, product_.a_offset(i / product_.k, i % product_.k), a_values_[i], product_.fp16);
  for (std::size_t i = 0; i < b_values_.size(); ++i)
    store(b_->bytes, product_.b_offset(i / product_.n, i % product_.n), b_values_[i], product_.fp16);
}

void Stream::sync_to_device() {
  for (const MappedObject& object : objects_) EXPECT_EQ(process_.sync(object, abi::kToDevice), 0);
  EXPECT_EQ(process_.sync(records_, abi::kToDevice), 0);
}

abi::Submit Stream::arguments() const {
  return {.flags = abi::kPc | abi::kPingPong,
          .timeout = 6000,
          .task_number = static_cast<std::uint32_t>(tasks()),
          .task_token = records_.token,
          .fence = -1};
}

int Stream::run() {
  sync_to_device();
  abi::Submit submit = arguments();
  if (const int error = process_.submit(submit); error != 0) return error;
  return sync_from_device();
}

std::size_t Stream::wrong() const {
  std::size_t wrong = 0;
  for (std::size_t row = 0; row < product_.m; ++row)
    for (std::size_t column = 0; column < product_.n; ++column) {
      int sum = 0;
      for (std::size_t k = 0; k < product_.k; ++k)
        sum += a_values_[row * product_.k + k] * b_values_[k * product_.n + column];
      const std::size_t at = product_.c_offset(row, column);
      const double found = product_.fp16 ? double{load_le<float>(c_->bytes, at)}
                                         : static_cast<double>(load_le<std::int32_t>(c_->bytes, at));
      if (found != sum) ++wrong;
    }
  return wrong;
}

std::uint32_t Stream::int_status(std::size_t task) const {
  return hw::TaskRecord::load(records_.bytes.subspan(task * hw::TaskRecord::kBytes)).int_status;
}

}  // namespace mattock::test
