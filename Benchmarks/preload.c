// What a server lacks under valgrind. Loaded before the C library (LD_PRELOAD) by budget.py and by nothing else.
//
// Debian 12's valgrind refuses openat2, by which the server opens what it serves; openat stands in, which does not keep a path inside
// its folder. And a counted program is some fifty times slower: so is its clock here, lest what happens once a second count too often.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>

#define SLOWER 50
#define SECOND 1000000000

static long (*next_syscall)(long, ...);
static int (*next_gettime)(clockid_t, struct timespec *);
static int64_t start[CLOCK_MONOTONIC + 1];

static int64_t nanoseconds(const struct timespec *t) { return (int64_t)t->tv_sec * SECOND + t->tv_nsec; }

__attribute__((constructor)) static void begin(void) {
  next_syscall = dlsym(RTLD_NEXT, "syscall");
  next_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  struct timespec now;
  for (clockid_t clock = CLOCK_REALTIME; clock <= CLOCK_MONOTONIC; clock++) {
    next_gettime(clock, &now);
    // From the start of a second, so that the seconds change at the same places in every run
    start[clock] = (int64_t)now.tv_sec * SECOND;
  }
}

int clock_gettime(clockid_t clock, struct timespec *t) {
  int result = next_gettime(clock, t);
  if (result != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)) return result;
  int64_t slow = start[clock] + (nanoseconds(t) - start[clock]) / SLOWER;
  t->tv_sec = slow / SECOND;
  t->tv_nsec = slow % SECOND;
  return 0;
}

long syscall(long number, long a, long b, long c, long d, long e, long f) {
  if (number == SYS_openat2) {
    const struct open_how *how = (const struct open_how *)c;
    return openat((int)a, (const char *)b, (int)how->flags, (mode_t)how->mode);
  }
  return next_syscall(number, a, b, c, d, e, f);
}
