#include "run/parcel.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "mime/form_post.h"
#include "run/latest.h"
#include "run/post_letter.h"
#include "store/request.h"
#include "subscribers/dossier.h"

enum { ID_OCTETS = 10 };

#define STATE(name) (1u << SUBSCRIBER_##name)

/* In which states a subscriber still wants that mail; none: it is not about
 * one. */
static const unsigned wanted_states[POST_KINDS] = {
	[POST_KNOWN] = STATE(ACTIVE) | STATE(PAUSED),
	[POST_WELCOME] = STATE(ACTIVE),
	[POST_GOODBYE] = STATE(GONE),
	[POST_COPY] = ~STATE(ERASED),
	[POST_PROBE] = STATE(ACTIVE) | STATE(PAUSED),
	[POST_SETTINGS] = STATE(ACTIVE) | STATE(PAUSED),
	[POST_LATEST] = STATE(ACTIVE),
};

/* Of the letters that readers get: they pass the same filters, and a probe has
 * to. */
static const bool of_list[POST_KINDS] = {
	[POST_WELCOME] = true,
	[POST_PROBE] = true,
};

void
parcel_init_take(struct parcel *parcel, struct post *post)
{
	*parcel = (struct parcel){.post = post};
}

void
parcel_clear(struct parcel *p)
{
	post_free(p->post);
	form_free(p->form);
	free(p->sender);
	free(p->why);
	*p = (struct parcel){.post = NULL};
}

/* What is gathered for one. */
struct packing {
	const struct parcel_maker *m;
	struct parcel *parcel;
	struct request *request;
	struct subscriber *subscriber;
	struct str confirm, leave, prefer, probe; /* tokens */
	struct str data;			  /* of a copy */
	struct latest_issue latest;
};

static void
packing_clear(struct packing *p)
{
	request_free(p->request);
	subscriber_free(p->subscriber);
	str_clear(&p->confirm);
	str_clear(&p->leave);
	str_clear(&p->prefer);
	str_clear(&p->probe);
	str_clear(&p->data);
	latest_issue_clear(&p->latest);
}

/* It is not to be sent; that is no failure. */
static bool
leave_out(struct packing *p, const char *why)
{
	p->parcel->why = mem_strdup(why);
	return true;
}

/* ----- what it is about ----- */

static int64_t
holds_until(const struct packing *p)
{
	return p->request ? p->request->at + p->m->list->joining.confirm_within
			  : INSTANT_NONE;
}

static bool
read_request(struct packing *p, struct error *err)
{
	const struct post *post = p->parcel->post;
	struct error problem = ERROR_INIT;

	if (!post_kind_asks(post->kind))
		return true;
	if (!post->request)
		return leave_out(p, "it belongs to no request");
	p->request = store_request(p->m->store, post->request, &problem);
	if (problem.kind != ERROR_NONE)
		return error_move(err, &problem);
	if (!p->request)
		return leave_out(p, "its request is forgotten");
	if (p->request->done)
		return leave_out(p, "its request is done");
	if (p->m->now >= holds_until(p))
		return leave_out(p, "its request has expired");
	return true;
}

static bool
read_subscriber(struct packing *p, struct error *err)
{
	const struct post *post = p->parcel->post;
	struct error problem = ERROR_INIT;

	if (!wanted_states[post->kind])
		return true;
	p->subscriber =
		store_subscriber(p->m->store, post->list, post->key, &problem);
	if (problem.kind != ERROR_NONE)
		return error_move(err, &problem);
	if (!p->subscriber || p->subscriber->id != post->subscriber)
		return leave_out(p, "its reader is not there any more");
	if (!(wanted_states[post->kind] & 1u << p->subscriber->state))
		return leave_out(p, "its reader's state has changed since");
	return true;
}

static bool
read_latest(struct packing *p, struct error *err)
{
	bool found;

	return store_issue_latest(
		p->m->store, p->parcel->post->list, &p->latest, &found, err);
}

/* All that is known of him on this list, for programs and for people. */
static bool
write_copy(struct packing *p, struct error *err)
{
	const struct post *post = p->parcel->post;
	struct subject subject = {
		.list = p->m->list->name,
		.list_id = post->list,
		.key = post->key,
	};
	struct arena *arena = arena_new();
	struct value *all = NULL;
	bool ok = dossier_read(arena, p->m->store, &subject, &all, err);

	if (ok && all) {
		json_write(&p->data, all, true);
		str_add_char(&p->data, '\n');
	}
	arena_free(arena);
	return ok;
}

static bool
read_more(struct packing *p, struct error *err)
{
	switch (p->parcel->post->kind) {
	case POST_WELCOME:
		return read_latest(p, err);
	case POST_COPY:
		return write_copy(p, err);
	default:
		return true;
	}
}

/* ----- tokens ----- */

static void
write_tokens(struct packing *p)
{
	struct hash_key *key = token_keys_newest(p->m->keys);
	const struct post *post = p->parcel->post;
	struct token_proof proof;

	if (p->request) {
		token_prove(&proof, key, TOKEN_REQUEST,
			(uint64_t)p->request->id, (uint64_t)p->request->at);
		token_write(&p->confirm, &proof,
			post->kind == POST_CONFIRM_NEW ? TOKEN_CONFIRM_NEW
						       : TOKEN_CONFIRM);
	}
	if (p->subscriber) {
		token_prove(&proof, key, TOKEN_SUBSCRIBER, (uint64_t)post->list,
			(uint64_t)p->subscriber->id);
		token_write(&p->leave, &proof, TOKEN_UNSUBSCRIBE);
		token_write(&p->prefer, &proof, TOKEN_PREFERENCES);
		token_write(&p->probe, &proof, TOKEN_PROBE);
	}
}

