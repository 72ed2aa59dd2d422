#include "replay/recording.hpp"

#include <random>

#include "replay/layout.hpp"
#include "replay/recordings.hpp"

namespace mattock::replay {
namespace {

using test::recording;
using test::recording_text;

// The smallest whole recording: one task of one word.
const std::string kSmall =
    "# small\n"
    "A 1 16 size 32 type FP16\n"
    "submit seq 1 flags 0x5 timeout 6000 task_start 0 task_number 1 priority 0\n"
    "mem 1 dma 0x7f000000 size 0x1000 flags 0x3\n"
    "task 0 flags 0x0 op_idx 0 enable_mask 0xf int_mask 0x300 int_clear 0x1ffff int_status 0x0 regcfg_amount 1 "
    "regcfg_offset 0x0 regcmd 0x7f000000  ; mem 1 + 0x0\n"
    "     0 02010000000e1004  CNA  op 0201 reg 1004 = 0000000e\n"
    "     1 0000000000000000  -    op 0000 reg 0000 = 00000000  (beyond regcfg_amount)\n"
    "     2 0000000000000000  -    op 0000 reg 0000 = 00000000  (beyond regcfg_amount)\n"
    "     3 0041000000000000  -    op 0041 reg 0000 = 00000000  (beyond regcfg_amount)\n"
    "     4 00810000000f0008  -    op 0081 reg 0008 = 0000000f  (beyond regcfg_amount)\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string error_of(const std::string& text) {
  const auto parsed = parse_recording(text);
  if (parsed) return "accepted";
  EXPECT_EQ(parsed.error().code, Code::kBadFile);
  return parsed.error().message;
}

TEST(Recording, HoldsTensorsBuffersTasksAndWords) {
  const auto parsed = parse_recording(kSmall);
  ASSERT_TRUE(parsed.has_value()) << to_string(parsed.error());
  EXPECT_EQ(parsed->name, "small");
  ASSERT_NE(parsed->tensor("A"), nullptr);
  EXPECT_EQ(parsed->tensor("A")->shape, (std::vector<std::uint64_t>{1, 16}));
  EXPECT_EQ(parsed->tensor("A")->type, "FP16");
  EXPECT_EQ(parsed->tensor("B"), nullptr);
  ASSERT_EQ(parsed->submits.size(), 1u);
  const Submit& submit = parsed->submits[0];
  EXPECT_EQ(submit.buffers.at(0).address, 0x7f000000u);
  EXPECT_EQ(submit.buffers.at(0).bytes, 0x1000u);
  const Task& task = submit.tasks.at(0);
  EXPECT_EQ(task.record.enable_mask, 0xfu);
  EXPECT_EQ(task.record.int_clear, 0x1ffffu);
  EXPECT_EQ(task.record.regcmd_addr, 0x7f000000u);
  EXPECT_EQ(task.words, (std::vector<std::uint64_t>{0x02010000000e1004, 0, 0, 0x0041000000000000, 0x00810000000f0008}));
}

TEST(Recording, AllTwelveFilesParseToTheProductInTheirName) {
  for (const char* name : test::kRecordings) {
    const Recording parsed = recording(name);
    const auto product = product_of(parsed);
    ASSERT_TRUE(product.has_value()) << name << ": " << to_string(product.error());
    const std::string spelt = std::string(product->fp16 ? "fp16-" : "int8-") + std::to_string(product->m) + "x" +
                              std::to_string(product->k) + "x" + std::to_string(product->n) + "-b";
    EXPECT_TRUE(std::string(name).starts_with(spelt)) << name << " against " << spelt;
    EXPECT_EQ(product->native_ac, std::string(name).ends_with("ac1"));
    EXPECT_EQ(product->a_bytes(), parsed.tensor("A")->bytes) << name;
    EXPECT_EQ(product->b_bytes(), parsed.tensor("B")->bytes) << name;
    EXPECT_EQ(product->c_bytes(), parsed.tensor("C")->bytes) << name;
  }
}

TEST(Recording, FaultsAreNamedWithTheirLine) {
  EXPECT_EQ(error_of(replaced(kSmall, "02010000000e1004", "02010000000f1004")).substr(0, 7), "line 6:");
  EXPECT_NE(error_of(replaced(kSmall, "02010000000e1004", "02010000000f1004")).find("says otherwise"),
            std::string::npos);
  EXPECT_EQ(error_of(replaced(kSmall, "     1 0000", "     2 0000")), "line 7: word 2 follows; word 1 is expected");
  EXPECT_EQ(error_of(replaced(kSmall, "02010000000e1004", "2010000000e1004")),
            "line 6: '2010000000e1004' is no word of 16 hexadecimal digits");
  EXPECT_EQ(error_of(replaced(kSmall, "regcfg_amount 1 ", "regcfg_amount 2 ")),
            "line 11: the task before this line has 5 words; its record says 2 and 4 tail words");
  EXPECT_EQ(error_of(replaced(kSmall, "task 0 ", "task 1 ")), "line 5: task 1 follows; task 0 is expected");
  EXPECT_EQ(error_of(replaced(kSmall, "dma 0x7f000000", "dma 0x7g000000")).substr(0, 31),
            "line 4: 'dma' is 0x7g000000; a ");
  EXPECT_EQ(error_of(replaced(kSmall, "enable_mask 0xf ", "")), "line 5: 'enable_mask' is missing");
  EXPECT_EQ(error_of(replaced(kSmall, "A 1 16", "A 1 0")).substr(0, 30), "line 2: '0' is no dimension of");
  EXPECT_EQ(error_of(replaced(kSmall, "mem 1", "men 1")).substr(0, 36), "line 4: 'men' is no line of a record");
  EXPECT_EQ(error_of(replaced(kSmall, "task_number 1", "task_number 2")),
            "the submit runs 2 tasks from task 0; the recording holds 1");
  EXPECT_EQ(error_of(""), "line 1: the recording holds no submit");
}

TEST(Recording, EveryTruncationIsRefusedOrConsistent) {
  for (std::size_t length = 0; length < kSmall.size(); ++length) {
    const auto parsed = parse_recording(std::string_view(kSmall).substr(0, length));
    if (parsed) {
      EXPECT_EQ(parsed->submits.at(0).tasks.at(0).words.size(), 5u) << length;
    } else {
      EXPECT_FALSE(parsed.error().message.empty()) << length;
    }
  }
}

TEST(Recording, RandomDamageNeverCrashes) {
  constexpr unsigned kSeed = 3;
  std::mt19937 random(kSeed);
  const std::string whole = recording_text("int8-4x32x16-b1-ac1");
  for (int round = 0; round < 2000; ++round) {
    std::string text = whole;
    for (unsigned i = 0; i < 1 + random() % 6; ++i) text[random() % text.size()] = static_cast<char>(random());
    if (random() % 3 == 0) text.resize(random() % text.size());
    const auto parsed = parse_recording(text);
    EXPECT_TRUE(parsed || !parsed.error().message.empty()) << "seed " << kSeed << " round " << round;
  }
}

TEST(RecordedProduct, PutsElementsWhereTheRegistersReadThem) {
  const Product row_major{.m = 4, .k = 32, .n = 16, .fp16 = true, .native_ac = false};
  EXPECT_EQ(row_major.a_offset(2, 5), 2u * 64 + 10);
  EXPECT_EQ(row_major.c_offset(2, 5), 2u * 64 + 20);
  EXPECT_EQ(row_major.b_offset(17, 9), 1024u / 2 + 8 * 32 + 1 * 32 + 2);  // group 1, slice 1, kernel 1, lane 1
  const Product native{.m = 6, .k = 32, .n = 16, .fp16 = false, .native_ac = true};
  EXPECT_EQ(native.row_pitch(), 8u);
  EXPECT_EQ(native.a_offset(5, 9), 8u * 8 + 5 * 8 + 1);
  EXPECT_EQ(native.c_offset(5, 9), 2u * 8 * 16 + 5 * 16 + 4);
}

}  // namespace
}  // namespace mattock::replay
