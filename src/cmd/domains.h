/*
 * An issue by the domains of its recipients: which providers took it, which did
 * not.
 */
#ifndef CMD_DOMAINS_H
#define CMD_DOMAINS_H

#include "cmd/site.h"

/* Prints the domains with most recipients, or adds them to `issue` as
 * "domains". */
bool add_domains(struct invocation *in, struct list_context *c,
	const struct issue_record *r, struct arena *arena, struct value *issue,
	struct error *err);

#endif
