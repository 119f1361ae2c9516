/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The number of members of an array, for the many tables of this room. */
#ifndef FWPORT_KERNEL_COUNT_H
#define FWPORT_KERNEL_COUNT_H

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#endif
