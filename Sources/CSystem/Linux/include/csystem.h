#ifndef CSYSTEM_H
#define CSYSTEM_H

/*
 * The Linux calls that Swift's Glibc module does not show: what needs _GNU_SOURCE, macros with
 * casts, packed or variadic structures, and raw system calls. Nothing here decides anything.
 *
 * This header includes nothing of the system's beyond plain integers, and defines no _GNU_SOURCE:
 * either would give types of the Glibc module a second home or a second shape, and Swift code could
 * not use them any more.
 *
 * Unless a comment says otherwise, a function returns 0 or a useful number, and a negated errno
 * when it fails. Descriptors that are made here are close-on-exec.
 */

#include <stddef.h>
#include <stdint.h>

/* ---- Events (events.c) ---- */

/* One ready descriptor. Laid out as struct epoll_event is, so that an array of them goes to the
 * kernel as it is. */
#if defined(__x86_64__)
struct __attribute__((packed)) csystem_event {
#else
struct csystem_event {
#endif
  uint32_t events;
  uint64_t token;
};

#define CSYSTEM_READABLE 0x001u
#define CSYSTEM_WRITABLE 0x004u
#define CSYSTEM_FAILED 0x008u
#define CSYSTEM_HUNG_UP 0x010u
#define CSYSTEM_PEER_CLOSED 0x2000u
#define CSYSTEM_EXCLUSIVE 0x10000000u
#define CSYSTEM_ONE_SHOT 0x40000000u
#define CSYSTEM_EDGE 0x80000000u

int csystem_epoll_create(void);
int csystem_epoll_add(int epoll, int fd, uint32_t events, uint64_t token);
int csystem_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token);
int csystem_epoll_remove(int epoll, int fd);
/* Waits `milliseconds` (-1: for ever). Returns how many entries of `ready` were filled; 0 also
 * after a signal. */
int csystem_epoll_wait(int epoll, struct csystem_event *ready, int room, int milliseconds);

/* A non-blocking counter that wakes a poller. */
int csystem_eventfd(void);
/* Adds one to the counter; a counter that is full already wakes as well, so that is no error. */
int csystem_eventfd_wake(int fd);

/* A non-blocking descriptor that reads the given signals, which must be blocked in every thread. */
int csystem_signalfd(const int *signals, int count);
/* Takes one signal: its number, or -EAGAIN when none is left. */
int csystem_signalfd_take(int fd);

/* A non-blocking inotify queue. */
int csystem_inotify(void);
/* Returns the watch number. A path watched already keeps its number and gets the new mask. */
int csystem_inotify_add(int fd, const char *path, uint32_t mask);
int csystem_inotify_remove(int fd, int watch);

/* ---- Sockets (sockets.c) ---- */

/* A non-blocking stream socket of the family. */
int csystem_socket(int family);
/* Takes one waiting connection, non-blocking. `peer` is a struct sockaddr_storage, which is
 * cleared first. */
int csystem_accept(int fd, void *peer);
/* Receives and sends without a point of cancellation; bytes moved, or -errno. A peer that is gone is
 * -EPIPE and never a signal. With `more` a packet that is not full waits for what follows. */
long csystem_receive(int fd, void *bytes, size_t count);
long csystem_send(int fd, const void *bytes, size_t count, int more);
/* Bytes that were sent and that the peer has not taken yet; negative: -errno. */
long csystem_untaken(int fd);
/* The user at the other end of a Unix socket. */
int csystem_peer_user(int fd, uint32_t *user);

/* ---- Files (files.c) ---- */

/* Flags of open that need _GNU_SOURCE. CSYSTEM_O_NAMELESS makes O_TMPFILE together with
 * O_DIRECTORY. */
#define CSYSTEM_O_NOATIME 0x40000u
#define CSYSTEM_O_PATH 0x200000u
#define CSYSTEM_O_NAMELESS 0x400000u

/* Refuse a step to another file system, a link such as /proc/self/fd, any link, a way out of the
 * directory; or take the directory for the root; or answer only from what the kernel has cached. */
