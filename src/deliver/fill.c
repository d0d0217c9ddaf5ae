#include "deliver/fill.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/json.h"
#include "base/mem.h"
#include "mime/header.h"
#include "model/date_words.h"
#include "model/field.h"
#include "model/token.h"

enum { PROOFS = 1024 }; /* more than there are envelopes ahead */

struct filler {
	const struct list *list;
	int64_t list_id, issue;
	struct hash_key *salt, *token_key;
	/* Proofs by recipient, for from his envelope to his letter others
	   come, and that of the last subscriber. */
	struct token_proof recipients[PROOFS], subscriber;
	struct str unsubscribe;	 /* the subscriber's token */
	const struct form *form; /* that is being filled */
	int64_t since;		 /* which date is in … */
	const char *words;	 /* … written as the form of these has it */
	struct str date;
	struct str text[SLOT_COUNT];
	struct str *fields; /* texts of the form's columns, as many as … */
	struct span *field_values;
	size_t field_max; /* … any form had so far */
	struct slot_values values;
};

struct filler *
filler_new(const struct fill_options *o)
{
	struct filler *f = mem_new(sizeof *f);

	f->list = o->list;
	f->list_id = o->list_id;
	f->issue = o->issue;
	f->salt = hash_key_new(o->salt);
	f->token_key = hash_key_new(o->token_key);
	return f;
}

void
filler_free(struct filler *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < SLOT_COUNT; i++)
		str_clear(&f->text[i]);
	str_clear(&f->unsubscribe);
	str_clear(&f->date);
	for (size_t i = 0; i < f->field_max; i++)
		str_clear(&f->fields[i]);
	free(f->fields);
	free(f->field_values);
	hash_key_free(f->salt);
	hash_key_free(f->token_key);
	free(f);
}

static const struct token_proof *
recipient_proof(struct filler *f, int64_t seq)
{
	struct token_proof *proof = &f->recipients[seq % PROOFS];

	if (proof->second != (uint64_t)seq)
		token_prove(proof, f->salt, TOKEN_RECIPIENT, (uint64_t)f->issue,
			(uint64_t)seq);
	return proof;
}

/* His token to leave with stands in several slots, and is made once. */
static const struct token_proof *
subscriber_proof(struct filler *f, int64_t subscriber)
{
	struct token_proof *proof = &f->subscriber;

	if (f->unsubscribe.len && proof->second == (uint64_t)subscriber)
		return proof;
	token_prove(proof, f->token_key, TOKEN_SUBSCRIBER, (uint64_t)f->list_id,
		(uint64_t)subscriber);
	str_truncate(&f->unsubscribe, 0);
	token_write(&f->unsubscribe, proof, TOKEN_UNSUBSCRIBE);
	return proof;
}

static void
add_unsubscribe_token(
	struct filler *f, const struct recipient *r, struct str *out)
{
	subscriber_proof(f, r->subscriber);
	str_add_str(out, &f->unsubscribe);
}

void
filler_sender(struct filler *f, int64_t seq, struct str *out)
{
	struct span base = span_of(
		f->list->bounces ? f->list->bounces : f->list->from.address);

	if (!f->list->bounces) {
		bool utf8;

		address_wire(out, base, &utf8);
		return;
	}
	str_add_span(out, address_local(base));
	str_add_char(out, '+');
	token_write(out, recipient_proof(f, seq), TOKEN_BOUNCE);
	str_add_char(out, '@');
	str_add_span(out, address_domain(base));
}

/* ----- the slots ----- */

static void
write_to(struct filler *f, const struct recipient *r, struct str *out)
{
	struct mailbox box = {.name = r->name, .address = r->address};

	(void)f;
	if (header_mailbox(out, &box, strlen("To: "), NULL))
		return;
	str_truncate(out, 0);
	box.name = NULL; /* a name no header can carry */
	header_mailbox(out, &box, strlen("To: "), NULL);
}

static void
write_message_id(struct filler *f, const struct recipient *r, struct str *out)
{
	str_add_char(out, '<');
	token_write(out, recipient_proof(f, r->seq), TOKEN_MESSAGE);
	str_add_all(out, "@", f->list->list_id, ">", NULL);
}

/* A request by mail; its token follows. */
static void
write_mailto(const struct filler *f, const char *verb, struct str *out)
{
	str_add_all(out, "mailto:", f->list->unsubscribe, "?subject=", verb,
		"%20", NULL);
}

