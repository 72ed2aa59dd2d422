// The calls of Rockchip's runtime 1.6.0 in their order (hardware/matmul-streams.md, last section), with what it
// tolerates and what not, for a product; then many buffers one after another, each shared and closed.
//   vendor_order [BUFFERS [WAY]]
// With a WAY, so many at a time, whose descriptors are closed together: by close, close_range, closefrom, or by a
// system call's number (sys_close, sys_close_range). Then so many again that are not shared.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "product.h"

struct create {  // 40 bytes: before 0.9.6
  uint32_t handle, flags;
  uint64_t size, token, address, sram;
};
struct submit {
  uint32_t flags, timeout, task_start, task_number, task_counter;
  int32_t priority;
  uint64_t task_token, commands_token, task_base, user_data;
  uint32_t cores;
  int32_t fence;
  uint32_t subcores[10];
};
struct version {
  int32_t numbers[3];
  size_t name_bytes;
  char* name;
  size_t date_bytes;
  char* date;
  size_t description_bytes;
  char* description;
};
struct unique {
  size_t bytes;
  char* text;
};
struct buffer {
  struct create memory;
  int shared;
  char* at;
};

static int device;

static int call(const char* what, unsigned long number, void* argument) {
  if (ioctl(device, number, argument) == 0) return 1;
  printf("%s: %s\n", what, strerror(errno));
  return 0;
}
static void must(int good) {
  if (!good) exit(1);
}
static uint32_t action(const char* what, uint32_t code, uint32_t value, int needed) {
  uint32_t pair[2] = {code, value};
  const int good = call(what, 0xc0086440ul, pair);
  must(good || !needed);
  return pair[1];
}

static void open_card(void) {
  struct stat folder;
  must(access("/dev/rknpu", F_OK) != 0 && stat("/dev/dri", &folder) == 0);
  for (int i = 0; i < 16 && device <= 0; ++i) {
    char path[32];
    snprintf(path, sizeof path, "/dev/dri/card%d", i);
    device = open(path, O_RDWR);
  }
  must(device > 0);
  for (int i = 0; i < 2; ++i) {
    // As libdrm asks: first for lengths, then for texts.
    struct version version = {{0, 0, 0}, 0, NULL, 0, NULL, 0, NULL};
    const unsigned long number = sizeof(void*) == 8 ? 0xc0406400ul : 0xc0246400ul;
    must(call("VERSION", number, &version));
    char* name = calloc(1, version.name_bytes + 1);
    version.name = name;
    version.date_bytes = version.description_bytes = 0;
    must(call("VERSION", number, &version) && strcmp(name, "rknpu") == 0);
    free(name);
  }
  for (int i = 0; i < 2; ++i)
    call("GET_UNIQUE", sizeof(void*) == 8 ? 0xc0106401ul : 0xc0086401ul, &(struct unique){0, NULL});
}

static struct buffer make(uint64_t size, uint32_t flags) {
  struct buffer buffer = {{0, flags, size, 0, 0, 0}, -1, NULL};
  action("GET_IOMMU_EN", 18, 0, 0);
  must(call("MEM_CREATE", 0xc0286442ul, &buffer.memory));
  uint32_t name[2] = {buffer.memory.handle, 0};
  call("GEM_FLINK", 0xc008640aul, name);
  int32_t prime[3] = {(int32_t)buffer.memory.handle, 0x80002, -1};
  must(call("PRIME_HANDLE_TO_FD", 0xc00c642dul, prime));
  buffer.shared = prime[2];
  uint64_t map[2] = {buffer.memory.handle, 0};
  must(call("MEM_MAP", 0xc0106443ul, map));
  buffer.at = mmap64(NULL, buffer.memory.size, PROT_READ | PROT_WRITE, MAP_SHARED, device, (off64_t)map[1]);
  must(buffer.at != MAP_FAILED && buffer.shared >= 0);
  uint64_t sync[4] = {3, buffer.memory.token, 0, buffer.memory.size};
  call("MEM_SYNC", 0xc0206445ul, sync);
  return buffer;
}
static void destroy(struct buffer* buffer) {
  munmap(buffer->at, buffer->memory.size);
  if (buffer->shared >= 0) close(buffer->shared);
  uint64_t destroy[2] = {buffer->memory.handle, 0};
  call("MEM_DESTROY", 0xc0106444ul, destroy);
}

