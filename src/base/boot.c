/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both come from the kernel; a container has those of its machine. */
#include "fwport/boot.h"

#include "fwport/files.h"
#include "fwport/pool.h"

#include <string.h>
#include <time.h>

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"

int boot_id_read(char out[BOOT_ID_SIZE], struct error *err)
{
	CLEANUP(text_free) struct text text = {0};

	if (file_read(BOOT_ID_PATH, BOOT_ID_SIZE, &text, err) < 0)
		return -1;
	if (text.length < BOOT_ID_SIZE - 1)
		return error_set(err, ERROR_SYSTEM, "%s holds no boot id", BOOT_ID_PATH);
	memcpy(out, text.bytes, BOOT_ID_SIZE - 1);
	out[BOOT_ID_SIZE - 1] = '\0';
	return 0;
}

int64_t boot_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}
