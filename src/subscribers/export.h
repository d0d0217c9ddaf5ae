/*
 * Exporting a list's subscribers: as CSV (RFC 4180, UTF-8) that spreadsheets
 * open safely, or as JSON lines. An import takes both back.
 *
 * CSV has the columns address, name, state, origin, language, format, since and
 * one for each field that anybody has. A cell that a spreadsheet would take for
 * a formula has a quote in front: it begins with = + - @, a tab or a carriage
 * return, or with quotes and then one of these.
 *
 * Who was erased is in neither.
 */
#ifndef SUBSCRIBERS_EXPORT_H
#define SUBSCRIBERS_EXPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "model/subscriber.h"
#include "store/store.h"

struct export_options {
	bool json_lines; /* else CSV */
	bool bom;	 /* of CSV: without it Excel reads no UTF-8 */
	bool filtered;	 /* only those in `state` */
	enum subscriber_state state;
};

/* A failed write shows in ferror(). Memory does not grow with the list, but for
 * the names of the fields. */
bool export_people(FILE *out, struct store *store, int64_t list_id,
	const struct export_options *options, struct error *err);

#endif
