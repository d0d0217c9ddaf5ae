#include "unit.h"

#include "base/text.h"

static void
decoding(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t len, taken;
		unsigned code;
	} cases[] = {
		{"ascii", "a", 1, 1, 'a'},
		{"nul", "\0", 1, 1, 0},
		{"two bytes", "\xc4\xb0", 2, 2, 0x130},
		{"three bytes", "\xe2\x80\xa6", 3, 3, 0x2026},
		{"four bytes", "\xf0\x9f\x98\x80", 4, 4, 0x1f600},
		{"the last one", "\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff},
		{"beyond the last", "\xf4\x90\x80\x80", 4, 1, 0xfffd},
		{"overlong", "\xc0\xaf", 2, 1, 0xfffd},
		{"overlong in three", "\xe0\x80\xaf", 3, 1, 0xfffd},
		{"surrogate", "\xed\xa0\x80", 3, 1, 0xfffd},
		{"cut", "\xe2\x80", 2, 1, 0xfffd},
		{"lone continuation", "\x80", 1, 1, 0xfffd},
		{"broken off by a letter", "\xe2\x80x", 3, 1, 0xfffd},
		{"written U+FFFD", "\xef\xbf\xbd", 3, 3, 0xfffd},
		{"latin-1", "\xfc", 1, 1, 0xfffd},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span s = {cases[i].bytes, cases[i].len};
		unsigned code;

		want_int(cases[i].name, text_decode(s, &code), cases[i].taken);
		want_int(cases[i].name, code, cases[i].code);
	}
	want_true("valid", text_is_utf8(span_of("a\xef\xbf\xbd\xc4\xb0")));
	want_true("invalid", !text_is_utf8(span_of("a\xff")));
	want_true("ascii", text_is_ascii(span_of("a~\n")));
	want_true("not ascii", !text_is_ascii(span_of("\xc4\xb0")));
}

/* What functions of one text make of it. */
struct change {
	const char *name, *in, *want;
};

