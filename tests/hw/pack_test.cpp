// The generated structs: against known words, against the tables, and with values that do not fit.
#include "hw/pack.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <type_traits>

#include "hw/generated/registers_cmac.hpp"
#include "hw/generated/registers_cna.hpp"
#include "hw/generated/registers_core.hpp"
#include "hw/generated/registers_dpu.hpp"
#include "hw/generated/registers_dpu_rdma.hpp"
#include "hw/generated/registers_pc.hpp"
#include "hw/generated/registers_ppu.hpp"
#include "hw/generated/registers_ppu_rdma.hpp"

namespace mattock::hw {
namespace {

// Words of the recorded RK3566 product (9x9 by 9x9), sizes as that product has them.
static_assert(packed(cna::DataSize0{.datain_width = 9, .datain_height = 1}) == 0x00090001);
static_assert(packed(cna::DataSize1{.datain_channel_real = 16, .datain_channel = 16}) == 0x000f0010);
static_assert(packed(cna::WeightSize2{.weight_width = 1, .weight_height = 1, .weight_kernels = 16}) == 0x01010010);
static_assert(packed(cna::CbufCon0{.weight_banks = 7, .data_banks = 1}) == 0x71);
static_assert(packed(cna::ConvCon1{.proc_precision = Precision::kFp16, .in_precision = Precision::kFp16}) == 0x220);
static_assert(packed(cna::ConvCon3{.y_stride = 1, .x_stride = 1}) == 0x9);
static_assert(packed(core::DataoutSize0{.dataout_height = 1, .dataout_width = 9}) == 0x8);
static_assert(packed(dpu::DataCubeChannel{.orig_channel = 9, .channel = 12}) == 0x0008000b);
static_assert(packed(dpu::BsOwCfg{.size_e_2 = 2, .size_e_1 = 2, .size_e_0 = 2, .ow_bypass = 1}) == 0x126);
static_assert(packed(dpu_rdma::SurfNotch{.surf_notch = -448}) == 0xfffffe40);
static_assert(packed(pc::BaseAddress{.next_address = 0x780}) == 0x780);
static_assert(dpu::DataFormat::unpack(0xa8000002).out_precision == Precision::kFp32);
static_assert(dpu_rdma::FeatureModeCfg::unpack(0x14041).burst_len == 8);

constexpr unsigned kSeed = 3;
constexpr int kRounds = 200;

template <class Register>
void check_round_trip(const char* name) {
  std::mt19937 random(kSeed);
  const RegisterInfo* info = find_register(Register::kBlock, Register::kOffset);
  ASSERT_NE(info, nullptr) << name;
  EXPECT_EQ(Register::kKnownBits, info->known_bits) << name;
  EXPECT_EQ(Register::fields().data(), info->fields.data()) << name;
  EXPECT_EQ(Register{}.pack().value, info->reset) << name;
  for (int i = 0; i < kRounds; ++i) {
    const auto bits = static_cast<std::uint32_t>(random());
    const Register reg = Register::unpack(bits);  // total: any bits
    const PackResult result = reg.pack();
    ASSERT_TRUE(result) << name << " seed " << kSeed << " bits " << bits;
    ASSERT_EQ(result.value, bits & Register::kKnownBits) << name << " seed " << kSeed;
    ASSERT_EQ(Register::unpack(result.value), reg) << name;
  }
}

TEST(Pack, EveryRegisterPacksWhatItUnpacked) {
#define MATTOCK_REGISTER(block, reg) check_round_trip<block::reg>(#block "::" #reg);
#define MATTOCK_FIELD(block, reg, member)
#include "hw/generated/register_list.inc"
#undef MATTOCK_REGISTER
#undef MATTOCK_FIELD
}

const FieldInfo& field_named(std::span<const FieldInfo> fields, std::string_view name) {
  return *std::ranges::find(fields, name, &FieldInfo::name);
}

/// The member holds what the table's decoder says, alone of all members when only its bits are set.
template <class Register, class Member>
void check_member(Member Register::*member, std::string_view name) {
  std::mt19937 random(kSeed);
  const FieldInfo& field = field_named(Register::fields(), name);
  for (int i = 0; i < kRounds; ++i) {
    const auto bits = static_cast<std::uint32_t>(random());
    const Register reg = Register::unpack(bits);
    ASSERT_EQ(static_cast<std::int64_t>(reg.*member), decode_field(field, field.raw(bits))) << name;
    Register alone;
    alone.*member = reg.*member;
    const std::uint32_t rest = Register{}.pack().value & ~field.mask();
    ASSERT_EQ(alone.pack().value, (bits & field.mask()) | rest) << name;
  }
}

TEST(Pack, EveryMemberHoldsWhatTheTablesSay) {
#define MATTOCK_REGISTER(block, reg)
#define MATTOCK_FIELD(block, reg, member) check_member(&block::reg::member, #member);
#include "hw/generated/register_list.inc"
#undef MATTOCK_REGISTER
#undef MATTOCK_FIELD
}

template <class Register, class Member>
void expect_misfit(Member Register::*member, std::int64_t value, const FieldInfo& field) {
  Register reg;
  reg.*member = static_cast<Member>(value);
  const PackResult result = reg.pack();
  ASSERT_FALSE(result) << field.name << " = " << value;
  EXPECT_EQ(result.misfit, &field) << field.name;
  EXPECT_EQ(result.found, value) << field.name;
  const auto word = command(reg);
  ASSERT_FALSE(word) << field.name;
  EXPECT_EQ(word.error().code, Code::kBadInput);
  EXPECT_NE(word.error().message.find(field.name), std::string::npos) << word.error().message;
}

template <class Register, class Member>
void check_misfits(Member Register::*member, std::string_view name) {
  const FieldInfo& field = field_named(Register::fields(), name);
  const std::int64_t count = std::int64_t{1} << field.width();
  switch (field.encoding) {
    case Encoding::kMinusOne:
      expect_misfit(member, 0, field);
      expect_misfit(member, count + 1, field);
      break;
    case Encoding::kShifted: expect_misfit(member, 1, field); break;
    case Encoding::kSigned:
      if (field.width() == 32) break;
      expect_misfit(member, count / 2, field);
      expect_misfit(member, -count / 2 - 1, field);
      break;
    default:
      if (field.width() < 32) expect_misfit(member, count, field);
  }
}

TEST(Pack, AValueThatDoesNotFitNamesItsField) {
#define MATTOCK_REGISTER(block, reg)
#define MATTOCK_FIELD(block, reg, member) check_misfits(&block::reg::member, #member);
#include "hw/generated/register_list.inc"
#undef MATTOCK_REGISTER
#undef MATTOCK_FIELD
}

TEST(Pack, TheMessageSaysRegisterFieldValueAndRange) {
  const auto wide = command(cna::DataSize0{.datain_width = 4096, .datain_height = 1});
  ASSERT_FALSE(wide);
  EXPECT_EQ(wide.error().message,
            "cna.data_size0.datain_width = 4096 does not fit bits [26:16]; allowed: 0 to 2047 pixels");
  const auto empty = command(dpu::DataCubeWidth{.width = 0});
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().message, "dpu.data_cube_width.width = 0 does not fit bits [12:0]; allowed: 1 to 8192 pixels");
}

TEST(Pack, ACommandCarriesTheBlocksTargetAndTheRegistersOffset) {
  const auto word = command(cna::DataSize0{.datain_width = 64, .datain_height = 1});
  ASSERT_TRUE(word);
  EXPECT_EQ(word->encode(), 0x0201'0040'0001'1020U);
}

TEST(Pack, EncodingAFieldUndoesDecodingIt) {
  const RegisterInfo& reg = *find_register(Block::kDpu, dpu::DataCubeNotch::kOffset);
  for (const FieldInfo& field : reg.fields) {
    EXPECT_EQ(encode_field(reg, field, 5).value(), 5U << field.low);
    EXPECT_FALSE(encode_field(reg, field, 8192));
    EXPECT_FALSE(encode_field(reg, field, -1));
  }
}

}  // namespace
}  // namespace mattock::hw
