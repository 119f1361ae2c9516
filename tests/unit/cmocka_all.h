/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmocka with the headers it wants before itself.
 */
#ifndef FWPORT_CMOCKA_ALL_H
#define FWPORT_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
