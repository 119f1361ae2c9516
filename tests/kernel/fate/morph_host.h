/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host of the stage, without a kernel: its links, addresses and routes. */
#ifndef FWPORT_FATE_MORPH_HOST_H
#define FWPORT_FATE_MORPH_HOST_H

#include "stage.h"

void host_imagine(struct host *host);

#endif
