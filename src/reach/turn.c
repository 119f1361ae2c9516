/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A wish is woken when it is answered, or when it is the first of those that wait and the line is free: then its thread speaks. None
 * needs the lock to go on, since many are woken at once.
 */
#include "turn.h"

#include <errno.h>

static void append(struct turn *turn, struct wish *wish)
{
	wish->next = NULL;
	if (turn->first)
		turn->last->next = wish;
	else
		turn->first = wish;
	turn->last = wish;
}

/* The first ones. */
static struct wish *take_first(struct turn *turn)
{
	struct wish *wishes, *end;

	pthread_mutex_lock(&turn->lock);
	wishes = end = turn->first;
	for (size_t i = 1; i < TURN_MOST && end->next; i++)
		end = end->next;
	turn->first = end->next;
	end->next = NULL;
	pthread_mutex_unlock(&turn->lock);
	return wishes;
}

/* Whoever is woken may be gone at once. */
static void wake_all(struct wish *wishes)
{
	while (wishes) {
		struct wish *wish = wishes;

		wishes = wish->next;
		sem_post(&wish->woken);
	}
}

static void hand_on(struct turn *turn)
{
	struct wish *next;

	pthread_mutex_lock(&turn->lock);
	next = turn->first;
	turn->taken = next != NULL;
	pthread_mutex_unlock(&turn->lock);
	if (!next)
		return;
	next->speaks = true;
	sem_post(&next->woken);
}

/* The wish of who speaks is the first of them. */
static void speak_for_all(struct turn *turn, turn_speak *speak, void *speaker)
{
	struct wish *wishes = take_first(turn), *others = wishes->next;

	speak(speaker, wishes);
	hand_on(turn);
	wake_all(others);
}

/* True: nobody speaks, and so this one does. */
static bool line_up(struct turn *turn, struct wish *wish)
{
	bool first;

	pthread_mutex_lock(&turn->lock);
	append(turn, wish);
	first = !turn->taken;
	turn->taken = true;
	pthread_mutex_unlock(&turn->lock);
	return first;
}

/* True: it was woken to speak. */
static bool await(struct wish *wish)
{
	while (sem_wait(&wish->woken) < 0 && errno == EINTR)
		;
	return wish->speaks;
}

void turn_take(struct turn *turn, struct wish *wish, turn_speak *speak, void *speaker)
{
	wish->speaks = false;
	sem_init(&wish->woken, 0, 0);
	if (line_up(turn, wish) || await(wish))
		speak_for_all(turn, speak, speaker);
	sem_destroy(&wish->woken);
}

void turn_end(struct turn *turn)
{
	pthread_mutex_destroy(&turn->lock);
}
