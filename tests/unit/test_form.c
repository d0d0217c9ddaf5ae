#include "form_unit.h"

#include "mime/form_again.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "mime/header.h"

static void
test_text(void **state)
{
	char *message = make_message(&weekly, &plain_letter);

	(void)state;
	want_text("message", message,
		"From: Harbour Wire <weekly@example.org>\r\n"
		"To: Ada <ada@example.org>\r\n"
		"Reply-To: Desk <desk@example.org>\r\n"
		"Subject: Harbour Weekly 12: The quay\r\n"
		"Date: Fri, 20 Nov 2026 07:00:00 +0000\r\n"
		"Message-ID: <1@weekly.example.org>\r\n"
		"List-Id: Harbour Weekly <weekly.example.org>\r\n"
		"List-Unsubscribe: <https://lists.example.org/u/1>\r\n"
		"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
		"List-Archive: <https://lists.example.org/archive/weekly/>\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"Precedence: list\r\n"
		"Feedback-ID: 12:weekly:digest:example.org\r\n"
		"Content-Language: en\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=\"utf-8\"\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n"
		"\r\n"
		"Dear=20=\r\n"
		"Ada <A>=\r\n"
		",\r\n"
		"=2E\r\n"
		"leave:=20=\r\n"
		"https://lists.example.org/u/1?a=3D1&b=3D2=\r\n"
		"\r\n");
	free(message);
}

/* The blanks at the ends of its lines go out as "=20", never as they are. */
static void
test_flowed(void **state)
{
	struct letter letter = plain_letter;
	char *message;

	(void)state;
	letter.flows = true;
	letter.text = "one \ntwo\n > 5\n\n-- \n" SLOT("name") "\n";
	message = make_message(&weekly, &letter);
	want_part("flowed", message,
		"\r\nContent-Type: text/plain; charset=\"utf-8\"; "
		"format=\"flowed\"\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n"
		"\r\n"
		"one=20\r\n"
		"two\r\n"
		" > 5\r\n"
		"\r\n"
		"--=20\r\n"
		"=20=\r\n"
		"Ada <A>=\r\n"
		"\r\n");
	free(message);
	letter.text = "one \ntwo\n";
	message = make_message(&weekly, &letter);
	want_part("without slots", message, "one=20\r\ntwo\r\n");
	free(message);
	letter.text = "one\n  two\n";
	message = make_message(&weekly, &letter);
	want_part("nothing flows", message, "format=\"flowed\"");
	want_part("nothing flows", message, ": 7bit\r\n\r\none\r\n   two");
	free(message);
}

static void
test_proof(void **state)
{
	struct form *form = make(&weekly, &plain_letter, NULL);
	struct form *proof =
		form_new_proof(form, &ada, &weekly, 1795158000 + 60, NULL);
	char *message = fill(proof);

	(void)state;
	want_part("proof", message, "Subject: [Proof] Harbour Weekly 12");
	want_part("proof", message, "\r\nX-Postrider-Proof: yes\r\n");
	want_part("of its own date", message,
		"\r\nDate: Fri, 20 Nov 2026 07:01:00 +0000\r\n");
	want_part("for him", message, "\r\nTo: Ada <ada@example.org>\r\n");
	want_none("proof", message, "\r\nList-Unsubscribe");
	want_int("no slots", (int)form_slots(proof), 0);
	free(message);
	form_free(proof);
	form_free(form);
}

static void
test_links(void **state)
{
	struct list list = weekly;
	char *message;

	(void)state;
	list.web = "http://lists.example.org";
	message = make_message(&list, &plain_letter);
	want_part("http", message, "\r\nList-Unsubscribe:");
	want_none("http", message, "List-Unsubscribe-Post");
	free(message);

	list.web = list.unsubscribe = NULL;
	message = make_message(&list, &plain_letter);
	want_none("no way to leave", message, "\r\nList-Unsubscribe");
	want_none("no archive", message, "\r\nList-Archive");
	free(message);

	list = weekly;
	list.archive = ARCHIVE_LINK;
	message = make_message(&list, &plain_letter);
	want_none("archive by link", message, "\r\nList-Archive");
	free(message);
}

