// The driver's other node, /dev/rknpu: calls of type 'r', and objects that are descriptors.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "product.h"

struct create {
  uint32_t handle, flags;
  uint64_t size, token, address, sram;
  int32_t domain;
  uint32_t cores;
};
struct submit {
  uint32_t flags, timeout, task_start, task_number, task_counter;
  int32_t priority;
  uint64_t task_token, domain, task_base;
  int64_t elapsed;
  uint32_t cores;
  int32_t fence;
  uint32_t subcores[10];
};

static int device;
static void call(const char* what, unsigned long number, void* argument) {
  if (ioctl(device, number, argument) == 0) return;
  printf("%s: %s\n", what, strerror(errno));
  exit(1);
}
static void* make(struct create* create, uint64_t size, uint32_t flags) {
  *create = (struct create){.flags = flags, .size = size};
  call("MEM_CREATE", 0xc0307202ul, create);
  void* at = mmap(NULL, create->size, PROT_READ | PROT_WRITE, MAP_SHARED, (int)create->handle, 0);
  if (at == MAP_FAILED) exit(2);
  return at;
}

int main(void) {
  struct stat node;
  device = open("/dev/rknpu", O_RDWR);
  if (device < 0 || fstat(device, &node) != 0) return 3;
  printf("major %u, drm nodes %d\n", major(node.st_rdev), access("/dev/dri", F_OK));
  // This driver takes the number of DRM VERSION for ACTION, as real ones do.
  uint32_t version[16] = {1};
  call("VERSION", 0xc0406400ul, version);
  printf("version asked as of a DRM node: %u\n", (unsigned)version[1]);
  struct create words, tasks, data;
  uint64_t* commands = make(&words, 4096, 2);
  void* records = make(&tasks, 4096, 0xa);
  char* at = make(&data, 0x3000, 2);
  fill_operands((int8_t*)at, (int8_t*)at + 0x1000);
  write_words(commands, data.address, data.address + 0x1000, data.address + 0x2000);
  write_record(records, (uint32_t)words.address);
  struct submit submit = {.flags = 5, .timeout = 6000, .task_number = 1, .task_token = tasks.token, .fence = -1};
  call("SUBMIT", 0xc0687201ul, &submit);
  printf("wrong elements %d\n", count_wrong((int32_t*)(at + 0x2000)));
  // An object by its descriptor is the same object.
  struct create again = {.handle = data.handle};
  call("MEM_CREATE of a descriptor", 0xc0307202ul, &again);
  printf("same object %d\n", again.address == data.address);
  uint64_t destroy[2] = {0, data.token};
  call("MEM_DESTROY", 0xc0107204ul, destroy);
  return close((int)data.handle) | close(device);
}
