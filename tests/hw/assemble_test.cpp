#include "hw/assemble.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mattock::hw {
namespace {

std::string error_of(std::string_view line) {
  const auto word = assemble_line(line);
  if (word) return "no error";
  EXPECT_EQ(word.error().code, Code::kBadInput);
  return word.error().message;
}

TEST(Assemble, FieldsMayComeInAnyOrderAndAbsentOnesAreZeroBits) {
  EXPECT_EQ(assemble_line("cna.data_size0 datain_height=1 datain_width=64").value(), 0x0201'0040'0001'1020U);
  EXPECT_EQ(assemble_line("cna.data_size0 datain_width=0x40").value(), 0x0201'0040'0000'1020U);
  EXPECT_EQ(assemble_line("dpu.data_cube_width width=8").value(), 0x1001'0000'0007'4030U);
  EXPECT_EQ(assemble_line("dpu.data_cube_width").value(), 0x1001'0000'0000'4030U);
}

TEST(Assemble, EnumsAreTakenByNameOrNumberAndReadingsAreIgnored) {
  EXPECT_EQ(assemble_line("dpu.data_format proc_precision=fp16").value(), 0x1001'0000'0002'4010U);
  EXPECT_EQ(assemble_line("dpu.data_format proc_precision=2").value(), 0x1001'0000'0002'4010U);
  EXPECT_EQ(assemble_line("dpu.bs_alu_cfg bs_alu_operand=0x43000000(whatever)").value(), 0x1001'4300'0000'4044U);
}

TEST(Assemble, AValueThatDoesNotFitIsRefusedWithItsRange) {
  EXPECT_EQ(error_of("cna.data_size0 datain_width=2048"),
            "cna.data_size0.datain_width = 2048 does not fit bits [26:16]; allowed: 0 to 2047 pixels");
  EXPECT_EQ(error_of("pc.base_address next_address=8"),
            "pc.base_address.next_address = 8 does not fit bits [31:4]; allowed: a multiple of 16 up to 0xfffffff0");
  EXPECT_EQ(error_of("cna.pad_con0 pad_value=-32769"),
            "cna.pad_con0.pad_value = -32769 does not fit bits [31:16]; allowed: -32768 to 32767");
  // The low 32 bits of this number would fit.
  EXPECT_NE(error_of("cna.data_size0 datain_width=4294967296"), "no error");
}

TEST(Assemble, WhatIsNotUnderstoodIsNamed) {
  EXPECT_EQ(error_of(""), "the line names no register");
  EXPECT_EQ(error_of("0012 ; nothing here"), "the line names no register");
  EXPECT_EQ(error_of("gpu.data_size0"), "'gpu.data_size0' does not begin with a block");
  EXPECT_EQ(error_of("cna.data_size9"), "cna has no register 'data_size9'");
  EXPECT_EQ(error_of("cna.data_size0 widht=3"), "cna.data_size0 has no field 'widht'");
  EXPECT_EQ(error_of("cna.data_size0 datain_width"), "'datain_width' is not of the form field=value");
  EXPECT_EQ(error_of("cna.data_size0 datain_width=x1"),
            "cna.data_size0.datain_width: 'x1' is not a value of this field; allowed: 0 to 2047");
  EXPECT_EQ(error_of("cna.data_size0 datain_width=1 datain_width=1"), "'datain_width' occurs twice");
  EXPECT_EQ(error_of("cna.data_size0 !unknown=0x1"),
            "!unknown=0x1 holds bits 0x1 that belong to fields of cna.data_size0");
  EXPECT_EQ(error_of("tail.op_enable blocks=cna+pc"), "'pc' is not a block that can be started");
  EXPECT_EQ(error_of("tail.op_enable blocks="), "'' is not a block that can be started");
  EXPECT_EQ(error_of("0201'0040'0001 cna.data_size0"), "'0201'0040'0001' is not a raw word of 16 hexadecimal digits");
  EXPECT_EQ(error_of("cna.0x10000 value=1"), "'0x10000' is not a number from 0 to 0xffff");
}

TEST(Assemble, ARawWordThatDisagreesWithTheFieldsIsRefused) {
  EXPECT_EQ(error_of("0012  0201'0040'0001'1020  cna.data_size0  datain_width=65 datain_height=1"),
            "raw word 0201004000011020 and fields (0201004100011020) disagree");
}

}  // namespace
}  // namespace mattock::hw
