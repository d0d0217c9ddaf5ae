#include "run/proof.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "deliver/fill.h"
#include "mime/form_again.h"
#include "mime/header.h"
#include "run/draft.h"
#include "run/errand.h"
#include "run/preview.h"
#include "run/preview_reader.h"
#include "run/world.h"
#include "subscribers/roster.h"

enum { KEY_OCTETS = 32, ID_OCTETS = 15 };

/* ----- which form ----- */

struct proving {
	const struct proof_order *order;
	struct store *store; /* read-only */
	int64_t list_id;
	struct subscriber *reader; /* or NULL */
	struct form *form;
	int draft;
};

static const char *
wanted(const char *said, const char *own)
{
	return said ? said : own;
}

static bool
load_draft(struct proving *p, const struct draft *d, struct error *err)
{
	const struct proof_order *o = p->order;
	const struct form_wish wish = {
		.language = wanted(
			o->language, p->reader ? p->reader->language : NULL),
		.format =
			wanted(o->format, p->reader ? p->reader->format : NULL),
		/* In place of what was said comes nothing else. */
		.list_language = wanted(o->language, o->list->language),
		.list_format =
			wanted(o->format, letter_format_name(o->list->format)),
	};
	struct str bytes = STR_INIT;
	bool found = false;
	bool ok = store_draft_form_for(
		p->store, d->id, &wish, &bytes, &found, err);

	if (ok && !found)
		ok = error_set(err, ERROR_DATA,
			o->language || o->format
				? "the draft has no letter of that language "
				  "and format: say both, or take what would be "
				  "composed now (--fresh)"
				: "the draft has no letter for this reader");
	if (ok)
		p->form = form_load(str_span(&bytes), err);
	p->draft = d->number;
	str_clear(&bytes);
	return p->form != NULL;
}

/* Of the next slot, when there is one. */
static bool
take_draft(struct proving *p, struct error *err)
{
	const struct proof_order *o = p->order;
	struct draft d = {.id = 0};
	int64_t slot;
	bool found = false;
	bool ok =
		draft_slot(o->list, p->store, p->list_id, o->now, &slot, err) &&
		(slot == INSTANT_NONE ||
			store_draft_of_slot(
				p->store, p->list_id, slot, &d, &found, err)) &&
		(!found || load_draft(p, &d, err));

	draft_clear(&d);
	return ok;
}

/* By a copy, for the composition may go. */
static bool
copy_form(struct proving *p, const struct form *form, struct error *err)
{
	struct str bytes = STR_INIT;

	form_save(form, &bytes);
	p->form = form_load(str_span(&bytes), err);
	str_clear(&bytes);
	return p->form != NULL;
}

static bool
is_wanted(const struct proving *p, const struct composed_form *f)
{
	const struct proof_order *o = p->order;

	return f->form &&
		(!o->language || text_equals(o->language, f->language)) &&
		(!o->format ||
			text_equals(o->format, letter_format_name(f->format)));
}

static bool
take_composed(struct proving *p, const struct composed *c, struct error *err)
{
	struct preview_reader *reader =
		preview_reader_new(p->order->list, p->reader);
	const struct composed_form *own = preview_reader_form(reader, c);
	bool ok;

	for (size_t i = 0; i < c->form_count && own && !is_wanted(p, own); i++)
		if (is_wanted(p, &c->forms[i]))
			own = &c->forms[i];
	if (!own || !own->form)
		ok = error_set(err, ERROR_DATA,
			"there is nothing to prove: the next issue is empty");
	else if (!is_wanted(p, own))
		ok = error_set(err, ERROR_DATA,
			"the issue has no such form: see 'desk' for those that "
			"it has");
	else
		ok = copy_form(p, own->form, err);
	preview_reader_free(reader);
	return ok;
}

static bool
compose_now(struct proving *p, struct error *err)
{
	const struct preview_options options = {.list = p->order->list,
		.now = p->order->now,
		.log = p->order->log,
		.gather = GATHER_SHOW,
		.all_formats = true};
	struct preview preview;
	bool ok = preview_compose_as(&options, &preview, err) &&
		take_composed(p, &preview.composed, err);

	preview_clear(&preview);
	return ok;
}

static bool
check_format(const char *format, struct error *err)
{
	enum letter_format known;

	return !format || letter_format_find(format, &known) ||
		error_set(err, ERROR_USAGE,
			"no format '%s'; html, text, mime-digest or rfc1153",
			format);
}

