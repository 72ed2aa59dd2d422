// The client of `mattock emulate`: preloaded into a program, it lets it find an NPU. Paths of the board lead into the
// folder that the environment names, an open of the device's node becomes a connection to the server (../protocol.h),
// and calls on that connection become packets. Everything else goes on to the C library unchanged.
//
// It holds no state that a fork could break: what a descriptor is, the kernel knows (its peer's path). Its two tables
// say only what the server should hear the end of; they have no locks. Only libc and dlsym; no C++. One file, long as
// it is: so it is compiled by one command of whatever cross compiler is there, and nothing but the functions it
// replaces is seen from outside.
#define _GNU_SOURCE
// Each name must be the function of that name, whatever this compiler makes of open() by itself.
#undef _FILE_OFFSET_BITS
#undef _TIME_BITS
#undef _FORTIFY_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "../protocol.h"

#define SHOWN __attribute__((visibility("default")))

// The C library's own function behind one of ours.
#define REAL(type, name)                \
  ({                                    \
    static _Atomic(void*) found_;       \
    void* real_ = atomic_load(&found_); \
    if (real_ == NULL) {                \
      real_ = dlsym(RTLD_NEXT, name);   \
      atomic_store(&found_, real_);     \
    }                                   \
    (__extension__(type) real_);        \
  })
#define RAW REAL(long (*)(long, ...), "syscall")

// The folder, or NULL outside of `mattock emulate`. The environment is read once: a program may change it later.
static const char* folder(void) {
  enum { kUnread, kReading, kNone, kKept };
  static _Atomic int state;
  static char kept[PATH_MAX];
  int now = kUnread;
  if (atomic_load(&state) == kKept) return kept;
  if (atomic_compare_exchange_strong(&state, &now, kReading)) {
    const char* name = getenv(MATTOCK_EMULATE_FOLDER);
    now = name != NULL && name[0] == '/' && strlen(name) < sizeof kept ? kKept : kNone;
    if (now == kKept) strcpy(kept, name);
    atomic_store(&state, now);
  }
  while (now == kReading) now = atomic_load(&state);
  return now == kKept ? kept : NULL;
}

// ---- paths ---------------------------------------------------------------------------------------------------------

// What lies in the folder. The last one names files that begin so.
static const char* const kOurs[] = {"/proc/device-tree",
                                    "/proc/rknpu",
                                    "/dev/dri",
                                    "/dev/rknpu",
                                    "/dev/accel",
                                    "/sys/firmware/devicetree",
                                    "/sys/class/drm",
                                    "/sys/class/accel",
                                    "/sys/class/devfreq",
                                    "/sys/bus/platform",
                                    "/sys/devices/platform/fde40000.npu",
                                    "/sys/devices/platform/rknpu_dev.8.auto",
                                    "/sys/kernel/debug/rknpu",
                                    "/sys/module/rknpu",
                                    "/sys/dev/char/226:"};

static int is_ours(const char* path) {
  for (size_t i = 0; i < sizeof kOurs / sizeof *kOurs; ++i) {
    const size_t length = strlen(kOurs[i]);
    if (strncmp(path, kOurs[i], length) != 0) continue;
    if (path[length] == 0 || path[length] == '/' || kOurs[i][length - 1] == ':') return 1;
  }
  return 0;
}

// A folder above ours that this system does not have, such as /sys/class where no sysfs is mounted.
static int is_missing_above_ours(const char* path) {
  const size_t length = strlen(path);
  for (size_t i = 0; i < sizeof kOurs / sizeof *kOurs; ++i) {
    if (strncmp(kOurs[i], path, length) != 0 || kOurs[i][length] != '/') continue;
    const int before = errno;
    const int missing = RAW(SYS_faccessat, AT_FDCWD, path, F_OK) != 0 && errno == ENOENT;
    errno = before;
    return missing;
  }
  return 0;
}

// The path to look under instead; `room` holds it.
static const char* place(const char* path, char room[PATH_MAX]) {
  const char* top = folder();
  if (top == NULL || path == NULL || path[0] != '/') return path;
  while (path[1] == '/') ++path;
  if (!is_ours(path) && !is_missing_above_ours(path)) return path;
  if (strlen(top) + strlen(path) >= PATH_MAX) return path;
  strcpy(room, top);
  return strcat(room, path);
}

// Takes the folder off a path that a call gave; the length it has then.
static size_t strip(char* path, size_t length) {
  const char* top = folder();
  const size_t taken = top == NULL ? 0 : strlen(top);
  if (taken == 0 || length <= taken || strncmp(path, top, taken) != 0 || path[taken] != '/') return length;
  memmove(path, path + taken, length - taken);
  return length - taken;
}

// ---- nodes ---------------------------------------------------------------------------------------------------------

struct node {
  const char* path;
  unsigned major, minor;
};
static const struct node kNodes[] = {
    {MATTOCK_BOARD_CARD, MATTOCK_BOARD_DRM_MAJOR, MATTOCK_BOARD_CARD_MINOR},
    {MATTOCK_BOARD_RENDER, MATTOCK_BOARD_DRM_MAJOR, MATTOCK_BOARD_RENDER_MINOR},
    {MATTOCK_BOARD_MISC, MATTOCK_BOARD_MISC_MAJOR, MATTOCK_BOARD_MISC_MINOR},
};
#define NODES (sizeof kNodes / sizeof *kNodes)

