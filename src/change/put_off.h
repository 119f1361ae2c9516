/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change that was interrupted before the boot and had asked a neighbour: what that keeps can only be taken back when it can be asked.
 * A boot cannot wait for that, nor can who watches, so the change stays open behind what is done meanwhile.
 */
#ifndef FWPORT_PUT_OFF_H
#define FWPORT_PUT_OFF_H

#include "fwport/journal.h"
#include "fwport/store.h"

/* On a store that is locked. *out is what is to be open in the journal again; its generation is 0 where there is no such change. */
int put_off_find(const struct store *store, struct journal_entry *out, struct error *err);
/* Does nothing where there was none, or the record has come as far since. */
void put_off_again(const struct store *store, const struct journal_entry *entry);

#endif
