/* The plain functions of SHA-1 are called old by OpenSSL 3, which wants a provider to be loaded for one hash of 60 bytes. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/sha.h>

/* SHA-1 of `count` bytes, 20 bytes into `digest`. Not for anything that has to withstand an attacker. */
static inline void copenssl_sha1(const unsigned char *bytes, size_t count, unsigned char *digest) {
  SHA_CTX context;
  SHA1_Init(&context);
  SHA1_Update(&context, bytes, count);
  SHA1_Final(digest, &context);
}
