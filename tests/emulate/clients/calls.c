// Every function that the client of `mattock emulate` replaces: each line names one and says what it gave.
//   calls          prints "NAME ok" or "NAME: what is wrong" for each
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define CARD "/dev/dri/card1"
#define STATUS "/proc/device-tree/npu@fde40000/status"
#define CHECK(name, good) tell(name, good, #good)

static int failures;
static volatile int read_only = O_RDONLY, read_write = O_RDWR;  // so that fortified programs call what they call

static void tell(const char* name, int good, const char* what) {
  if (good) {
    printf("%s ok\n", name);
  } else {
    ++failures;
    printf("%s: not %s (%s)\n", name, what, strerror(errno));
  }
}

static int is_status(int fd) {
  char text[8] = "";
  const int good = fd >= 0 && read(fd, text, sizeof text) == 5 && strcmp(text, "okay") == 0;
  if (fd >= 0) close(fd);
  return good;
}
static int is_status_stream(FILE* file) {
  char text[8] = "";
  const int good = file != NULL && fread(text, 1, sizeof text, file) == 5 && strcmp(text, "okay") == 0;
  if (file != NULL) fclose(file);
  return good;
}
static int driver_of(int fd) {
  uint32_t action[2] = {1, 0};
  const int result = fd < 0 ? -1 : ioctl(fd, 0xc0086440u, action);
  return result == 0 ? (int)action[1] : -1;
}
static int is_device(int fd) {
  const int good = driver_of(fd) == 908;
  if (fd >= 0) close(fd);
  return good;
}

static void opens(void) {
  CHECK("open", is_status(open(STATUS, O_RDONLY)) && is_device(open(CARD, O_RDWR)));
  CHECK("open64", is_status(open64(STATUS, O_RDONLY)) && is_device(open64(CARD, O_RDWR | O_CLOEXEC)));
  CHECK("openat", is_status(openat(AT_FDCWD, STATUS, O_RDONLY)) && is_device(openat(AT_FDCWD, CARD, O_RDWR)));
  CHECK("openat64", is_status(openat64(AT_FDCWD, STATUS, O_RDONLY)));
  const int folder = open("/dev/dri", O_RDONLY | O_DIRECTORY);
  CHECK("openat in a folder", folder >= 0 && is_device(openat(folder, "card1", O_RDWR)));
  if (folder >= 0) close(folder);
  CHECK("__open_2", is_status(open(STATUS, read_only)) && is_device(open(CARD, read_write)));
  CHECK("__openat_2", is_status(openat(AT_FDCWD, STATUS, read_only)));
  CHECK("__open64_2", is_status(open64(STATUS, read_only)));
  CHECK("__openat64_2", is_status(openat64(AT_FDCWD, STATUS, read_only)));
  CHECK("open by another path", is_device(open("/dev/dri/by-path/platform-fde40000.npu-render", O_RDWR)));
  CHECK("open of what is not there", open("/dev/dri/card7", O_RDWR) < 0 && errno == ENOENT);
  CHECK("open of misc node", open("/dev/rknpu", O_RDWR) < 0 && errno == ENOENT);
  CHECK("fopen", is_status_stream(fopen(STATUS, "r")));
  CHECK("fopen64", is_status_stream(fopen64(STATUS, "r")));
  FILE* device = fopen(CARD, "r+");
  CHECK("fopen of the device", device != NULL && driver_of(fileno(device)) == 908);
  if (device != NULL) fclose(device);
  CHECK("freopen", is_status_stream(freopen(STATUS, "r", fopen("/dev/null", "r"))));
  CHECK("freopen64", is_status_stream(freopen64(STATUS, "r", fopen("/dev/null", "r"))));
  const int mode = open("calls.made", O_CREAT | O_WRONLY | O_TRUNC, 0640);
  struct stat made;
  CHECK("open with a mode", mode >= 0 && fstat(mode, &made) == 0 && (made.st_mode & 0777) == 0640);
  if (mode >= 0) close(mode);
  unlink("calls.made");
}

#define IS_CARD(s) (S_ISCHR((s).st_mode) && major((s).st_rdev) == 226 && minor((s).st_rdev) == 1)

