/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `fwport check` is asked about, looked at before anything is done for its sake. */
#ifndef FWPORT_CHECK_TARGET_H
#define FWPORT_CHECK_TARGET_H

/* Why it can be no target, to stand behind its name: "is not https"; NULL: it may be one, and fwport-check will see. */
const char *check_target_problem(const char *target);

#endif
