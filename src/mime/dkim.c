#include "mime/dkim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/blank.h"
#include "base/hash.h"
#include "base/mem.h"
#include "mime/dkim_canon.h"
#include "mime/dkim_key.h"
#include "mime/encode.h"
#include "mime/fold.h"

/* One of the signatures: what of its field is the same in all messages. */
struct signature {
	const struct dkim_key *key;
	bool simple_body;
	struct str head; /* "DKIM-Signature: v=1; … s=pr1;", folded */
	struct fold end; /* where the head stops; its `out` is for none */
};

struct dkim_signer {
	struct signature *signatures;
	size_t count;
	bool wants[2]; /* a body's hash: relaxed, simple */
};

/* ----- which fields are signed ----- */

#define NAME(text) .name = (text), .len = sizeof(text) - 1

/*
 * RFC 6376, 5.4.1. `sealed` ones are signed once more than they are there, so
 * that another makes the signature fail: by them a reader judges, or a program
 * decides what to show and whom to write (RFC 8058, 4 asks for its two).
 */
static const struct signed_field {
	const char *name;
	size_t len;
	bool sealed;
} signed_fields[] = {
	{NAME("From"), .sealed = true},
	{NAME("To"), .sealed = true},
	{NAME("Reply-To"), .sealed = true},
	{NAME("Subject"), .sealed = true},
	{NAME("Date"), .sealed = true},
	{NAME("Message-ID"), .sealed = true},
	{NAME("MIME-Version"), .sealed = true},
	{NAME("Content-Type"), .sealed = true},
	{NAME("List-Id"), .sealed = true},
	{NAME("List-Unsubscribe"), .sealed = true},
	{NAME("List-Unsubscribe-Post"), .sealed = true},
	{NAME("Content-Transfer-Encoding")},
	{NAME("List-Archive")},
	{NAME("List-Help")},
	{NAME("List-Owner")},
	{NAME("List-Post")},
	{NAME("List-Subscribe")},
	{NAME("Auto-Submitted")},
	{NAME("Feedback-ID")},
	{NAME("Sender")},
	{NAME("Cc")},
	{NAME("In-Reply-To")},
	{NAME("References")},
};

enum { SIGNED_FIELDS = sizeof signed_fields / sizeof *signed_fields };

static const struct signed_field *
find_signed(struct span field)
{
	size_t len = span_find(field, ':');

	while (len && blank_in_line(field.data[len - 1]))
		len--;
	for (size_t i = 0; i < SIGNED_FIELDS; i++) {
		const struct signed_field *f = &signed_fields[i];

		if (f->len == len && strncasecmp(f->name, field.data, len) == 0)
			return f;
	}
	return NULL;
}

/* ----- a message, once for all of its signatures ----- */

struct reading {
	struct hash fields; /* of the signed ones, in the order of h= */
	struct str names;   /* "From: To: …;", the value of h= */
	unsigned char body[2][HASH_SIZE]; /* relaxed, simple */
	bool has_from;
};

/* Fields of one name are signed from the last up (5.4.2), so all are taken in
 * that order. */
static struct span
take_last_field(struct span *header)
{
	size_t at = header->len;
	struct span field;

	do {
		const char *before =
			at > 1 ? memrchr(header->data, '\n', at - 1) : NULL;

		at = before ? (size_t)(before + 1 - header->data) : 0;
	} while (at > 0 && blank_in_line(header->data[at]));
	field = span_from(*header, at);
	header->len = at;
	return field;
}

static void
read_fields(struct reading *r, struct span header)
{
	struct str text = STR_INIT;

	str_reserve(&text, header.len);
	while (header.len) {
		struct span field = take_last_field(&header);
		const struct signed_field *f = find_signed(field);

		if (!f)
			continue;
		r->has_from |= f == signed_fields; /* its first */
		dkim_add_field(&text, field);
		str_add_bytes(&text, "\r\n", 2);
		str_add_all(&r->names, f->name, ": ", NULL);
	}
	hash_init(&r->fields);
	hash_add(&r->fields, str_span(&text));
	str_clear(&text);
	/* One that is not there is hashed as nothing (5.4). */
	for (size_t i = 0; i < SIGNED_FIELDS; i++)
		if (signed_fields[i].sealed)
			str_add_all(
				&r->names, signed_fields[i].name, ": ", NULL);
	str_truncate(&r->names, r->names.len - 2);
	str_add_char(&r->names, ';');
}

static void
read_message(struct reading *r, struct span message, const bool wants[2])
{
	/* The line end before the empty line is of the last field. */
	size_t header = span_starts(message, "\r\n")
		? 0
		: span_find_text(message, "\r\n\r\n") + 2;
	struct span body = span_from(message, header + 2);

	*r = (struct reading){.has_from = false};
	read_fields(r, span_slice(message, 0, header));
	for (size_t simple = 0; simple < 2; simple++)
		if (wants[simple])
			dkim_hash_body(body, simple, r->body[simple]);
}

static void
reading_clear(struct reading *r)
{
	unsigned char unused[HASH_SIZE];

	hash_end(&r->fields, unused);
	str_clear(&r->names);
}

/* ----- one signature ----- */

static void
fold_base64(
	struct fold *f, const char *tag, struct span octets, const char *end)
{
	struct str token = STR_INIT;

