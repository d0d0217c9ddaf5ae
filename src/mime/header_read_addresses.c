#include "mime/header.h"

#include <string.h>

#include "base/blank.h"
#include "mime/quoted.h"
#include "mime/word.h"

/* What comes after so many is passed over. */
enum { MAILBOXES = 10000 };

/* ----- tokens (RFC 5322, 3.2), read leniently ----- */

enum token_kind {
	TOKEN_SPECIAL, /* one of ,:;<>@ */
	TOKEN_WORD,    /* an atom, dots included, or an encoded word */
	TOKEN_QUOTED,
	TOKEN_COMMENT,
	TOKEN_LITERAL, /* [192.0.2.1] */
};

struct token {
	enum token_kind kind;
	bool blank_before;
	struct span raw; /* as written, with its quotes or parentheses */
};

/* Up to and with the `close` that ends what starts here; all when it is
 * missing. Only comments nest. */
static size_t
enclosed_length(struct span s, char close)
{
	size_t depth = 0;

	for (size_t i = 1; i < s.len; i++) {
		if (s.data[i] == '\\')
			i++;
		else if (close == ')' && s.data[i] == '(')
			depth++;
		else if (s.data[i] == close && depth-- == 0)
			return i + 1;
	}
	return s.len;
}

static size_t
atom_length(struct span s)
{
	size_t n = word_length(s);

	if (n)
		return n;
	n = strcspn(s.data, " \t,:;<>@\"([");
	return n < s.len ? (n ? n : 1) : s.len;
}

/* `rest` ends with a NUL. */
static bool
next_token(struct span *rest, struct token *t)
{
	struct span s = *rest;
	size_t n = 0;

	while (n < s.len && blank_in_line(s.data[n]))
		n++;
	t->blank_before = n > 0;
	s = span_from(s, n);
	if (s.len == 0)
		return false;
	switch (s.data[0]) {
	case '"':
		t->kind = TOKEN_QUOTED;
		n = enclosed_length(s, '"');
		break;
	case '(':
		t->kind = TOKEN_COMMENT;
		n = enclosed_length(s, ')');
		break;
	case '[':
		t->kind = TOKEN_LITERAL;
		n = enclosed_length(s, ']');
		break;
	default:
		t->kind = strchr(",:;<>@", s.data[0]) ? TOKEN_SPECIAL
						      : TOKEN_WORD;
		n = t->kind == TOKEN_SPECIAL ? 1 : atom_length(s);
	}
	t->raw = span_slice(s, 0, n);
	*rest = span_from(s, n);
	return true;
}

/* ----- what is being read ----- */

struct reader {
	struct arena *arena;
	struct value *all;   /* the result */
	struct value *group; /* members of the open group; or NULL */
	size_t count;	     /* of mailboxes and groups */
	struct str phrase;   /* words so far, comments too; not yet decoded */
	struct str words;    /* words so far, without comments */
	size_t word_count;
	bool one_quoted; /* the words are a single quoted string */
	bool unquoted;	 /* the last word is not quoted */
	struct str address;
	struct str comment; /* the last one, without parentheses */
	bool in_angle, had_angle;
	bool needs_blank; /* before the next word of the phrase */
};

static void
reset(struct reader *r)
{
	str_truncate(&r->phrase, 0);
	str_truncate(&r->words, 0);
	str_truncate(&r->address, 0);
	str_truncate(&r->comment, 0);
	r->word_count = 0;
	r->one_quoted = r->unquoted = false;
	r->in_angle = r->had_angle = r->needs_blank = false;
}

/* Decoded, with single blanks and none at the ends. */
static void
add_decoded(struct str *out, const struct str *raw)
{
	struct str text = STR_INIT;
	struct span rest;

	header_decode(&text, str_span(raw));
	rest = str_span(&text);
	while (rest.len) {
		size_t n = strcspn(rest.data, " \t\r\n");

		if (n && out->len)
			str_add_char(out, ' ');
		str_add_span(out, span_slice(rest, 0, n));
		rest = span_from(rest, n + 1);
	}
	str_clear(&text);
}

