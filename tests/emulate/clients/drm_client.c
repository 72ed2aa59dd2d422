// Finds the NPU through libdrm, shares a buffer through PRIME, and multiplies in it: A, B and C lie in one object,
// which is imported by a second open file.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>

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
struct map {
  uint32_t handle, reserved;
  uint64_t offset;
};
#define CREATE DRM_IOWR(0x42, struct create)
#define MAP DRM_IOWR(0x43, struct map)
#define SUBMIT DRM_IOWR(0x41, struct submit)
#define DMA_BUF_SYNC 0x40086200ul

static void must(int good, const char* what) {
  if (good) return;
  printf("%s: %s\n", what, strerror(errno));
  exit(1);
}

static int open_npu(void) {
  drmDevicePtr devices[16];
  const int count = drmGetDevices2(0, devices, 16);
  int fd = -1;
  for (int i = 0; i < count && fd < 0; ++i) {
    if (!(devices[i]->available_nodes & 1 << DRM_NODE_RENDER)) continue;
    fd = open(devices[i]->nodes[DRM_NODE_RENDER], O_RDWR | O_CLOEXEC);
    drmVersionPtr version = fd < 0 ? NULL : drmGetVersion(fd);
    if (version != NULL && strcmp(version->name, "rknpu") == 0) {
      printf("%s on bus %d, %s, node type %d\n", devices[i]->nodes[DRM_NODE_RENDER], devices[i]->bustype, version->name,
             drmGetNodeTypeFromFd(fd));
      if (devices[i]->bustype == DRM_BUS_PLATFORM)
        printf("%s, compatible %s\n", devices[i]->businfo.platform->fullname,
               devices[i]->deviceinfo.platform->compatible[0]);
    } else if (fd >= 0) {
      close(fd);
      fd = -1;
    }
    drmFreeVersion(version);
  }
  drmFreeDevices(devices, count);
  return fd;
}

// Dumb buffers, which render nodes do not make.
static void use_dumb_buffer(int render, int card) {
  struct drm_mode_create_dumb create = {.width = 33, .height = 77, .bpp = 24};
  must(drmIoctl(render, DRM_IOCTL_MODE_CREATE_DUMB, &create) != 0 && errno == EACCES, "a dumb buffer must fail, but");
  must(drmIoctl(card, DRM_IOCTL_MODE_CREATE_DUMB, &create) == 0, "CREATE_DUMB");
  struct drm_mode_map_dumb map = {.handle = create.handle};
  must(drmIoctl(card, DRM_IOCTL_MODE_MAP_DUMB, &map) == 0, "MAP_DUMB");
  char* at = mmap64(NULL, create.size, PROT_READ | PROT_WRITE, MAP_SHARED, card, (off64_t)map.offset);
  must(at != MAP_FAILED, "mmap of a dumb buffer");
  memset(at, 1, create.size);
  struct drm_mode_destroy_dumb destroy = {.handle = create.handle};
  must(drmIoctl(card, DRM_IOCTL_MODE_DESTROY_DUMB, &destroy) == 0, "DESTROY_DUMB");
  printf("dumb buffer: %u bytes a row, %lu bytes, %d\n", create.pitch, (unsigned long)create.size, at[create.size - 1]);
}

// More than the other side may have descriptors (DumbBuffersThatAreGivenBackTakeNothing).
static void share_dumb_buffers(int card) {
  for (int i = 0; i < 200; ++i) {
    struct drm_mode_create_dumb create = {.width = 3, .height = 5, .bpp = 32};
    must(drmIoctl(card, DRM_IOCTL_MODE_CREATE_DUMB, &create) == 0, "CREATE_DUMB again");
    int shared = -1;
    must(drmPrimeHandleToFD(card, create.handle, DRM_CLOEXEC, &shared) == 0, "drmPrimeHandleToFD of a dumb buffer");
    close(shared);
    struct drm_mode_destroy_dumb destroy = {.handle = create.handle};
    must(drmIoctl(card, DRM_IOCTL_MODE_DESTROY_DUMB, &destroy) == 0, "DESTROY_DUMB again");
  }
}

int main(void) {
  const int fd = open_npu();
  must(fd >= 0, "drmGetDevices2");
  struct create data = {.flags = 0x403, .size = 0x4000}, tasks = {.flags = 0x40b, .size = 4096};
  must(drmIoctl(fd, CREATE, &data) == 0 && drmIoctl(fd, CREATE, &tasks) == 0, "MEM_CREATE");
  int shared = -1;
  must(drmPrimeHandleToFD(fd, data.handle, DRM_CLOEXEC | DRM_RDWR, &shared) == 0, "drmPrimeHandleToFD");
  printf("shared descriptor: %ld bytes\n", (long)lseek(shared, 0, SEEK_END));

  // Another open file, as of another program.
  const int other = open("/dev/dri/card1", O_RDWR);
  uint32_t handle = 0;
  must(other >= 0 && drmPrimeFDToHandle(other, shared, &handle) == 0, "drmPrimeFDToHandle");
  struct create imported = {.handle = handle};
  must(drmIoctl(other, CREATE, &imported) == 0, "MEM_CREATE of an imported object");
  uint64_t flags = 6;  // the end of writing
  must(ioctl(shared, DMA_BUF_SYNC, &flags) == 0, "DMA_BUF_SYNC");
  must(ioctl(STDIN_FILENO, DMA_BUF_SYNC, &flags) != 0, "DMA_BUF_SYNC of something else must fail, but");
  flags = 4;
  must(ioctl(shared, DMA_BUF_SYNC, &flags) != 0 && errno == EINVAL, "DMA_BUF_SYNC of neither way must fail, but");
  must(ioctl(shared, DMA_BUF_SYNC, NULL) != 0 && errno == EFAULT, "DMA_BUF_SYNC without flags must fail, but");
  must(drmPrimeFDToHandle(other, STDOUT_FILENO, &handle) != 0, "an import of something else must fail, but");

  char* at = mmap(NULL, data.size, PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
  must(at != MAP_FAILED, "mmap of the shared descriptor");
  struct map map = {.handle = tasks.handle};
  must(drmIoctl(fd, MAP, &map) == 0, "MEM_MAP");
  void* records = mmap64(NULL, tasks.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off64_t)map.offset);
  must(records != MAP_FAILED, "mmap");
  fill_operands((int8_t*)at, (int8_t*)at + 0x1000);
  write_words((uint64_t*)(at + 0x3000), imported.address, imported.address + 0x1000, imported.address + 0x2000);
  write_record(records, (uint32_t)imported.address + 0x3000);
  struct submit submit = {.flags = 5, .timeout = 6000, .task_number = 1, .task_token = tasks.token, .fence = -1};
  must(drmIoctl(fd, SUBMIT, &submit) == 0, "SUBMIT");
  printf("wrong elements %d\n", count_wrong((int32_t*)(at + 0x2000)));
  must(drmCloseBufferHandle(fd, data.handle) == 0, "drmCloseBufferHandle");
  use_dumb_buffer(fd, other);
  share_dumb_buffers(other);
  close(shared);
  close(other);
  return drmClose(fd);
}