static struct letter_image image = {
	.cid = "a1b2c3@weekly.example.org",
	.type = "image/png",
	.file_name = "liman ağı.png",
	.bytes = {"\x89PNG\r\n", 6, 7},
};

static const struct letter page_letter = {
	.format = FORMAT_HTML,
	.language = "tr",
	.subject = "Liman",
	.text = "Merhaba\n",
	.html = "<p title=\"" SLOT(
		"name") "\">\n"
			"<a href=\"" SLOT("unsubscribe_url") "\">x</a>\n",
	.images = &image,
	.image_count = 1,
};

static void
test_html(void **state)
{
	char *message = make_message(&weekly, &page_letter);
	const char *alternative, *related;

	(void)state;
	want_part("tree", message, "Content-Type: multipart/alternative; ");
	want_part("tree", message, "Content-Type: multipart/related; ");
	want_part("text", message,
		"\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n"
		"Content-Transfer-Encoding: 7bit\r\n\r\nMerhaba\r\n");
	want_part("escaped", message,
		"<p title=3D\"=\r\n"
		"Ada &lt;A&gt;=\r\n\">\r\n");
	want_part("link", message,
		"<a href=3D\"=\r\n"
		"https://lists.example.org/u/1?a=3D1&amp;b=3D2=\r\n\">x");
	want_part("image", message,
		"\r\nContent-Type: image/png\r\n"
		"Content-Transfer-Encoding: base64\r\n"
		"Content-ID: <a1b2c3@weekly.example.org>\r\n"
		"Content-Disposition: inline; filename*=utf-8''liman%20a%C4%9F%C4%B1.png\r\n"
		"\r\niVBORw0K\r\n");
	alternative = strstr(message, "--=_");
	related = strstr(strstr(message, "multipart/related"), "--=_");
	want_true("two boundaries", strncmp(alternative, related, 28) != 0);
	want_none("the seed is a secret", message, "salt");
	free(message);
}

/* A letter whose slots are all in HTML, and one with a text format's HTML. */
static void
test_format_decides(void **state)
{
	struct letter letter = page_letter;
	char *message;

	(void)state;
	letter.format = FORMAT_TEXT;
	message = make_message(&weekly, &letter);
	want_none("text", message, "multipart");
	free(message);
}

static void
test_same_input_same_bytes(void **state)
{
	char *one = make_message(&weekly, &page_letter);
	char *two = make_message(&weekly, &page_letter);

	(void)state;
	want_text("again", two, one);
	free(one);
	free(two);
}

static const struct {
	const char *name, *title, *subject, *text, *reason;
} refused[] = {
	{"break in the subject", "T", "a\r\nBcc: b@example.org", "x",
		"control character"},
	{"break in the title", "T\nX: y", "a", "x", "control character"},
	{"link in the subject", "T", "See " SLOT("unsubscribe_url"), "x",
		"subject"},
	{"header in the subject", "T", SLOT("to"), "x", "subject"},
	{"stray mark in the subject", "T", SLOT("name") " " MARK, "x", "mark"},
	{"break beside a slot", "T", SLOT("name") "\r\nBcc: b@example.org", "x",
		"control character"},
	{"stray mark", "T", "a", "see " MARK " here", "mark"},
	{"stray mark before a slot", "T", "a", MARK SLOT("name"), "mark"},
	{"unknown slot", "T", "a", SLOT("nobody"), "mark"},
	{"mark in the title", MARK, "a", "x", "mark"},
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct list list = weekly;
		struct letter letter = {
			.format = FORMAT_TEXT,
			.language = (char *)"en",
			.subject = (char *)refused[i].subject,
			.text = (char *)refused[i].text,
		};
		struct error err = ERROR_INIT;

		list.title = refused[i].title;
		want_true(refused[i].name, make(&list, &letter, &err) == NULL);
		want_part(refused[i].name, err.text, refused[i].reason);
		error_clear(&err);
	}
}

