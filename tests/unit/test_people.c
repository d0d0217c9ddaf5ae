/*
 * People in the files of other programs: what each format is recognised by, and
 * what is read out of it.
 */
#include "unit.h"

#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "subscribers/people_parts.h"

/* A file of its own with these bytes, open at its start. */
static int
open_text(struct span text)
{
	char path[] = "/tmp/people-test-XXXXXX";
	int fd = mkstemp(path);

	want_true("scratch", fd >= 0);
	unlink(path);
	want_int("write", write(fd, text.data, text.len), text.len);
	want_int("seek", lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void
tell_date(struct str *out, const char *name, int64_t at)
{
	if (at == INSTANT_NONE)
		return;
	str_add_all(out, " ", name, " ", NULL);
	date_write_iso(out, at);
	str_truncate(out, out->len - strlen("T00:00:00Z"));
}

static void
tell_lost(struct str *out, const struct lost_fields *lost)
{
	if (lost->cut)
		str_add_all(out, " cut ", lost->cut, NULL);
	if (lost->long_name)
		str_add_all(out, " long ", lost->long_name, NULL);
	if (lost->beyond)
		str_add_all(out, " beyond ", lost->beyond, NULL);
}

/* "LINE address|name|language|format|fields standing since … cut …; " */
static void
tell(struct str *out, const struct person *p, unsigned long line)
{
	static const char *const standings[] = {[STANDING_READER] = "reader",
		[STANDING_LEFT] = "left",
		[STANDING_BOUNCED] = "bounced",
		[STANDING_PAUSED] = "paused",
		[STANDING_ABSENT] = "absent"};

	str_printf(out, "%lu %s|%s|%s|%s|%s %s", line, p->address.data,
		p->name ? p->name : "", p->language ? p->language : "",
		p->format ? p->format : "", p->fields ? p->fields : "",
		standings[p->standing]);
	tell_date(out, "since", p->since);
	tell_date(out, "until", p->left_at);
	tell_lost(out, &p->lost);
	str_add(out, "; ");
}

static const char *
format_name(const struct people *p)
{
	return p->format == &people_lines    ? "lines"
		: p->format == &people_sympa ? "sympa"
		: p->format == &people_jsonl ? "jsonl"
					     : "csv";
}

static void
want_people(const char *name, const char *file, struct span text,
	const char *format, const char *want)
{
	int fd = open_text(text);
	struct error err = ERROR_INIT;
	struct people *people = people_open(fd, file, "en", 0, &err);
	struct str got = STR_INIT;
	struct person person;
	unsigned long line;

	want_true(name, people != NULL);
	want_text(name, format_name(people), format);
	while (people_next(people, &person, &line, &err)) {
		want_int(name, person.address.data[person.address.len], 0);
		tell(&got, &person, line);
	}
	if (err.kind)
		str_add(&got, err.text);
	error_clear(&err);
	want_text(name, str_text(&got), want);
	str_clear(&got);
	people_close(people);
	close(fd);
}

struct people_case {
	const char *name, *file, *text, *want;
};

static void
want_all(const char *format, const struct people_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		want_people(cases[i].name, cases[i].file,
			span_of(cases[i].text), format, cases[i].want);
}

/* ----- CSV ----- */

static void
test_mailchimp(void **state)
{
	static const struct people_case cases[] = {
		{"readers", "subscribed_members_export_1.csv",
			"\"Email Address\",\"First Name\",\"Last Name\",Town,"
			"MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,"
			"LATITUDE,LAST_CHANGED,LEID,EUID,NOTES\n"
			"ada@example.org,Ada,Poe,Quay,2,,,"
			"\"2019-03-01 10:20:30\",51.5,"
			"\"2020-01-01 00:00:00\",12,ab,\n",
			"2 ada@example.org|Ada Poe|||{\"Town\":\"Quay\"} "
			"reader since 2019-03-01; "},
		{"who left", "/a/unsubscribed_email_audience_export_1.csv",
			"\"Email Address\",OPTIN_TIME,UNSUB_TIME,UNSUB_REASON\n"
			"ada@example.org,\"2018-01-02 00:00:00\","
			"\"2021-05-06 07:08:09\",NORMAL\n"
			"ben@example.org,,,\n",
			"2 ada@example.org|||| left since 2018-01-02 until "
			"2021-05-06; 3 ben@example.org|||| left; "},
		{"who bounced", "cleaned_members_export_1.csv",
			"\"Email Address\",CLEAN_TIME\na@example.org,\n",
			"2 a@example.org|||| bounced; "},
		{"its time says it as well", "people.csv",
			"\"Email Address\",CLEAN_TIME\n"
			"a@example.org,\"2021-05-06 07:08:09\"\n",
			"2 a@example.org|||| bounced; "},
		{"who never asked", "nonsubscribed_members_export_1.csv",
			"\"Email Address\"\na@example.org\n",
			"2 a@example.org|||| absent; "},
		{"a segment's", "cleaned_segment_export_3f5c8bd07e.csv",
			"\"Email Address\"\na@example.org\n",
			"2 a@example.org|||| bounced; "},
		{"an audience's, saved twice",
			"Cleaned_email_audience_export_3f5c8bd07e (1).csv",
			"\"Email Address\"\na@example.org\n",
			"2 a@example.org|||| bounced; "},
		{"a list that was cleaned up", "Cleaned list 2026.csv",
			"email\na@example.org\n",
			"2 a@example.org|||| reader; "},
		{"likewise", "cleaned.csv", "email\na@example.org\n",
			"2 a@example.org|||| reader; "},
		{"one that was exported", "cleaned_list_export_2026.csv",
			"email\na@example.org\n",
			"2 a@example.org|||| reader; "},
		{"who left, by hand", "Unsubscribed (2).csv",
			"email\na@example.org\n", "2 a@example.org|||| left; "},
		{"whom mail does not reach, by hand", "bounced.csv",
			"email\na@example.org\n",
			"2 a@example.org|||| bounced; "},
	};

	(void)state;
	want_all("csv", cases, COUNT(cases));
}

static void
test_other_csv(void **state)
{
	static const struct people_case cases[] = {
		{"listmonk", "subscribers.csv",
			"uuid,email,name,attributes,status,created_at,"
			"updated_at\n"
			"5b,a@example.org,Ada,\"{\"\"city\"\":\"\"Quay\"\","
			"\"\"age\"\":33,\"\"likes\"\":[\"\"x\"\"],"
			"\"\"no\"\":null}\","
			"enabled,2023-01-02T03:04:05.123456Z,x\n"
			"5c,b@example.org,,{},blocklisted,,\n"
			"5d,c@example.org,,not JSON,disabled,,\n",
			"2 a@example.org|Ada|||{\"city\":\"Quay\","
			"\"age\":\"33\",\"likes\":\"[\\\"x\\\"]\"} reader "
			"since 2023-01-02; 3 b@example.org|||| left; "
			"4 c@example.org||||{\"attributes\":\"not JSON\"} "
			"absent; "},
		{"dates that are none", "a.csv",
			"email,created_at,unsubscribed_at,status\n"
			"a@example.org,0001-01-01T00:00:00Z,0000-00-00,\n"
			"b@example.org,2020-02-03,0001-01-01 00:00:00,gone\n",
			"2 a@example.org|||| reader; "
			"3 b@example.org|||| left since 2020-02-03; "},
		{"Postorius", "members.csv", "a@example.org\nb@example.org\n",
			"1 a@example.org|||| reader; "
			"2 b@example.org|||| reader; "},
		{"what a spreadsheet was kept from running", "a.csv",
			"email,name,Sum\n'-a@example.org,'=Ada,'+1\n"
			"'o@example.org,'t Hooft,''=x\n",
			"2 -a@example.org|=Ada|||{\"Sum\":\"+1\"} reader; "
			"3 'o@example.org|'t Hooft|||{\"Sum\":\"'=x\"} "
			"reader; "},
		{"our own, with names that come twice", "a.csv",
			"email,name,'=Sum,'=Sum\n'-a@example.org,Ada,1,2\n",
			"2 -a@example.org|Ada|||"
			"{\"=Sum\":\"1\",\"=Sum_1\":\"2\"} reader; "},
		{"our own, whose fields are called like ours", "a.csv",
			"address,name,state,origin,language,format,since,email,"
			"status\n"
			"a@example.org,A,active,web,tr,text,"
			"2020-02-03T00:00:00Z,b@example.org,gone\n"
			"b@example.org,,gone,file,,,,,\n",
			"2 a@example.org|A|tr|text|{\"email\":\"b@example.org\""
			",\"status\":\"gone\"} reader since 2020-02-03; "
			"3 b@example.org|||| left; "},
	};

	(void)state;
	want_all("csv", cases, COUNT(cases));
}

/* Its first member has too long a name, its last are too many. */
static void
add_members(struct str *out, const char *quote, int count)
{
	str_printf(out, "{%sN", quote);
	for (int i = 0; i < 200; i++)
		str_add_char(out, 'n');
	str_printf(out, "%s:1", quote);
	for (int i = 0; i < count; i++)
		str_printf(out, ",%s%d%s:%d", quote, i, quote, i);
	str_add_char(out, '}');
}

/* What an object in a cell holds has the bounds of columns, and counts as
 * they do. */
static void
test_bounds(void **state)
{
	struct str cell = STR_INIT, line = STR_INIT, kept = STR_INIT;
	struct str want = STR_INIT;

	(void)state;
	str_add(&cell,
		"uuid,email,attributes,Quay,status\n5b,a@example.org,\"");
	add_members(&cell, "\"\"", 32);
	str_add(&cell,
		"\",x,enabled\n5c,b@example.org,"
		"\"{\"\"a\"\":\"\"\\u0000\"\"}\",x,enabled\n");
	for (int i = 0; i < 32; i++)
		str_printf(&kept, "%c\"%d\":\"%d\"", i ? ',' : '{', i, i);
	str_printf(&want,
		"2 a@example.org||||%s} reader long attributes beyond Quay; "
		"3 b@example.org||||{\"a\":\"\",\"Quay\":\"x\"} "
		"reader; ",
		str_text(&kept));
	want_people("attributes", "subscribers.csv", str_span(&cell), "csv",
		str_text(&want));
	str_add(&line, "{\"address\":\"a@example.org\",\"fields\":");
	add_members(&line, "\"", 33);
	str_add(&line, "}\n");
	str_truncate(&want, 0);
	str_printf(
		&want, "1 a@example.org||||%s} reader long N", str_text(&kept));
	for (int i = 0; i < 200; i++)
		str_add_char(&want, 'n');
	str_add(&want, " beyond 32; ");
	want_people(
		"JSON lines", "-", str_span(&line), "jsonl", str_text(&want));
	str_clear(&cell);
	str_clear(&line);
	str_clear(&kept);
	str_clear(&want);
}

/* ----- Mailman ----- */

static void
test_lines(void **state)
{
	static const struct people_case cases[] = {
		{"list_members -f", "-",
			"Ada Poe <ada@example.org>\r\n"
			"\"Poe, \\\"Ben\\\"\" <ben@example.org>\r\n"
			"cem@example.org\r\n",
			"1 ada@example.org|Ada Poe||| reader; "
			"2 ben@example.org|Poe, \"Ben\"||| reader; "
			"3 cem@example.org|||| reader; "},
		{"a comma without quotes", "-", "Poe, Ada <a@example.org>\n",
			"1 a@example.org|Poe, Ada||| reader; "},
		{"who", "-",
			"Non-digest (regular) members:\n"
			"    a@example.org\n\nDigest members:\n"
			"    b@example.org\n",
			"2 a@example.org|||| reader; "
			"5 b@example.org|||mime-digest| reader; "},
		{"a comment", "-", "# members\na@example.org",
			"2 a@example.org|||| reader; "},
	};

	(void)state;
	want_all("lines", cases, COUNT(cases));
	want_people("a table of one column", "-",
		span_of("email\nAda <a@example.org>\n"), "csv",
		"2 a@example.org|Ada||| reader; ");
	want_people("semicolons", "-", span_of("a@example.org;Ada\n"), "csv",
		"1 a@example.org|Ada||| reader; ");
	want_people("windows-1252", "-", span_of("G\xf6tz <a@example.org>\n"),
		"lines", "1 a@example.org|Götz||| reader; ");
	want_people("UTF-16", "-",
		(struct span){"\xff\xfe"
			      "A\0 \0<\0a\0@\0b\0.\0c\0o\0>\0\n\0",
			24},
		"lines", "1 a@b.co|A||| reader; ");
}

/* ----- Sympa ----- */

static void
test_sympa(void **state)
{
	static const struct people_case cases[] = {
		{"a dump", "-",
			"date 1262304000\nemail ada@example.org\n"
			"gecos Ada Poe\nreception digestplain\n"
			"visibility noconceal\n\n\n"
			"email ben@example.org\nreception nomail\n\n"
			"email cem@example.org\nreception mail\n"
			"date 2011-12-13 14:15:16\nsuspend 1",
			"1 ada@example.org|Ada Poe||rfc1153| reader since "
			"2010-01-01; 8 ben@example.org|||| paused; "
			"11 cem@example.org|||| paused since 2011-12-13; "},
		{"a block without an address", "-",
			"email a@example.org\n\ngecos Nobody\n",
			"1 a@example.org|||| reader; 3 |Nobody||| reader; "},
	};

	(void)state;
	want_all("sympa", cases, COUNT(cases));
}

/* ----- JSON lines ----- */

static void
test_jsonl(void **state)
{
	static const struct people_case cases[] = {
		{"ours", "-",
			"{\"address\":\"a@example.org\",\"name\":\"A\\nB\","
			"\"state\":\"active\",\"language\":\"pt_BR\","
			"\"format\":\"html\",\"since\":\"2020-02-03T00:00:00Z\""
			",\"fields\":{\"City\":\"=Quay\"}}\n\n"
			"{\"address\":\"b@example.org\",\"state\":\"gone\"}",
			"1 a@example.org|A B|pt-br|html|{\"City\":\"=Quay\"} "
			"reader since 2020-02-03; 3 b@example.org|||| left; "},
		{"a broken line", "x.jsonl",
			"{\"address\":\"a@example.org\"}\n[1]\n",
			"1 a@example.org|||| reader; "
			"x.jsonl:2: is no JSON object"},
	};

	(void)state;
	want_all("jsonl", cases, COUNT(cases));
}

/* ----- what is none ----- */

static void
test_archive(void **state)
{
	int fd = open_text(span_of("PK\x03\x04 and so on"));
	struct error err = ERROR_INIT;

	(void)state;
	want_true("refused", !people_open(fd, "audience.zip", NULL, 0, &err));
	want_int("kind", err.kind, ERROR_DATA);
	want_text("text", err.text,
		"audience.zip: is a zip archive; unpack it, and import the "
		"folder");
	error_clear(&err);
	close(fd);
}

/* Nobody is written to because his file has nearly the right name. */
static void
test_doubtful_name(void **state)
{
	static const char *const names[] = {
		"unsubscribers.csv", "/a/Unsubscribes 2026.csv", "unsub.csv"};
	int fd = open_text(span_of("email\na@example.org\n"));
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		want_true(names[i], !people_open(fd, names[i], NULL, 0, &err));
		want_int(names[i], err.kind, ERROR_DATA);
		want_true(names[i],
			strstr(err.text,
				": did these people unsubscribe? If so, let "
				"the file's name begin with 'unsubscribed_'; "
				"else give it another name"));
		error_clear(&err);
	}
	close(fd);
}

/* A piece ends anywhere. */
static void
test_long_lines(void **state)
{
	struct str text = STR_INIT, want = STR_INIT;

	(void)state;
	for (int i = 0; i < 9000; i++) {
		str_printf(&text, "Reader %d <r%d@example.org>\r\n", i, i);
		str_printf(&want, "%d r%d@example.org|Reader %d||| reader; ",
			i + 1, i, i);
	}
	want_people("pieces", "-", str_span(&text), "lines", str_text(&want));
	str_clear(&text);
	str_clear(&want);
	str_add(&text, "Ada <a@example.org>\n");
	for (int i = 0; i < 1100000; i++)
		str_add_char(&text, 'x');
	want_people("beyond sense", "m.txt", str_span(&text), "lines",
		"1 a@example.org|Ada||| reader; "
		"m.txt:2: a line of more than 1 MiB");
	str_clear(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mailchimp),
		cmocka_unit_test(test_other_csv),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_sympa),
		cmocka_unit_test(test_jsonl),
		cmocka_unit_test(test_archive),
		cmocka_unit_test(test_doubtful_name),
		cmocka_unit_test(test_long_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
