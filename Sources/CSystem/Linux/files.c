#define _GNU_SOURCE
#include "csystem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

_Static_assert(
    CSYSTEM_RESOLVE_NO_CROSSING == RESOLVE_NO_XDEV
        && CSYSTEM_RESOLVE_NO_MAGIC_LINKS == RESOLVE_NO_MAGICLINKS
        && CSYSTEM_RESOLVE_NO_LINKS == RESOLVE_NO_SYMLINKS
        && CSYSTEM_RESOLVE_BENEATH == RESOLVE_BENEATH && CSYSTEM_RESOLVE_IN_ROOT == RESOLVE_IN_ROOT
        && CSYSTEM_RESOLVE_CACHED == RESOLVE_CACHED,
    "resolve bits");
_Static_assert(
    CSYSTEM_O_NOATIME == O_NOATIME && CSYSTEM_O_PATH == O_PATH
        && (CSYSTEM_O_NAMELESS | O_DIRECTORY) == O_TMPFILE,
    "open flags");

int csystem_open(
    int directory, const char *path, uint32_t flags, uint32_t mode, uint64_t resolve) {
  int makes = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  struct open_how how = {
      .flags = (uint64_t)flags | O_CLOEXEC,
      .mode = makes ? mode : 0, /* openat2 refuses a mode that it would not use */
      .resolve = resolve,
  };
  for (int tries = 0;; tries++) {
    long fd = syscall(SYS_openat2, directory, path, &how, sizeof how);
    if (fd >= 0) return (int)fd;
    /* EAGAIN: a rename elsewhere made the check of a `..` uncertain; to be tried again. */
    int again = errno == EINTR
                || (errno == EAGAIN && tries < 16 && (resolve & CSYSTEM_RESOLVE_CACHED) == 0);
    if (!again) return -errno;
  }
}

static void describe(const struct stat *from, struct csystem_file *file) {
  file->size = from->st_size;
  file->modified_seconds = from->st_mtim.tv_sec;
  file->modified_nanoseconds = (uint32_t)from->st_mtim.tv_nsec;
  file->changed_seconds = from->st_ctim.tv_sec;
  file->changed_nanoseconds = (uint32_t)from->st_ctim.tv_nsec;
  file->inode = from->st_ino;
  file->device = from->st_dev;
  file->links = from->st_nlink;
  file->mode = from->st_mode;
  file->user = from->st_uid;
  file->group = from->st_gid;
}

int csystem_stat_descriptor(int fd, struct csystem_file *file) {
  struct stat status;
  if (fstat(fd, &status) < 0) return -errno;
  describe(&status, file);
  return 0;
}

int csystem_stat_path(int directory, const char *path, int flags, struct csystem_file *file) {
  struct stat status;
  if (fstatat(directory, path, &status, flags) < 0) return -errno;
  describe(&status, file);
  return 0;
}

int csystem_rename(
    int from_directory, const char *from, int to_directory, const char *to, int is_new) {
  unsigned flags = is_new ? RENAME_NOREPLACE : 0;
  if (syscall(SYS_renameat2, from_directory, from, to_directory, to, flags) == 0) return 0;
  if (errno != EINVAL || !is_new) return -errno;
  if (linkat(from_directory, from, to_directory, to, 0) < 0) return -errno;
  return unlinkat(from_directory, from, 0) < 0 ? -errno : 0;
}

int csystem_reserve(int fd, int64_t offset, int64_t length) {
  int code;
  do {
    code = posix_fallocate(fd, offset, length);
  } while (code == EINTR);
  return -code;
}

int csystem_map(int fd, size_t length, int writable, void **address) {
  int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  int flags = MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0);
  void *mapped = mmap(NULL, length, protection, flags, fd, 0);
  if (mapped == MAP_FAILED) return -errno;
  *address = mapped;
  return 0;
}
