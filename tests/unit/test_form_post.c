/* Mails to one person: their headers, and what these refuse. */
#include "form_unit.h"

#include "mime/form_again.h"
#include "mime/form_post.h"

static struct form_post
make_post(void)
{
	return (struct form_post){
		.list = &weekly,
		.language = "en",
		.address = "ada@example.org",
		.subject = "Please confirm",
		.text = "Hello.\n",
		.message_id = "abc@weekly.example.org",
		.date = 1795158000,
	};
}

static char *
write_post(const struct form_post *post)
{
	struct error err = ERROR_INIT;
	struct form *form = form_new_post(post, &err);
	char *message;

	if (!form)
		fail_msg("%s", err.text);
	want_int("no slots", form_slots(form), 0);
	message = fill(form);
	form_free(form);
	return message;
}

static void
its_headers(void **state)
{
	struct form_post post = make_post();
	char *message = write_post(&post);

	(void)state;
	want_part(
		"from", message, "From: Harbour Wire <weekly@example.org>\r\n");
	want_part("to", message, "\r\nTo: ada@example.org\r\n");
	want_part("subject", message, "\r\nSubject: Please confirm\r\n");
	want_part("date", message, "\r\nDate: ");
	want_part(
		"id", message, "\r\nMessage-ID: <abc@weekly.example.org>\r\n");
	want_part(
		"automatic", message, "\r\nAuto-Submitted: auto-generated\r\n");
	want_part("exchange", message,
		"\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n");
	want_part("language", message, "\r\nContent-Language: en\r\n");
	want_part("text", message, "\r\n\r\nHello.\r\n");
	want_none("answers nothing", message, "In-Reply-To:");
	want_none("not the list's", message, "List-");
	want_none("nowhere else", message, "Reply-To:");
	want_none("not bulk", message, "Precedence:");
	free(message);
}

static void
an_answer(void **state)
{
	struct form_post post = make_post();
	char *message;

	(void)state;
	post.answers = true;
	post.in_reply_to = "<1@example.org>";
	post.reply_to = "leave+tok@example.org";
	post.of_list = true;
	message = write_post(&post);
	want_part("id", message, "\r\nIn-Reply-To: <1@example.org>\r\n");
	want_part("thread", message, "\r\nReferences: <1@example.org>\r\n");
	want_part("automatic", message, "\r\nAuto-Submitted: auto-replied\r\n");
	want_part("back", message, "\r\nReply-To: leave+tok@example.org\r\n");
	want_part("list", message,
		"\r\nList-Id: Harbour Weekly <weekly.example.org>\r\n");
	want_none("no click", message, "List-Unsubscribe");
	free(message);
}

/* Who asks makes his own Message-ID. */
static void
what_it_answers_is_foreign(void **state)
{
	static const char *const ids[] = {
		"<1@example.org>\r\nBcc: x@example.org", "<\nX: y>",
		"<ü@example.org>"};

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		struct form_post post = make_post();
		char *message;

		post.answers = true;
		post.in_reply_to = ids[i];
		message = write_post(&post);
		want_part(ids[i], message, "\r\nAuto-Submitted: auto-replied");
		want_none(ids[i], message, "In-Reply-To");
		want_none(ids[i], message, "Bcc");
		want_none(ids[i], message, "X:");
		free(message);
	}
}

/* A letter of an issue, to one who joined since. */
static void
a_letter_once_more(void **state)
{
	const struct letter letter = {
		.subject = "Harbour Weekly 12",
		.language = "en",
		.text = "Dear " SLOT("name") ",\nDate: tomorrow\n",
	};
	struct error err = ERROR_INIT;
	struct form *issue = make(&weekly, &letter, &err), *new;
	int64_t date = 1795158000 + 3 * 86400;
	char *was, *is;

	(void)state;
	want_true("made", issue);
	new = form_new_reissue(issue, &ada, &weekly, date, &err);
	want_true("made again", new);
	want_int("no slots", form_slots(new), 0);
	was = fill(issue);
	is = fill(new);
	want_part("its date was", was, "\r\nDate: Fri, 20 Nov 2026 ");
	want_part("its date is", is, "\r\nDate: Mon, 23 Nov 2026 ");
	want_text("the rest is as it was", strstr(is, "\r\nMessage-ID: "),
		strstr(was, "\r\nMessage-ID: "));
	want_part("the text", is, "\r\nDate: tomorrow\r\n");
	free(was);
	free(is);
	form_free(new);
	form_free(issue);
}

static void
what_it_refuses(void **state)
{
	static const struct {
		const char *name, *address, *subject, *reply_to;
	} cases[] = {
		{"address", "a@example.org\r\nBcc: b@example.org", "s", NULL},
		{"subject", "a@example.org", "s\r\nBcc: b@example.org", NULL},
		{"reply", "a@example.org", "s", "r@example.org\nX: y"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct form_post post = make_post();
		struct error err = ERROR_INIT;

		post.address = cases[i].address;
		post.subject = cases[i].subject;
		post.reply_to = cases[i].reply_to;
		want_true(cases[i].name, !form_new_post(&post, &err));
		want_int(cases[i].name, err.kind, ERROR_DATA);
		error_clear(&err);
	}
}

static void
an_attachment(void **state)
{
	const struct form_attachment data = {
		"application/json", "Günce.json", {"{\"a\": 1}\n", 9}};
	struct form_post post = make_post();
	char *message;

	(void)state;
	post.attachment = &data;
	message = write_post(&post);
	want_part("whole", message, "Content-Type: multipart/mixed; boundary=");
	want_part("type", message, "Content-Type: application/json");
	want_part("name", message, "filename*=utf-8''G%C3%BCnce.json");
	want_part("octets", message, "eyJhIjogMX0K");
	free(message);
}

/* Lines that flow, and lines that stay, by the list's `text`. */
static void
its_text(void **state)
{
	struct list list = weekly;
	struct form_post post = make_post();
	char *message;

	(void)state;
	post.list = &list;
	post.text = "one \ntwo\n";
	list.text = TEXT_FLOWED;
	message = write_post(&post);
	want_part("flows", message, "format=\"flowed\"");
	want_part("flows", message, "one=20\r\ntwo\r\n");
	free(message);
	list.text = TEXT_FIXED;
	message = write_post(&post);
	want_none("stays", message, "flowed");
	want_part("stays", message, "one\r\ntwo\r\n");
	free(message);
}

/* The store's bytes and back: as all forms (an errand saves it). */
static void
it_is_saved(void **state)
{
	struct form_post post = make_post();
	struct error err = ERROR_INIT;
	struct form *form = form_new_post(&post, &err), *again;
	struct str bytes = STR_INIT;
	char *first, *second;

	(void)state;
	want_true("made", form != NULL);
	form_save(form, &bytes);
	again = form_load(str_span(&bytes), &err);
	want_true("loaded", again != NULL);
	first = fill(form);
	second = fill(again);
	want_text("the same", second, first);
	free(first);
	free(second);
	str_clear(&bytes);
	form_free(form);
	form_free(again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_headers),
		cmocka_unit_test(an_answer),
		cmocka_unit_test(a_letter_once_more),
		cmocka_unit_test(what_it_answers_is_foreign),
		cmocka_unit_test(what_it_refuses),
		cmocka_unit_test(an_attachment),
		cmocka_unit_test(its_text),
		cmocka_unit_test(it_is_saved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
