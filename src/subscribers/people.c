#include "subscribers/people.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "subscribers/columns_layout.h"
#include "subscribers/people_parts.h"

enum {
	LINE_LIMIT = 1024 * 1024,
	NAME_WIDTH = 200,
};

/* ----- CSV ----- */

static bool
next_of_csv(struct people *p, struct person *person, unsigned long *line,
	struct error *err)
{
	return columns_next(p->columns, p->csv, p->name, person, line, err);
}

static bool
is_anything(struct span head)
{
	(void)head;
	return true;
}

static const struct people_format people_csv = {is_anything, next_of_csv};

static void
start_csv(struct people *p, const char *language)
{
	p->csv = csv_new_input(&p->input);
	csv_set_language(p->csv, language);
	p->columns = columns_new();
	columns_set_export(p->columns);
}

/* ----- lines, for the others ----- */

static bool
find_line_end(struct people *p, size_t *len, struct error *err)
{
	struct error failure = ERROR_INIT;

	for (;;) {
		struct span rest =
			span_from(str_span(&p->input.bytes), p->input.at);

		*len = span_find_any(rest, "\r\n");
		if (*len + 1 < rest.len || (p->input.end && rest.len))
			return true;
		if (rest.len > LINE_LIMIT)
			return error_set(err, ERROR_DATA,
				"%s:%lu: a line of more than 1 MiB", p->name,
				p->line + 1);
		if (!csv_input_fill(&p->input, &failure))
			return failure.kind ? error_move(err, &failure)
					    : rest.len > 0;
	}
}

static struct span
as_utf8(struct people *p, struct span line)
{
	if (text_is_utf8(line))
		return line;
	if (!p->charset) {
		p->charset = mem_new(sizeof *p->charset);
		charset_load(p->charset, p->page);
	}
	str_truncate(&p->decoded, 0);
	charset_decode(&p->decoded, p->charset, line);
	return str_span(&p->decoded);
}

bool
people_line(struct people *p, struct span *line, struct error *err)
{
	struct span rest;
	size_t len;

	if (!find_line_end(p, &len, err))
		return false;
	rest = span_from(str_span(&p->input.bytes), p->input.at);
	*line = as_utf8(p, span_slice(rest, 0, len));
	p->line++;
	p->input.at += len;
	if (len < rest.len)
		p->input.at += rest.data[len] == '\r' && len + 1 < rest.len &&
				rest.data[len + 1] == '\n'
			? 2
			: 1;
	return true;
}

void
people_name(struct people *p, struct person *person, struct span written)
{
	str_truncate(&p->shown, 0);
	text_flatten(&p->shown, person_trim(written));
	if (p->shown.len > NAME_WIDTH)
		str_truncate(&p->shown,
			text_cut(str_span(&p->shown), NAME_WIDTH).len);
	person->name = p->shown.len ? str_text(&p->shown) : NULL;
}

void
people_begin(struct people *p, struct person *person, struct span written)
{
	struct str name = STR_INIT;

	*person = (struct person){.written = written,
		.since = INSTANT_NONE,
		.left_at = INSTANT_NONE};
	str_truncate(&p->address, 0);
	str_add_span(&p->address, person_address(written, &name));
	str_add(&p->address, "");
	person->address = (struct span){str_text(&p->address), p->address.len};
	people_name(p, person, str_span(&name));
	str_clear(&name);
}

/* ----- which one it is ----- */

static const struct people_format *const formats[] = {
	&people_jsonl, &people_sympa, &people_lines, &people_csv};

/* The whole lines of the first piece. */
static struct span
head_of(const struct csv_input *input)
{
	struct span head = str_span(&input->bytes);

	return input->end ? head
			  : span_slice(head, 0, span_find_last(head, '\n'));
}

/* As Mailchimp calls its exports, "cleaned_email_audience_export_3f5c8b.csv",
 * and nobody his own files: behind "cleaned". */
static bool
is_export_of_mailchimp(struct span rest)
{
	static const char *const kinds[] = {"_members_export_",
		"_segment_export_", "_audience_export_", "_contacts_export_"};
	size_t at;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		at = span_find_text(rest, kinds[i]);
		if (at < rest.len) {
			rest = span_from(rest, at + strlen(kinds[i]));
			return rest.len &&
				isxdigit((unsigned char)rest.data[0]);
		}
	}
	return false;
}

/* A list that somebody has cleaned up has the same word in front. */
static enum standing
standing_of_file(struct span base)
{
	static const struct {
		const char *prefix;
		enum standing standing;
		bool exported; /* by Mailchimp, and in no other file */
	} prefixes[] = {
		{"unsubscribed", STANDING_LEFT, false},
		{"cleaned", STANDING_BOUNCED, true},
		{"bounced", STANDING_BOUNCED, false},
		{"nonsubscribed", STANDING_ABSENT, false},
		{"archived", STANDING_ABSENT, false},
		{"unconfirmed", STANDING_ABSENT, false},
	};

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		size_t len = strlen(prefixes[i].prefix);

		if (span_equals_nocase(
			    span_slice(base, 0, len), prefixes[i].prefix) &&
			base.len > len && strchr("_-. (", base.data[len]) &&
			(!prefixes[i].exported ||
				is_export_of_mailchimp(span_from(base, len))))
			return prefixes[i].standing;
	}
	return STANDING_READER;
}

/* "unsubscribes.csv", "unsub.txt": they left, by all appearances, and nobody
 * may be written to by mistake. */
static bool
check_name(struct people *p, struct error *err)
{
	struct span base = span_of(file_name(p->name));

	p->standing = standing_of_file(base);
	if (p->standing != STANDING_READER ||
		!span_equals_nocase(span_slice(base, 0, 5), "unsub"))
		return true;
	return error_set(err, ERROR_DATA,
		"%s: did these people unsubscribe? If so, let the file's name "
		"begin with 'unsubscribed_'; else give it another name",
		p->name);
}

struct people *
people_open(int fd, const char *name, const char *language, size_t largest,
	struct error *err)
{
	struct people *p = mem_new(sizeof *p);
	struct span head;
	size_t i = 0;

	p->name = name;
	p->page = charset_of_language(language);
	p->input.fd = fd;
	p->input.name = name;
	p->input.limit = largest;
	if (!check_name(p, err) || !csv_input_start(&p->input, err)) {
		people_close(p);
		return NULL;
	}
	head = head_of(&p->input);
	if (span_starts(head, "PK\x03\x04")) {
		error_set(err, ERROR_DATA,
			"%s: is a zip archive; unpack it, and import the "
			"folder",
			name);
		people_close(p);
		return NULL;
	}
	while (!formats[i]->matches(head))
		i++;
	p->format = formats[i];
	if (p->format == &people_csv)
		start_csv(p, language);
	return p;
}

void
people_close(struct people *p)
{
	if (!p)
		return;
	csv_free(p->csv);
	columns_free(p->columns);
	csv_input_clear(&p->input);
	free(p->charset);
	str_clear(&p->decoded);
	str_clear(&p->address);
	str_clear(&p->shown);
	str_clear(&p->fields.json);
	str_clear(&p->language);
	str_clear(&p->scratch);
	if (p->arena)
		arena_free(p->arena);
	free(p);
}

bool
people_next(struct people *p, struct person *person, unsigned long *line,
	struct error *err)
{
	if (!p->format->next(p, person, line, err))
		return false;
	if (person->standing == STANDING_READER)
		person->standing = p->standing;
	return true;
}
