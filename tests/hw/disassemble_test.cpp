#include "hw/disassemble.hpp"

#include <gtest/gtest.h>

#include <random>

#include "hw/assemble.hpp"
#include "hw/recordings.hpp"

namespace mattock::hw {
namespace {

constexpr unsigned kSeed = 5;

std::string line(std::uint64_t word, const TextOptions& options = {}) {
  return line_text(decode_word(word), 12, options);
}

/// With the raw word hidden the line must still hold everything.
void expect_round_trip(std::uint64_t word) {
  for (const bool raw : {true, false}) {
    TextOptions options;
    options.show_raw = raw;
    options.show_index = raw;
    const std::string text = line(word, options);
    const auto back = assemble_line(text);
    ASSERT_TRUE(back) << text << ": " << to_string(back.error());
    ASSERT_EQ(*back, word) << text;
  }
}

TEST(Disassemble, ALineShowsIndexRawWordRegisterAndRealSizes) {
  EXPECT_EQ(line(0x0201'0040'0001'1020),
            "0012  0201'0040'0001'1020  cna.data_size0              datain_width=64 datain_height=1");
}

TEST(Disassemble, IndexRawWordAndAddressesCanBeHidden) {
  TextOptions options;
  options.show_index = false;
  options.show_raw = false;
  EXPECT_EQ(line(0x1001'7f00'2000'4020, options), "dpu.dst_base_addr           dst_base_addr=0x7f002000");
  options.show_addresses = false;
  EXPECT_EQ(line(0x1001'7f00'2000'4020, options), "dpu.dst_base_addr           dst_base_addr=*");
}

TEST(Disassemble, EnumsHaveNamesAndOperandsBothReadings) {
  EXPECT_EQ(fields_text(decode_word(0x1001'4800'0002'4010)),
            "out_precision=fp16 in_precision=fp16 ew_shift_neg=0 bn_shift_neg=0 bs_shift_neg=0 mc_surf_out=0 "
            "proc_precision=fp16");
  EXPECT_EQ(fields_text(decode_word(0x1001'4300'0000'4044)), "bs_alu_operand=0x43000000(int32:1124073472,fp32:128)");
  EXPECT_EQ(fields_text(decode_word(0x1001'bc00'0e01'4048)),
            "bs_mul_operand=0xbc00(int16:-17408,fp16:-1) bs_mul_shift=14 bs_mul_shift_src=0 bs_mul_src=1");
  EXPECT_EQ(fields_text(decode_word(0x2001'ffff'fe40'504c)), "surf_notch=-448");
}

TEST(Disassemble, AnEnumCodeWithoutANameIsANumber) {
  EXPECT_EQ(fields_text(decode_word(0x1001'0000'0004'400c)),  // output mode 2 is not described
            "tp_en=0 regroup=0 nonalign=0 surf_len=0 burst_len=0x0 conv_mode=direct output_mode=2 flying_mode=0");
  expect_round_trip(0x1001'0000'0004'400c);
}

TEST(Disassemble, UnknownBitsRegistersAndTargetsAreInPlainSight) {
  const DecodedWord bits = decode_word(0x0201'8009'0001'1020);
  EXPECT_EQ(bits.unknown_bits, 0x80000000U);
  EXPECT_FALSE(bits.fully_known());
  EXPECT_EQ(fields_text(bits), "datain_width=9 datain_height=1 !unknown=0x80000000");

  const DecodedWord reg = decode_word(0x0201'0000'0001'19a0);
  EXPECT_EQ(reg.kind, WordKind::kUnknownRegister);
  EXPECT_FALSE(reg.fully_known());
  EXPECT_EQ(register_text(reg) + " " + fields_text(reg), "cna.0x19a0 !unknown_register value=0x00000001");

  const DecodedWord target = decode_word(0x1234'0000'0010'abcd);
  EXPECT_EQ(target.kind, WordKind::kUnknownTarget);
  EXPECT_FALSE(target.fully_known());
  EXPECT_EQ(register_text(target) + " " + fields_text(target), "0x1234.0xabcd !unknown_target value=0x00000010");
}

TEST(Disassemble, ARegisterWrittenToTheWrongBlockIsUnknown) {
  EXPECT_EQ(decode_word(0x0201'0000'0000'4020).kind, WordKind::kUnknownRegister);
}

TEST(Disassemble, TailWordsHaveNames) {
  EXPECT_EQ(register_text(decode_word(0)), "nothing");
  EXPECT_EQ(register_text(decode_word(0x0041'0000'0000'0000)), "tail.marker");
  const DecodedWord enable = decode_word(0x0081'0000'001f'0008);
  EXPECT_EQ(register_text(enable), "tail.op_enable");
  EXPECT_EQ(fields_text(enable), "blocks=cna+cmac+core+dpu+dpu_rdma");
  EXPECT_EQ(fields_text(decode_word(0x0081'0000'0180'0008)), "blocks=none !unknown=0x00000180");
  EXPECT_EQ(fields_text(decode_word(0x0041'0000'0007'0000)), "!unknown=0x00000007");
  EXPECT_EQ(fields_text(decode_word(0x0101'0000'0780'0010)), "next_address=0x780 slave_mode=0");
}

TEST(Disassemble, TheVerboseViewGivesStatusAndEvidence) {
  TextOptions options;
  options.show_evidence = true;
  const std::string text = line(0x0201'0000'0071'1040, options);
  EXPECT_NE(text.find("\n      ; data_banks [3:0] banks: verified (recording:hady-rk3566-matmul)"), std::string::npos)
      << text;
}

TEST(Disassemble, EveryWordOfTheRecordedStreamsIsKnownToTheLastBitAndComesBack) {
  const auto files = test::stream_files();
  ASSERT_EQ(files.size(), 12U);
  for (const auto& file : files) {
    const auto words = test::stream_words(file);
    ASSERT_GE(words.size(), 116U) << file;  // 112 words and the tail
    for (const std::uint64_t word : words) {
      EXPECT_TRUE(decode_word(word).fully_known()) << file << ": " << line(word);
      expect_round_trip(word);
    }
  }
}

TEST(Disassemble, EveryWordOfTheRecordedProductIsKnownToTheLastBitAndComesBack) {
  const auto words = test::seed_words();
  ASSERT_EQ(words.size(), 69U + 69 + 69 + 19 + 17 + 18 + 17 + 70 + 8 * 4);
  for (const std::uint64_t word : words) {
    EXPECT_TRUE(decode_word(word).fully_known()) << line(word);
    expect_round_trip(word);
  }
}

TEST(Disassemble, EveryRegisterComesBackWithRandomLegalValues) {
  std::mt19937 random(kSeed);
  for (std::size_t i = 0; i < kBlockCount; ++i) {
    const auto block = static_cast<Block>(i);
    for (const RegisterInfo& reg : registers(block)) {
      for (int round = 0; round < 50; ++round) {
        const Command command{target_of(block), static_cast<std::uint32_t>(random()) & reg.known_bits, reg.offset};
        EXPECT_TRUE(decode_word(command.encode()).fully_known()) << reg.name << " seed " << kSeed;
        expect_round_trip(command.encode());
      }
    }
  }
}

TEST(Disassemble, AnyWordComesBack) {
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 20000; ++round) {
    std::uint64_t word = random();
    if (round % 2 == 0) {  // half of them to a real register, with all bits of the value
      const auto block = static_cast<Block>(random() % kBlockCount);
      const auto all = registers(block);
      word =
          Command{target_of(block), static_cast<std::uint32_t>(word >> 16), all[random() % all.size()].offset}.encode();
    }
    expect_round_trip(word);
  }
}

Program small_program() {
  Program program;
  program.words = {0x1001'0000'0000'4020,
                   0x1001'0000'0040'4024,  // task 0: 2 words and the tail
                   0x0101'0000'0040'0010,
                   0x0101'0000'0003'0014,
                   0x0041'0000'0000'0000,
                   0x0081'0000'0018'0008,
                   0,
                   0,
                   0x1001'0000'0100'4020,
                   0,
                   0x0101'0000'0000'0014,
                   0x0041'0000'0000'0000,
                   0x0081'0000'0018'0008};
  program.tasks.push_back({.op_index = 3, .enable_mask = 0x18, .int_mask = 0x300, .regcfg_amount = 2});
  program.tasks.push_back(
      {.op_index = 4, .enable_mask = 0x18, .int_mask = 0x300, .regcfg_amount = 1, .regcmd_addr = 0x40});
  program.relocations = {{"C", 0x80, 0}, {"odd\n\"name", 0x100, 8}};
  return program;
}

TEST(Listing, ShowsTheTasksOfARangeWithTheirRelocations) {
  TextOptions options;
  options.show_raw = false;
  const auto text = listing(small_program(), {0, 2}, options);
  ASSERT_TRUE(text) << to_string(text.error());
  EXPECT_EQ(*text,
            "task 0: words at 0x0, 2 + 4 tail, enable 0x18, interrupt 0x300, node 3\n"
            "0000  dpu.dst_base_addr           dst_base_addr=0x0  ; -> \"C\" + 0x80\n"
            "0001  dpu.dst_surf_stride         dst_surf_stride=64\n"
            "0002  pc.base_address             next_address=0x40 slave_mode=0  ; -> command words + 0x40\n"
            "0003  pc.register_amounts         amount=3\n"
            "0004  tail.marker\n"
            "0005  tail.op_enable              blocks=dpu+dpu_rdma\n"
            "task 1: words at 0x40, 1 + 4 tail, enable 0x18, interrupt 0x300, node 4\n"
            "0000  dpu.dst_base_addr           dst_base_addr=0x100  ; -> \"odd\\x0a\\x22name\" + 0x100\n"
            "0001  nothing\n"
            "0002  pc.register_amounts         amount=0\n"
            "0003  tail.marker\n"
            "0004  tail.op_enable              blocks=dpu+dpu_rdma\n");
}

TEST(Listing, EveryLineOfAListingAssembles) {
  const Program program = small_program();
  const auto words = list_task(program, 0);
  ASSERT_TRUE(words);
  for (const ListedWord& word : *words) {
    EXPECT_EQ(assemble_line(line_text(word.decoded, word.index) + "  ; -> \"C\" + 0x80").value(),
              program.words[word.program_index]);
  }
}

TEST(Listing, RefusesTasksThatDoNotExistOrLieOutside) {
  Program program = small_program();
  EXPECT_EQ(list_task(program, 2).error().code, Code::kBadInput);
  EXPECT_FALSE(listing(program, {1, 2}));
  program.tasks[0].regcfg_amount = 0xffffffff;
  EXPECT_EQ(list_task(program, 0).error().code, Code::kBadFile);
  program.tasks[0].regcfg_amount = 1;
  program.tasks[0].regcmd_addr = 4;  // not on a word
  EXPECT_EQ(list_task(program, 0).error().code, Code::kBadFile);
  program.tasks[0].regcmd_addr = 0xffff'ffff'ffff'fff8;
  EXPECT_EQ(list_task(program, 0).error().code, Code::kBadFile);
  EXPECT_EQ(list_task(Program{}, 0).error().code, Code::kBadInput);
}

}  // namespace
}  // namespace mattock::hw
