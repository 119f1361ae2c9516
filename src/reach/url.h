/* SPDX-License-Identifier: GPL-2.0-or-later */
/* URLs as libcurl takes them apart, and hosts with and without the brackets that an IPv6 address has in them. */
#ifndef FWPORT_REACH_URL_H
#define FWPORT_REACH_URL_H

#include "fwport/pool.h"

#include <curl/curl.h>

void url_free(CURLU **url);      /* for CLEANUP */
void url_text_free(char **text); /* likewise, of what curl_url_get gave */

/* A part of the URL, in the pool; "" where it has none; NULL: no memory. */
char *url_part(CURLU *url, CURLUPart what, unsigned flags, struct pool *pool);

/* In place. */
char *host_without_brackets(char *host);
/* NULL: no memory. */
const char *host_in_brackets(const char *host, struct pool *pool);

#endif
