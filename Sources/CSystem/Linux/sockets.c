#define _GNU_SOURCE
#include "csystem.h"

#include <errno.h>
#include <sys/socket.h>

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
