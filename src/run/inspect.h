/*
 * What postrider makes of one input, as a value to print: for debugging, and
 * for the case sets, whose field names these are. A function for each kind, in
 * inspect_<kind>.c; `run` is where the stages may be called from.
 */
#ifndef RUN_INSPECT_H
#define RUN_INSPECT_H

#include "base/error.h"
#include "base/value.h"

struct inspection {
	const char *path;  /* as given; "-" is stdin */
	struct span bytes; /* of the file */
	const char *extra; /* a second argument: DATA.json; or NULL */
	struct arena *arena;
};

struct inspect_kind {
	const char *name; /* "dispatch" */
	/* The result to print; NULL and `err` set when the input is refused. */
	struct value *(*inspect)(
		const struct inspection *in, struct error *err);
};

/* Ends with a NULL name. */
extern const struct inspect_kind inspect_kinds[];

struct value *inspect_dispatch(const struct inspection *in, struct error *err);
struct value *inspect_roster(const struct inspection *in, struct error *err);
struct value *inspect_address(const struct inspection *in, struct error *err);
struct value *inspect_mail(const struct inspection *in, struct error *err);
struct value *inspect_bounce(const struct inspection *in, struct error *err);
struct value *inspect_header(const struct inspection *in, struct error *err);
struct value *inspect_html(const struct inspection *in, struct error *err);
struct value *inspect_reply(const struct inspection *in, struct error *err);
struct value *inspect_feed(const struct inspection *in, struct error *err);
struct value *inspect_date(const struct inspection *in, struct error *err);
struct value *inspect_schedule(const struct inspection *in, struct error *err);
struct value *inspect_template(const struct inspection *in, struct error *err);

#endif