/* Without quotes and backslashes. */
static void
add_unquoted(struct str *out, struct span raw)
{
	for (size_t i = 1; i < raw.len; i++) {
		if (raw.data[i] == '"')
			break;
		if (raw.data[i] == '\\' && ++i == raw.len)
			break;
		str_add_char(out, raw.data[i]);
	}
}

static void
add_word_to(struct str *out, const struct token *t, bool blank)
{
	if (out->len && blank)
		str_add_char(out, ' ');
	if (t->kind == TOKEN_QUOTED)
		add_unquoted(out, t->raw);
	else
		str_add_span(out, t->raw);
}

/* "=?utf-8?q?a?=b" is two tokens, and one word. */
static bool
goes_on(const struct reader *r, const struct token *t)
{
	return r->word_count && r->unquoted && t->kind == TOKEN_WORD &&
		!t->blank_before && !r->needs_blank;
}

static void
add_phrase_word(struct reader *r, const struct token *t)
{
	bool blank = t->blank_before || r->needs_blank;

	r->word_count += !goes_on(r, t);
	r->unquoted = t->kind == TOKEN_WORD;
	r->one_quoted = r->word_count == 1 && !r->unquoted;
	add_word_to(&r->phrase, t, blank);
	add_word_to(&r->words, t, blank);
	r->needs_blank = false;
}

/* ----- local parts ----- */

static bool
is_dot_atom(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.data[i] <= ' ' ||
			strchr("()<>[]:;@\\,\"", s.data[i]))
			return false;
	return s.len > 0;
}

/* "so . many" is "so.many" (RFC 5322, 4.4). */
static void
add_without_blanks_at_dots(struct str *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		bool at_dot = i + 1 < s.len &&
			(s.data[i + 1] == '.' ||
				(i > 0 && s.data[i - 1] == '.'));

		if (s.data[i] != ' ' || !at_dot)
			str_add_char(out, s.data[i]);
	}
}

/* No encoded word may stand in an address (RFC 2047, 5): a word that looks like
 * one is itself, and who decoded it would read another address. Among others it
 * is broken either way. */
static void
take_local_part(struct reader *r)
{
	struct str text = STR_INIT, local = STR_INIT;

	if (r->word_count == 1)
		str_add_str(&text, &r->words);
	else
		add_decoded(&text, &r->words);
	add_without_blanks_at_dots(&local, str_span(&text));
	if (is_dot_atom(str_span(&local)))
		str_add_str(&r->address, &local);
	else
		quoted_add(&r->address, str_span(&local));
	str_clear(&text);
	str_clear(&local);
}

/* An '@' without angle brackets: the words were no name. What is quoted is as
 * it stands: " ada"@… is not ada@…. */
static void
words_become_local_part(struct reader *r)
{
	if (r->one_quoted)
		quoted_add(&r->address, str_span(&r->words));
	else
		take_local_part(r);
	str_add_char(&r->address, '@');
	str_truncate(&r->phrase, 0);
	str_truncate(&r->words, 0);
	r->word_count = 0;
	r->needs_blank = false;
}

/* ----- mailboxes and groups ----- */

static struct value *
target(struct reader *r)
{
	return r->group ? r->group : r->all;
}

static void
end_mailbox(struct reader *r)
{
	struct str name = STR_INIT;
	struct value *box;

	add_decoded(&name, &r->phrase);
	/* "ada@example.org (Ada)", as it was written before RFC 822 */
	if (name.len == 0 && !r->had_angle)
		add_decoded(&name, &r->comment);
	if (name.len || r->address.len) {
		r->count++;
		box = value_push(r->arena, target(r), value_new_map(r->arena));
		value_set_text(r->arena, box, "name", str_text(&name));
		value_set_repaired(
			r->arena, box, "email", str_span(&r->address));
	}
	str_clear(&name);
	reset(r);
}