static void
test_bad_image(void **state)
{
	struct letter_image bad = image;
	struct letter letter = page_letter;

	(void)state;
	letter.images = &bad;
	bad.type = (char *)"image/png\r\nX: y";
	want_true("type", make(&weekly, &letter, NULL) == NULL);
	bad = image;
	bad.cid = (char *)"a>\r\nX: y";
	want_true("id", make(&weekly, &letter, NULL) == NULL);
	bad = image;
	bad.file_name = (char *)"a\r\nX: y";
	want_true("name", make(&weekly, &letter, NULL) == NULL);
}

/* ----- storing ----- */

static void
test_save_and_load(void **state)
{
	struct form *form = make(&weekly, &page_letter, NULL), *again;
	struct str bytes = STR_INIT;
	char *one, *two;

	(void)state;
	form_save(form, &bytes);
	again = form_load(str_span(&bytes), NULL);
	want_true("loaded", again != NULL);
	one = fill(form);
	two = fill(again);
	want_text("the same", two, one);
	want_true("the version that older programs know",
		span_starts(str_span(&bytes), "postrider form 1\n"));
	want_int("size", form_size(again), form_size(form));
	want_true("size is enough", form_size(form) >= strlen(one));
	form_free(again);

	want_whole(&bytes);
	free(one);
	free(two);
	form_free(form);
	str_clear(&bytes);
}

/* How dates are written goes with the form that has one. */
static void
test_date_words(void **state)
{
	struct letter letter = plain_letter;
	struct str bytes = STR_INIT;
	struct form *form, *again;

	(void)state;
	letter.date_words = "{day}\tJanuary";
	form = make(&weekly, &letter, NULL);
	want_text("has no date", form_date_words(form), NULL);
	form_free(form);
	letter.text = "since " SLOT("since") "\n";
	form = make(&weekly, &letter, NULL);
	form_save(form, &bytes);
	again = form_load(str_span(&bytes), NULL);
	want_true("loaded", again != NULL);
	want_text("words", form_date_words(again), "{day}\tJanuary");
	form_free(again);
	form_free(form);
	want_whole(&bytes);
	str_clear(&bytes);
}

static const struct {
	const char *name, *bytes;
	bool ok;
} stored[] = {
	{"good", "postrider form 1\n6 1\n4 to header\nA\nB:\n\n", true},
	{"no cuts", "postrider form 1\n2 0\n\r\n", true},
	{"version", "postrider form 3\n2 0\n\r\n", false},
	{"a column",
		"postrider form 2\n4 1 1\nfield_a x\n2 field_a text\nA\nB\n",
		true},
	{"a column that has no default",
		"postrider form 1\n4 1\n2 field_a text\nA\nB\n", true},
	{"no column", "postrider form 1\n4 1\n2 field_A text\nA\nB\n", false},
	{"a default of what has none",
		"postrider form 2\n2 0 1\naddress x\n\r\n", false},
	{"two names", "postrider form 2\n2 0 2\nname x\nname y\n\r\n", false},
	{"too many defaults", "postrider form 2\n2 0 9999\n\r\n", false},
	{"subject",
		"postrider form 2\n14 1 0\n12 name subject\n\r\nSubject: x\r\n",
		true},
	{"subject without its line",
		"postrider form 2\n12 1 0\n10 name subject\nSubject: x\r\n",
		false},
	{"subject without its end",
		"postrider form 2\n12 1 0\n12 name subject\n\r\nSubject: x",
		false},
	{"subject of another name",
		"postrider form 2\n14 1 0\n12 name subject\n\r\nRubject: x\r\n",
		false},
	{"a slot in the name of the subject",
		"postrider form 2\n14 1 0\n3 name subject\n\r\nSubject: x\r\n",
		false},
	{"another cut in the subject",
		"postrider form 2\n14 2 0\n11 name subject\n12 name text\n"
		"\r\nSubject: x\r\n",
		false},
	{"two subjects",
		"postrider form 2\n26 2 0\n12 name subject\n24 name subject\n"
		"\r\nSubject: x\r\nSubject: x\r\n",
		false},
	{"more bytes", "postrider form 1\n2 0\n\r\nx", false},
	{"beyond the end", "postrider form 1\n6 1\n7 to header\nA\nB:\n\n",
		false},
	{"backwards", "postrider form 1\n6 2\n5 to text\n4 to text\nA\nB:\n\n",
		false},
	{"no such slot", "postrider form 1\n6 1\n4 too header\nA\nB:\n\n",
		false},
	{"no such place", "postrider form 1\n6 1\n4 to head\nA\nB:\n\n", false},
	{"header without a line before",
		"postrider form 1\n6 1\n1 to header\nA\nB:\n\n", false},
	{"negative", "postrider form 1\n-6 1\n4 to header\nA\nB:\n\n", false},
	{"too many cuts", "postrider form 1\n2 999999999\n\r\n", false},
	{"a number too big", "postrider form 1\n99999999999999999999 0\n\r\n",
		false},
	{"empty", "", false},
};

