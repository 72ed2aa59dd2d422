// The rows of the chip table against the notes on the silicon, number by number.
#include "hw/chip.hpp"

#include <gtest/gtest.h>

#include "hw/registers.hpp"

namespace mattock::hw {
namespace {

TEST(Chip, TheTableHoldsRk3566AndRk3568AndNoOthers) {
  ASSERT_EQ(chips().size(), 2U);
  EXPECT_EQ(chips()[0].name, "rk3566");
  EXPECT_EQ(chips()[1].name, "rk3568");
  EXPECT_EQ(find_chip("rk3588"), nullptr);
  EXPECT_EQ(find_chip(""), nullptr);
}

TEST(Chip, BothCarryTheSameNpu) {
  for (const std::string_view name : {"rk3566", "rk3568"}) {
    const Chip* chip = find_chip(name);
    ASSERT_NE(chip, nullptr) << name;
    EXPECT_EQ(chip->generation, "RKNPU lite");
    EXPECT_EQ(chip->atom_bytes, 8U);
    EXPECT_EQ(chip->wide_pixel_bytes, 16U);
    EXPECT_EQ(chip->surface_align_pixels, 4U);
    EXPECT_EQ(chip->slice_bytes, 32U);
    EXPECT_EQ(chip->kernels_per_group_8bit, 16U);
    EXPECT_EQ(chip->kernels_per_group_16bit, 8U);
    EXPECT_EQ(chip->cbuf_banks * chip->cbuf_bank_bytes, 256U * 1024);
    EXPECT_EQ(chip->cbuf_bank_bytes / chip->cbuf_entry_bytes, 1024U);  // entries of a bank
    EXPECT_EQ(chip->cbuf_entry_bytes, 4 * chip->atom_bytes);
    EXPECT_EQ(chip->pc_amount_scale, 1U);
    EXPECT_EQ(chip->max_tasks, 4095U);
    EXPECT_EQ(chip->dma_limit, 0x1'0000'0000U);
    EXPECT_EQ(chip->max_width_px, 2047U);
    EXPECT_EQ(chip->max_flying_width_px, 8176U);
  }
}

// vendor-lowering.md 5: a last slice of 24 bytes is stored as 32; 8 and 16 stay.
TEST(Chip, StoresALastSliceOfThreeAtomsWhole) {
  for (const Chip& chip : chips()) {
    for (const std::size_t bytes : {8u, 16u, 32u, 40u, 48u, 64u}) EXPECT_EQ(stored_kernel_bytes(chip, bytes), bytes);
    EXPECT_EQ(stored_kernel_bytes(chip, 24), 32u);
    EXPECT_EQ(stored_kernel_bytes(chip, 56), 64u);
  }
}

/// Largest number the field holds.
std::int64_t limit(Block block, std::uint16_t offset, std::string_view name) {
  for (const FieldInfo& field : find_register(block, offset)->fields) {
    if (field.name == name) return decode_field(field, field.mask() >> field.low);
  }
  return -1;
}

TEST(Chip, LimitsThatFieldsImposeAgreeWithTheFields) {
  for (const Chip& chip : chips()) {
    EXPECT_EQ(limit(Block::kCna, 0x1020, "datain_width"), static_cast<std::int64_t>(chip.max_width_px));
    EXPECT_EQ(limit(Block::kPc, 0x0030, "task_number"), static_cast<std::int64_t>(chip.max_tasks));
    EXPECT_GE(limit(Block::kDpu, 0x4030, "width"), static_cast<std::int64_t>(chip.max_flying_width_px));
    EXPECT_GE(limit(Block::kCna, 0x1040, "data_banks"), static_cast<std::int64_t>(chip.cbuf_banks));
    // A line may fill all data banks.
    EXPECT_GE(limit(Block::kCna, 0x1044, "data_entries"),
              static_cast<std::int64_t>((chip.cbuf_banks - 1) * chip.cbuf_bank_bytes / chip.cbuf_entry_bytes));
  }
}

}  // namespace
}  // namespace mattock::hw