static void
start_group(struct reader *r)
{
	struct value *group = value_new_map(r->arena);
	struct str name = STR_INIT;

	r->count++;
	add_decoded(&name, &r->phrase);
	value_push(r->arena, r->all, group);
	value_set_text(r->arena, group, "name", str_text(&name));
	r->group =
		value_set(r->arena, group, "group", value_new_list(r->arena));
	str_clear(&name);
	reset(r);
}

static void
take_open_angle(struct reader *r)
{
	/* "ada@example.org <ada@example.org>": the first one is a name. */
	if (r->address.len) {
		if (r->phrase.len)
			str_add_char(&r->phrase, ' ');
		str_add_str(&r->phrase, &r->address);
		str_truncate(&r->address, 0);
	}
	r->in_angle = r->had_angle = true;
}

static void
take_colon(struct reader *r)
{
	if (r->in_angle) /* a source route ends (RFC 5322, 4.4) */
		str_truncate(&r->address, 0);
	else if (r->address.len == 0)
		start_group(r);
}

static void
take_at(struct reader *r)
{
	if (r->in_angle || r->address.len)
		str_add_char(&r->address, '@');
	else if (!r->had_angle)
		words_become_local_part(r);
}

static bool
in_source_route(const struct reader *r)
{
	return r->in_angle && str_text(&r->address)[0] == '@';
}

static void
take_special(struct reader *r, char c)
{
	switch (c) {
	case '<':
		take_open_angle(r);
		break;
	case '>':
		r->in_angle = false;
		break;
	case '@':
		take_at(r);
		break;
	case ':':
		take_colon(r);
		break;
	case ',':
		if (!in_source_route(r))
			end_mailbox(r);
		break;
	case ';':
		end_mailbox(r);
		r->group = NULL;
		break;
	}
}

static void
take_comment(struct reader *r, struct span raw)
{
	if (r->in_angle)
		return;
	str_truncate(&r->comment, 0);
	str_add_span(&r->comment, span_slice(raw, 1, raw.len - 1));
	if (r->comment.len && raw.data[raw.len - 1] == ')')
		str_truncate(&r->comment, r->comment.len - 1);
	if (r->address.len && !r->had_angle)
		return;
	if (r->phrase.len)
		str_add_char(&r->phrase, ' ');
	str_add_span(&r->phrase, raw);
	r->needs_blank = true;
}

/* Does the domain of a bare address still go on? */
static bool
continues_address(const struct reader *r, struct span raw)
{
	struct span address = str_span(&r->address);

	return span_ends(address, "@") || span_ends(address, ".") ||
		raw.data[0] == '.';
}

static void
take_word(struct reader *r, const struct token *t)
{
	bool bare = r->address.len > 0 && !r->had_angle;

	if (r->in_angle || (bare && continues_address(r, t->raw)))
		str_add_span(&r->address, t->raw);
	else
		add_phrase_word(r, t);
}

struct value *
header_read_addresses(struct arena *arena, struct span value)
{
	struct reader r = {.arena = arena, .all = value_new_list(arena)};
	struct str line = STR_INIT;
	struct span rest;
	struct token t;

	header_unfold(&line, value);
	rest = str_span(&line);
	while (r.count < MAILBOXES && next_token(&rest, &t)) {
		if (t.kind == TOKEN_SPECIAL)
			take_special(&r, t.raw.data[0]);
		else if (t.kind == TOKEN_COMMENT)
			take_comment(&r, t.raw);
		else
			take_word(&r, &t);
	}
	if (r.count < MAILBOXES)
		end_mailbox(&r);
	str_clear(&line);
	str_clear(&r.phrase);
	str_clear(&r.words);
	str_clear(&r.address);
	str_clear(&r.comment);
	return r.all;
}