static void
write_mailto_leave(struct filler *f, const struct recipient *r, struct str *out)
{
	write_mailto(f, "unsubscribe", out);
	add_unsubscribe_token(f, r, out);
}

static void
write_unsubscribe(struct filler *f, const struct recipient *r, struct str *out)
{
	if (f->list->web) {
		str_add_all(out, f->list->web, "/u/", NULL);
		add_unsubscribe_token(f, r, out);
	} else if (f->list->unsubscribe) {
		write_mailto_leave(f, r, out);
	}
}

/* RFC 2369: the one to be preferred comes first. */
static void
write_list_unsubscribe(
	struct filler *f, const struct recipient *r, struct str *out)
{
	str_add_char(out, '<');
	write_unsubscribe(f, r, out);
	str_add_char(out, '>');
	if (!f->list->web || !f->list->unsubscribe)
		return;
	str_add(out, ",\r\n <");
	write_mailto_leave(f, r, out);
	str_add_char(out, '>');
}

static void
write_preferences(struct filler *f, const struct recipient *r, struct str *out)
{
	if (f->list->web)
		str_add_all(out, f->list->web, "/p/", NULL);
	else if (f->list->unsubscribe)
		write_mailto(f, "settings", out);
	else
		return;
	token_write(out, subscriber_proof(f, r->subscriber), TOKEN_PREFERENCES);
}

static void
write_name(struct filler *f, const struct recipient *r, struct str *out)
{
	(void)f;
	field_clean(out, span_of(r->name));
}

static void
write_address(struct filler *f, const struct recipient *r, struct str *out)
{
	(void)f;
	str_add(out, r->address);
}

static void
write_since(struct filler *f, const struct recipient *r, struct str *out)
{
	if (r->since == INSTANT_NONE)
		return;
	/* Whole rosters joined on one day. */
	if (!f->date.len || f->since != r->since ||
		f->words != form_date_words(f->form)) {
		f->since = r->since;
		f->words = form_date_words(f->form);
		str_truncate(&f->date, 0);
		date_words_write(&f->date, f->words,
			zone_civil(f->list->schedule.zone, r->since));
	}
	str_add_str(out, &f->date);
}

static void (*const writers[SLOT_COUNT])(
	struct filler *f, const struct recipient *r, struct str *out) = {
	[SLOT_TO] = write_to,
	[SLOT_MESSAGE_ID] = write_message_id,
	[SLOT_LIST_UNSUBSCRIBE] = write_list_unsubscribe,
	[SLOT_UNSUBSCRIBE_URL] = write_unsubscribe,
	[SLOT_PREFERENCES_URL] = write_preferences,
	[SLOT_NAME] = write_name,
	[SLOT_ADDRESS] = write_address,
	[SLOT_SINCE] = write_since,
};

/* ----- columns of the roster ----- */

static void
reserve_fields(struct filler *f, size_t count)
{
	if (count <= f->field_max)
		return;
	f->fields = mem_resize(f->fields, count * sizeof *f->fields);
	f->field_values =
		mem_resize(f->field_values, count * sizeof *f->field_values);
	while (f->field_max < count)
		f->fields[f->field_max++] = STR_INIT;
}

static void
write_fields(
	struct filler *f, const struct form *form, const struct recipient *r)
{
	size_t count = form_field_count(form);
	struct arena *arena = arena_new();
	struct value *columns = NULL;

	reserve_fields(f, count);
	if (r->fields)
		columns = json_parse(arena, "fields", span_of(r->fields), NULL);
	for (size_t i = 0; i < count; i++) {
		struct span name = span_of(form_field_name(form, i));

		str_truncate(&f->fields[i], 0);
		field_clean(&f->fields[i], field_find(columns, name));
		f->field_values[i] = str_span(&f->fields[i]);
	}
	arena_free(arena);
}

const struct slot_values *
filler_values(
	struct filler *f, const struct form *form, const struct recipient *r)
{
	unsigned slots = form_slots(form);

	f->form = form;
	for (size_t i = 0; i < SLOT_COUNT; i++) {
		str_truncate(&f->text[i], 0);
		if (slots & 1u << i)
			writers[i](f, r, &f->text[i]);
		f->values.value[i] = str_span(&f->text[i]);
	}
	if (slots & 1u << SLOT_FIELD)
		write_fields(f, form, r);
	f->values.fields = f->field_values;
	return &f->values;
}
