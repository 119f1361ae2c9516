/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an analyzer that sees one file at a time has to be told: making an error is always -1, so that no way goes on behind it.
 */
#ifndef FWPORT_ANALYZER_FACTS_H
#define FWPORT_ANALYZER_FACTS_H

#include "fwport/error.h"

#define error_set(...)    (error_set(__VA_ARGS__), -1)
#define error_at(...)     (error_at(__VA_ARGS__), -1)
#define error_system(...) (error_system(__VA_ARGS__), -1)
#define error_in(...)     (error_in(__VA_ARGS__), -1)
#define error_hint(...)   (error_hint(__VA_ARGS__), -1)
#define error_memory(...) (error_memory(__VA_ARGS__), -1)

#endif