// The node that a descriptor is an open file of.
static const struct node* node_of(int fd) {
  const char* top = folder();
  if (top == NULL || fd < 0) return NULL;
  const int before = errno;
  struct sockaddr_un peer;
  socklen_t length = sizeof peer - 1;
  memset(&peer, 0, sizeof peer);
  const int failed = getpeername(fd, (struct sockaddr*)&peer, &length);
  errno = before;
  const size_t taken = strlen(top);
  if (failed || peer.sun_family != AF_UNIX || strncmp(peer.sun_path, top, taken) != 0) return NULL;
  for (size_t i = 0; i < NODES; ++i)
    if (strcmp(peer.sun_path + taken, kNodes[i].path) == 0) return &kNodes[i];
  return NULL;
}

static int raw_statx(int at, const char* path, int flags, unsigned mask, struct statx* found) {
  return (int)RAW(SYS_statx, (long)at, path, (long)flags, (long)mask, found);
}

// The node that a file found in the folder stands for: whatever way led there, it is the same inode.
static const struct node* node_at(const struct statx* file) {
  const char* top = folder();
  if (top == NULL || !S_ISSOCK(file->stx_mode)) return NULL;
  const int before = errno;
  const struct node* result = NULL;
  char path[PATH_MAX];
  for (size_t i = 0; i < NODES && result == NULL; ++i) {
    struct statx one;
    if (snprintf(path, sizeof path, "%s%s", top, kNodes[i].path) >= (int)sizeof path) continue;
    if (raw_statx(AT_FDCWD, path, 0, STATX_INO, &one) == 0 && one.stx_ino == file->stx_ino &&
        one.stx_dev_major == file->stx_dev_major && one.stx_dev_minor == file->stx_dev_minor)
      result = &kNodes[i];
  }
  errno = before;
  return result;
}

// ---- packets -------------------------------------------------------------------------------------------------------

struct packet {
  struct mattock_emulate_request request;
  const void* in;
  void* out;
  size_t out_bytes;
  int attached;  // a descriptor to send, or -1
  struct mattock_emulate_reply reply;
  int received;  // a descriptor that came, or -1
};

static struct packet packet_of(uint32_t operation, uint32_t call) {
  struct packet packet;
  memset(&packet, 0, sizeof packet);
  packet.request.magic = MATTOCK_EMULATE_MAGIC;
  packet.request.operation = operation;
  packet.request.call = call;
  packet.attached = packet.received = -1;
  return packet;
}

static int send_packet(int fd, const struct packet* packet, int reply_socket) {
  struct iovec parts[2] = {{(void*)&packet->request, sizeof packet->request},
                           {(void*)packet->in, packet->request.bytes}};
  int descriptors[2] = {reply_socket, packet->attached};
  const size_t count = packet->attached < 0 ? 1 : 2;
  union {
    struct cmsghdr head;
    char room[CMSG_SPACE(2 * sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = packet->request.bytes == 0 ? 1 : 2};
  if (reply_socket >= 0) {
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    control.head.cmsg_level = SOL_SOCKET;
    control.head.cmsg_type = SCM_RIGHTS;
    control.head.cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(&control.head), descriptors, count * sizeof(int));
  }
  while (sendmsg(fd, &message, MSG_NOSIGNAL) < 0) {
    struct pollfd wait = {.fd = fd, .events = POLLOUT};
    if (errno == EAGAIN || errno == EWOULDBLOCK)
      poll(&wait, 1, -1);
    else if (errno != EINTR)
      return errno == EFAULT ? -EFAULT : -ENODEV;
  }
  return 0;
}

static int receive_packet(int fd, struct packet* packet) {
  struct iovec parts[2] = {{&packet->reply, sizeof packet->reply}, {packet->out, packet->out_bytes}};
  union {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof(int))];
  } control;
  struct msghdr message = {.msg_iov = parts,
                           .msg_iovlen = packet->out_bytes == 0 ? 1 : 2,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  ssize_t bytes;
  do bytes = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  while (bytes < 0 && errno == EINTR);
  if (bytes < (ssize_t)sizeof packet->reply) return bytes < 0 && errno == EFAULT ? -EFAULT : -ENODEV;
  const struct cmsghdr* head = CMSG_FIRSTHDR(&message);
  if (head != NULL && head->cmsg_type == SCM_RIGHTS) memcpy(&packet->received, CMSG_DATA(head), sizeof(int));
  return packet->reply.result;
}

// One call: 0 or more, or an errno below 0.
static int exchange(int fd, struct packet* packet) {
  const int before = errno;
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) return -errno;
  int result = send_packet(fd, packet, pair[1]);
  close(pair[1]);
  if (result == 0) result = receive_packet(pair[0], packet);
  close(pair[0]);
  errno = before;
  return result;
}

static int with_errno(int result) {
  if (result >= 0) return result;
  errno = -result;
  return -1;
}

static int connect_to(const char* path, int flags) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return -ENXIO;
  strcpy(address.sun_path, path);
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (connect(fd, (struct sockaddr*)&address, sizeof address)) {
    close(fd);
    return -ENODEV;
  }
  if (!(flags & O_CLOEXEC)) fcntl(fd, F_SETFD, 0);
  return fd;
}

// A connection that is no open file, to tell or ask something on.
static int connect_aside(void) {
  char path[PATH_MAX];
  for (size_t i = 0; i < NODES; ++i) {
    const int fd = connect_to(place(kNodes[i].path, path), O_CLOEXEC);
    if (fd >= 0) return fd;
  }
  return -1;
}

