/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Room for operations, in the pool: mostly as much as was asked for at first, and twice that when it is not enough.
 */
#include "op_list.h"

#include <string.h>

enum { FIRST_ROOM = 8 };

void op_list_fail(struct op_list *list)
{
	if (!list->failed)
		error_memory(list->err);
	list->failed = true;
}

static bool make_room(struct op_list *list)
{
	size_t room = list->room ? list->room * 2 : FIRST_ROOM;
	struct op *at = pool_alloc(list->pool, room * sizeof(*at));

	if (!at)
		return false;
	if (list->count)
		memcpy(at, list->at, list->count * sizeof(*at));
	list->at = at;
	list->room = room;
	return true;
}

struct op *op_list_next(struct op_list *list)
{
	if (!list->failed && list->count == list->room && !make_room(list))
		op_list_fail(list);
	if (list->failed)
		return NULL;
	list->at[list->count] = (struct op){0};
	return &list->at[list->count];
}

void op_list_add(struct op_list *list, struct op op)
{
	struct op *next = op_list_next(list);

	if (!next)
		return;
	*next = op;
	list->count++;
}

struct bytes op_list_bytes(struct op_list *list, const void *bytes, uint8_t length)
{
	const uint8_t *copy = pool_copy(list->pool, bytes, length);

	if (!copy)
		op_list_fail(list);
	return (struct bytes){copy, copy ? length : 0};
}
