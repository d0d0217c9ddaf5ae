/*
 * Dates as people and mail programs write them. Both readers take pieces off
 * the front of a span and give up at the first that does not fit.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"

/* ----- pieces ----- */

static int
front(struct span s)
{
	return s.len ? (unsigned char)s.data[0] : '\0';
}

/* Takes one character, if it is any of these. */
static bool
take(struct span *s, const char *any)
{
	if (!s->len || !s->data[0] || !strchr(any, s->data[0]))
		return false;
	*s = span_from(*s, 1);
	return true;
}

static void
skip(struct span *s, const char *any)
{
	while (take(s, any))
		;
}

/* How many digits there were, at most `most`. */
static size_t
take_number(struct span *s, size_t most, int *out)
{
	size_t n = 0;

	for (*out = 0; n < most && n < s->len; n++) {
		if (!isdigit((unsigned char)s->data[n]))
			break;
		*out = *out * 10 + (s->data[n] - '0');
	}
	*s = span_from(*s, n);
	return n;
}

/* Bytes beyond ASCII belong to words ("févr"). */
static struct span
take_word(struct span *s)
{
	struct span word = {s->data, 0};

	while (word.len < s->len &&
		(isalpha((unsigned char)s->data[word.len]) ||
			s->data[word.len] & 0x80))
		word.len++;
	*s = span_from(*s, word.len);
	return word;
}

/* The number (from 1) of the name that the word is, or abbreviates by three
 * letters or more ("Sept", "Tues"); 0 when there is none. */
static int
name_find(struct span word, const char *const *names)
{
	for (int i = 0; names[i]; i++)
		if (word.len >= 3 && word.len <= strlen(names[i]) &&
			strncasecmp(word.data, names[i], word.len) == 0)
			return i + 1;
	return 0;
}

/* "AM" and "PM", or nothing. */
static bool
take_half_of_day(struct span *s, struct civil *c)
{
	struct span rest = *s, word;
	bool am, pm;

	skip(&rest, " \t");
	word = take_word(&rest);
	am = span_equals_nocase(word, "am");
	pm = span_equals_nocase(word, "pm");
	if (!am && !pm)
		return true;
	*s = rest;
	if (c->hour < 1 || c->hour > 12)
		return false;
	c->hour = c->hour % 12 + (pm ? 12 : 0);
	return true;
}

/* Mail may have blanks and comments around it (RFC 5322, 4.3). */
static bool
take_colon(struct span *s)
{
	struct span rest = *s;

	skip(&rest, " \t");
	if (!take(&rest, ":"))
		return false;
	skip(&rest, " \t");
	*s = rest;
	return true;
}

/* "10:00", "9:05:30", "10:00:00.123", "3:05 pm" */
static bool
take_clock(struct span *s, struct civil *c)
{
	size_t hour = take_number(s, 2, &c->hour);

	if (!hour || !take_colon(s) || take_number(s, 2, &c->minute) != 2)
		return false;
	if (take_colon(s)) {
		if (!take_number(s, 2, &c->second))
			return false;
		if (take(s, ".,")) /* a comma: ISO 8601, 4.2.2.4 */
			skip(s, "0123456789");
	}
	return take_half_of_day(s, c);
}

/* "1000", "100005" behind a T */
static bool
take_compact_clock(struct span *s, struct civil *c)
{
	return take_number(s, 2, &c->hour) == 2 &&
		take_number(s, 2, &c->minute) == 2 &&
		(!isdigit(front(*s)) || take_number(s, 2, &c->second) == 2);
}

/* ----- zones ----- */

/*
 * Those of RFC 5322, 4.3, and what else mail and feeds show. Left out are the
 * names that two continents use (IST, and CST for Beijing).
 */
static const struct zone_names {
	int minutes;
	const char *names;
} zone_names[] = {
	{0, "Z UT UTC GMT WET"},
	{-150, "NDT"},
	{-180, "ADT"},
	{-210, "NST"},
	{-240, "AST EDT AT"},
	{-300, "EST CDT ET"},
	{-360, "CST MDT CT"},
	{-420, "MST PDT MT"},
	{-480, "PST AKDT PT"},
	{-540, "AKST"},
	{-600, "HST"},
	{60, "BST WEST CET MET"},
	{120, "CEST MEST EET SAST"},
	{180, "EEST TRT MSK"},
	{480, "AWST"},
	{540, "JST KST"},
	{570, "ACST"},
	{600, "AEST"},
	{660, "AEDT"},
	{720, "NZST"},
	{780, "NZDT"},
};

static bool
zone_name_find(struct span word, int *seconds)
{
	for (size_t i = 0; i < sizeof zone_names / sizeof *zone_names; i++) {
		struct span names = span_of(zone_names[i].names);

		while (names.len) {
			size_t n = span_find(names, ' ');

			if (n == word.len &&
				strncasecmp(names.data, word.data, n) == 0) {
				*seconds = zone_names[i].minutes * 60;
				return true;
			}
			names = span_from(names, n + 1);
		}
	}
	return false;
}

/* "+03:00", "-0700", "+530", "+3": the sign is at the front. */
static bool
take_offset(struct span *s, int *seconds)
{
	bool west = front(*s) == '-';
	int number, minutes = 0;
	size_t digits;

	if (!take(s, "+-"))
		return false;
	digits = take_number(s, 4, &number);
	if (digits > 2) {
		minutes = number % 100;
		number /= 100;
	} else if (take(s, ":") && take_number(s, 2, &minutes) != 2) {
		return false;
	}
	if (!digits || minutes > 59)
		return false;
	*seconds = (number * 60 + minutes) * (west ? -60 : 60);
	return true;
}

/*
 * A name, an offset, or both ("GMT+0200", "-0700 PDT"): then the offset
 * counts. An unknown name is -0000 (RFC 5322, 4.3) where `tolerant`.
 */
