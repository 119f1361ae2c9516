/* SPDX-License-Identifier: GPL-2.0-or-later */
/* It has a file of its own since render knows another endpoint than this room does. */
#include "complaint.h"

#include "fwport/json.h"
#include "fwport/plain.h"

int complain(FILE *people, FILE *json, const struct error *err)
{
	if (json && json_error(json, "check", err) == 0 && fflush(json) == 0)
		return error_exit_status(err->kind);
	plain_line(people, "fwport: %s", err->text);
	if (err->hint[0])
		plain_line(people, "fwport: hint: %s", err->hint);
	return error_exit_status(err->kind);
}