// An open file of the node that `path` leads to: a descriptor, or an errno below 0.
static int open_node(int at, const char* path, int flags) {
  struct statx file;
  char through[PATH_MAX];
  if (raw_statx(at, path, 0, STATX_BASIC_STATS, &file) || node_at(&file) == NULL) return -ENXIO;
  if (at != AT_FDCWD && path[0] != '/') {
    snprintf(through, sizeof through, "/proc/self/fd/%d/%s", at, path);
    path = through;
  }
  const int fd = connect_to(path, flags);
  if (fd < 0) return fd;
  struct packet packet = packet_of(MATTOCK_EMULATE_OPEN, 0);
  const int result = exchange(fd, &packet);
  if (result < 0) {
    close(fd);
    return result;
  }
  if (flags & O_NONBLOCK) fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

// ---- what must be told of when it ends -----------------------------------------------------------------------------

// Mappings of device memory and descriptors of objects in this process, with the numbers the server knows them by. The
// key of an entry is an address, or a descriptor and 2; 0 is a free entry, 1 one in hands.
struct entry {
  _Atomic uintptr_t key;
  pid_t process;
  uint64_t number;
};
struct table {
  _Atomic size_t used;  // entries beyond were never in use
  struct entry entries[4096];
};
static struct table mappings, objects;
#define ENTRIES (sizeof mappings.entries / sizeof *mappings.entries)

static void remember(struct table* table, uintptr_t key, uint64_t number) {
  for (size_t i = 0; i < ENTRIES; ++i) {
    struct entry* entry = &table->entries[i];
    uintptr_t is_free = 0;
    if (!atomic_compare_exchange_strong(&entry->key, &is_free, 1)) continue;
    entry->process = getpid();
    entry->number = number;
    size_t used = atomic_load(&table->used);
    while (used < i + 1 && !atomic_compare_exchange_weak(&table->used, &used, i + 1)) continue;
    atomic_store(&entry->key, key);
    return;
  }
}

static void tell_end(uint32_t operation, uint64_t number) {
  const int before = errno;
  const int fd = connect_aside();
  struct packet packet = packet_of(operation, 0);
  packet.request.offset = number;
  if (fd >= 0) {
    send_packet(fd, &packet, -1);
    close(fd);
  }
  errno = before;
}

// All entries from `first` on, `count` keys long, have ended.
static void forget(struct table* table, uintptr_t first, size_t count, uint32_t operation) {
  const size_t used = atomic_load(&table->used);
  for (size_t i = 0; i < used; ++i) {
    struct entry* entry = &table->entries[i];
    uintptr_t key = atomic_load(&entry->key);
    if (key <= 1 || key < first || key - first >= count) continue;
    if (!atomic_compare_exchange_strong(&entry->key, &key, 1)) continue;
    const uint64_t number = entry->number;
    const int ours = entry->process == getpid();  // a forked process has copies of its parent's
    atomic_store(&entry->key, 0);
    if (ours) tell_end(operation, number);
  }
}

SHOWN int close(int fd) {
  const int result = REAL(int (*)(int), "close")(fd);
  if (result == 0 && fd >= 0) forget(&objects, (uintptr_t)fd + 2, 1, MATTOCK_EMULATE_CLOSED);
  return result;
}
SHOWN int dup2(int fd, int to) {
  const int result = REAL(int (*)(int, int), "dup2")(fd, to);
  if (result >= 0 && fd != to) forget(&objects, (uintptr_t)to + 2, 1, MATTOCK_EMULATE_CLOSED);
  return result;
}
SHOWN int dup3(int fd, int to, int flags) {
  const int result = REAL(int (*)(int, int, int), "dup3")(fd, to, flags);
  if (result >= 0) forget(&objects, (uintptr_t)to + 2, 1, MATTOCK_EMULATE_CLOSED);
  return result;
}

// All from `first` to `last` are closed, which the kernel does without a close() of each.
static void forget_range(unsigned first, unsigned last) {
  if (last > INT_MAX) last = INT_MAX;
  if (first <= last) forget(&objects, (uintptr_t)first + 2, (size_t)last - first + 1, MATTOCK_EMULATE_CLOSED);
}
SHOWN int close_range(unsigned first, unsigned last, int flags) {
  const int result = (int)RAW(SYS_close_range, (long)first, (long)last, (long)flags);
  if (result == 0 && !(flags & CLOSE_RANGE_CLOEXEC)) forget_range(first, last);
  return result;
}
SHOWN void closefrom(int first) {
  REAL(void (*)(int), "closefrom")(first);
  forget_range(first < 0 ? 0 : (unsigned)first, INT_MAX);
}

// ---- open ----------------------------------------------------------------------------------------------------------

static int open_at(int large, int at, const char* path, int flags, mode_t mode) {
  char room[PATH_MAX];
  const char* there = place(path, room);
  const int before = errno;
  const int fd = large ? REAL(int (*)(int, const char*, int, ...), "openat64")(at, there, flags, mode)
                       : REAL(int (*)(int, const char*, int, ...), "openat")(at, there, flags, mode);
  if (fd >= 0 || errno != ENXIO || folder() == NULL) return fd;
  const int node = with_errno(open_node(at, there, flags));
  if (node >= 0) errno = before;
  return node;
}

#define TAKES_MODE(flags) (((flags)&O_CREAT) || ((flags)&O_TMPFILE) == O_TMPFILE)
#define OPEN_WITH(large, at)               \
  mode_t mode = 0;                         \
  if (TAKES_MODE(flags)) {                 \
    va_list rest;                          \
    va_start(rest, flags);                 \
    mode = (mode_t)va_arg(rest, unsigned); \
    va_end(rest);                          \
  }                                        \
  return open_at(large, at, path, flags, mode)

SHOWN int open(const char* path, int flags, ...) { OPEN_WITH(0, AT_FDCWD); }
SHOWN int open64(const char* path, int flags, ...) { OPEN_WITH(1, AT_FDCWD); }
SHOWN int openat(int at, const char* path, int flags, ...) { OPEN_WITH(0, at); }
SHOWN int openat64(int at, const char* path, int flags, ...) { OPEN_WITH(1, at); }
// What fortified programs call when they give no mode.
SHOWN int __open_2(const char* path, int flags) { return open_at(0, AT_FDCWD, path, flags, 0); }
SHOWN int __open64_2(const char* path, int flags) { return open_at(1, AT_FDCWD, path, flags, 0); }
SHOWN int __openat_2(int at, const char* path, int flags) { return open_at(0, at, path, flags, 0); }
SHOWN int __openat64_2(int at, const char* path, int flags) { return open_at(1, at, path, flags, 0); }

static FILE* open_stream(FILE* (*real)(const char*, const char*), const char* path, const char* mode) {
  char room[PATH_MAX];
  const char* there = place(path, room);
  FILE* file = real(there, mode);
  if (file != NULL || errno != ENXIO || folder() == NULL) return file;
  const int fd = with_errno(open_node(AT_FDCWD, there, strchr(mode, 'e') != NULL ? O_CLOEXEC : 0));
  return fd < 0 ? NULL : fdopen(fd, mode);
}
typedef FILE* (*fopen_type)(const char*, const char*);
SHOWN FILE* fopen(const char* path, const char* mode) { return open_stream(REAL(fopen_type, "fopen"), path, mode); }
SHOWN FILE* fopen64(const char* path, const char* mode) { return open_stream(REAL(fopen_type, "fopen64"), path, mode); }
typedef FILE* (*freopen_type)(const char*, const char*, FILE*);
SHOWN FILE* freopen(const char* path, const char* mode, FILE* file) {
  char room[PATH_MAX];
  return REAL(freopen_type, "freopen")(place(path, room), mode, file);
}
SHOWN FILE* freopen64(const char* path, const char* mode, FILE* file) {
  char room[PATH_MAX];
  return REAL(freopen_type, "freopen64")(place(path, room), mode, file);
}

// ---- what a path or descriptor is ----------------------------------------------------------------------------------

// All of the stat family stands on statx, so that it does not matter which of its names this C library has.
static int look(int at, const char* path, int flags, unsigned mask, struct statx* found) {
  char room[PATH_MAX];
  if (raw_statx(at, place(path, room), flags, mask | STATX_TYPE | STATX_INO, found)) return -1;
  if (!S_ISSOCK(found->stx_mode)) return 0;
  const int by_descriptor = (flags & AT_EMPTY_PATH) && (path == NULL || path[0] == 0);
  const struct node* node = by_descriptor ? node_of(at) : NULL;
  if (node == NULL) node = node_at(found);
  if (node == NULL) return 0;
  found->stx_mode = S_IFCHR | 0660;
  found->stx_size = found->stx_blocks = 0;
  found->stx_rdev_major = node->major;
  found->stx_rdev_minor = node->minor;
  return 0;
}

#define FILL(to, from)                                                                 \
  do {                                                                                 \
    memset(to, 0, sizeof *(to));                                                       \
    (to)->st_dev = makedev((from)->stx_dev_major, (from)->stx_dev_minor);              \
    (to)->st_rdev = makedev((from)->stx_rdev_major, (from)->stx_rdev_minor);           \
    (to)->st_ino = (__typeof__((to)->st_ino))(from)->stx_ino;                          \
    (to)->st_mode = (from)->stx_mode;                                                  \
    (to)->st_nlink = (from)->stx_nlink;                                                \
    (to)->st_uid = (from)->stx_uid;                                                    \
    (to)->st_gid = (from)->stx_gid;                                                    \
    (to)->st_size = (__typeof__((to)->st_size))(from)->stx_size;                       \
    (to)->st_blksize = (__typeof__((to)->st_blksize))(from)->stx_blksize;              \
    (to)->st_blocks = (__typeof__((to)->st_blocks))(from)->stx_blocks;                 \
    (to)->st_atim.tv_sec = (__typeof__((to)->st_atim.tv_sec))(from)->stx_atime.tv_sec; \
    (to)->st_atim.tv_nsec = (from)->stx_atime.tv_nsec;                                 \
    (to)->st_mtim.tv_sec = (__typeof__((to)->st_mtim.tv_sec))(from)->stx_mtime.tv_sec; \
    (to)->st_mtim.tv_nsec = (from)->stx_mtime.tv_nsec;                                 \
    (to)->st_ctim.tv_sec = (__typeof__((to)->st_ctim.tv_sec))(from)->stx_ctime.tv_sec; \
    (to)->st_ctim.tv_nsec = (from)->stx_ctime.tv_nsec;                                 \
  } while (0)
#define FITS(to, from) \
  ((uint64_t)(to)->st_ino == (from)->stx_ino && (uint64_t)(to)->st_size == (from)->stx_size && (to)->st_size >= 0)

static int stat_at(int at, const char* path, int flags, struct stat* to) {
  struct statx found;
  if (look(at, path, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &found)) return -1;
  FILL(to, &found);
  return FITS(to, &found) ? 0 : with_errno(-EOVERFLOW);
}
static int stat64_at(int at, const char* path, int flags, struct stat64* to) {
  struct statx found;
  if (look(at, path, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &found)) return -1;
  FILL(to, &found);
  return 0;
}

#define STAT_FAMILY(structure, worker, stat_name, lstat_name, fstat_name, fstatat_name)                             \
  SHOWN int stat_name(const char* path, structure* to) { return worker(AT_FDCWD, path, 0, to); }                    \
  SHOWN int lstat_name(const char* path, structure* to) { return worker(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, to); } \
  SHOWN int fstat_name(int fd, structure* to) { return worker(fd, "", AT_EMPTY_PATH, to); }                         \
  SHOWN int fstatat_name(int at, const char* path, structure* to, int flags) { return worker(at, path, flags, to); }
STAT_FAMILY(struct stat, stat_at, stat, lstat, fstat, fstatat)
STAT_FAMILY(struct stat64, stat64_at, stat64, lstat64, fstat64, fstatat64)

// The names that programs built before glibc 2.33 call.
#define OLD_FAMILY(structure, worker, stat_name, lstat_name, fstat_name, fstatat_name)                           \
  SHOWN int stat_name(int v, const char* path, structure* to) { return (void)v, worker(AT_FDCWD, path, 0, to); } \
  SHOWN int lstat_name(int v, const char* path, structure* to) {                                                 \
    return (void)v, worker(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, to);                                             \
  }                                                                                                              \
  SHOWN int fstat_name(int v, int fd, structure* to) { return (void)v, worker(fd, "", AT_EMPTY_PATH, to); }      \
  SHOWN int fstatat_name(int v, int at, const char* path, structure* to, int flags) {                            \
    return (void)v, worker(at, path, flags, to);                                                                 \
  }
OLD_FAMILY(struct stat, stat_at, __xstat, __lxstat, __fxstat, __fxstatat)
OLD_FAMILY(struct stat64, stat64_at, __xstat64, __lxstat64, __fxstat64, __fxstatat64)

#if __SIZEOF_LONG__ == 4
// What 32-bit programs with 64-bit time call: the structure they know as stat, which is not the one in sight here.
struct wide_time {
  int64_t tv_sec;
  int32_t tv_nsec, padding;
};
struct wide_stat {
  uint64_t st_dev, st_ino;
  uint32_t st_mode, st_nlink, st_uid, st_gid;
  uint64_t st_rdev;
  int64_t st_size;
  int32_t st_blksize;
  int64_t st_blocks;
  struct wide_time st_atim, st_mtim, st_ctim;
};
static int wide_at(int at, const char* path, int flags, struct wide_stat* to) {
  struct statx found;
  if (look(at, path, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &found)) return -1;
  FILL(to, &found);
  return 0;
}
STAT_FAMILY(struct wide_stat, wide_at, __stat64_time64, __lstat64_time64, __fstat64_time64, __fstatat64_time64)
#endif

SHOWN int statx(int at, const char* restrict path, int flags, unsigned mask, struct statx* restrict found) {
  return look(at, path, flags, mask, found);
}

#define ASK_ACCESS(name)                                                    \
  SHOWN int name(const char* path, int mode) {                              \
    char room[PATH_MAX];                                                    \
    return REAL(int (*)(const char*, int), #name)(place(path, room), mode); \
  }
ASK_ACCESS(access)
ASK_ACCESS(euidaccess)
ASK_ACCESS(eaccess)
SHOWN int faccessat(int at, const char* path, int mode, int flags) {
  char room[PATH_MAX];
  return REAL(int (*)(int, const char*, int, int), "faccessat")(at, place(path, room), mode, flags);
}

// ---- links and folders ---------------------------------------------------------------------------------------------

// The descriptor N of "/proc/self/fd/N", or -1.
static int own_descriptor(const char* path) {
  char own[32];
  snprintf(own, sizeof own, "/proc/%ld/fd/", (long)getpid());
  const char* const starts[] = {"/proc/self/fd/", "/proc/thread-self/fd/", own};
  for (size_t i = 0; i < 3; ++i) {
    const size_t length = strlen(starts[i]);
    const char* digit = path + length;
    int fd = 0;
    if (strncmp(path, starts[i], length) != 0) continue;
    for (; *digit >= '0' && *digit <= '9' && fd < INT_MAX / 10; ++digit) fd = fd * 10 + (*digit - '0');
    if (*digit == 0 && digit != path + length) return fd;
  }
  return -1;
}

static ssize_t read_link(int at, const char* path, char* to, size_t bytes) {
  char room[PATH_MAX], link[PATH_MAX];
  typedef ssize_t (*type)(int, const char*, char*, size_t);
  const type real = REAL(type, "readlinkat");
  if (folder() == NULL || path == NULL) return real(at, path, to, bytes);
  const struct node* node = node_of(own_descriptor(path));
  ssize_t length = real(at, place(path, room), link, sizeof link);
  if (length < 0) return length;
  if (node != NULL) {
    length = (ssize_t)strlen(node->path);
    memcpy(link, node->path, (size_t)length);
  }
  const size_t rest = strip(link, (size_t)length);
  if (bytes == 0 || to == NULL) return real(at, path, to, bytes);
  const size_t taken = rest < bytes ? rest : bytes;
  memcpy(to, link, taken);
  return (ssize_t)taken;
}
SHOWN ssize_t readlink(const char* restrict path, char* restrict to, size_t bytes) {
  return read_link(AT_FDCWD, path, to, bytes);
}
SHOWN ssize_t readlinkat(int at, const char* restrict path, char* restrict to, size_t bytes) {
  return read_link(at, path, to, bytes);
}
SHOWN ssize_t __readlink_chk(const char* path, char* to, size_t bytes, size_t room) {
  if (bytes > room) abort();
  return read_link(AT_FDCWD, path, to, bytes);
}
SHOWN ssize_t __readlinkat_chk(int at, const char* path, char* to, size_t bytes, size_t room) {
  if (bytes > room) abort();
  return read_link(at, path, to, bytes);
}

static char* real_path(const char* path, char* to) {
  char room[PATH_MAX];
  char* found = REAL(char* (*)(const char*, char*), "realpath")(place(path, room), to);
  if (found != NULL) found[strip(found, strlen(found))] = 0;
  return found;
}
SHOWN char* realpath(const char* restrict path, char* restrict to) { return real_path(path, to); }
SHOWN char* __realpath_chk(const char* path, char* to, size_t room) {
  if (room < PATH_MAX) abort();
  return real_path(path, to);
}
SHOWN char* canonicalize_file_name(const char* path) { return real_path(path, NULL); }

SHOWN DIR* opendir(const char* path) {
  char room[PATH_MAX];
  return REAL(DIR * (*)(const char*), "opendir")(place(path, room));
}

// In a listing a node is the device it stands for.
#define READ_FOLDER(structure, name)                                                                            \
  SHOWN structure* name(DIR* listing) {                                                                         \
    structure* entry = REAL(structure * (*)(DIR*), #name)(listing);                                             \
    struct statx file;                                                                                          \
    if (entry != NULL && entry->d_type == DT_SOCK && folder() != NULL) {                                        \
      const int before = errno;                                                                                 \
      if (raw_statx(dirfd(listing), entry->d_name, 0, STATX_BASIC_STATS, &file) == 0 && node_at(&file) != NULL) \
        entry->d_type = DT_CHR;                                                                                 \
      errno = before;                                                                                           \
    }                                                                                                           \
    return entry;                                                                                               \
  }
READ_FOLDER(struct dirent, readdir)
READ_FOLDER(struct dirent64, readdir64)

#define SCAN_FOLDER(structure, name)                                                                     \
  SHOWN int name(const char* restrict path, structure*** restrict list, int (*wanted)(const structure*), \
                 int (*order)(const structure**, const structure**)) {                                   \
    char room[PATH_MAX];                                                                                 \
    typedef int (*type)(const char*, structure***, int (*)(const structure*),                            \
                        int (*)(const structure**, const structure**));                                  \
    return REAL(type, #name)(place(path, room), list, wanted, order);                                    \
  }
SCAN_FOLDER(struct dirent, scandir)
SCAN_FOLDER(struct dirent64, scandir64)

#define GLOB(structure, name)                                                                                        \
  SHOWN int name(const char* restrict pattern, int flags, int (*failed)(const char*, int), structure* restrict to) { \
    char room[PATH_MAX];                                                                                             \
    typedef int (*type)(const char*, int, int (*)(const char*, int), structure*);                                    \
    const int result = REAL(type, #name)(place(pattern, room), flags, failed, to);                                   \
    const size_t first = flags & GLOB_DOOFFS ? to->gl_offs : 0;                                                      \
    for (size_t i = 0; result == 0 && i < to->gl_pathc; ++i) {                                                       \
      char* path = to->gl_pathv[first + i];                                                                          \
      path[strip(path, strlen(path))] = 0;                                                                           \
    }                                                                                                                \
    return result;                                                                                                   \
  }
GLOB(glob_t, glob)
GLOB(glob64_t, glob64)
#if __SIZEOF_LONG__ == 4
GLOB(glob64_t, __glob64_time64)
#endif

// ---- calls of the device -------------------------------------------------------------------------------------------

#define SIZE_OF(call) ((call) >> 16 & 0x3fff)
#define TYPE_OF(call) ((char)((call) >> 8))
#define NUMBER_OF(call) ((call)&0xff)
#define WRITES_BACK(call) ((call) >> 31)
#define MEM_CREATE 2 /* on the misc node */
#define PRIME_HANDLE_TO_FD 0x2d
#define PRIME_FD_TO_HANDLE 0x2e
#define DMA_BUF_SYNC 0x40086200u

// Into memory the program gave: a bad pointer is an EFAULT, as from the kernel.
static int give(void* to, const void* from, size_t bytes) {
  const int before = errno;
  struct iovec local = {(void*)from, bytes}, remote = {to, bytes};
  const ssize_t written = process_vm_writev(getpid(), &local, 1, &remote, 1, 0);
  const int fault = written < 0 && errno == EFAULT;
  errno = before;
  if (fault) return -EFAULT;
  if (written != (ssize_t)bytes) memcpy(to, from, bytes);  // not to be had here, as under an emulator of programs
  return 0;
}

// drm_version of this program's width.
struct drm_version {
  int32_t major, minor, patch;
  size_t name_bytes;
  char* name;
  size_t date_bytes;
  char* date;
  size_t description_bytes;
  char* description;
};

// As many bytes as there is room for; the length that would be needed.
static int give_text(char* to, size_t* bytes, const char* text) {
  const size_t length = strlen(text), room = *bytes;
  *bytes = length;
  return to == NULL || room == 0 ? 0 : give(to, text, length < room ? length : room);
}

static int ask_version(int fd, uint32_t call, void* argument) {
  struct mattock_emulate_version told;
  struct packet packet = packet_of(MATTOCK_EMULATE_VERSION, call);
  packet.out = &told;
  packet.out_bytes = sizeof told;
  const int result = exchange(fd, &packet);
  if (result != 0) return result;
  struct drm_version version;
  const size_t bytes = SIZE_OF(call) < sizeof version ? SIZE_OF(call) : sizeof version;
  memset(&version, 0, sizeof version);
  memcpy(&version, argument, bytes);
  version.major = told.major;
  version.minor = told.minor;
  version.patch = told.patch;
  const int name = give_text(version.name, &version.name_bytes, told.name);
  const int date = give_text(version.date, &version.date_bytes, told.date);
  const int description = give_text(version.description, &version.description_bytes, told.description);
  return name | date | description ? -EFAULT : give(argument, &version, bytes);
}

static int ask_unique(int fd, uint32_t call, void* argument) {
  struct packet packet = packet_of(MATTOCK_EMULATE_UNIQUE, call);
  const int result = exchange(fd, &packet);
  const size_t none = 0;
  return result != 0 ? result : give(argument, &none, sizeof none);
}

struct drm_prime {
  uint32_t handle, flags;
  int32_t fd;
};

static int to_descriptor(int fd, uint32_t call, struct drm_prime* argument) {
  struct packet packet = packet_of(MATTOCK_EMULATE_TO_FD, call);
  packet.request.bytes = sizeof *argument;
  packet.in = argument;
  const int result = exchange(fd, &packet);
  if (result < 0) return result;
  if (packet.received < 0) return -ENODEV;
  if (!(argument->flags & O_CLOEXEC)) fcntl(packet.received, F_SETFD, 0);
  remember(&objects, (uintptr_t)packet.received + 2, packet.reply.number);
  return give(&argument->fd, &packet.received, sizeof(int32_t));
}

// A call that goes to the driver as it is, with a descriptor attached if it names one.
static int plain_call(int fd, uint32_t operation, uint32_t call, void* argument, int attached) {
  struct packet packet = packet_of(operation, call);
  packet.request.bytes = SIZE_OF(call);
  packet.in = argument;
  packet.attached = attached;
  if (WRITES_BACK(call)) {
    packet.out = argument;
    packet.out_bytes = SIZE_OF(call);
  }
  const int result = exchange(fd, &packet);
  // On the misc node an object's handle is a descriptor.
  if (packet.received < 0) return result;
  remember(&objects, (uintptr_t)packet.received + 2, packet.reply.number);
  return give(argument, &packet.received, sizeof(int32_t));
}

static int device_call(int fd, uint32_t call, void* argument) {
  const char type = TYPE_OF(call);
  if (type != 'd' && type != 'r') return -ENOTTY;
  if (argument == NULL && SIZE_OF(call) != 0) return -EFAULT;
  if (type == 'd') {
    int result = MATTOCK_EMULATE_NO_DRM;
    if (NUMBER_OF(call) == 0) result = ask_version(fd, call, argument);
    if (NUMBER_OF(call) == 1) result = ask_unique(fd, call, argument);
    if (result != MATTOCK_EMULATE_NO_DRM) return result;
    if (NUMBER_OF(call) == PRIME_HANDLE_TO_FD && SIZE_OF(call) == sizeof(struct drm_prime))
      return to_descriptor(fd, call, argument);
    if (NUMBER_OF(call) == PRIME_FD_TO_HANDLE && SIZE_OF(call) == sizeof(struct drm_prime)) {
      struct drm_prime prime;
      memcpy(&prime, argument, sizeof prime);
      if (fcntl(prime.fd, F_GETFD) < 0) return -EBADF;
      return plain_call(fd, MATTOCK_EMULATE_FROM_FD, call, argument, prime.fd);
    }
  }
  // On the misc node an object is named by a descriptor.
  int32_t named = 0;
  if (type == 'r' && NUMBER_OF(call) == MEM_CREATE) memcpy(&named, argument, sizeof named);
  if (named > 0 && fcntl(named, F_GETFD) < 0) return -EINVAL;
  return plain_call(fd, MATTOCK_EMULATE_IOCTL, call, argument, named > 0 ? named : -1);
}

// The sync call on a descriptor that may be an object's.
static int sync_object(int fd, const void* argument) {
  static const uint64_t kNone = 0;  // asks whose descriptor it is where there is no argument
  const int aside = connect_aside();
  if (aside < 0) return MATTOCK_EMULATE_NO_OBJECT;
  struct packet packet = packet_of(MATTOCK_EMULATE_SYNC_OBJECT, DMA_BUF_SYNC);
  packet.attached = fd;
  packet.in = argument == NULL ? &kNone : argument;
  packet.request.bytes = SIZE_OF(DMA_BUF_SYNC);
  const int result = exchange(aside, &packet);
  close(aside);
  return argument == NULL && result != MATTOCK_EMULATE_NO_OBJECT ? -EFAULT : result;
}

static int call_on(int fd, unsigned long request, void* argument) {
  if (node_of(fd) != NULL) return with_errno(device_call(fd, (uint32_t)request, argument));
  if ((uint32_t)request == DMA_BUF_SYNC && folder() != NULL && fcntl(fd, F_GETFD) >= 0) {
    const int result = sync_object(fd, argument);
    if (result != MATTOCK_EMULATE_NO_OBJECT) return with_errno(result);
  }
  return REAL(int (*)(int, unsigned long, ...), "ioctl")(fd, request, argument);
}
SHOWN int ioctl(int fd, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  return call_on(fd, request, argument);
}
#if __SIZEOF_LONG__ == 4
SHOWN int __ioctl_time64(int fd, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  return call_on(fd, request, argument);
}
#endif

// ---- mappings ------------------------------------------------------------------------------------------------------

SHOWN int munmap(void* start, size_t bytes) {
  const int result = REAL(int (*)(void*, size_t), "munmap")(start, bytes);
  if (result == 0) forget(&mappings, (uintptr_t)start, bytes, MATTOCK_EMULATE_UNMAPPED);
  return result;
}

typedef void* (*mmap64_type)(void*, size_t, int, int, int, off64_t);

static void* map_device(void* at, size_t bytes, int protection, int flags, int fd, off64_t offset) {
  struct packet packet = packet_of(MATTOCK_EMULATE_MAP, 0);
  packet.request.offset = (uint64_t)offset;
  packet.request.length = bytes;
  const int result = (flags & MAP_SHARED) ? exchange(fd, &packet) : -EINVAL;
  if (result < 0 || packet.received < 0) {
    errno = result < 0 ? -result : ENODEV;
    return MAP_FAILED;
  }
  void* start =
      REAL(mmap64_type, "mmap64")(at, bytes, protection, flags, packet.received, (off64_t)packet.reply.offset);
  const int error = errno;
  close(packet.received);
  if (start == MAP_FAILED)
    tell_end(MATTOCK_EMULATE_UNMAPPED, packet.reply.number);
  else
    remember(&mappings, (uintptr_t)start, packet.reply.number);
  errno = error;
  return start;
}

SHOWN void* mmap64(void* at, size_t bytes, int protection, int flags, int fd, off64_t offset) {
  if (!(flags & MAP_ANONYMOUS) && node_of(fd) != NULL) return map_device(at, bytes, protection, flags, fd, offset);
  return REAL(mmap64_type, "mmap64")(at, bytes, protection, flags, fd, offset);
}
SHOWN void* mmap(void* at, size_t bytes, int protection, int flags, int fd, off_t offset) {
  return mmap64(at, bytes, protection, flags, fd, offset);
}

// ---- system calls by number ----------------------------------------------------------------------------------------

#define TEXT(i) ((const char*)a[i])
#define NUMBER(i) ((int)a[i])
SHOWN long syscall(long number, ...) {
  long a[7];
  va_list rest;
  va_start(rest, number);
  for (int i = 0; i < 7; ++i) a[i] = va_arg(rest, long);
  va_end(rest);
  switch (number) {
    case SYS_ioctl: return ioctl(NUMBER(0), (unsigned long)a[1], (void*)a[2]);
    case SYS_openat: return open_at(1, NUMBER(0), TEXT(1), NUMBER(2), (mode_t)a[3]);
    case SYS_faccessat: return faccessat(NUMBER(0), TEXT(1), NUMBER(2), 0);
#ifdef SYS_faccessat2
    case SYS_faccessat2: return faccessat(NUMBER(0), TEXT(1), NUMBER(2), NUMBER(3));
#endif
    case SYS_readlinkat: return readlinkat(NUMBER(0), TEXT(1), (char*)a[2], (size_t)a[3]);
    case SYS_statx: return look(NUMBER(0), TEXT(1), NUMBER(2), (unsigned)a[3], (struct statx*)a[4]);
    case SYS_close: return close(NUMBER(0));
    case SYS_close_range: return close_range((unsigned)a[0], (unsigned)a[1], NUMBER(2));
    case SYS_munmap: return munmap((void*)a[0], (size_t)a[1]);
#ifdef SYS_open
    case SYS_open: return open_at(1, AT_FDCWD, TEXT(0), NUMBER(1), (mode_t)a[2]);
    case SYS_access: return access(TEXT(0), NUMBER(1));
    case SYS_readlink: return readlink(TEXT(0), (char*)a[1], (size_t)a[2]);
#endif
#if __SIZEOF_LONG__ == 8
    // Here the kernel's structure is the C library's.
    case SYS_mmap: return (long)mmap64((void*)a[0], (size_t)a[1], NUMBER(2), NUMBER(3), NUMBER(4), a[5]);
    case SYS_newfstatat: return stat_at(NUMBER(0), TEXT(1), NUMBER(3), (struct stat*)a[2]);
    case SYS_fstat: return fstat(NUMBER(0), (struct stat*)a[1]);
#ifdef SYS_stat
    case SYS_stat: return stat(TEXT(0), (struct stat*)a[1]);
    case SYS_lstat: return lstat(TEXT(0), (struct stat*)a[1]);
#endif
#else
    case SYS_mmap2:
      return (long)mmap64((void*)a[0], (size_t)a[1], NUMBER(2), NUMBER(3), NUMBER(4), (off64_t)(uint32_t)a[5] << 12);
    case SYS_fstatat64: return stat64_at(NUMBER(0), TEXT(1), NUMBER(3), (struct stat64*)a[2]);
    case SYS_fstat64: return fstat64(NUMBER(0), (struct stat64*)a[1]);
    case SYS_stat64: return stat64(TEXT(0), (struct stat64*)a[1]);
    case SYS_lstat64: return lstat64(TEXT(0), (struct stat64*)a[1]);
#endif
    default: return RAW(number, a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
  }
}
