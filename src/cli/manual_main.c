/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the page of the manual that its operand is the prose of. A program of the build, not to be installed: `make regenerate`
 * runs it.
 */
#include "manual.h"

#include "fwport/files.h"
#include "fwport/plain.h"

enum { PROSE_LIMIT = 1 << 20 };

static int write_page(const char *path, struct error *err)
{
	CLEANUP(text_free) struct text prose = {0}, page = {0};

	if (file_read(path, PROSE_LIMIT, &prose, err) < 0)
		return -1;
	if (manual_page(text_string(&prose), path, &page, err) < 0)
		return -1;
	fputs(text_string(&page), stdout);
	if (fflush(stdout) != 0)
		return error_set(err, ERROR_SYSTEM, "cannot write the page");
	return 0;
}

int main(int argc, char **argv)
{
	struct error err = {0};

	if (argc != 2)
		error_set(&err, ERROR_USAGE, "usage: %s PAGE.8.in", argc ? argv[0] : "manual");
	else if (write_page(argv[1], &err) == 0)
		return 0;
	plain_line(stderr, "%s", err.text);
	return error_exit_status(err.kind);
}
