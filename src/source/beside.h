/*
 * What a dispatch's file calls a file: beside its own, or from the source's
 * folder, as site generators have it.
 */
#ifndef SOURCE_BESIDE_H
#define SOURCE_BESIDE_H

#include "base/arena.h"

/*
 * `name` as seen from `folder` ("a/b/" or ""), without "." and "..", so that
 * "../images/a.jpg" in "2026/" is "images/a.jpg". In the arena; NULL when it
 * leaves the source's folder, or names none.
 */
const char *beside_resolve(
	struct arena *arena, const char *folder, const char *name);

#endif
