/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Persistence: whether the next boot of this system restores what is saved, read off the links with which init systems enable
 * their services.
 */
#ifndef FWPORT_PERSISTENCE_H
#define FWPORT_PERSISTENCE_H

#define RESTORE_UNIT "fwport-restore.service"
/* Behind NAME.service. */
#define FOLLOWING_UNIT "fwport-restore@%.*s.service"
#define VERIFY_UNIT    "fwport-verify.service"

/* What does it: "fwport-restore.service", "the OpenRC script fwport", ...; NULL nothing. */
const char *persistence_by(void);

#endif