static void
test_stored(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(stored); i++) {
		struct error err = ERROR_INIT;
		struct form *form = form_load(span_of(stored[i].bytes), &err);

		want_int(stored[i].name, form != NULL, stored[i].ok);
		want_int(stored[i].name, err.text == NULL, stored[i].ok);
		if (form)
			free(fill(form));
		form_free(form);
		error_clear(&err);
	}
}

/* A value that does not fit beside the field's name. */
static void
test_long_header_value(void **state)
{
	struct form *form = make(&weekly, &plain_letter, NULL);
	struct slot_values values = ada;
	struct str out = STR_INIT;

	(void)state;
	values.value[SLOT_LIST_UNSUBSCRIBE] = span_of(
		"<https://lists.example.org/u/"
		"abcdefghijklmnopqrstuvwxyz0123456789>,\r\n <mailto:x>");
	form_fill(form, &values, &out);
	want_part("folded", out.data,
		"\r\nList-Unsubscribe:\r\n <https://lists.example.org/u/"
		"abcdefghijklmnopqrstuvwxyz0123456789>,\r\n <mailto:x>\r\n");
	str_clear(&out);
	form_free(form);
}

/* ----- for other judges ----- */

static const char *const hard_texts[] = {
	"Harbour Weekly 12: The quay is open",
	"İstanbul'da liman işçileri: ıssız rıhtımda ışıklar söndü â î û",
	"العربية: عمال الميناء يوقعون اتفاقا جديدا مع إدارة الميناء في المدينة",
	"港口工人签署了新协议,港口工人签署了新协议,港口工人签署了新协议,港口工人",
	"Crew 👩‍🚒👨‍👩‍👧‍👦🏴‍☠️ and flags 🇹🇷🇬🇷 in one title with 🧑🏽‍🚀 too",
	" leading and trailing  and double   blanks ",
	"     ",
	"=?utf-8?Q?not_encoded?= =?x?= ?= =?",
	"quotes \"a\", 'b', \\backslash\\, comma; (paren) <angle> @ [b]: =",
	"A title that goes on and on, because the joint declaration was named "
	"after all who had signed it, and then after the congress at which "
	"they had signed it, and then after the city, the hall and the year, "
	"so that no editor would ever dare to cut it, whatever the width of "
	"the column, and it still has not come to its end, not yet: now.",
	"Uzun başlık: bildiriyi imzalayanların hepsinin adı, imzaladıkları "
	"kongrenin adı, ardından şehrin, salonun ve yılın adı ile anıldığı "
	"için hiçbir editör onu kısaltmaya cesaret edemedi; sütun ne kadar dar "
	"olursa olsun böyle gitti, üç yüz harfi geçti ve hâlâ bitmedi, ama "
	"şimdi gerçekten bitiyor.",
	"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten"
	"gesellschaftundnochvielmehrdahinter",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	"From here. .dot =20 = == a\u00a0b\u200bc \u2028",
	".",
	"From ",
};

