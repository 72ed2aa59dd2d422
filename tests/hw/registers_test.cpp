// The description itself, and the lookup over it.
#include "hw/registers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <regex>
#include <set>
#include <string>

namespace mattock::hw {
namespace {

constexpr std::array kBlocks = {Block::kPc,  Block::kCna,     Block::kCmac, Block::kCore,
                                Block::kDpu, Block::kDpuRdma, Block::kPpu,  Block::kPpuRdma};

std::string where(const RegisterInfo& reg) { return std::string(block_name(reg.block)) + "." + std::string(reg.name); }

template <class Check>
void each_register(Check check) {
  for (const Block block : kBlocks) {
    for (const RegisterInfo& reg : registers(block)) check(reg);
  }
}

TEST(Registers, EveryBlockHasRegistersInRisingOrderWithoutDuplicates) {
  for (const Block block : kBlocks) {
    std::set<std::string_view> names;
    int previous = -1;
    ASSERT_FALSE(registers(block).empty()) << block_name(block);
    for (const RegisterInfo& reg : registers(block)) {
      EXPECT_EQ(reg.block, block);
      EXPECT_GT(int{reg.offset}, previous) << where(reg);
      EXPECT_TRUE(names.insert(reg.name).second) << where(reg);
      previous = reg.offset;
    }
  }
}

TEST(Registers, EveryRegisterLiesInTheAddressRangeOfItsBlock) {
  each_register([](const RegisterInfo& reg) {
    const int page = static_cast<int>(reg.block);  // PC 0x0000, CNA 0x1000, ... in the order of the blocks
    EXPECT_EQ(reg.offset >> 12, page) << where(reg);
    EXPECT_EQ(reg.offset % 4, 0) << where(reg);
  });
}

TEST(Registers, FieldsDoNotOverlapAndAddUpToTheKnownBits) {
  each_register([](const RegisterInfo& reg) {
    std::uint32_t seen = 0;
    std::set<std::string_view> names;
    for (const FieldInfo& field : reg.fields) {
      EXPECT_GE(field.high, field.low) << where(reg) << "." << field.name;
      EXPECT_LE(int{field.high}, 31) << where(reg) << "." << field.name;
      EXPECT_EQ(seen & field.mask(), 0U) << where(reg) << "." << field.name;
      EXPECT_TRUE(names.insert(field.name).second) << where(reg) << "." << field.name;
      seen |= field.mask();
    }
    EXPECT_EQ(seen, reg.known_bits) << where(reg);
    EXPECT_EQ(reg.reset & ~reg.known_bits, 0U) << where(reg);
    EXPECT_FALSE(reg.doc.empty()) << where(reg);
  });
}

TEST(Registers, EveryFieldHasEvidenceThatItsStatusAllows) {
  const std::regex form("(recording|vendor-stream|vendor-model):[A-Za-z0-9_-]+|board-report|manual|inferred");
  each_register([&](const RegisterInfo& reg) {
    for (const FieldInfo& field : reg.fields) {
      const std::string evidence(field.evidence);
      EXPECT_TRUE(std::regex_match(evidence, form)) << where(reg) << "." << field.name << ": " << evidence;
      const bool on_chip = evidence.starts_with("recording:") || evidence == "board-report";
      const bool in_vendor_file = evidence.starts_with("vendor-");
      if (field.status == Status::kVerified) {
        EXPECT_TRUE(on_chip) << where(reg) << "." << field.name;
      }
      if (field.status == Status::kObserved) {
        EXPECT_TRUE(in_vendor_file) << where(reg) << "." << field.name;
      }
      if (field.status == Status::kAssumed) {
        EXPECT_FALSE(on_chip || in_vendor_file) << where(reg) << "." << field.name;
      }
    }
  });
}

TEST(Registers, EnumFieldsListDistinctValuesOfWhichSomeFit) {
  each_register([](const RegisterInfo& reg) {
    for (const FieldInfo& field : reg.fields) {
      EXPECT_EQ(field.encoding == Encoding::kEnum, !field.values.empty()) << where(reg) << "." << field.name;
      std::set<std::uint32_t> raws;
      std::size_t fitting = 0;
      for (const EnumValue& value : field.values) {
        EXPECT_TRUE(raws.insert(value.raw).second) << where(reg) << "." << field.name << "." << value.name;
        if (value.raw <= field.mask() >> field.low) ++fitting;
      }
      if (field.encoding == Encoding::kEnum) {
        EXPECT_GE(fitting, 2U) << where(reg) << "." << field.name;
      }
    }
  });
}

TEST(Registers, PointerAndStatusExistOnceAndTheRestOncePerGroup) {
  each_register([](const RegisterInfo& reg) {
    const unsigned low = reg.offset & 0xfffU;
    const bool shared = reg.block == Block::kPc || low == 0x0 || low == 0x4;
    EXPECT_EQ(reg.doubled, !shared) << where(reg);
  });
}

TEST(Registers, LookupFindsEveryRegisterAndNothingBetween) {
  each_register([](const RegisterInfo& reg) {
    EXPECT_EQ(find_register(reg.block, reg.offset), &reg);
    EXPECT_EQ(find_register(reg.block, static_cast<std::uint16_t>(reg.offset + 1)), nullptr);
  });
  EXPECT_EQ(find_register(Block::kCna, 0x1fff), nullptr);
  EXPECT_EQ(find_register(Block::kCna, 0x4010), nullptr);  // a DPU register
  EXPECT_EQ(find_register(Block::kDpu, 0x1020), nullptr);
}

TEST(Registers, DecodingAFieldFollowsItsEncoding) {
  FieldInfo field{"f", 10, 4, Encoding::kPlain, 0, {}, "", Status::kAssumed, "manual", ""};
  EXPECT_EQ(field.width(), 7U);
  EXPECT_EQ(field.mask(), 0x7f0U);
  EXPECT_EQ(field.raw(0xfffff), 0x7fU);
  EXPECT_EQ(decode_field(field, 0x7f), 127);
  field.encoding = Encoding::kSigned;
  EXPECT_EQ(decode_field(field, 0x7f), -1);
  EXPECT_EQ(decode_field(field, 0x40), -64);
  EXPECT_EQ(decode_field(field, 0x3f), 63);
  field.encoding = Encoding::kMinusOne;
  EXPECT_EQ(decode_field(field, 0), 1);
  EXPECT_EQ(decode_field(field, 0x7f), 128);
  field.encoding = Encoding::kShifted;
  field.shift = 4;
  EXPECT_EQ(decode_field(field, 3), 48);
  const FieldInfo whole{"w", 31, 0, Encoding::kSigned, 0, {}, "", Status::kAssumed, "manual", ""};
  EXPECT_EQ(whole.mask(), 0xffffffffU);
  EXPECT_EQ(decode_field(whole, 0xfffffe40), -448);
}

}  // namespace
}  // namespace mattock::hw
