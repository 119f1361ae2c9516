/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What trust.h keeps, as OpenSSL takes it. Safe for threads. */
#ifndef FWPORT_REACH_TRUST_TLS_H
#define FWPORT_REACH_TRUST_TLS_H

#include "trust.h"

#include <openssl/ssl.h>

X509_STORE *trust_store(struct trust *trust);
/* Of the system's store a part is left out as long as nobody misses an issuer; then it is read, once. */
bool trust_is_whole(struct trust *trust);
void trust_read_rest(struct trust *trust);
/* Nobody at all is trusted. To be asked when it is whole. */
bool trust_is_empty(struct trust *trust);
/* Lets it identify itself with --cert and --key. False: no memory. */
bool trust_identify(const struct trust *trust, SSL_CTX *context);

#endif
