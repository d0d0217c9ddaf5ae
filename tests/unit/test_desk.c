/*
 * The pure parts of the desk: whom it lets in, how a letter is put into a
 * frame, and what one wishes to see.
 */
#include "unit.h"

#include "base/mem.h"
#include "desk/frame.h"
#include "desk/guard.h"
#include "desk/wish.h"

#define START "startstartstartstartstart"
#define COOKIE "cookiecookiecookiecookie"
#define FORM "formformformformformform"
#define OURS "desk-8123=" COOKIE

/* ----- guard ----- */

static const struct guard_case {
	const char *name;
	int port;
	struct knock knock;
	enum verdict want;
} knocks[] = {
	{"the start", 8123, {.path = "/start/" START, .host = "127.0.0.1:8123"},
		VERDICT_START},
	{"a wrong start", 8123,
		{.path = "/start/" FORM, .host = "127.0.0.1:8123"},
		VERDICT_STRANGER},
	{"a start of nothing", 8123,
		{.path = "/start/", .host = "127.0.0.1:8123"},
		VERDICT_STRANGER},
	{"a posted start", 8123,
		{.post = true,
			.path = "/start/" START,
			.host = "127.0.0.1:8123"},
		VERDICT_STRANGER},
	{"the cookie", 8123,
		{.path = "/", .host = "localhost:8123", .cookie = OURS},
		VERDICT_ENTER},
	{"among others", 8123,
		{.path = "/",
			.host = "[::1]:8123",
			.cookie = "desk-8123=x; " OURS ";a"},
		VERDICT_ENTER},
	{"another desk's", 8123,
		{.path = "/",
			.host = "127.0.0.1:8123",
			.cookie = "desk-8124=" COOKIE},
		VERDICT_STRANGER},
	{"a longer one", 8123,
		{.path = "/", .host = "127.0.0.1:8123", .cookie = OURS "x"},
		VERDICT_STRANGER},
	{"an empty one", 8123,
		{.path = "/", .host = "127.0.0.1:8123", .cookie = "desk-8123="},
		VERDICT_STRANGER},
	{"a user's name does not count", 8123,
		{.path = "/", .host = "127.0.0.1:8123", .remote_user = "ada"},
		VERDICT_STRANGER},
	{"rebound", 8123,
		{.path = "/", .host = "example.org:8123", .cookie = OURS},
		VERDICT_MISDIRECTED},
	{"no host", 8123, {.path = "/", .cookie = OURS}, VERDICT_MISDIRECTED},
	{"another port", 8123,
		{.path = "/", .host = "127.0.0.1:81234", .cookie = OURS},
		VERDICT_MISDIRECTED},
	{"the port that browsers leave out", 80,
		{.path = "/",
			.host = "127.0.0.1",
			.origin = "http://127.0.0.1",
			.cookie = "desk-80=" COOKIE},
		VERDICT_ENTER},
	{"the same, said", 80,
		{.path = "/",
			.host = "localhost:80",
			.cookie = "desk-80=" COOKIE},
		VERDICT_ENTER},
	{"another that is left out", 8123,
		{.path = "/", .host = "127.0.0.1", .cookie = OURS},
		VERDICT_MISDIRECTED},
	{"a form of another site", 8123,
		{.post = true,
			.path = "/anew",
			.host = "127.0.0.1:8123",
			.fetch_site = "cross-site",
			.fetch_mode = "navigate",
			.fetch_dest = "document",
			.cookie = OURS},
		VERDICT_FOREIGN},
	{"a link of another site", 8123,
		{.path = "/",
			.host = "127.0.0.1:8123",
			.fetch_site = "cross-site",
			.fetch_mode = "navigate",
			.fetch_dest = "document"},
		VERDICT_STRANGER},
	{"a frame of another site", 8123,
		{.path = "/letter",
			.host = "127.0.0.1:8123",
			.fetch_site = "cross-site",
			.fetch_mode = "navigate",
			.fetch_dest = "iframe",
			.cookie = OURS},
		VERDICT_FOREIGN},
	{"a neighbour's script", 8123,
		{.path = "/",
			.host = "127.0.0.1:8123",
			.fetch_site = "same-site",
			.cookie = OURS},
		VERDICT_FOREIGN},
	{"an older browser, ours", 8123,
		{.path = "/",
			.host = "127.0.0.1:8123",
			.origin = "http://127.0.0.1:8123",
			.cookie = OURS},
		VERDICT_ENTER},
	{"an older browser, hidden", 8123,
		{.path = "/",
			.host = "127.0.0.1:8123",
			.origin = "null",
			.cookie = OURS},
		VERDICT_FOREIGN},
	{"looks like ours", 8123,
		{.path = "/",
			.host = "127.0.0.1:8123",
			.origin = "http://127.0.0.1:8123.example.org",
			.cookie = OURS},
		VERDICT_FOREIGN},
	{"by a proxy", 0,
		{.path = "/", .host = "example.org", .remote_user = "ada"},
		VERDICT_ENTER},
	{"by a proxy, otherwise named", 0,
		{.path = "/", .remote_user = "", .x_remote_user = "ada"},
		VERDICT_ENTER},
	{"by a proxy, nobody", 0,
		{.path = "/", .host = "example.org", .cookie = OURS},
		VERDICT_STRANGER},
	{"by a proxy, of another site", 0,
		{.path = "/",
			.host = "example.org",
			.fetch_site = "cross-site",
			.remote_user = "ada"},
		VERDICT_FOREIGN},
};

