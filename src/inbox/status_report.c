#include "inbox/status_report.h"

#include <ctype.h>
#include <string.h>

#include "base/blank.h"
#include "inbox/failure.h"
#include "inbox/recipient.h"

/* What is said of one recipient. */
struct group {
	struct span original, final, actual; /* fields; empty: none */
	struct span action, status, diagnostic;
	bool blank_since; /* a blank line came after its last field */
};

struct reading {
	struct findings *findings;
	struct status_report *report;
	const struct status_source *source;
	struct group group;
};

/* ----- one group ----- */

static bool
has_recipient(const struct group *g)
{
	return g->original.len || g->final.len || g->actual.len;
}

/* Whom what is returned was written to, when it was nobody else. */
static bool
is_written_to(const struct message *original, struct span address)
{
	return original && original->to_count == 1 &&
		span_equals_nocase(address, original->to[0].address);
}

static bool
group_address(const struct reading *r, struct span *address)
{
	const struct group *g = &r->group;
	struct arena *a = r->findings->arena;
	struct span final;
	bool is_final = recipient_read(a, g->final, &final);

	if (recipient_read(a, g->original, address)) {
		if (is_final && is_written_to(r->source->original, final))
			*address = final;
		return true;
	}
	*address = final;
	return is_final || recipient_read(a, g->actual, address);
}

static bool
is_delivered(const struct group *g)
{
	static const char *const actions[] = {
		"delivered", "relayed", "expanded", "deliverable", NULL};
	struct span word =
		span_slice(g->action, 0, span_find_any(g->action, " \t;,("));

	return span_is_among(word, actions) ||
		(word.len == 0 && span_starts(g->status, "2."));
}

static bool
is_delayed(const struct group *g)
{
	return span_equals_nocase(span_slice(g->action, 0, 7), "delayed");
}

/* "smtp; 550 no such user" */
static struct span
diagnostic_text(struct span field)
{
	size_t n = span_find(field, ';');

	for (size_t i = 0; i < n && n < field.len; i++)
		if (!isalnum((unsigned char)field.data[i]) &&
			field.data[i] != '-' && field.data[i] != ' ')
			return field;
	return n < field.len ? span_trim(span_from(field, n + 1)) : field;
}

static void
add_failed(struct reading *r, struct span address, struct failure_said *said)
{
	struct returned *item = findings_add(r->findings, address);

	*(said->delayed ? &r->report->delayed : &r->report->failed) += 1;
	if (item && !said->text.len)
		said->text = wording_about(r->source->p, address);
	if (item)
		failure_judge(r->findings->arena, said, item);
}

/* Else it is the fields of the whole mail, or of somebody of whom nothing is
 * said. */
static bool
says_something(const struct group *g)
{
	return has_recipient(g) &&
		(is_delivered(g) || g->action.len || g->status.len ||
			g->diagnostic.len);
}

static void
end_group(struct reading *r)
{
	const struct group *g = &r->group;
	struct failure_said said = {
		.status = g->status,
		.text = diagnostic_text(g->diagnostic),
		.delayed = is_delayed(g),
	};
	struct span address;

	if (says_something(g)) {
		if (is_delivered(g)) {
			r->report->delivered++;
		} else if (group_address(r, &address)) {
			add_failed(r, address, &said);
		} else {
			r->report->nameless++;
			r->report->status = said.status;
			r->report->diagnostic = said.text;
		}
	}
	r->group = (struct group){.original = SPAN_NONE};
}

/* ----- fields ----- */

static const struct {
	const char *name;
	size_t at;
	bool recipient;
} known[] = {
	{"Original-Recipient", offsetof(struct group, original), true},
	{"Final-Recipient", offsetof(struct group, final), true},
	{"X-Actual-Recipient", offsetof(struct group, actual), false},
	{"Action", offsetof(struct group, action), false},
	{"Disposition", offsetof(struct group, action), false},
	{"Status", offsetof(struct group, status), false},
	{"Diagnostic-Code", offsetof(struct group, diagnostic), false},
};

static void
take_field(struct reading *r, struct span name, struct span value)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct span *slot;

		if (!span_equals_nocase(name, known[i].name))
			continue;
		slot = (struct span *)((char *)&r->group + known[i].at);
		/* A second recipient, or the first line of his group. */
		if (has_recipient(&r->group) &&
			((known[i].recipient && slot->len) ||
				(r->group.blank_since &&
					(known[i].recipient || slot->len))))
			end_group(r);
		if (!slot->len)
			*slot = value;
		r->group.blank_since = false;
		return;
	}
}

/* How long the name is; blanks may stand before its colon (RFC 5322, 4.5). */
static size_t
name_length(struct span line)
{
	size_t colon = span_find(line, ':');
	size_t n = span_trim(span_slice(line, 0, colon)).len;

	if (colon == line.len || !n || blank_in_line(line.data[0]))
		return 0;
	return span_find_any(span_slice(line, 0, n), " \t") == n ? n : 0;
}

/* The field with the lines that continue it. */
static void
read_field(struct reading *r, struct span field, size_t name)
{
	struct str flat = STR_INIT;
	struct span value = span_from(field, span_find(field, ':') + 1);

	value = span_trim(value);
	if (span_find_any(value, "\r\n") < value.len) {
		for (size_t i = 0; i < value.len; i++)
			str_add_char(&flat,
				strchr("\r\n", value.data[i]) ? ' '
							      : value.data[i]);
		value = arena_take_span(r->findings->arena, &flat);
	}
	take_field(r, span_slice(field, 0, name), value);
}

void
status_report_read(struct findings *f, const struct status_source *source,
	struct status_report *report)
{
	struct reading r = {.findings = f, .report = report, .source = source};
	struct span rest = source->fields, line, next;

	*report = (struct status_report){.failed = 0};
	while (span_next_line(&rest, &line)) {
		size_t name = name_length(line);
		struct span after = rest;

		if (span_trim(line).len == 0)
			r.group.blank_since = true;
		if (name == 0)
			continue;
		while (span_next_line(&after, &next) && next.len &&
			blank_in_line(next.data[0]) && span_trim(next).len) {
			line.len = (size_t)(next.data - line.data) + next.len;
			rest = after;
		}
		read_field(&r, line, name);
	}
	end_group(&r);
}
