// Host names of addresses through c-ares. A shim, because <ares.h> brings declarations of the system that Swift's own module of the C
// library has already, and because callbacks with unions are not for Swift.
#ifndef CNAMES_H
#define CNAMES_H

#include <stddef.h>

// What a question came to.
enum { CNAMES_FOUND = 0, CNAMES_NONE = 1, CNAMES_FAILED = 2 };

// A socket is to be watched for reading, for writing, for neither.
typedef void (*cnames_socket_changed)(void *data, int socket, int readable, int writable);
// The names of an address, a list that ends in NULL, valid during the call.
typedef void (*cnames_have_names)(void *context, int outcome, const char *const *names);
// Whether one of a name's addresses is the one that was meant; for how many seconds that holds.
typedef void (*cnames_have_addresses)(void *context, int outcome, int leads_back, int seconds);

// Makes a resolver; NULL where that fails. `servers` is a list like "192.0.2.53:53,[2001:db8::53]:53", or NULL for the system's.
void *cnames_make(const char *servers, int timeout_ms, cnames_socket_changed changed, void *data);
void cnames_destroy(void *resolver);
// Ends all questions as failed.
void cnames_cancel(void *resolver);

// `length` is 4 or 16. Each calls back exactly once, perhaps before it returns.
void cnames_ask_names(
    void *resolver, const void *address, int length, cnames_have_names have, void *context);
void cnames_ask_addresses(
    void *resolver, const char *name, const void *address, int length,
    cnames_have_addresses have, void *context);

// Sockets that are ready; -1 for none.
void cnames_process(void *resolver, int readable, int writable);
// Milliseconds until it has something to do without a socket; -1 for never.
long cnames_wait_ms(void *resolver);

#endif
