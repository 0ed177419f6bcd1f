#include "cnames.h"

#include <ares.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

static int outcome(int status) {
  switch (status) {
  case ARES_SUCCESS: return CNAMES_FOUND;
  case ARES_ENOTFOUND:
  case ARES_ENODATA: return CNAMES_NONE;
  default: return CNAMES_FAILED;
  }
}

void *cnames_make(
    const char *servers, int timeout_ms, cnames_socket_changed changed, void *data) {
  ares_channel channel = NULL;
  struct ares_options options;
  char files_left_out[] = "b";
  int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB
      | ARES_OPT_LOOKUPS;
  if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) return NULL;
  memset(&options, 0, sizeof options);
  options.flags = ARES_FLAG_NOSEARCH;
  options.timeout = timeout_ms;
  options.tries = 2;
  options.sock_state_cb = changed;
  options.sock_state_cb_data = data;
  options.lookups = files_left_out;
  if (ares_init_options(&channel, &options, mask) != ARES_SUCCESS) return NULL;
  if (servers && ares_set_servers_ports_csv(channel, servers) != ARES_SUCCESS) {
    ares_destroy(channel);
    return NULL;
  }
  return channel;
}

void cnames_destroy(void *resolver) { ares_destroy(resolver); }

void cnames_cancel(void *resolver) { ares_cancel(resolver); }

struct question {
  cnames_have_names have_names;
  cnames_have_addresses have_addresses;
  void *context;
  unsigned char address[16];
  int length;
};

static struct question *make(const void *address, int length, void *context) {
  struct question *question = calloc(1, sizeof *question);
  if (!question) abort();
  memcpy(question->address, address, (size_t)length);
  question->length = length;
  question->context = context;
  return question;
}

// Not ares_gethostbyaddr, to which a server that does not answer and an address without a name are the same.
static void have_names(
    void *argument, int status, int timeouts, unsigned char *answer, int length) {
  struct question *question = argument;
  struct hostent *host = NULL;
  const char *names[9];
  int count = 0;
  (void)timeouts;
  if (status == ARES_SUCCESS)
    status = ares_parse_ptr_reply(
        answer, length, question->address, question->length,
        question->length == 4 ? AF_INET : AF_INET6, &host);
  for (char **alias = host ? host->h_aliases : NULL; alias && *alias && count < 8; alias++)
    names[count++] = *alias;
  if (host && host->h_name && count == 0) names[count++] = host->h_name;
  names[count] = NULL;
  question->have_names(question->context, outcome(status), names);
  if (host) ares_free_hostent(host);
  free(question);
}

void cnames_ask_names(
    void *resolver, const void *address, int length, cnames_have_names have, void *context) {
  struct question *question = make(address, length, context);
  const unsigned char *bytes = question->address;
  char name[80];
  size_t at = 0;
  question->have_names = have;
  // RFC 1035 section 3.5, RFC 3596 section 2.5
  for (int index = length - 1; index >= 0; index--)
    at += (size_t)(length == 4
        ? snprintf(name + at, sizeof name - at, "%u.", (unsigned)bytes[index])
        : snprintf(name + at, sizeof name - at, "%x.%x.", bytes[index] & 15u, bytes[index] >> 4u));
  snprintf(name + at, sizeof name - at, length == 4 ? "in-addr.arpa" : "ip6.arpa");
  ares_query(resolver, name, 1 /* IN */, 12 /* PTR */, have_names, question);
}

static void have_addresses(
    void *argument, int status, int timeouts, struct ares_addrinfo *result) {
  struct question *question = argument;
  int leads_back = 0;
  int seconds = 0;
  (void)timeouts;
  for (struct ares_addrinfo_node *node = result ? result->nodes : NULL; node && !leads_back;
       node = node->ai_next) {
    const void *found = node->ai_family == AF_INET6
        ? (const void *)&((struct sockaddr_in6 *)(void *)node->ai_addr)->sin6_addr
        : (const void *)&((struct sockaddr_in *)(void *)node->ai_addr)->sin_addr;
    if (node->ai_family != (question->length == 4 ? AF_INET : AF_INET6)) continue;
    if (memcmp(found, question->address, (size_t)question->length) != 0) continue;
    leads_back = 1;
    seconds = node->ai_ttl;
  }
  if (result) ares_freeaddrinfo(result);
  question->have_addresses(question->context, outcome(status), leads_back, seconds);
  free(question);
}

void cnames_ask_addresses(
    void *resolver, const char *name, const void *address, int length,
    cnames_have_addresses have, void *context) {
  struct question *question = make(address, length, context);
  struct ares_addrinfo_hints hints;
  question->have_addresses = have;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = length == 4 ? AF_INET : AF_INET6;
  hints.ai_flags = ARES_AI_NOSORT;
  ares_getaddrinfo(resolver, name, NULL, &hints, have_addresses, question);
}

void cnames_process(void *resolver, int readable, int writable) {
  ares_process_fd(
      resolver, readable < 0 ? ARES_SOCKET_BAD : readable,
      writable < 0 ? ARES_SOCKET_BAD : writable);
}

long cnames_wait_ms(void *resolver) {
  struct timeval time;
  if (!ares_timeout(resolver, NULL, &time)) return -1;
  return time.tv_sec * 1000L + time.tv_usec / 1000L;
}
