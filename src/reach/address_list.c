/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pool grows the list; a linear search is enough for so few. */
#include "address_list.h"

bool address_list_has(const struct address_list *list, const struct address *address)
{
	for (size_t i = 0; i < list->count; i++)
		if (address_equal(&list->list[i], address))
			return true;
	return false;
}

int address_list_add(struct address_list *list, const struct address *address, struct pool *pool,
		     struct error *err)
{
	if (list->count == ADDRESSES_MOST || address_list_has(list, address))
		return 0;
	list->list = pool_grow(pool, list->list, list->count, sizeof(*list->list));
	if (!list->list)
		return error_memory(err);
	list->list[list->count++] = *address;
	return 0;
}

bool address_lists_meet(const struct address_list *a, const struct address_list *b)
{
	for (size_t i = 0; i < a->count; i++)
		if (address_list_has(b, &a->list[i]))
			return true;
	return false;
}