	str_add(&token, tag);
	encode_base64_plain(&token, octets);
	str_add(&token, end);
	fold_token(f, str_span(&token));
	str_clear(&token);
}

/* The whole field but what is behind the last "b=". */
static void
add_tags(const struct signature *s, const struct reading *r, int64_t at,
	struct str *out)
{
	struct fold f = s->end;
	char time[32];

	f.out = out;
	str_add_str(out, &s->head);
	snprintf(time, sizeof time, "t=%lld;", (long long)at);
	fold_token(&f, span_of(time));
	fold_base64(&f, "bh=",
		(struct span){(const char *)r->body[s->simple_body], HASH_SIZE},
		";");
	str_add(out, "\r\n h=");
	f.column = 3;
	f.gap = false;
	fold_words(&f, str_span(&r->names));
	str_add(out, "\r\n b=");
}

/* Blanks within base64 are for nothing (RFC 6376, 3.5). */
static void
add_signature(struct str *out, struct span octets)
{
	struct str text = STR_INIT;
	struct span rest;
	size_t room = FOLD_COLUMNS - 3; /* behind " b=" */

	encode_base64_plain(&text, octets);
	for (rest = str_span(&text); rest.len > room; room = FOLD_COLUMNS - 1) {
		str_add_span(out, span_slice(rest, 0, room));
		str_add_bytes(out, "\r\n ", 3);
		rest = span_from(rest, room);
	}
	str_add_span(out, rest);
	str_add_bytes(out, "\r\n", 2);
	str_clear(&text);
}

/* The field itself is hashed last, without its signature and its line end
 * (3.7). */
static void
hash_all(const struct reading *r, struct span field,
	unsigned char out[HASH_SIZE])
{
	struct str text = STR_INIT;
	struct hash hash;

	dkim_add_field(&text, field);
	hash_copy(&hash, &r->fields);
	hash_add(&hash, str_span(&text));
	hash_end(&hash, out);
	str_clear(&text);
}

static bool
sign(const struct signature *s, const struct reading *r, int64_t at,
	struct str *out, struct error *err)
{
	unsigned char hash[HASH_SIZE];
	struct str octets = STR_INIT;
	size_t start = out->len;
	bool ok;

	add_tags(s, r, at, out);
	hash_all(r, span_from(str_span(out), start), hash);
	ok = dkim_key_sign(s->key, hash, &octets, err);
	if (ok)
		add_signature(out, str_span(&octets));
	str_clear(&octets);
	return ok;
}

bool
dkim_sign(const struct dkim_signer *signer, struct span message, int64_t at,
	struct str *out, struct error *err)
{
	size_t start = out->len;
	struct reading r;
	bool ok;

	read_message(&r, message, signer->wants);
	ok = r.has_from ||
		error_set(err, ERROR_DATA,
			"a message without From cannot be signed");
	for (size_t i = 0; ok && i < signer->count; i++)
		ok = sign(&signer->signatures[i], &r, at, out, err);
	if (!ok)
		str_truncate(out, start);
	reading_clear(&r);
	return ok;
}

/* ----- signers ----- */

/* RFC 6376, 3.1 and 3.5: names of the DNS, which leave nothing to quote. */
bool
dkim_is_name(const char *text)
{
	char before = '.';

	for (; *text; before = *text++)
		if (*text == '.' ? before == '.'
				 : !strchr("abcdefghijklmnopqrstuvwxyz"
					   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789-_",
					   *text))
			return false;
	return before != '.';
}

static void
write_head(struct signature *s, const struct dkim_signature_options *o)
{
	struct fold f = {.out = &s->head};
	struct str words = STR_INIT;

	str_printf(&words,
		"DKIM-Signature: v=1; a=%s-sha256; c=relaxed/%s; d=%s; s=%s;",
		dkim_algorithm_name(dkim_key_algorithm(o->key)),
		o->simple_body ? "simple" : "relaxed", o->domain, o->selector);
	fold_words(&f, str_span(&words));
	s->end = f;
	str_clear(&words);
}

static bool
take_options(struct dkim_signer *signer, struct signature *s,
	const struct dkim_signature_options *o, struct error *err)
{
	if (!dkim_is_name(o->domain) || !dkim_is_name(o->selector))
		return error_set(err, ERROR_CONFIG,
			"'%s._domainkey.%s' is no name in the DNS", o->selector,
			o->domain);
	s->key = o->key;
	s->simple_body = o->simple_body;
	signer->wants[o->simple_body] = true;
	write_head(s, o);
	return true;
}

struct dkim_signer *
dkim_signer_new(const struct dkim_signature_options *options, size_t count,
	struct error *err)
{
	struct dkim_signer *signer = mem_new(sizeof *signer);
	bool ok = true;

	signer->signatures = mem_new(count * sizeof *signer->signatures);
	signer->count = count;
	for (size_t i = 0; ok && i < count; i++)
		ok = take_options(
			signer, &signer->signatures[i], &options[i], err);
	if (ok)
		return signer;
	dkim_signer_free(signer);
	return NULL;
}

void
dkim_signer_free(struct dkim_signer *signer)
{
	if (!signer)
		return;
	for (size_t i = 0; i < signer->count; i++)
		str_clear(&signer->signatures[i].head);
	free(signer->signatures);
	free(signer);
}
