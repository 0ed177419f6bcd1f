#define _GNU_SOURCE
#include "csystem.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int csystem_socket(int family) {
  int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  return fd < 0 ? -errno : fd;
}

int csystem_accept(int fd, void *peer) {
  struct sockaddr_storage *storage = peer;
  socklen_t length = sizeof *storage;
  storage->ss_family = AF_UNSPEC;
  int accepted = accept4(fd, (struct sockaddr *)storage, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  return accepted < 0 ? -errno : accepted;
}

int csystem_peer_user(int fd, uint32_t *user) {
  struct ucred credentials;
  socklen_t length = sizeof credentials;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0) return -errno;
  *user = credentials.uid;
  return 0;
}

/* By syscall(): recv and send of the C library are points where a thread may be cancelled, which costs
 * each call two atomic operations in a process with threads. Nobody cancels ours. */
long csystem_receive(int fd, void *bytes, size_t count) {
  long moved = syscall(SYS_recvfrom, fd, bytes, count, 0, (void *)0, (void *)0);
  return moved < 0 ? -errno : moved;
}

long csystem_untaken(int fd) {
  int count = 0;
  return ioctl(fd, TIOCOUTQ, &count) < 0 ? -errno : count;
}

long csystem_send(int fd, const void *bytes, size_t count, int more) {
  int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
  long moved = syscall(SYS_sendto, fd, bytes, count, flags, (void *)0, 0);
  return moved < 0 ? -errno : moved;
}
