#include "source/feed.h"

#include <ctype.h>
#include <string.h>

#include "base/date.h"

/*
 * Months, days and halves of the day in the languages whose blog services wrote
 * them into feeds, and Korean's date marks, as the readers of base/date.h want
 * them. Longer ones first.
 */
static const struct {
	const char *written, *meant;
} words[] = {
	/* Greek */
	{"Ιανουαρίου", "Jan"},
	{"Ιαν", "Jan"},
	{"Φεβρουαρίου", "Feb"},
	{"Φεβ", "Feb"},
	{"Μαρτίου", "Mar"},
	{"Μάώ", "Mar"},
	{"Μαώ", "Mar"},
	{"Μάρ", "Mar"},
	{"Μαρ", "Mar"},
	{"Απριλίου", "Apr"},
	{"Απρ", "Apr"},
	{"Μαΐου", "May"},
	{"Μάι", "May"},
	{"Μαϊ", "May"},
	{"Μαι", "May"},
	{"Ιουνίου", "Jun"},
	{"Ιούν", "Jun"},
	{"Ιον", "Jun"},
	{"Ιουν", "Jun"},
	{"Ιουλίου", "Jul"},
	{"Ιούλ", "Jul"},
	{"Ιολ", "Jul"},
	{"Ιουλ", "Jul"},
	{"Αυγούστου", "Aug"},
	{"Αύγ", "Aug"},
	{"Αυγ", "Aug"},
	{"Σεπτεμβρίου", "Sep"},
	{"Σεπ", "Sep"},
	{"Οκτωβρίου", "Oct"},
	{"Οκτ", "Oct"},
	{"Νοεμβρίου", "Nov"},
	{"Νοέ", "Nov"},
	{"Νοε", "Nov"},
	{"Δεκεμβρίου", "Dec"},
	{"Δεκ", "Dec"},
	{"Κυρ", "Sun"},
	{"Δευ", "Mon"},
	{"Τρι", "Tue"},
	{"Τετ", "Wed"},
	{"Πεμ", "Thu"},
	{"Παρ", "Fri"},
	{"Σαβ", "Sat"},
	/* Hungarian */
	{"január", "01"},
	{"februári", "02"},
	{"február", "02"},
	{"március", "03"},
	{"április", "04"},
	{"máujus", "05"},
	{"május", "05"},
	{"június", "06"},
	{"július", "07"},
	{"augusztus", "08"},
	{"szeptember", "09"},
	{"október", "10"},
	{"november", "11"},
	{"december", "12"},
	/* Korean */
	{"년 ", "-"},
	{"년", "-"},
	{"월 ", "-"},
	{"월", "-"},
	{"일", " "},
	{"오전", "AM"},
	{"오후", "PM"},
};

static bool
add_word(struct str *out, struct span *s)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!span_starts(*s, words[i].written))
			continue;
		str_add(out, words[i].meant);
		*s = span_from(*s, strlen(words[i].written));
		return true;
	}
	return false;
}

/* "2004-05-25 PM 11:23:17" has its half of the day in front. */
static void
move_half(struct str *out)
{
	struct span s = str_span(out);
	size_t at = span_find_text(s, "M ");
	struct str moved = STR_INIT;

	if (at == s.len || at == 0)
		return;
	str_add_span(&moved, span_trim(span_slice(s, 0, at - 1)));
	str_add(&moved, " ");
	str_add_span(&moved, span_trim(span_from(s, at + 1)));
	str_add(&moved, s.data[at - 1] == 'P' ? " pm +0900" : " am +0900");
	str_clear(out);
	*out = moved;
}

/* ASCII has none of the words but two of the Hungarian months, which the
 * readers know as English. */
static bool
translate(struct str *out, struct span s)
{
	bool changed = false,
	     korean = span_find_text(s, "오") < s.len ||
		span_find_text(s, "년") < s.len;

	while (s.len > 0) {
		bool letter =
			isalpha((unsigned char)s.data[0]) || s.data[0] & 0x80;

		if (letter && add_word(out, &s)) {
			changed = true;
			continue;
		}
		str_add_char(out, s.data[0]);
		s = span_from(s, 1);
	}
	if (korean)
		move_half(out);
	return changed;
}