/* The same for the same mail, so that one that comes twice can be known; no
 * token looks like it. */
static char *
message_id(const struct packing *p)
{
	const struct post *post = p->parcel->post;
	char *name = mem_printf("Message-ID of post %lld, put at %lld",
		(long long)post->id, (long long)post->at);
	unsigned char hash[HASH_SIZE];
	struct str id = STR_INIT;

	hash_hmac(token_keys_newest(p->m->keys), span_of(name), hash);
	str_add(&id, "post.");
	hash_write_base32(&id, hash, ID_OCTETS);
	str_add_all(&id, "@", p->m->list->list_id, NULL);
	free(name);
	return str_take(&id);
}

/* "local+TAG@domain" */
static char *
tagged(const char *address, const struct str *tag)
{
	struct span all = span_of(address);
	struct str out = STR_INIT;

	str_add_span(&out, address_local(all));
	str_add_all(&out, "+", str_text(tag), "@", NULL);
	str_add_span(&out, address_domain(all));
	return str_take(&out);
}

/* ----- where answers and failures go ----- */

static bool
is_answer(const struct packing *p)
{
	return p->parcel->post->in_reply_to ||
		(p->request && p->request->by == ORIGIN_MAIL);
}

static char *
write_sender(const struct packing *p)
{
	const struct list *list = p->m->list;
	struct str out = STR_INIT;
	bool utf8;

	if (is_answer(p))
		return mem_strdup("");
	if (list->bounces && p->parcel->post->kind == POST_PROBE)
		return tagged(list->bounces, &p->probe);
	address_wire(&out,
		span_of(list->bounces ? list->bounces : list->from.address),
		&utf8);
	return str_take(&out);
}

/* Answers to a question, or about settings, are requests; what readers answer
 * else is for people. NULL: to From. */
static char *
write_reply_to(const struct packing *p)
{
	const struct list *list = p->m->list;
	char *name = NULL, *address = NULL;

	if (post_kind_asks(p->parcel->post->kind))
		return list->unsubscribe
			? tagged(list->unsubscribe, &p->confirm)
			: NULL;
	if (p->parcel->post->kind == POST_SETTINGS && list->unsubscribe)
		return mem_strdup(list->unsubscribe);
	if (list->reply_to)
		mailbox_parse(span_of(list->reply_to), &name, &address, NULL);
	free(name);
	return address;
}

/* ----- the form ----- */

static struct form *
new_form(const struct packing *p, const struct post_letter *letter,
	struct error *err)
{
	const struct post *post = p->parcel->post;
	char *id = message_id(p), *reply_to = write_reply_to(p);
	struct form_attachment copy = {
		.type = "application/json",
		.file_name = "copy.json",
		.bytes = str_span(&p->data),
	};
	struct form_post input = {
		.list = p->m->list,
		.language = letter->language,
		.address = post->address,
		.subject = letter->subject,
		.text = letter->text,
		.message_id = id,
		.answers = is_answer(p),
		.in_reply_to = post->in_reply_to,
		.reply_to = reply_to,
		.of_list = of_list[post->kind],
		.date = p->m->now,
		.attachment = copy.bytes.len ? &copy : NULL,
	};
	struct form *form = form_new_post(&input, err);

	free(id);
	free(reply_to);
	return form;
}

static struct form *
write_words(const struct packing *p, struct error *err)
{
	const struct post *post = p->parcel->post;
	struct post_facts facts = {
		.list = p->m->list,
		.kind = post->kind,
		.language = post->language,
		.address = post->address,
		.new_address = p->request ? p->request->address : NULL,
		.confirm = p->request ? str_text(&p->confirm) : NULL,
		.leave = p->subscriber ? str_text(&p->leave) : NULL,
		.prefer = p->subscriber ? str_text(&p->prefer) : NULL,
		.reader = p->subscriber,
		.now = p->m->now,
		.until = holds_until(p),
		.latest = p->latest.subject,
		.latest_number = p->latest.number,
	};
	struct post_letter letter;
	struct form *form = NULL;

	if (post_letter_write(p->m->pages, &facts, &letter, err))
		form = new_form(p, &letter, err);
	post_letter_clear(&letter);
	return form;
}

/* NULL without an error: he is to have none. */
static struct form *
write_latest(struct packing *p, struct error *err)
{
	char *id = message_id(p);
	struct latest_order order = {
		.maker = p->m,
		.post = p->parcel->post,
		.subscriber = p->subscriber,
		.message_id = id,
	};
	const char *why;
	struct form *form;

	if (latest_make(&order, &form, &why, err) && !form)
		leave_out(p, why);
	free(id);
	return form;
}

/* A broken template is this mail's trouble alone. */
static void
pack(struct packing *p)
{
	struct error problem = ERROR_INIT;

	write_tokens(p);
	p->parcel->form = post_kind_has_words(p->parcel->post->kind)
		? write_words(p, &problem)
		: write_latest(p, &problem);
	if (p->parcel->form) {
		p->parcel->sender = write_sender(p);
	} else if (!p->parcel->why) {
		p->parcel->broken = true;
		p->parcel->why = mem_strdup(problem.text);
	}
	error_clear(&problem);
}

bool
parcel_make(
	const struct parcel_maker *m, struct parcel *parcel, struct error *err)
{
	struct packing p = {.m = m, .parcel = parcel};
	bool ok;

	if (!address_check(span_of(parcel->post->address), NULL))
		leave_out(&p, "its address is none");
	ok = parcel->why || read_request(&p, err);
	ok = ok && (parcel->why || read_subscriber(&p, err));
	ok = ok && (parcel->why || read_more(&p, err));
	if (ok && !parcel->why)
		pack(&p);
	packing_clear(&p);
	return ok;
}
