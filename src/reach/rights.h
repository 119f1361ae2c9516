/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may do what. The child, which talks to strangers, and the watchman, which sees packets, are without any rights; the parent may
 * end the child, and put files in their place. None can start a program, or get at rights again.
 */
#ifndef FWPORT_REACH_RIGHTS_H
#define FWPORT_REACH_RIGHTS_H

#include "fwport/error.h"

#include <sys/types.h>

/* As whom the child asks. */
struct asker {
	uid_t uid;
	gid_t gid;
	bool wished; /* by --as-user: nobody else will do */
	char name[64];
};

/* --as-user, a name or a number, or NULL: nobody where this is root, else whoever this is. */
int asker_choose(const char *as_user, struct asker *out, struct error *err);
/* The child's; says in *asker who it has become. It ends with its parent. */
int rights_of_child(pid_t parent, struct asker *asker, struct error *err);
int rights_of_watchman(pid_t parent, struct error *err);
/* The parent's. */
int rights_of_parent(pid_t child, bool has_files, struct error *err);

#endif