static void stats(void) {
  struct stat s;
  struct stat64 t;
  const int fd = open(CARD, O_RDWR), folder = open("/dev/dri", O_RDONLY);
  CHECK("stat", stat(CARD, &s) == 0 && IS_CARD(s) && stat(STATUS, &s) == 0 && s.st_size == 5);
  CHECK("stat64", stat64(CARD, &t) == 0 && IS_CARD(t));
  CHECK("lstat", lstat("/dev/dri/by-path/platform-fde40000.npu-card", &s) == 0 && S_ISLNK(s.st_mode));
  CHECK("lstat64", lstat64("/sys/class/drm/card1", &t) == 0 && S_ISLNK(t.st_mode));
  CHECK("fstat", fstat(fd, &s) == 0 && IS_CARD(s) && fstat(0, &s) == 0 && !IS_CARD(s));
  CHECK("fstat64", fstat64(fd, &t) == 0 && IS_CARD(t));
  CHECK("fstatat", fstatat(folder, "card1", &s, 0) == 0 && IS_CARD(s));
  CHECK("fstatat64", fstatat64(AT_FDCWD, CARD, &t, 0) == 0 && IS_CARD(t));
  // Names of older C libraries, which cannot be linked with today.
  int (*old_stat)(int, const char*, struct stat*) = dlsym(RTLD_DEFAULT, "__xstat");
  int (*old_lstat)(int, const char*, struct stat64*) = dlsym(RTLD_DEFAULT, "__lxstat64");
  int (*old_fstat)(int, int, struct stat*) = dlsym(RTLD_DEFAULT, "__fxstat");
  int (*old_fstatat)(int, int, const char*, struct stat64*, int) = dlsym(RTLD_DEFAULT, "__fxstatat64");
#if !defined(_FILE_OFFSET_BITS) || __SIZEOF_LONG__ == 8
  CHECK("__xstat", old_stat != NULL && old_stat(1, CARD, &s) == 0 && IS_CARD(s));
  CHECK("__fxstat", old_fstat != NULL && old_fstat(1, fd, &s) == 0 && IS_CARD(s));
#else
  (void)old_stat, (void)old_fstat;
#endif
  CHECK("__lxstat64", old_lstat != NULL && old_lstat(1, "/sys/class/drm/card1", &t) == 0 && S_ISLNK(t.st_mode));
  CHECK("__fxstatat64", old_fstatat != NULL && old_fstatat(1, AT_FDCWD, CARD, &t, 0) == 0 && IS_CARD(t));
  struct statx x;
  CHECK("statx",
        statx(AT_FDCWD, CARD, 0, STATX_BASIC_STATS, &x) == 0 && S_ISCHR(x.stx_mode) && x.stx_rdev_major == 226);
  CHECK("statx of a descriptor", statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &x) == 0 && x.stx_rdev_minor == 1);
  CHECK("stat of what is not there", stat("/dev/dri/card0", &s) < 0 && errno == ENOENT);
  CHECK("access", access(CARD, R_OK | W_OK) == 0 && access("/dev/rknpu", F_OK) < 0);
  CHECK("faccessat", faccessat(AT_FDCWD, STATUS, R_OK, 0) == 0);
  CHECK("euidaccess", euidaccess(STATUS, R_OK) == 0 && eaccess(STATUS, R_OK) == 0);
  close(fd);
  close(folder);
}

static int only_card(const struct dirent* entry) { return strcmp(entry->d_name, "card1") == 0; }
static int only_card64(const struct dirent64* entry) { return strcmp(entry->d_name, "card1") == 0; }

static void links_and_folders(void) {
  char text[4096] = "", fd_path[64];
  const int fd = open(CARD, O_RDWR);
  snprintf(fd_path, sizeof fd_path, "/proc/self/fd/%d", fd);
  const char* const device = "/sys/devices/platform/fde40000.npu";
  ssize_t length = readlink("/sys/bus/platform/devices/fde40000.npu/driver", text, sizeof text);
  CHECK("readlink", length > 6 && memcmp(text + length - 6, "/RKNPU", 6) == 0);
  length = readlink(fd_path, text, sizeof text);
  CHECK("readlink of a descriptor", length == (ssize_t)strlen(CARD) && memcmp(text, CARD, strlen(CARD)) == 0);
  CHECK("readlinkat", readlinkat(AT_FDCWD, fd_path, text, 4) == 4 && memcmp(text, "/dev", 4) == 0);
  volatile size_t room = sizeof text;
  CHECK("__readlink_chk",
        readlink(fd_path, text, room) == length && readlinkat(AT_FDCWD, fd_path, text, room) == length);
  CHECK("realpath", realpath("/sys/class/drm/card1/device", text) != NULL && strcmp(text, device) == 0);
  char* made = realpath("/proc/device-tree", NULL);
  CHECK("realpath into new memory", made != NULL && strcmp(made, "/sys/firmware/devicetree/base") == 0);
  free(made);
  made = canonicalize_file_name("/sys/bus/platform/devices/fde40000.npu");
  CHECK("canonicalize_file_name", made != NULL && strcmp(made, device) == 0);
  free(made);
  DIR* listing = opendir("/dev/dri");
  int nodes = 0;
  for (struct dirent* entry; listing != NULL && (entry = readdir(listing)) != NULL;) nodes += entry->d_type == DT_CHR;
  CHECK("opendir and readdir", nodes == 2);
  if (listing != NULL) rewinddir(listing);
  nodes = 0;
  for (struct dirent64* entry; listing != NULL && (entry = readdir64(listing)) != NULL;)
    nodes += entry->d_type == DT_CHR;
  CHECK("readdir64", nodes == 2);
  if (listing != NULL) closedir(listing);
  struct dirent** list;
  struct dirent64** list64;
  CHECK("scandir", scandir("/dev/dri", &list, only_card, alphasort) == 1);
  CHECK("scandir64", scandir64("/sys/class/drm", &list64, only_card64, alphasort64) == 1);
  glob_t found;
  CHECK("glob", glob("/dev/dri/renderD*", 0, NULL, &found) == 0 && found.gl_pathc == 1 &&
                    strcmp(found.gl_pathv[0], "/dev/dri/renderD129") == 0);
  glob64_t found64;
  CHECK("glob64", glob64("/sys/class/drm/card*", 0, NULL, &found64) == 0 && found64.gl_pathc == 1 &&
                      strcmp(found64.gl_pathv[0], "/sys/class/drm/card1") == 0);
  close(fd);
}

