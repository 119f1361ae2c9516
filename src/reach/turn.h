/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many threads with questions for one process, over one line. Whoever finds the line free speaks for all that wait, so that a change of
 * process brings many answers, and not one.
 */
#ifndef FWPORT_REACH_TURN_H
#define FWPORT_REACH_TURN_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>

/* So many are spoken for at a time. */
enum { TURN_MOST = 64 };

/* A question that waits. Who asks has it on its stack, as the first member of what else belongs to it. */
struct wish {
	struct wish *next;
	sem_t woken;
	bool speaks; /* woken to, and not because it is answered */
};

struct turn {
	pthread_mutex_t lock;
	struct wish *first, *last;
	bool taken; /* somebody speaks */
};

#define TURN_FREE ((struct turn){.lock = PTHREAD_MUTEX_INITIALIZER})

/* Says what the wishes want, TURN_MOST at most, and answers them all. Nobody else speaks meanwhile. */
typedef void turn_speak(void *speaker, struct wish *wishes);

/* Comes back when the wish is answered. */
void turn_take(struct turn *turn, struct wish *wish, turn_speak *speak, void *speaker);
void turn_end(struct turn *turn);

#endif