static void
add_expected(struct arena *arena, struct value *v, const struct list *list,
	const struct letter *letter, const struct slot_values *values)
{
	struct value *slots = value_new_map(arena);

	value_set_text(arena, v, "subject", letter->subject);
	value_set_text(arena, v, "from", list->from.name);
	value_set_text(arena, v, "mark", MARK);
	value_set_text(arena, v, "text", letter->text);
	value_set_text(arena, v, "html", letter->html);
	value_set_text(arena, v, "file", letter->images[0].file_name);
	value_set(arena, v, "values", slots);
	for (int i = 0; i < SLOT_COUNT; i++)
		value_set(arena, slots, slot_text((enum slot_name)i),
			value_new_span(arena, values->value[i]));
}

static void
write_sample(const char *folder, size_t number, struct span message,
	const struct list *list, const struct letter *letter,
	const struct slot_values *values)
{
	struct arena *arena = arena_new();
	struct value *v = value_new_map(arena);
	struct str json = STR_INIT;
	char *path = arena_printf(arena, "%s/%02zu.eml", folder, number);

	add_expected(arena, v, list, letter, values);
	json_write(&json, v, false);
	want_true(path, file_write(path, message, 0644, NULL));
	path = arena_printf(arena, "%s/%02zu.json", folder, number);
	want_true(path, file_write(path, str_span(&json), 0644, NULL));
	str_clear(&json);
	arena_free(arena);
}

/* What holds for every message on the wire. */
static void
check_lines(const char *name, struct span message)
{
	struct span rest = message, line;

	while (span_next_line(&rest, &line)) {
		const char *end = line.data + line.len;

		want_true(name, line.len <= 78);
		want_true(name, !span_starts(line, "."));
		want_true(name, !span_starts(line, "From "));
		want_true(name, end[0] == '\r' && end[1] == '\n');
	}
}

/* Letters of hard texts, in all places. With MIME_SAMPLES they are also left in
 * that folder, for tests/e2e/test_mime.py. */
static void
test_samples(void **state)
{
	const char *folder = getenv("MIME_SAMPLES");

	(void)state;
	for (size_t i = 0; i < COUNT(hard_texts); i++) {
		const char *hard = hard_texts[i];
		struct list list = weekly;
		struct letter_image picture = image;
		struct letter letter = page_letter;
		struct slot_values values = ada;
		struct str text = STR_INIT, html = STR_INIT, out = STR_INIT;
		struct form *form;

		list.from.name = hard;
		picture.file_name = (char *)hard;
		letter.images = &picture;
		letter.subject = (char *)hard;
		str_printf(&text, "%s\n%s%s%s \n.\nFrom %s\n\n%s\n", hard, hard,
			SLOT("name"), SLOT("address"), hard,
			SLOT("unsubscribe_url"));
		str_printf(&html, "<p>%s %s</p>\n<p>%s.</p>\n", hard,
			SLOT("name"), SLOT("since"));
		letter.text = text.data;
		letter.html = html.data;
		values.value[SLOT_NAME] = span_of(hard);

		form = make(&list, &letter, NULL);
		want_true(hard, form != NULL);
		form_fill(form, &values, &out);
		check_lines(hard, str_span(&out));
		if (folder)
			write_sample(folder, i, str_span(&out), &list, &letter,
				&values);
		form_free(form);
		str_clear(&text);
		str_clear(&html);
		str_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_flowed),
		cmocka_unit_test(test_proof),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_format_decides),
		cmocka_unit_test(test_same_input_same_bytes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_bad_image),
		cmocka_unit_test(test_save_and_load),
		cmocka_unit_test(test_date_words),
		cmocka_unit_test(test_stored),
		cmocka_unit_test(test_long_header_value),
		cmocka_unit_test(test_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
