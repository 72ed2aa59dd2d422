// Several processes and threads at one device: each prints one line, and the last says how many things went wrong.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CARD "/dev/dri/card1"
enum { THREADS = 8, CALLS = 200 };

static int failures;
static void check(const char* what, int good) {
  printf("%s %s\n", what, good ? "ok" : "FAILED");
  fflush(stdout);
  failures += !good;
}

static int works(int fd) {
  uint32_t action[2] = {1, 0};
  return ioctl(fd, 0xc0086440u, action) == 0 && action[1] == 908;
}

struct create {
  uint32_t handle, flags;
  uint64_t size, token, address, rest[2];
};
struct map {
  uint32_t handle, reserved;
  uint64_t offset;
};
static volatile char* memory(int fd, struct create* create) {
  *create = (struct create){.flags = 0x403, .size = 4096};
  struct map map = {0};
  if (ioctl(fd, 0xc0306442u, create) != 0) return NULL;
  map.handle = create->handle;
  if (ioctl(fd, 0xc0106443u, &map) != 0) return NULL;
  void* at = mmap64(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off64_t)map.offset);
  return at == MAP_FAILED ? NULL : at;
}

static int ended_well(pid_t child) {
  int status;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// A child has its parent's descriptors and mappings, and both call at once.
static void forked(int fd) {
  struct create create;
  volatile char* shared = memory(fd, &create);
  const pid_t child = fork();
  if (child == 0) {
    int bad = shared == NULL;
    for (int i = 0; i < CALLS; ++i) bad |= !works(fd);
    const int own = open(CARD, O_RDWR);
    bad |= !works(own);
    shared[1] = 42;
    munmap((void*)shared, 4096);
    _exit(bad);
  }
  int bad = 0;
  for (int i = 0; i < CALLS; ++i) bad |= !works(fd);
  check("fork", ended_well(child) && !bad && shared[1] == 42);
  munmap((void*)shared, 4096);
}

static void* calls(void* fd) {
  for (int i = 0; i < CALLS; ++i) {
    struct create create;
    volatile char* at = i % 10 == 0 ? memory(*(int*)fd, &create) : NULL;
    if (at != NULL && munmap((void*)at, 4096) != 0) return fd;
    if (at != NULL && ioctl(*(int*)fd, 0xc0106444u, &(uint32_t[4]){create.handle, 0, 0, 0}) != 0) return fd;
    if (!works(*(int*)fd)) return fd;
  }
  return NULL;
}
static void threads(int fd) {
  pthread_t all[THREADS];
  for (int i = 0; i < THREADS; ++i) pthread_create(&all[i], NULL, calls, &fd);
  int bad = 0;
  for (int i = 0; i < THREADS; ++i) {
    void* result;
    pthread_join(all[i], &result);
    bad |= result != NULL;
  }
  check("threads", !bad);
}

// A descriptor that another process sends is the same open file.
static void passed_on(void) {
  int pair[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  char room[CMSG_SPACE(sizeof(int))] = {0};
  char byte = 0;
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
  const pid_t child = fork();
  if (child == 0) {
    const int fd = open(CARD, O_RDWR);
    struct cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(head), &fd, sizeof fd);
    _exit(sendmsg(pair[1], &message, 0) != 1);
  }
  int fd = -1;
  if (recvmsg(pair[0], &message, 0) == 1) memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  check("a descriptor from another process", ended_well(child) && works(fd));
}

int main(int count, char** arguments) {
  if (count > 1) return !works(atoi(arguments[1]));  // what exec() below starts
  const int fd = open(CARD, O_RDWR);
  check("open", works(fd));
  forked(fd);
  threads(fd);
  passed_on();
#ifdef EXECUTES
  char number[16];
  snprintf(number, sizeof number, "%d", fd);
  const pid_t child = fork();
  if (child == 0) {
    execl("/proc/self/exe", "processes", number, (char*)NULL);
    _exit(1);
  }
  check("exec", ended_well(child));
#endif
  printf("%d failures\n", failures);
  return failures != 0;
}
