/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fwport-check, the program that looks whether sites are reachable: starting it, and answering it until it ends. */
#ifndef FWPORT_CHECKER_H
#define FWPORT_CHECKER_H

#include "command.h"

/* Its command line without its own name. */
struct checker_words {
	struct pool pool;
	char **list;
	size_t count;
	bool failed;
};

void checker_words_add(struct checker_words *words, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* --json, --quiet, --verbose, --color, as here. */
void checker_words_add_output(struct checker_words *words, const struct output *output);
void checker_words_free(struct checker_words *words); /* for CLEANUP */

int checker_start(const struct checker_words *words, struct checker *out, struct error *err);
/* Its exit status, or -1. */
int checker_attend(const struct checker *checker, const char *backend, struct error *err);

/* After a change, for whose sake these sites are to be reachable: it is done, and stays, whatever comes of it. */
int checker_after(const char *const *targets, size_t count, const struct request *request,
		  const struct output *output, struct error *err);

#endif