static void
guard_lets_in(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(knocks); i++) {
		const struct guard_case *c = &knocks[i];
		struct guard g;

		guard_init_take(&g, c->port, mem_strdup(START),
			mem_strdup(COOKIE), mem_strdup(FORM));
		want_int(c->name, guard_judge(&g, &c->knock), c->want);
		guard_clear(&g);
	}
}

static void
start_counts_once(void **state)
{
	const struct knock *start = &knocks[0].knock;
	struct str cookie = STR_INIT;
	struct guard g;

	(void)state;
	guard_init_take(&g, 8123, mem_strdup(START), mem_strdup(COOKIE),
		mem_strdup(FORM));
	want_int("first", guard_judge(&g, start), VERDICT_START);
	want_int("second", guard_judge(&g, start), VERDICT_STRANGER);
	guard_write_cookie(&g, &cookie);
	want_text("cookie", str_text(&cookie),
		OURS "; Path=/; HttpOnly; SameSite=Strict");
	want_true("form", guard_knows_form(&g, span_of(FORM)));
	want_true("cut", !guard_knows_form(&g, span_of("form")));
	want_true("nothing", !guard_knows_form(&g, SPAN_NONE));
	str_clear(&cookie);
	guard_clear(&g);
}

/* ----- frame ----- */

#define HEAD                                                      \
	"<base target=\"_blank\"><style>:root{color-scheme:only " \
	"dark!important}</style></head>"

static const struct frame_case {
	const char *name, *html, *want;
} frames[] = {
	{"no styles", "<head></head><body>x", "<head>" HEAD "<body>x"},
	{"no head", "<p>x", "<p>x"},
	{"dark", "<style>@media (prefers-color-scheme: dark) {a{}}</style>",
		"<style>@media (min-width:0) {a{}}</style>"},
	{"light",
		"<style>@media (PREFERS-color-scheme:light){a{}}</style></head>",
		"<style>@media (max-width:0){a{}}</style>" HEAD},
	{"both",
		"<STYLE>@media (prefers-color-scheme:light),"
		"(prefers-color-scheme:dark){}</style>",
		"<STYLE>@media (max-width:0),(min-width:0){}</style>"},
	{"text", "<p>(prefers-color-scheme: dark)",
		"<p>(prefers-color-scheme: dark)"},
	{"behind a style", "<style></style>(prefers-color-scheme: dark)",
		"<style></style>(prefers-color-scheme: dark)"},
	{"never closed", "<style>(prefers-color-scheme: dark",
		"<style>(prefers-color-scheme: dark"},
	{"nothing", "", ""},
};

static void
frames_answer_for_the_system(void **state)
{
	const struct frame_options dark = {.dark = true, .pictures = true};

	(void)state;
	for (size_t i = 0; i < COUNT(frames); i++) {
		struct str out = STR_INIT;

		frame_write(&out, span_of(frames[i].html), &dark);
		want_text(frames[i].name, str_text(&out), frames[i].want);
		str_clear(&out);
	}
}

/* ----- wish ----- */

static const char *const said[][2] = {
	{"as", "a+b&c@example.org"},
	{"form", "en.html"},
	{"view", "source"},
	{"scheme", "dark"},
	{"pictures", "off"},
};

static const char *
find_said(const void *data, const char *name)
{
	for (size_t i = 0; data && i < COUNT(said); i++)
		if (text_equals(said[i][0], name))
			return said[i][1];
	return NULL;
}

static void
wishes_are_read_and_written(void **state)
{
	struct wish w = wish_read(find_said, said);
	struct str out = STR_INIT;

	(void)state;
	want_int("view", w.view, VIEW_SOURCE);
	wish_write(&out, &w, VIEW_TEXT);
	want_text("all", str_text(&out),
		"view=text&as=a%2Bb%26c@example.org&form=en.html"
		"&scheme=dark&pictures=off");
	str_truncate(&out, 0);
	w = wish_read(find_said, NULL);
	wish_write(&out, &w, w.view);
	want_text("nothing", str_text(&out), "view=letter");
	str_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guard_lets_in),
		cmocka_unit_test(start_counts_once),
		cmocka_unit_test(frames_answer_for_the_system),
		cmocka_unit_test(wishes_are_read_and_written),
	};

	return cmocka_run_group_tests_name("desk", tests, NULL, NULL);
}