static bool
take_zone(struct span *s, bool tolerant, struct date_read *out)
{
	struct span word = take_word(s);
	bool known = zone_name_find(word, &out->offset_seconds);

	if (front(*s) == '+' || front(*s) == '-') {
		if (!take_offset(s, &out->offset_seconds))
			return false;
		skip(s, " \t");
		take_word(s);
	} else if (!known && !(tolerant && word.len)) {
		return false;
	}
	out->has_zone = true;
	return true;
}

/* ----- ISO 8601 ----- */

static bool
is_plausible(const struct civil *c)
{
	bool midnight = c->hour == 24 && c->minute == 0 && c->second == 0;

	return c->month >= 1 && c->month <= 12 && c->day >= 1 && c->day <= 31 &&
		(c->hour <= 23 || midnight) && c->minute <= 59 &&
		c->second <= 60;
}

/* "2024-03-09", "2024-3-9", "2024/03/09", "20240309", "2024-03" */
static bool
take_iso_day(struct span *s, struct civil *c, bool *compact)
{
	char separator[2] = {(char)front(span_from(*s, 4)), '\0'};

	if (take_number(s, 4, &c->year) != 4)
		return false;
	c->day = 1;
	*compact = isdigit(front(*s));
	if (*compact)
		return take_number(s, 2, &c->month) == 2 &&
			take_number(s, 2, &c->day) == 2;
	if (!take(s, "-/.") || !take_number(s, 2, &c->month))
		return false;
	return !take(s, separator) || take_number(s, 2, &c->day);
}

bool
date_parse_iso(struct span text, struct date_read *out)
{
	struct span s = span_trim(text);
	bool compact;

	*out = (struct date_read){.has_time = false};
	if (!take_iso_day(&s, &out->civil, &compact))
		return false;
	out->has_time = s.len > 0;
	if (out->has_time) {
		if (!take(&s, "Tt \t"))
			return false;
		skip(&s, " \t");
		if (!(compact && s.len > 3 && s.data[2] != ':'
				    ? take_compact_clock(&s, &out->civil)
				    : take_clock(&s, &out->civil)))
			return false;
		skip(&s, " \t");
		if (s.len && !take_zone(&s, false, out))
			return false;
	}
	return !s.len && is_plausible(&out->civil);
}

/* ----- RFC 5322 ----- */

static const char *const month_names[] = {"january", "february", "march",
	"april", "may", "june", "july", "august", "september", "october",
	"november", "december", NULL};
static const char *const weekday_names[] = {"sunday", "monday", "tuesday",
	"wednesday", "thursday", "friday", "saturday", NULL};

/* Appends the text with a blank for each comment and line break; comments nest,
 * and quote with a backslash (RFC 5322, 3.2.2). */
static void
strip_comments(struct span text, struct str *out)
{
	size_t depth = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (c == '\r' || c == '\n')
			c = ' ';
		if (c == '(' && depth++ == 0)
			str_add_char(out, ' ');
		if (depth && c == '\\')
			i++;
		else if (!depth)
			str_add_char(out, c);
		if (c == ')' && depth)
			depth--;
	}
}

/*
 * Day names stand in front, and mean nothing. One before a comma may be of any
 * language: else "Mar, 02 Avr" would be in March.
 */
static void
skip_weekday(struct span *s)
{
	struct span at = *s, word = take_word(&at);

	skip(&at, ". \t");
	if (!word.len || !(take(&at, ",") || name_find(word, weekday_names)))
		return;
	skip(&at, " \t,");
	*s = at;
}

/* Two digits are of 1950 to 2049, three are years since 1900 (4.3). */
static bool
take_year(struct span *s, struct civil *c)
{
	size_t digits = take_number(s, 5, &c->year);

	if (digits == 2)
		c->year += c->year < 50 ? 2000 : 1900;
	else if (digits == 3)
		c->year += 1900;
	return digits >= 2 && digits <= 4;
}

static const char between[] = " \t,.-";

/* "9 Sep", "09-Sep", "Sep 9" */
static bool
take_month_day(struct span *s, struct civil *c)
{
	bool day_first = isdigit(front(*s));

	if (day_first && !take_number(s, 2, &c->day))
		return false;
	skip(s, between);
	c->month = name_find(take_word(s), month_names);
	skip(s, between);
	if (!day_first && !take_number(s, 2, &c->day))
		return false;
	skip(s, between);
	return c->month > 0;
}

static bool
is_clock(struct span s)
{
	int hour;

	return take_number(&s, 2, &hour) && take_colon(&s);
}

static bool
parse_mail(struct span s, struct date_read *out)
{
	struct civil *c = &out->civil;
	bool late_year;

	skip(&s, between);
	skip_weekday(&s);
	if (!take_month_day(&s, c))
		return false;
	late_year = is_clock(s); /* as asctime() writes it */
	if (!late_year && !take_year(&s, c))
		return false;
	skip(&s, " \t,");
	out->has_time = is_clock(s);
	if (out->has_time && !take_clock(&s, c))
		return false;
	skip(&s, " \t");
	take_zone(&s, true, out);
	skip(&s, " \t");
	if (late_year && !take_year(&s, c))
		return false;
	return is_plausible(c) && c->day <= civil_month_days(c->year, c->month);
}

/* What stands behind the zone is passed over, as mail readers do. */
bool
date_parse_mail(struct span text, struct date_read *out)
{
	struct str plain = STR_INIT;
	bool ok;

	*out = (struct date_read){.has_time = false};
	strip_comments(text, &plain);
	ok = parse_mail(span_trim(str_span(&plain)), out) ||
		date_parse_iso(str_span(&plain), out);
	str_clear(&plain);
	return ok;
}
