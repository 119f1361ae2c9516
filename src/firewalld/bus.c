/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls go to the unique name of who owns firewalld's: to a name that nobody owns they would start it.
 */
#include "bus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FIREWALLD "org.fedoraproject.FirewallD1"

enum { ANSWER_MICROSECONDS = 20000000 };

void bus_unref(sd_bus_message **message)
{
	sd_bus_message_unref(*message);
}

void bus_close(struct bus *bus)
{
	sd_bus_flush_close_unref(bus->line);
	free(bus->owner);
}

int bus_failed(int sys, struct error *err)
{
	return error_system(err, sys < 0 ? -sys : sys, "what D-Bus brings is not as firewalld's");
}

/* Only who may trace it is told its namespaces. */
static int check_network(sd_bus_creds *owner, struct error *err)
{
	struct stat ours, theirs;
	char path[64];
	pid_t pid;

	if (sd_bus_creds_get_pid(owner, &pid) < 0)
		return error_set(err, ERROR_SYSTEM, "D-Bus does not say which process firewalld is");
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	if (stat("/proc/self/ns/net", &ours) < 0 || stat(path, &theirs) < 0)
		return error_system(err, errno, "cannot see which network firewalld looks after");
	if (ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino)
		return error_set(err, ERROR_SYSTEM,
				 "the firewalld on the system bus looks after another network");
	return 0;
}

static int find_owner(struct bus *bus, struct error *err)
{
	const uint64_t wanted = SD_BUS_CREDS_UNIQUE_NAME | SD_BUS_CREDS_PID;
	const char *name;
	sd_bus_creds *owner;
	int failed = sd_bus_get_name_creds(bus->line, FIREWALLD, wanted, &owner);

	if (failed < 0)
		return error_set(err, ERROR_SYSTEM,
				 "nobody owns %s on the system bus: firewalld does not run", FIREWALLD);
	failed = check_network(owner, err);
	if (failed == 0 && sd_bus_creds_get_unique_name(owner, &name) >= 0)
		bus->owner = strdup(name);
	sd_bus_creds_unref(owner);
	if (failed == 0 && !bus->owner)
		return error_memory(err);
	return failed;
}

int bus_open(struct bus *bus, struct error *err)
{
	int failed = sd_bus_open_system(&bus->line);

	if (failed < 0)
		return error_system(err, -failed, "cannot reach the system bus");
	sd_bus_set_method_call_timeout(bus->line, ANSWER_MICROSECONDS);
	return find_owner(bus, err);
}

int bus_message(struct bus *bus, const struct bus_object *object, const char *member, sd_bus_message **out,
		struct error *err)
{
	int failed = sd_bus_message_new_method_call(bus->line, out, bus->owner, object->path,
						    object->interface, member);

	return failed < 0 ? bus_failed(failed, err) : 0;
}

static bool is_so_already(const sd_bus_error *error)
{
	return error->message && (strncmp(error->message, "ALREADY_ENABLED", 15) == 0 ||
				  strncmp(error->message, "NOT_ENABLED", 11) == 0);
}

static int refused(const sd_bus_error *error, int sys, struct error *err)
{
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_NO_REPLY) ||
	    sd_bus_error_has_name(error, SD_BUS_ERROR_TIMEOUT) || sys == -ETIMEDOUT)
		return error_set(err, ERROR_BUSY, "firewalld does not answer");
	if (error->name && strncmp(error->name, FIREWALLD, strlen(FIREWALLD)) == 0)
		return error_set(err, ERROR_BLOCKED, "firewalld says %s", error->message);
	return error_set(err, ERROR_SYSTEM, "firewalld cannot be asked: %s",
			 error->message ? error->message : strerror(-sys));
}

int bus_ask(struct bus *bus, sd_bus_message *question, sd_bus_message **reply, struct error *err)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int sys = sd_bus_call(bus->line, question, ANSWER_MICROSECONDS, &error, reply), done = 0;

	if (sys < 0)
		*reply = NULL;
	if (sys < 0 && !is_so_already(&error))
		done = refused(&error, sys, err);
	sd_bus_error_free(&error);
	sd_bus_message_unref(question);
	return done;
}
