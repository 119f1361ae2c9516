/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The temporary file stands beside the one it replaces, so that to rename it is one step. */
#include "outlet.h"

#include "fwport/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODE = 0644 };

int outlet_open(const char *path, struct outlet *out, struct error *err)
{
	*out = (struct outlet){.fd = -1};
	if (snprintf(out->temporary, sizeof(out->temporary), "%s.XXXXXX", path) >=
	    (int)sizeof(out->temporary))
		return error_system(err, ENAMETOOLONG, "cannot write %s", path);
	out->fd = mkstemp(out->temporary);
	if (out->fd < 0)
		return error_system(err, errno, "cannot write a file beside %s", path);
	out->path = path;
	return 0;
}

int outlet_publish(struct outlet *outlet, struct error *err)
{
	if (!outlet->path)
		return 0;
	if (fchmod(outlet->fd, MODE) < 0 || fsync(outlet->fd) < 0)
		return error_system(err, errno, "cannot write %s", outlet->temporary);
	if (rename(outlet->temporary, outlet->path) < 0)
		return error_system(err, errno, "cannot replace %s", outlet->path);
	directory_sync(outlet->path);
	descriptor_close(&outlet->fd);
	outlet->path = NULL;
	return 0;
}

void outlet_discard(struct outlet *outlet)
{
	if (!outlet->path)
		return;
	unlink(outlet->temporary);
	descriptor_close(&outlet->fd);
	outlet->path = NULL;
}
