/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints what a profile means, one opening a line, or the sentence that refuses it and its hint: the canonical form that
 * the golden files hold. With --services it reads a services file, with --ufw one of application profiles, with --firewalld a service.
 */
#include "../../src/profile/applications.h"
#include "fwport/catalog.h"
#include "fwport/files.h"

#include <stdio.h>
#include <string.h>

static int complain(const struct error *err)
{
	printf("error: %s\n", err->text);
	if (err->hint[0])
		printf("hint: %s\n", err->hint);
	return 0;
}

static void print_prefixes(const char *word, const struct prefix *list, size_t count)
{
	char text[ADDRESS_TEXT];

	for (size_t i = 0; i < count; i++)
		printf("%s%s", i ? "," : word, prefix_text(&list[i], text));
}

static void print_opening(const struct opening *opening)
{
	const struct scope *scope = &opening->scope;
	char port[PORT_TEXT];

	printf("%s %s %s", direction_word(scope->direction), opening->service,
	       port_text(opening->port, port));
	for (unsigned family = 0; family < FAMILY_COUNT; family++)
		if (scope->families & FAMILY_BIT(family))
			printf(" %s", family_word((enum family)family));
	print_prefixes(" from=", scope->from, scope->from_count);
	print_prefixes(" to=", scope->to, scope->to_count);
	if (scope->iface)
		printf(" iface=%s", scope->iface);
	printf("\n");
}

static void print_profile(const struct profile *profile)
{
	if (profile->title)
		printf("title %s\n", profile->title);
	if (profile->description)
		printf("description %s\n", profile->description);
	for (size_t i = 0; i < profile->openings.count; i++)
		print_opening(&profile->openings.list[i]);
	for (size_t i = 0; i < profile->check_count; i++)
		printf("check %s %s\n", profile->checks[i].name, profile->checks[i].target);
}

static void print_services(const struct service_list *services)
{
	char port[PORT_TEXT];

	for (size_t i = 0; i < services->count; i++) {
		const struct service *service = &services->list[i];

		printf("%u %s", service->line, service->name);
		for (size_t k = 0; k < service->port_count; k++)
			printf(" %s", port_text(service->ports[k], port));
		printf("%s%s\n", service->comment ? " # " : "", service->comment ? service->comment : "");
		if (service->helpers)
			printf("helpers %s\n", service->helpers);
		if (service->refused)
			printf("refused %s\n", service->refused);
	}
}

static int show_profile(const struct text *bytes, const char *path, struct pool *pool, struct error *err)
{
	struct profile profile;

	if (profile_parse(text_string(bytes), bytes->length, path, pool, &profile, err) < 0)
		return complain(err);
	print_profile(&profile);
	return 0;
}

static int show_services(const struct text *bytes, const char *path, struct pool *pool, struct error *err)
{
	struct service_list services;

	if (services_parse(text_string(bytes), bytes->length, path, pool, &services, err) < 0)
		return complain(err);
	print_services(&services);
	return 0;
}

static int show_ufw(const struct text *bytes, const char *path, struct pool *pool, struct error *err)
{
	struct service_list services;

	if (ufw_parse(text_string(bytes), bytes->length, path, pool, &services, err) < 0)
		return complain(err);
	print_services(&services);
	return 0;
}

static int show_firewalld(const struct text *bytes, const char *path, struct pool *pool, struct error *err)
{
	struct firewalld_service file;
	struct service_list services = {.list = &file.service, .count = 1};

	if (firewalld_parse(text_string(bytes), bytes->length, path, "service", pool, &file, err) < 0)
		return complain(err);
	print_services(&services);
	for (size_t i = 0; i < file.include_count; i++)
		printf("include %s\n", file.includes[i]);
	if (file.more)
		printf("more %s\n", file.more);
	return 0;
}

typedef int shower(const struct text *bytes, const char *path, struct pool *pool, struct error *err);

static shower *show_of(const char *option)
{
	static const struct {
		const char *option;
		shower *show;
	} kinds[] = {{"--services", show_services}, {"--ufw", show_ufw}, {"--firewalld", show_firewalld}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].option, option) == 0)
			return kinds[i].show;
	return NULL;
}

int main(int argc, char **argv)
{
	shower *show = argc == 2 ? show_profile : argc == 3 ? show_of(argv[1]) : NULL;
	CLEANUP(text_free) struct text bytes = {0};
	CLEANUP(pool_free) struct pool pool = {0};
	struct error err = {0};

	if (!show) {
		fprintf(stderr, "usage: print_profile [--services|--ufw|--firewalld] FILE\n");
		return 2;
	}
	if (file_read(argv[argc - 1], PROFILE_SIZE_LIMIT, &bytes, &err) < 0)
		return complain(&err);
	return show(&bytes, argv[argc - 1], &pool, &err);
}
