/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Those of ufw and firewalld are named, and not made. */
#include "cmocka_all.h"

#include "sources_world.h"

#include "fwport/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *path(struct world *w, const char *name)
{
	return pool_format(&w->pool, "%s/%s", w->root, name);
}

void put(struct world *w, const char *name, const char *bytes)
{
	struct error err = {0};

	assert_int_equal(file_replace(path(w, name), bytes, strlen(bytes), 0644, &err), 0);
}

int world_make(void **state)
{
	static const char *const directories[] = {"config", "data", "etc", "config/profiles",
						  "data/profiles"};
	static const struct {
		const char *name, *directory;
	} variables[] = {
		{"FWPORT_CONFIG_DIR", "config"},
		{"FWPORT_DATA_DIR", "data"},
		{"FWPORT_UFW_DIR", "ufw"},
		{"FWPORT_FIREWALLD_DIR", "firewalld"},
		{"FWPORT_FIREWALLD_DATA_DIR", "shipped"},
	};
	struct world *w = calloc(1, sizeof(*w));

	if (!w)
		return -1;
	snprintf(w->root, sizeof(w->root), "/tmp/fwport-sources.XXXXXX");
	if (!mkdtemp(w->root))
		return -1;
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		mkdir(path(w, directories[i]), 0755);
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		setenv(variables[i].name, path(w, variables[i].directory), 1);
	sources_open(&w->sources, &w->pool);
	w->sources.etc_services = path(w, "etc/services");
	*state = w;
	return 0;
}

int world_remove(void **state)
{
	struct world *w = *state;
	const char *command = pool_format(&w->pool, "rm -rf '%s'", w->root);
	int result = command ? system(command) : -1;

	pool_free(&w->pool);
	free(w);
	return result;
}

const char *without_root(struct world *w, const char *text)
{
	CLEANUP(text_free) struct text out = {0};
	size_t length = strlen(w->root);

	while (*text) {
		if (strncmp(text, w->root, length) == 0)
			text += length;
		else
			text_add_bytes(&out, text++, 1);
	}
	return pool_text(&w->pool, text_string(&out));
}