/* ----- the short forms of ISO 8601 ----- */

static size_t
digits_at(struct span s)
{
	size_t n = 0;

	while (n < s.len && isdigit((unsigned char)s.data[n]))
		n++;
	return n;
}

static int
number(struct span s, size_t start, size_t len)
{
	int value = 0;

	for (size_t i = start; i < start + len; i++)
		value = value * 10 + (s.data[i] - '0');
	return value;
}

/*
 * Shapes of a day, a letter for each digit: Year, Month, Day, Ordinal day; "0"
 * and "-" stand for themselves. A two-digit year is of this century: feeds are
 * no older. Five digits without a hyphen are a date only from day 100 on:
 * "22013" is a number.
 */
static const char *const shapes[] = {"YYYY-0MM-DD", "YYYY-OOO", "YYYYOOO",
	"YYYY-MM-DD", "YYYYMMDD", "YYYY-MM", "YY-MM-DD", "YYMMDD", "-YY-MM",
	"-YYMM", "YY-OOO", "YYOOO", "YYYY"};

static bool
match_shape(struct span s, const char *shape, struct civil *c)
{
	size_t len = strlen(shape);
	int ordinal = 0;

	*c = (struct civil){.month = 1, .day = 1};
	if (s.len != len)
		return false;
	for (size_t i = 0, n; i < len; i += n) {
		n = strspn(shape + i, (char[]){shape[i], '\0'});
		if (strchr("-0", shape[i])) {
			n = 1;
			if (s.data[i] != shape[i])
				return false;
			continue;
		}
		if (digits_at(span_slice(s, i, n)) != n)
			return false;
		switch (shape[i]) {
		case 'Y':
			c->year = number(s, i, n) + (n == 2) * 2000;
			break;
		case 'M':
			c->month = number(s, i, n);
			break;
		case 'D':
			c->day = number(s, i, n);
			break;
		default:
			ordinal = number(s, i, n);
		}
	}
	if (ordinal == 0)
		return !strchr(shape, 'O') && civil_is_valid(*c);
	*c = civil_from_instant(
		civil_to_instant(*c, 0) + (ordinal - 1) * (int64_t)86400, 0);
	return ordinal <= 366 && (len > 5 || ordinal >= 100);
}

/* One of the shapes, alone or with "T" and the time behind it. */
static int64_t
read_short(struct span s)
{
	size_t split = span_find(s, 'T');
	struct span day = span_slice(s, 0, split);
	struct date_read read;
	struct civil c;
	struct str whole = STR_INIT;
	int64_t when = INSTANT_NONE;

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		if (!match_shape(day, shapes[i], &c))
			continue;
		str_printf(&whole, "%04d-%02d-%02d", c.year, c.month, c.day);
		str_add_span(&whole, span_from(s, split));
		if (date_parse_iso(str_span(&whole), &read))
			when = civil_to_instant(read.civil,
				read.has_zone ? read.offset_seconds : 0);
		break;
	}
	str_clear(&whole);
	return when;
}

/* "Fri, 2006/09/15 08:19:53 EDT" */
static struct span
skip_weekday(struct span s)
{
	size_t n = span_find(s, ',');
	struct span rest = span_trim(span_from(s, n < s.len ? n + 1 : n));

	return n < 12 && digits_at(s) == 0 && digits_at(rest) == 4 ? rest : s;
}

static int64_t
read_date(struct span s)
{
	struct date_read read;

	s = skip_weekday(s);
	if (!date_parse_iso(s, &read) && !date_parse_mail(s, &read))
		return read_short(s);
	return civil_to_instant(
		read.civil, read.has_zone ? read.offset_seconds : 0);
}

enum { LENGTH_LIMIT = 200 };

int64_t
feed_date(struct span text)
{
	struct span s = span_trim(text);
	struct str said = STR_INIT;
	int64_t when = INSTANT_NONE;

	if (s.len > 0 && s.len <= LENGTH_LIMIT) {
		when = read_date(s);
		if (when == INSTANT_NONE && translate(&said, s))
			when = read_date(span_trim(str_span(&said)));
	}
	str_clear(&said);
	return when;
}
