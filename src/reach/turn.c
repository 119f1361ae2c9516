/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A wish is woken when it is answered, or when it is the first of those that wait and the line is free: then its thread speaks. */
#include "turn.h"

static void append(struct turn *turn, struct wish *wish)
{
	wish->next = NULL;
	if (turn->first)
		turn->last->next = wish;
	else
		turn->first = wish;
	turn->last = wish;
}

/* The first ones, of whom the caller is one. */
static struct wish *take_first(struct turn *turn)
{
	struct wish *wishes = turn->first, *end = wishes;

	for (size_t i = 1; i < TURN_MOST && end->next; i++)
		end = end->next;
	turn->first = end->next;
	end->next = NULL;
	return wishes;
}

/* Whoever is woken may be gone as soon as the lock is free. */
static void wake(struct wish *wishes)
{
	while (wishes) {
		struct wish *wish = wishes;

		wishes = wish->next;
		wish->done = true;
		pthread_cond_signal(&wish->woken);
	}
}

static void hand_on(struct turn *turn)
{
	turn->taken = turn->first != NULL;
	if (!turn->taken)
		return;
	turn->first->speaks = true;
	pthread_cond_signal(&turn->first->woken);
}

static void speak_for_all(struct turn *turn, turn_speak *speak, void *speaker)
{
	struct wish *wishes = take_first(turn);

	turn->taken = true;
	pthread_mutex_unlock(&turn->lock);
	speak(speaker, wishes);
	pthread_mutex_lock(&turn->lock);
	wake(wishes);
	hand_on(turn);
}

void turn_take(struct turn *turn, struct wish *wish, turn_speak *speak, void *speaker)
{
	wish->speaks = wish->done = false;
	pthread_cond_init(&wish->woken, NULL);
	pthread_mutex_lock(&turn->lock);
	append(turn, wish);
	while (turn->taken && !wish->speaks && !wish->done)
		pthread_cond_wait(&wish->woken, &turn->lock);
	if (!wish->done)
		speak_for_all(turn, speak, speaker);
	pthread_mutex_unlock(&turn->lock);
	pthread_cond_destroy(&wish->woken);
}

void turn_end(struct turn *turn)
{
	pthread_mutex_destroy(&turn->lock);
}