// No other descriptor has a number between theirs.
static void close_all(const char* way, struct buffer* all, int count) {
  int first = all[0].shared, last = first;
  for (int i = 0; i < count; ++i) {
    if (all[i].shared < first) first = all[i].shared;
    if (all[i].shared > last) last = all[i].shared;
  }
  if (strcmp(way, "close_range") == 0) must(close_range((unsigned)first, (unsigned)last, 0) == 0);
  if (strcmp(way, "sys_close_range") == 0) must(syscall(SYS_close_range, first, last, 0) == 0);
  if (strcmp(way, "closefrom") == 0) closefrom(first);
  for (int i = 0; i < count; ++i) {
    if (strcmp(way, "close") == 0) must(close(all[i].shared) == 0);
    if (strcmp(way, "sys_close") == 0) must(syscall(SYS_close, all[i].shared) == 0);
    must(fcntl(all[i].shared, F_GETFD) == -1);
    all[i].shared = -1;
  }
}
static void make_and_close(int buffers, const char* way) {
  struct buffer* all = calloc((size_t)buffers, sizeof *all);
  for (int i = 0; i < buffers; ++i) all[i] = make(1 << 20, 0x3);
  close_all(way, all, buffers);
  for (int i = 0; i < buffers; ++i) destroy(&all[i]);
  free(all);
  for (int i = 0; i < buffers; ++i) must(call("MEM_CREATE", 0xc0286442ul, &(struct create){0, 0x3, 1 << 20, 0, 0, 0}));
}

int main(int count, char** arguments) {
  open_card();
  for (int i = 0; i < 2; ++i) printf("hardware version %u\n", (unsigned)action("GET_HW_VERSION", 0, 0, 1));
  printf("driver version %u\n", (unsigned)action("GET_DRV_VERSION", 1, 0, 1));
  action("POWER_ON", 20, 0, 0);
  action("SET_PROC_NICE", 19, (uint32_t)-19, 0);
  action("GET_DRV_VERSION", 1, 0, 1);
  struct buffer words = make(4096, 0x3), tasks = make(4096, 0xb), a = make(ROWS * INNER, 0x3),
                b = make(INNER * COLUMNS, 0x3), c = make(ROWS * COLUMNS * 4, 0x3);
  fill_operands((int8_t*)a.at, (int8_t*)b.at);
  write_words((uint64_t*)words.at, a.memory.address, b.memory.address, c.memory.address);
  write_record(tasks.at, (uint32_t)words.memory.address);
  struct submit submit = {.flags = 5, .timeout = 6000, .task_number = 1, .task_token = tasks.memory.token};
  must(call("SUBMIT", 0xc0686441ul, &submit));
  uint64_t sync[4] = {2, c.memory.token, 0, c.memory.size};
  call("MEM_SYNC", 0xc0206445ul, sync);
  printf("wrong elements %d\n", count_wrong((int32_t*)c.at));
  struct buffer* all[] = {&words, &tasks, &a, &b, &c};
  for (int i = 0; i < 5; ++i) destroy(all[i]);
  const int buffers = count > 1 ? atoi(arguments[1]) : 0;
  if (count > 2) make_and_close(buffers, arguments[2]);
  for (int i = 0; count == 2 && i < buffers; ++i) {
    struct buffer one = make(1 << 20, 0x3);
    memset(one.at, i, 1 << 20);
    destroy(&one);
  }
  printf("%d more buffers\n", buffers);
  action("POWER_OFF", 21, 0, 0);
  return close(device);
}
