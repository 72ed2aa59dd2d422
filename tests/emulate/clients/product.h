// A small product for clients of the device: operands, the words with the client's addresses, and the check of C.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "product_words.h"

enum { ROWS = 4, INNER = 32, COLUMNS = 16 };

static int value_of_a(int row, int inner) { return (row * 7 + inner * 3) % 11 - 5; }
static int value_of_b(int inner, int column) { return (inner * 5 + column * 2) % 13 - 6; }

// A is row-major, B lies column by column here: one block of 16 columns by 32 inner elements.
static void fill_operands(int8_t* a, int8_t* b) {
  for (int row = 0; row < ROWS; ++row)
    for (int inner = 0; inner < INNER; ++inner) a[row * INNER + inner] = (int8_t)value_of_a(row, inner);
  for (int column = 0; column < COLUMNS; ++column)
    for (int inner = 0; inner < INNER; ++inner) b[column * INNER + inner] = (int8_t)value_of_b(inner, column);
}

static void write_words(volatile uint64_t* to, uint64_t a, uint64_t b, uint64_t c) {
  for (int i = 0; i < WORDS; ++i) {
    const uint64_t word = recorded_words[i];
    const unsigned reg = (unsigned)(word & 0xffff);
    const uint64_t address = reg == REGISTER_A ? a : reg == REGISTER_B ? b : c;
    const int moved = reg == REGISTER_A || reg == REGISTER_B || reg == REGISTER_C;
    to[i] = moved ? (word & 0xffff00000000ffffull) | (address & 0xffffffffu) << 16 : word;
  }
}

// The 40 bytes of a task's record.
static void write_record(void* to, uint32_t words_address) {
  const uint32_t record[10] = {0, 0, 0xf, 0x300, 0x1ffff, 0, WORDS_BEFORE_TAIL, 0, words_address, 0};
  memcpy(to, record, sizeof record);
}

static int count_wrong(const int32_t* c) {
  int wrong = 0;
  for (int row = 0; row < ROWS; ++row)
    for (int column = 0; column < COLUMNS; ++column) {
      int sum = 0;
      for (int inner = 0; inner < INNER; ++inner) sum += value_of_a(row, inner) * value_of_b(inner, column);
      wrong += c[row * COLUMNS + column] != sum;
    }
  return wrong;
}
