#define _GNU_SOURCE
#include "csystem.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static int change_mask(int how, const int *signals, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < count; i++) {
    if (sigaddset(&set, signals[i]) < 0) return -errno;
  }
  return -pthread_sigmask(how, &set, NULL);
}

int csystem_signals_block(const int *signals, int count) {
  return change_mask(SIG_BLOCK, signals, count);
}

int csystem_signals_unblock(const int *signals, int count) {
  return change_mask(SIG_UNBLOCK, signals, count);
}

static int set_action(int signal, void (*handler)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  return sigaction(signal, &action, NULL) < 0 ? -errno : 0;
}

int csystem_signal_ignore(int signal) {
  return set_action(signal, SIG_IGN);
}

int csystem_signal_default(int signal) {
  return set_action(signal, SIG_DFL);
}

struct start {
  void (*body)(void *);
  void *context;
};

static void *begin(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  start.body(start.context);
  return NULL;
}

/* All signals but those of a thread's own faults, which have to arrive where they arose. */
static void quiet_mask(sigset_t *set) {
  static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS};
  sigfillset(set);
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) sigdelset(set, faults[i]);
}

int csystem_thread_start(
    const char *name, size_t stack_bytes, void (*body)(void *), void *context, uint64_t *thread) {
  struct start *start = malloc(sizeof *start);
  if (start == NULL) return -ENOMEM;
  *start = (struct start){body, context};

  pthread_attr_t attributes;
  sigset_t mask;
  quiet_mask(&mask);
  int code = pthread_attr_init(&attributes);
  if (code != 0) {
    free(start);
    return -code;
  }
  pthread_t started;
  code = pthread_attr_setsigmask_np(&attributes, &mask);
  if (code == 0 && stack_bytes > 0) code = pthread_attr_setstacksize(&attributes, stack_bytes);
  if (code == 0) code = pthread_create(&started, &attributes, begin, start);
  pthread_attr_destroy(&attributes);
  if (code != 0) {
    free(start);
    return -code;
  }
  char label[16] = {0};
  strncpy(label, name, sizeof label - 1);
  pthread_setname_np(started, label); /* only a label: the thread runs without it as well */
  *thread = (uint64_t)started;
  return 0;
}

int csystem_thread_join(uint64_t thread) {
  return -pthread_join((pthread_t)thread, NULL);
}

int csystem_thread_detach(uint64_t thread) {
  return -pthread_detach((pthread_t)thread);
}

uint64_t csystem_thread_self(void) {
  return (uint64_t)pthread_self();
}

int csystem_pin_thread(int processor) {
  if (processor < 0 || processor >= CPU_SETSIZE) return -EINVAL;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return -pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

/* What sched_setattr(2) takes; glibc has no wrapper before 2.41. */
struct attributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime;
  uint64_t deadline;
  uint64_t period;
};

int csystem_thread_background(void) {
  struct attributes attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.size = sizeof attributes;
  attributes.policy = SCHED_BATCH;
  int nice = getpriority(PRIO_PROCESS, 0);
  attributes.nice = nice < 14 ? nice + 5 : 19;
  attributes.runtime = 100000; /* nanoseconds; the least that the kernel takes */
  return syscall(SYS_sched_setattr, 0, &attributes, 0) < 0 ? -errno : 0;
}

int csystem_allowed_processors(int *processors, int room) {
  cpu_set_t set;
  int code = pthread_getaffinity_np(pthread_self(), sizeof set, &set);
  if (code != 0) return -code;
  int count = 0;
  for (int i = 0; i < CPU_SETSIZE; i++) {
    if (!CPU_ISSET(i, &set)) continue;
    if (count < room) processors[count] = i;
    count++;
  }
  return count;
}

int csystem_raise_descriptor_limit(uint64_t wanted, uint64_t *limit) {
  struct rlimit current;
  if (getrlimit(RLIMIT_NOFILE, &current) < 0) return -errno;
  rlim_t goal = wanted == 0 || wanted > current.rlim_max ? current.rlim_max : (rlim_t)wanted;
  if (goal > current.rlim_cur) {
    current.rlim_cur = goal;
    if (setrlimit(RLIMIT_NOFILE, &current) < 0) return -errno;
  }
  *limit = current.rlim_cur;
  return 0;
}

int csystem_random(void *bytes, size_t count) {
  unsigned char *at = bytes;
  while (count > 0) {
    ssize_t got = getrandom(at, count, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      return -errno;
    }
    at += got;
    count -= (size_t)got;
  }
  return 0;
}

const char *csystem_error_text(int code) {
  const char *text = strerrordesc_np(code);
  return text != NULL ? text : "unknown error";
}

const char *csystem_error_name(int code) {
  const char *name = strerrorname_np(code);
  return name != NULL ? name : "?";
}

/* The first object that is told is the program itself: one call is enough. */
static int release_object(struct dl_phdr_info *object, size_t size, void *context) {
  (void)size;
  int64_t *released = context;
  const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[i];
    /* What may be written holds changes that the file does not know */
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W)) continue;
    uint64_t start = object->dlpi_addr + part->p_vaddr;
    uint64_t end = (start + part->p_memsz) & ~(page - 1);
    start = (start + page - 1) & ~(page - 1);
    if (end <= start) continue;
    if (madvise((void *)start, end - start, MADV_DONTNEED) < 0) {
      *released = -errno;
      return 1;
    }
    *released += (int64_t)(end - start);
  }
  return 1;
}

int64_t csystem_release_program(void) {
  int64_t released = 0;
  dl_iterate_phdr(release_object, &released);
  return released;
}