/* A site that has no store yet has its readers in the roster alone. What is wrong
 * with that is told when the letter is composed. */
static bool
take_roster(struct proving *p, struct error *err)
{
	const struct roster_options options = {.now = p->order->now};
	struct problems problems = PROBLEMS_INIT;
	struct roster_report report;
	bool ok = store_is_read_only(p->store) ||
		roster_update(p->order->list, p->store, p->list_id, &options,
			&report, &problems, err);

	problems_clear(&problems);
	return ok;
}

static bool
find_reader(struct proving *p, struct error *err)
{
	const struct proof_order *o = p->order;

	if (!o->as)
		return true;
	if (take_roster(p, err))
		p->reader = preview_reader_find(p->store, o->list, o->as, err);
	return p->reader != NULL;
}

static bool
find_form(struct proving *p, struct error *err)
{
	const struct proof_order *o = p->order;
	struct store_options options = {
		.url = o->list->store, .read_only = true};

	if (!check_format(o->format, err))
		return false;
	p->store = store_open(&options, err);
	if (!p->store || !store_list(p->store, o->list->name, &p->list_id, err))
		return false;
	if (!find_reader(p, err) || (!o->fresh && !take_draft(p, err)))
		return false;
	if (p->form)
		return true;
	return o->shown ? take_composed(p, o->shown, err) : compose_now(p, err);
}

/* ----- filling it ----- */

/* To whom it really goes; the rest is the reader's. */
static bool
write_to(struct str *out, const char *address, struct error *err)
{
	const struct mailbox box = {.address = address};

	return header_mailbox(out, &box, strlen("To: "), err) ||
		error_wrap(err, "'%s'", address);
}

static struct form *
fill(const struct proving *p, struct filler *filler, const char *address,
	struct error *err)
{
	const struct subscriber *s = p->reader;
	const struct recipient reader = {
		.seq = 1,
		.subscriber = 1,
		.address = (char *)(s ? s->address : address),
		.name = s ? s->name : NULL,
		.since = s ? s->since : p->order->now,
		.fields = (char *)(s ? s->fields : NULL),
	};
	struct slot_values values = *filler_values(filler, p->form, &reader);
	char *random = world_random(ID_OCTETS);
	char *id = mem_printf("<%s@%s>", random, p->order->list->list_id);
	struct str to = STR_INIT;
	struct form *form = NULL;

	values.value[SLOT_MESSAGE_ID] = span_of(id);
	if (write_to(&to, address, err)) {
		values.value[SLOT_TO] = str_span(&to);
		form = form_new_proof(
			p->form, &values, p->order->list, p->order->now, err);
	}
	str_clear(&to);
	free(id);
	free(random);
	return form;
}

/* The links are made with a key that nobody keeps. */
static struct filler *
harmless_filler(const struct proof_order *o)
{
	char *key = world_random(KEY_OCTETS);
	struct filler *filler = filler_new(&(struct fill_options){
		.list = o->list,
		.salt = span_of(key),
		.token_key = span_of(key),
	});

	free(key);
	return filler;
}

static bool
send_to(const struct proving *p, struct filler *filler, const char *address,
	struct error *err)
{
	const struct errand errand = {
		.list = p->order->list,
		.relay = p->order->relay,
		.now = p->order->now,
		.log = p->order->log,
		.timeout_scale = p->order->timeout_scale,
	};
	struct form *form = fill(p, filler, address, err);
	bool ok = form && errand_send(&errand, form, &address, 1, err);

	form_free(form);
	return ok;
}

/* All of them before one is sent to. */
static bool
check_addresses(const struct proof_order *o, struct error *err)
{
	for (size_t i = 0; i < o->count; i++)
		if (!address_check(span_of(o->addresses[i]), err))
			return error_wrap(err, "proof: '%s'", o->addresses[i]);
	return true;
}

bool
proof_send(const struct proof_order *o, int *draft, struct error *err)
{
	struct proving p = {.order = o};
	struct filler *filler = harmless_filler(o);
	bool ok = check_addresses(o, err) && find_form(&p, err);

	for (size_t i = 0; ok && i < o->count; i++)
		ok = send_to(&p, filler, o->addresses[i], err) ||
			error_wrap(err, "proof");
	*draft = p.draft;
	filler_free(filler);
	form_free(p.form);
	subscriber_free(p.reader);
	store_close(p.store);
	return ok;
}
