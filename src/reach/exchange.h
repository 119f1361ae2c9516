/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request over a curl handle, and its answer within bounds: 64 KiB of head, 64 KiB of body that are kept. What comes beyond is not
 * read where the server said how long it is; where it did not, some more is read and forgotten, to see whether it ends.
 */
#ifndef FWPORT_REACH_EXCHANGE_H
#define FWPORT_REACH_EXCHANGE_H

#include "facts.h"

#include "fwport/error.h"
#include "fwport/pool.h"
#include "fwport/text.h"

#include <curl/curl.h>

struct exchange {
	CURL *curl;  /* NULL once it is over and done with: then there are no headers */
	char *words; /* CURLOPT_ERRORBUFFER's, of CURL_ERROR_SIZE bytes */
	size_t head_bytes, body_bytes;
	double head_at;   /* when the head was whole; 0: it was not */
	double last_at;   /* when something came last */
	struct text body; /* the first of it */
	bool enough, endless_head, endless_body;
	CURLcode result;
};

/* Prepares the handle: bounds, and what it says of itself. */
void exchange_prepare(struct exchange *exchange, char words[CURL_ERROR_SIZE]);
/* Asks for the URL that the handle was given. */
void exchange_run(struct exchange *exchange);
void exchange_free(struct exchange *exchange); /* not the handle */
/* Of what was run last. */
enum http_status exchange_status(const struct exchange *exchange);
int exchange_code(const struct exchange *exchange); /* -1: none came */
/* The value of a header; NULL in *out: it has none. -1: no memory. */
int exchange_header(const struct exchange *exchange, const char *name, struct pool *pool, const char **out,
		    struct error *err);

#endif
