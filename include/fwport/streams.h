/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The three streams that a program is started with. Whoever starts it may have closed them, and the next file that is opened takes
 * the place of one: what is meant for people would be written into it.
 */
#ifndef FWPORT_STREAMS_H
#define FWPORT_STREAMS_H

/* Takes the places that are free with what can be neither read nor written, so that using them still fails. */
void streams_hold(void);

#endif
