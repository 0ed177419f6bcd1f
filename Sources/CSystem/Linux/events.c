#define _GNU_SOURCE
#include "csystem.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

_Static_assert(sizeof(struct csystem_event) == sizeof(struct epoll_event), "event size");
_Static_assert(
    offsetof(struct csystem_event, token) == offsetof(struct epoll_event, data), "event layout");
_Static_assert(
    CSYSTEM_READABLE == EPOLLIN && CSYSTEM_WRITABLE == EPOLLOUT && CSYSTEM_FAILED == EPOLLERR
        && CSYSTEM_HUNG_UP == EPOLLHUP && CSYSTEM_PEER_CLOSED == EPOLLRDHUP,
    "event bits");
_Static_assert(
    CSYSTEM_EXCLUSIVE == (uint32_t)EPOLLEXCLUSIVE && CSYSTEM_ONE_SHOT == (uint32_t)EPOLLONESHOT
        && CSYSTEM_EDGE == (uint32_t)EPOLLET,
    "event flags");

static int result(int value) {
  return value < 0 ? -errno : value;
}

int csystem_epoll_create(void) {
  return result(epoll_create1(EPOLL_CLOEXEC));
}

static int control(int epoll, int operation, int fd, uint32_t events, uint64_t token) {
  struct epoll_event event = {.events = events, .data.u64 = token};
  return result(epoll_ctl(epoll, operation, fd, &event));
}

int csystem_epoll_add(int epoll, int fd, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_ADD, fd, events, token);
}

int csystem_epoll_modify(int epoll, int fd, uint32_t events, uint64_t token) {
  return control(epoll, EPOLL_CTL_MOD, fd, events, token);
}

int csystem_epoll_remove(int epoll, int fd) {
  return control(epoll, EPOLL_CTL_DEL, fd, 0, 0);
}

int csystem_epoll_wait(int epoll, struct csystem_event *ready, int room, int milliseconds) {
  int count = epoll_wait(epoll, (struct epoll_event *)ready, room, milliseconds);
  if (count < 0) return errno == EINTR ? 0 : -errno;
  return count;
}

int csystem_eventfd(void) {
  return result(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
}

int csystem_eventfd_wake(int fd) {
  uint64_t one = 1;
  for (;;) {
    if (write(fd, &one, sizeof one) == (ssize_t)sizeof one || errno == EAGAIN) return 0;
    if (errno != EINTR) return -errno;
  }
}

int csystem_signalfd(const int *signals, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < count; i++) {
    if (sigaddset(&set, signals[i]) < 0) return -errno;
  }
  return result(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
}

int csystem_signalfd_take(int fd) {
  struct signalfd_siginfo info;
  for (;;) {
    ssize_t count = read(fd, &info, sizeof info);
    if (count == (ssize_t)sizeof info) return (int)info.ssi_signo;
    if (count >= 0) return -EIO;
    if (errno != EINTR) return -errno;
  }
}

int csystem_inotify(void) {
  return result(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
}

int csystem_inotify_add(int fd, const char *path, uint32_t mask) {
  return result(inotify_add_watch(fd, path, mask));
}

int csystem_inotify_remove(int fd, int watch) {
  return result(inotify_rm_watch(fd, watch));
}
