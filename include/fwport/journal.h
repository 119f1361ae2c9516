/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal: FWPORT_STATE_DIR/journal, to which a change appends how far it has come before it goes on. After a crash it tells the
 * next fwport whether there is something to undo or to finish. Each line bears its checksum and is synced to the disk.
 */
#ifndef FWPORT_JOURNAL_H
#define FWPORT_JOURNAL_H

#include "fwport/boot.h"
#include "fwport/commit_part.h"

#include <stdbool.h>

enum journal_event {
	JOURNAL_BEGUN,     /* nothing is sent yet, nor is its generation written for certain */
	JOURNAL_COMMITTED, /* the kernel has taken a part of it */
	JOURNAL_VERIFIED,  /* it is all there, and proved; what is left is to record it */
	JOURNAL_RECORDED,  /* the end */
	JOURNAL_UNDONE,    /* the other end */
	JOURNAL_CONFIRMED, /* what was recorded is for good */
};

struct journal_entry {
	enum journal_event event;
	uint32_t generation; /* 0: the journal is empty */
	int64_t time;        /* seconds since the epoch */
	char boot[BOOT_ID_SIZE];
	/* PART_BIT each. JOURNAL_BEGUN: what will be sent; JOURNAL_COMMITTED: what has been taken. */
	unsigned parts;
};

/* How far the last change came. */
struct journal_end {
	struct journal_entry last;
	unsigned planned, taken; /* parts */
};

/* Needs the store's lock, as does reading what it then believes. */
int journal_append(const struct journal_entry *entry, struct error *err);
/*
 * The last entry, and what those before it said of the same change. A last line that was cut off by a crash does not count. ERROR_FILE for a line that is damaged otherwise: then
 * nothing can be said about how far the last change came.
 */
int journal_read(struct journal_end *out, struct error *err);
bool journal_is_open(const struct journal_entry *entry); /* its end is not written */

#endif
