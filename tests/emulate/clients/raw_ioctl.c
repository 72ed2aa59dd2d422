// Multiplies a matrix with nothing but the numbers of the driver's interface (hardware/kernel.md 2.1 and 2.2): no
// header of Mattock, no libdrm. Finds the node by asking every one in /dev/dri for its driver.
//   raw_ioctl [wrong-register [TIMES]]    with an argument, one word is not what it should be
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "product.h"

#define ACTION 0xc0086440u
#define SUBMIT 0xc0686441u
#define MEM_CREATE 0xc0306442u
#define MEM_MAP 0xc0106443u
#define MEM_DESTROY 0xc0106444u
#define MEM_SYNC 0xc0206445u
#define VERSION (sizeof(void*) == 8 ? 0xc0406400u : 0xc0246400u)

struct version {
  int32_t major, minor, patch;
  size_t name_bytes;
  char* name;
  size_t date_bytes;
  char* date;
  size_t description_bytes;
  char* description;
};
struct create {
  uint32_t handle, flags;
  uint64_t size, token, address, sram;
  int32_t domain;
  uint32_t cores;
};
struct map {
  uint32_t handle, reserved;
  uint64_t offset;
};
struct destroy {
  uint32_t handle, reserved;
  uint64_t token;
};
struct sync {
  uint32_t flags, reserved;
  uint64_t token, offset, size;
};
struct submit {
  uint32_t flags, timeout, task_start, task_number, task_counter;
  int32_t priority;
  uint64_t task_token;
  uint32_t domain, reserved;
  uint64_t task_base;
  int64_t elapsed;
  uint32_t cores;
  int32_t fence;
  uint32_t subcores[10];
};
struct buffer {
  struct create memory;
  void* at;
};

static int device;

static void call(const char* what, unsigned long number, void* argument) {
  if (ioctl(device, number, argument) == 0) return;
  printf("%s: %s\n", what, strerror(errno));
  exit(1);
}

static int open_device(void) {
  DIR* listing = opendir("/dev/dri");
  if (listing == NULL) return -1;
  struct dirent* entry;
  int found = -1;
  while (found < 0 && (entry = readdir(listing)) != NULL) {
    char path[300], name[16] = "", date[16] = "", text[32] = "";
    snprintf(path, sizeof path, "/dev/dri/%s", entry->d_name);
    const int fd = strncmp(entry->d_name, "render", 6) == 0 ? open(path, O_RDWR | O_CLOEXEC) : -1;
    struct version version = {.name_bytes = sizeof name - 1,
                              .name = name,
                              .date_bytes = sizeof date - 1,
                              .date = date,
                              .description_bytes = sizeof text - 1,
                              .description = text};
    if (fd >= 0 && ioctl(fd, VERSION, &version) == 0 && strcmp(name, "rknpu") == 0) {
      printf("%s: %s %d.%d.%d %s, %s\n", path, name, version.major, version.minor, version.patch, date, text);
      found = fd;
    } else if (fd >= 0) {
      close(fd);
    }
  }
  closedir(listing);
  return found;
}

static struct buffer make(uint64_t size, uint32_t flags) {
  struct buffer buffer = {{.flags = flags, .size = size}, NULL};
  call("MEM_CREATE", MEM_CREATE, &buffer.memory);
  struct map map = {.handle = buffer.memory.handle};
  call("MEM_MAP", MEM_MAP, &map);
  buffer.at = mmap64(NULL, buffer.memory.size, PROT_READ | PROT_WRITE, MAP_SHARED, device, (off64_t)map.offset);
  if (buffer.at == MAP_FAILED) {
    printf("mmap: %s\n", strerror(errno));
    exit(1);
  }
  return buffer;
}

static void sync_buffer(const struct buffer* buffer, uint32_t flags) {
  struct sync sync = {.flags = flags, .token = buffer->memory.token, .size = buffer->memory.size};
  call("MEM_SYNC", MEM_SYNC, &sync);
}

static void destroy(struct buffer* buffer) {
  munmap(buffer->at, buffer->memory.size);
  struct destroy destroy = {.handle = buffer->memory.handle};
  call("MEM_DESTROY", MEM_DESTROY, &destroy);
}

int main(int count, char** arguments) {
  device = open_device();
  if (device < 0) {
    puts("no NPU");
    return 1;
  }
  uint32_t version[2] = {1, 0};
  call("ACTION", ACTION, version);
  printf("driver %u\n", (unsigned)version[1]);
  struct buffer words = make(4096, 0x403), tasks = make(4096, 0x40b), a = make(ROWS * INNER, 0x403),
                b = make(INNER * COLUMNS, 0x403), c = make(ROWS * COLUMNS * 4, 0x403);
  fill_operands(a.at, b.at);
  write_words(words.at, a.memory.address, b.memory.address, c.memory.address);
  if (count > 1) ((uint64_t*)words.at)[6] = 0x0201ffff00001014;  // CNA 0x1014: bits that nobody knows
  write_record(tasks.at, (uint32_t)words.memory.address);
  struct buffer* all[] = {&words, &tasks, &a, &b, &c};
  for (int i = 0; i < 5; ++i) sync_buffer(all[i], 1);
  struct submit submit = {.flags = 5, .timeout = 6000, .task_number = 1, .task_token = tasks.memory.token, .fence = -1};
  for (int i = count > 2 ? atoi(arguments[2]) : 1; i > 1; --i) ioctl(device, SUBMIT, &submit);
  call("SUBMIT", SUBMIT, &submit);
  sync_buffer(&c, 2);
  const int wrong = count_wrong(c.at);
  printf("tasks %u, core mask %u, wrong elements %d\n", (unsigned)submit.task_counter, (unsigned)submit.cores, wrong);
  for (int i = 0; i < 5; ++i) destroy(all[i]);
  close(device);
  return wrong != 0;
}