static void
check_changes(void (*change)(struct str *, struct span),
	const struct change *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str out = STR_INIT;

		change(&out, span_of(cases[i].in));
		want_text(cases[i].name, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

static void
repairing(void **state)
{
	static const struct change cases[] = {
		{"sound", "a\nİ", "a\nİ"},
		{"latin-1", "K\xf6ln", "K\xef\xbf\xbdln"},
		{"each byte", "\xe2\x80", "\xef\xbf\xbd\xef\xbf\xbd"},
	};
	struct str out = STR_INIT;

	(void)state;
	check_changes(text_repair, cases, COUNT(cases));
	text_repair(&out, (struct span){"a\0b", 3});
	want_text("nul", str_text(&out), "ab");
	str_clear(&out);
}

static void
flattening(void **state)
{
	static const struct change cases[] = {
		{"empty", "", ""},
		{"blanks", " \t\n ", ""},
		{"runs", "  a \r\n\t b  ", "a b"},
		{"wide blanks",
			"a\xe3\x80\x80"
			"b\xc2\xa0"
			"c\xe2\x80\xa8"
			"d",
			"a b c d"},
		{"controls", "a\x1b[31mb\x7f\xc2\x9b", "a[31mb"},
		{"overrides",
			"a\xe2\x80\xae"
			"b\xe2\x81\xa6"
			"c",
			"abc"},
		{"byte order mark", "\xef\xbb\xbfTitle", "Title"},
		{"joined emoji stay",
			"\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91"
			"\xa9",
			"\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9"},
		{"invalid", "a\xff", "a\xef\xbf\xbd"},
	};

	(void)state;
	check_changes(text_flatten, cases, COUNT(cases));
}

static void
folding(void **state)
{
	static const struct change cases[] = {
		{"ascii", " The  SAME\ntitle ", "the same title"},
		{"sharp s", "Straße", "strasse"},
		{"turkish capital", "İSTANBUL", "istanbul"},
		{"turkish dotless", "ısparta", "isparta"},
		{"composed", "e\xcc\x81", "é"},
		{"full width", "ＡＢＣ", "abc"},
		{"quotes", "“It’s” – here", "\"it's\" - here"},
		{"soft hyphen", "con\xc2\xadgress é", "congress é"},
		{"some words by tables", "ONE  Straße Ｔ\u00adWO é a\xcc\x88 B",
			"one strasse two é ä b"},
		{"a mark behind a blank",
			"A \xcc\x88"
			"B ß",
			"a \xcc\x88"
			"b ss"},
	};

	(void)state;
	check_changes(text_fold, cases, COUNT(cases));
}

/* The short way for common letters gives what Unicode's tables give: a letter
 * of another script behind them sends both through the tables. */
static void
folding_simply(void **state)
{
	(void)state;
	for (unsigned c = 1; c < 0x2100; c++) {
		struct str alone = STR_INIT, text = STR_INIT, both = STR_INIT;
		char name[16];

		str_add_char(&text, 'x');
		str_add_utf8(&text, c);
		str_add_char(&text, 'X');
		text_fold(&alone, str_span(&text));
		str_add_utf8(&text, 0x6e2f);
		text_fold(&both, str_span(&text));
		str_add_utf8(&alone, 0x6e2f);
		snprintf(name, sizeof name, "U+%04X", c);
		want_text(name, str_text(&alone), str_text(&both));
		str_clear(&alone);
		str_clear(&text);
		str_clear(&both);
	}
}

static void
widths(void **state)
{
	static const struct {
		const char *name, *text;
		size_t width;
	} cases[] = {
		{"empty", "", 0},
		{"ascii", "abc", 3},
		{"controls", "a\tb\x1b", 2},
		{"turkish", "İıŞğâ", 5},
		{"combining", "e\xcc\x81x", 2},
		{"chinese", "漢字", 4},
		{"hangul jamo", "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2},
		{"emoji", "😀", 2},
		{"family", "👨‍👩‍👧‍👦", 2},
		{"flag", "🇹🇷", 2},
		{"flags", "🇹🇷🇩🇪🇫🇷", 6},
		{"skin tone", "👍🏽", 2},
		{"skin tone, joined", "👩🏽‍💻", 2},
		{"flag of tags", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2},
		{"keycap", "1️⃣", 2},
		{"telephone as text", "☎︎", 1},
		{"arabic with its vowels", "مُحدَّث", 4},
		{"hebrew with its points", "שָׁלוֹם", 4},
		{"persian, kept apart", "می\xe2\x80\x8cخواهم", 7},
		{"right-to-left mark",
			"a\xe2\x80\x8f"
			"b",
			2},
		{"chinese punctuation", "（例）。", 8},
		{"heart as emoji", "❤️", 2},
		{"invalid", "\xff", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_int(cases[i].name, text_width(span_of(cases[i].text)),
			cases[i].width);
}

static void
cutting(void **state)
{
	static const struct {
		const char *name, *text;
		size_t width;
		const char *cut, *shortened;
	} cases[] = {
		{"fits", "one two", 7, "one two", "one two"},
		{"whole words", "one two three", 10, "one two th", "one two…"},
		{"at a word's end", "one two three", 8, "one two ", "one two…"},
		{"comma", "one, two", 5, "one, ", "one…"},
		{"one long word", "abcdefghij", 5, "abcde", "abcd…"},
		{"wide", "漢字漢字", 5, "漢字", "漢字…"},
		{"not within a cluster", "ab👨‍👩‍👧", 3, "ab",
			"ab…"},
		{"nothing", "abc", 0, "", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span s = span_of(cases[i].text);
		struct str out = STR_INIT;

		str_add_span(&out, text_cut(s, cases[i].width));
		want_text(cases[i].name, str_text(&out), cases[i].cut);
		str_clear(&out);
		text_shorten(&out, s, cases[i].width);
		want_text(cases[i].name, str_text(&out), cases[i].shortened);
		str_clear(&out);
	}
}

static void
wrapping(void **state)
{
	static const struct {
		const char *name, *before, *text;
		size_t width;
		const char *indent, *want;
	} cases[] = {
		{"short", "", "one", 10, "", "one"},
		{"words", "", "one two three", 8, "", "one two\nthree"},
		{"exact", "", "one two", 7, "", "one two"},
		{"hanging", "- ", "one two three", 8, "  ",
			"- one\n  two\n  three"},
		{"never behind its mark", "- ", "overlongword", 8, "  ",
			"- overlongword"},
		{"earlier lines", "above\n* ", "one two", 5, "  ",
			"above\n* one\n  two"},
		{"kept breaks", "", "one\n\ntwo", 20, "> ", "one\n>\n> two"},
		{"several blanks", "", "one  two   three", 8, "",
			"one  two\nthree"},
		{"url", "", "see https://example.org/a-b/c?d=e-f now", 12, "",
			"see\nhttps://example.org/a-b/c?d=e-f\nnow"},
		{"url with letters", "",
			"ş https://example.org/ışıklı/漢字-漢字?a=b/c ğ", 12,
			"", "ş\nhttps://example.org/ışıklı/漢字-漢字?a=b/c\nğ"},
		{"path and number", "", "12/2024 well-known and/or", 9, "",
			"12/2024\nwell-known\nand/or"},
		{"reference", "", "read the words [12] here", 15, "",
			"read the\nwords [12] here"},
		{"chinese", "", "漢字漢字漢字", 7, "", "漢字漢\n字漢字"},
		{"chinese punctuation", "", "昨天宣布，罢工（示例）结束。", 8,
			"", "昨天宣\n布，罢工\n（示例）\n结束。"},
		{"chinese around latin", "", "罢工abc结束123罢工", 6, "",
			"罢工\nabc结\n束123\n罢工"},
		{"chinese around an url", "",
			"详见https://example.org/罢工，谢谢。", 8, "",
			"详见\nhttps://example.org/罢工，\n谢谢。"},
		{"chinese and no url", "", "罢工abc://，def结束", 6, "",
			"罢工\nabc://，\ndef结\n束"},
		{"families", "",
			"👨‍👩‍👧‍👦 👨‍👩‍👧‍👦 👨‍👩‍👧‍👦",
			5, "",
			"👨‍👩‍👧‍👦 👨‍👩‍👧‍👦\n👨‍👩‍👧‍👦"},
		{"flags", "", "🇹🇷🇩🇪🇫🇷🇬🇷", 5, "", "🇹🇷🇩🇪\n🇫🇷🇬🇷"},
		{"skin tones", "", "👍🏽👍🏽👍🏽", 4, "",
			"👍🏽👍🏽\n👍🏽"},
		{"joined, narrowly", "", "👩🏽‍💻❤️‍🔥", 1, "",
			"👩🏽‍💻\n❤️‍🔥"},
		{"arabic", "", "نُشر أيضًا في هذا العدد", 11, "",
			"نُشر أيضًا في\nهذا العدد"},
		{"hebrew", "", "שָׁלוֹם לכולם", 9, "", "שָׁלוֹם\nלכולם"},
		{"dashes", "", "one—two—three", 8, "", "one—two—three"},
		{"hyphens", "", "Çınarlı-Şile-İzmir", 8, "",
			"Çınarlı-Şile-İzmir"},
		{"turkish", "", "İstanbul'da yağmur yağıyor", 18, "",
			"İstanbul'da yağmur\nyağıyor"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		str_add(&out, cases[i].before);
		text_wrap(&out, span_of(cases[i].text), cases[i].width,
			cases[i].indent);
		want_text(cases[i].name, str_text(&out), cases[i].want);
		str_clear(&out);
	}
}

static void
nearest(void **state)
{
	static const char *const names[] = {"schedule", "sources", "subject",
		"select", "from", "web", NULL};
	static const struct {
		const char *word, *want;
	} cases[] = {
		{"shedule", "schedule"},
		{"scheduel", "schedule"},
		{"Subject", "subject"},
		{"selct", "select"},
		{"form", "from"},
		{"wbe", "web"},
		{"xyz", NULL},
		{"colour", NULL},
		{"", NULL},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		 "aaaaaaaaaaaaaaaa",
			NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		want_text(cases[i].word, text_nearest(cases[i].word, names),
			cases[i].want);
}

static void
ascii_runs(void **state)
{
	static const char odd[] = {'\0', '\x80', '\xff'};

	(void)state;
	for (size_t at = 0; at <= 24; at++)
		for (size_t i = 0; i < COUNT(odd); i++) {
			char text[25] = "\x01~ bcdefghijklmnopqrstuv\x7f";

			if (at < 24)
				text[at] = odd[i];
			want_int("where the odd one is",
				text_ascii_run((struct span){text, 24}), at);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decoding),
		cmocka_unit_test(repairing),
		cmocka_unit_test(flattening),
		cmocka_unit_test(folding),
		cmocka_unit_test(folding_simply),
		cmocka_unit_test(widths),
		cmocka_unit_test(cutting),
		cmocka_unit_test(wrapping),
		cmocka_unit_test(nearest),
		cmocka_unit_test(ascii_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
