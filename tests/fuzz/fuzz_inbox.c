/*
 * Mails to the inbox in any state: one kind each, and what is told of them can
 * be printed and stored. Only a bounce or a complaint is about anybody, and
 * only what one sender wrote is answered.
 */
#include "fuzz.h"

#include "inbox/findings.h"
#include "inbox/inbox.h"

static void
check_returned(const struct inbox_mail *mail)
{
	bool about =
		mail->kind == INBOX_BOUNCE || mail->kind == INBOX_COMPLAINT;

	want("returned", mail->returned_count <= FINDINGS_MOST);
	want("returned", about || mail->returned_count == 0);
	for (size_t i = 0; i < mail->returned_count; i++) {
		const struct returned *r = &mail->returned[i];

		want("class", r->class < RETURN_CLASSES);
		want("class",
			(r->class == RETURN_COMPLAINT) ==
				(mail->kind == INBOX_COMPLAINT));
		want("code", r->code == 0 || (r->code >= 400 && r->code < 600));
		want_line("address", r->address);
		want_line("status", r->status);
		want_line("reason", r->reason);
		want_line("diagnostic", r->diagnostic);
	}
}

static void
check_tokens(const struct inbox_mail *mail)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";

	for (size_t i = 0; i < mail->token_count; i++) {
		size_t len = strlen(mail->tokens[i]);

		want("token", len >= 20 && len <= 40);
		want("token", strspn(mail->tokens[i], digits) == len);
	}
}

struct asking {
	const char *address;
	bool told;
};

static void
take_person(void *data, struct span address)
{
	struct asking *a = data;

	a->told = a->told || span_equals(address, a->address);
}

/* Whom a mail is from is among its people. */
static void
check_people(struct arena *arena, const struct message *m,
	const struct inbox_mail *mail)
{
	struct asking a = {.address = mail->sender, .told = !mail->sender};

	inbox_people(arena, m, mail, take_person, &a);
	want("sender", a.told);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const struct message *m =
		inbox_parse(arena, (struct span){(const char *)data, size});
	const struct inbox_mail *mail = inbox_read_message(arena, m);

	want("kind", mail->kind < INBOX_KINDS);
	want("verb",
		(mail->kind == INBOX_REQUEST) == (mail->verb != VERB_NONE));
	want("answerable", !mail->answerable || mail->sender);
	check_returned(mail);
	check_tokens(mail);
	check_people(arena, m, mail);
	arena_free(arena);
	return 0;
}