static void descriptors(void) {
  const int fd = open(CARD, O_RDWR | O_CLOEXEC);
  CHECK("fcntl F_GETFD", fcntl(fd, F_GETFD) == FD_CLOEXEC && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
  const int copy = dup(fd), placed = dup2(fd, 200), third = dup3(fd, 201, O_CLOEXEC),
            high = fcntl(fd, F_DUPFD_CLOEXEC, 210);
  CHECK("close", close(fd) == 0 && close(fd) < 0 && errno == EBADF && driver_of(fd) == -1);
  CHECK("dup", driver_of(copy) == 908);
  CHECK("dup2", placed == 200 && driver_of(placed) == 908);
  CHECK("dup3", third == 201 && driver_of(third) == 908);
  CHECK("fcntl F_DUPFD", high >= 210 && driver_of(high) == 908);
  struct pollfd wait = {.fd = copy, .events = POLLIN};
  CHECK("poll", poll(&wait, 1, 0) == 0);
  close(copy), close(placed), close(third), close(high);
}

static void device_calls(void) {
  const int fd = open(CARD, O_RDWR);
  CHECK("ioctl of another type", ioctl(fd, 0xc0085440u, &(uint64_t){0}) < 0 && errno == ENOTTY);
  CHECK("ioctl without a driver's number", ioctl(fd, 0xc008647fu, &(uint64_t){0}) < 0 && errno == EINVAL);
  CHECK("ioctl with no argument", ioctl(fd, 0xc0086440u, NULL) < 0 && errno == EFAULT);
  struct {
    size_t bytes;
    char* text;
  } unique = {100, NULL};
  CHECK("GET_UNIQUE", ioctl(fd, sizeof(void*) == 8 ? 0xc0106401u : 0xc0086401u, &unique) == 0 && unique.bytes == 0);
  struct {
    uint32_t handle, flags;
    uint64_t size, token, address, rest[2];
  } create = {0, 0x403, 5000, 0, 0, {0, 0}};
  CHECK("MEM_CREATE", ioctl(fd, 0xc0306442u, &create) == 0 && create.size == 8192);
  struct {
    uint32_t handle, reserved;
    uint64_t offset;
  } map = {create.handle, 0, 0};
  CHECK("MEM_MAP", ioctl(fd, 0xc0106443u, &map) == 0 && map.offset >> 32 == 1);
  char* at = mmap64(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off64_t)map.offset);
  CHECK("mmap64", at != MAP_FAILED && (at[5000] = 7) == 7);
#if __SIZEOF_LONG__ == 8 || defined(_FILE_OFFSET_BITS)
  char* again = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, (off_t)map.offset);
  CHECK("mmap", again != MAP_FAILED && munmap(again, 4096) == 0);
#endif
  CHECK("mmap elsewhere", mmap64(NULL, 4096, PROT_READ, MAP_SHARED, fd, 4096) == MAP_FAILED && errno == EINVAL);
  CHECK("mmap of nothing", munmap(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096) == 0);
  CHECK("munmap", munmap(at, 8192) == 0);
  close(fd);
}

static void by_number(void) {
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, CARD, O_RDWR);
  uint32_t action[2] = {1, 0};
  CHECK("syscall openat and ioctl", fd >= 0 && syscall(SYS_ioctl, fd, 0xc0086440u, action) == 0 && action[1] == 908);
  struct statx x;
  CHECK("syscall statx", syscall(SYS_statx, AT_FDCWD, CARD, 0, STATX_BASIC_STATS, &x) == 0 && S_ISCHR(x.stx_mode));
  char text[64];
  CHECK("syscall readlinkat",
        syscall(SYS_readlinkat, AT_FDCWD, "/dev/dri/by-path/platform-fde40000.npu-card", text, sizeof text) > 0);
  CHECK("syscall faccessat", syscall(SYS_faccessat, AT_FDCWD, STATUS, R_OK) == 0);
  CHECK("syscall others", syscall(SYS_getpid) == getpid());
  close(fd);
}

int main(void) {
  opens();
  stats();
  links_and_folders();
  descriptors();
  device_calls();
  by_number();
  printf("%d failures\n", failures);
  return failures != 0;
}