#define CSYSTEM_RESOLVE_NO_CROSSING 0x01u
#define CSYSTEM_RESOLVE_NO_MAGIC_LINKS 0x02u
#define CSYSTEM_RESOLVE_NO_LINKS 0x04u
#define CSYSTEM_RESOLVE_BENEATH 0x08u
#define CSYSTEM_RESOLVE_IN_ROOT 0x10u
#define CSYSTEM_RESOLVE_CACHED 0x20u

/* Opens `path` under `directory` with openat2; O_CLOEXEC is added. `mode` counts only where a
 * file is made. -EXDEV: the path leaves the directory; -ELOOP: a link that `resolve` forbids;
 * -ENOSYS: a kernel before 5.6. */
int csystem_open(int directory, const char *path, uint32_t flags, uint32_t mode, uint64_t resolve);

struct csystem_file {
  int64_t size;
  int64_t modified_seconds;
  int64_t changed_seconds;
  uint32_t modified_nanoseconds;
  uint32_t changed_nanoseconds;
  uint64_t inode;
  uint64_t device;
  uint64_t links;
  uint32_t mode; /* type and permission bits, as in st_mode */
  uint32_t user;
  uint32_t group;
};

int csystem_stat_descriptor(int fd, struct csystem_file *file);
/* `flags` are those of fstatat: AT_SYMLINK_NOFOLLOW and so on. */
int csystem_stat_path(int directory, const char *path, int flags, struct csystem_file *file);

/* Renames in one step; with `is_new` only where nothing stands at the new name (-EEXIST otherwise). A file system
 * that cannot do the latter makes a second name and drops the first. */
int csystem_rename(
    int from_directory, const char *from, int to_directory, const char *to, int is_new);

/* Makes sure that the bytes can be written without running out of space; the file grows to hold
 * them. */
int csystem_reserve(int fd, int64_t offset, int64_t length);
/* Maps `length` bytes of a file, shared; with fd -1, zeroed memory that no file backs. Unmap
 * with munmap. */
int csystem_map(int fd, size_t length, int writable, void **address);

/* ---- The process and its threads (process.c) ---- */

/* Adds signals to those that the calling thread, and threads that it starts from now on, leave
 * pending. */
int csystem_signals_block(const int *signals, int count);
int csystem_signals_unblock(const int *signals, int count);
int csystem_signal_ignore(int signal);
int csystem_signal_default(int signal);

/* Starts a thread in which no signal but those of its own faults is delivered. `name` is cut to
 * 15 bytes; `stack_bytes` 0 takes the system's default. */
int csystem_thread_start(
    const char *name, size_t stack_bytes, void (*body)(void *), void *context, uint64_t *thread);
int csystem_thread_join(uint64_t thread);
int csystem_thread_detach(uint64_t thread);
/* A number that no other living thread of the process has; never 0. */
uint64_t csystem_thread_self(void);

/* Ties the calling thread to one processor. */
int csystem_pin_thread(int processor);
/* Makes the calling thread one of the background: it gives way to others after a tenth of a
 * millisecond, as far as the kernel has that (Linux 6.12), and gets a smaller share of a busy
 * processor. Not to be taken back. Threads and processes that it starts have it from it. */
int csystem_thread_background(void);
/* Writes the processors that the calling thread may run on, at most `room`; returns how many
 * there are. */
int csystem_allowed_processors(int *processors, int room);

/* Raises the soft limit of open descriptors to `wanted`, or to the hard limit where that is
 * lower; 0 wants all of it. Never lowers it. Writes the limit that holds now. */
int csystem_raise_descriptor_limit(uint64_t wanted, uint64_t *limit);

/* Gives the pages of the program's file that nothing has changed back to the kernel; those that are
 * still run are read in again, from its cache. Returns the bytes of these mappings. */
int64_t csystem_release_program(void);

/* Fills the buffer with random bytes that are fit for keys. */
int csystem_random(void *bytes, size_t count);

/* What an errno means in English, and its symbol; never NULL, valid for ever. */
const char *csystem_error_text(int code);
const char *csystem_error_name(int code);

#endif
