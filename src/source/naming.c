#include "source/naming.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"

/* ----- languages ----- */

/* ISO 639-1, and those of ISO 639-3 that people name files by. A bare shape
 * would take "x.old.md" and "x.new.md" for translations. */
static const char languages[] =
	" aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca "
	"ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj "
	"fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii "
	"ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la "
	"lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng "
	"nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa "
	"sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk "
	"tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
	"arz ast ber bho ckb ceb diq fil gsw haw hsb hyw kab kmr lzz mai mni "
	"nds sah scn sma smj sms szl tet tzm yue zgh zza ";

static bool
is_known(struct span letters)
{
	char spaced[6];

	if (letters.len < 2 || letters.len > 3)
		return false;
	spaced[0] = ' ';
	memcpy(spaced + 1, letters.data, letters.len);
	strcpy(spaced + 1 + letters.len, " ");
	return strstr(languages, spaced) != NULL;
}

static bool
is_all(struct span s, char from, char to)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] < from || s.data[i] > to)
			return false;
	return s.len > 0;
}

/* Script ("hant"), region ("at", "419") or variant ("1994", "valencia"). */
static bool
is_subtag(struct span s)
{
	if (is_all(s, '0', '9'))
		return s.len == 3 || s.len == 4;
	return is_all(s, 'a', 'z') && s.len >= 2 && s.len <= 8 && s.len != 3;
}

const char *
naming_language(struct arena *arena, struct span tag)
{
	char *text = arena_span(arena, tag);
	struct span rest = {text, tag.len}, part;
	size_t n;

	if (tag.len > 35)
		return NULL;
	for (char *p = text; *p; p++) {
		if (*p == '_')
			*p = '-';
		else if (*p >= 'A' && *p <= 'Z')
			*p |= 0x20;
	}
	n = span_find(rest, '-');
	if (!is_known(span_slice(rest, 0, n)))
		return NULL;
	while (n < rest.len) {
		rest = span_from(rest, n + 1);
		n = span_find(rest, '-');
		part = span_slice(rest, 0, n);
		if (!is_subtag(part))
			return NULL;
	}
	return text;
}

/* ----- dates ----- */

static size_t
take_number(struct span *s, size_t most, int *out)
{
	size_t n = 0;

	for (*out = 0; n < most && n < s->len && s->data[n] >= '0' &&
		s->data[n] <= '9';
		n++)
		*out = *out * 10 + (s->data[n] - '0');
	*s = span_from(*s, n);
	return n;
}

static bool
take_hyphen(struct span *s)
{
	bool here = s->len && s->data[0] == '-';

	*s = span_from(*s, here);
	return here;
}

/* "2024-03-09-slug", "2024-3-9-slug", "2024-03-09_slug", "2024-03-09" */
static void
read_date(struct arena *arena, struct span stem, struct naming *out)
{
	struct civil day = {.year = 0};

	if (take_number(&stem, 4, &day.year) != 4 || !take_hyphen(&stem) ||
		!take_number(&stem, 2, &day.month) || !take_hyphen(&stem) ||
		!take_number(&stem, 2, &day.day) || !civil_is_valid(day))
		return;
	if (stem.len && stem.data[0] != '-' && stem.data[0] != '_')
		return;
	out->has_date = true;
	out->date = day;
	if (stem.len > 1)
		out->slug = arena_span(arena, span_from(stem, 1));
}

/* ----- paths ----- */

static const char *const endings[] = {".md", ".markdown", ".mdown", ".mkdown",
	".mkdn", ".mkd", ".mdwn", ".html", ".htm", ".txt", NULL};
enum { MARKDOWN_ENDINGS = 7 };

static size_t
ending_of(struct span name, int count)
{
	for (int i = 0; i < count && endings[i]; i++) {
		size_t n = strlen(endings[i]);

		if (name.len > n &&
			span_equals_nocase(
				span_from(name, name.len - n), endings[i]))
			return n;
	}
	return 0;
}

bool
naming_is_markdown(const char *path)
{
	return ending_of(span_of(file_name(path)), MARKDOWN_ENDINGS) > 0;
}

bool
naming_hides_markdown(const char *path)
{
	struct span name = span_of(file_name(path));

	if (name.len < 4 ||
		!span_equals_nocase(span_from(name, name.len - 4), ".txt"))
		return false;
	name.len -= 4;
	return ending_of(name, MARKDOWN_ENDINGS) > 0;
}

/* Takes ".tr" off the end of the stem. */
static void
take_language(struct arena *arena, struct span *stem, struct naming *out)
{
	size_t dot = span_find_last(*stem, '.');

	if (dot == 0 || dot == stem->len)
		return;
	out->language = naming_language(arena, span_from(*stem, dot + 1));
	if (out->language)
		stem->len = dot;
}

/* A name in another encoding is no text that a store could find again. */
static const char *
make_id(struct arena *arena, struct span folder, struct span stem)
{
	struct str raw = STR_INIT, id = STR_INIT;

	str_add_span(&raw, folder);
	str_add_span(&raw, stem);
	text_repair(&id, str_span(&raw));
	str_clear(&raw);
	return arena_take(arena, &id);
}

void
naming_read(struct arena *arena, const char *path, struct naming *out)
{
	struct span whole = span_of(path), stem = span_of(file_name(path));
	struct span folder = span_slice(whole, 0, whole.len - stem.len);

	*out = (struct naming){.folder = arena_span(arena, folder)};
	stem.len -= ending_of(stem, MARKDOWN_ENDINGS + 3);
	take_language(arena, &stem, out);
	if (!out->language)
		out->language = "";
	out->is_draft = span_starts(folder, "_drafts/") ||
		span_find_text(folder, "/_drafts/") < folder.len;
	if (span_equals(stem, "index") && folder.len > 1) {
		folder.len--;
		stem = span_of(file_name(arena_span(arena, folder)));
		folder.len -= stem.len;
	}
	read_date(arena, stem, out);
	out->id = make_id(arena, folder, stem);
}

/* ----- what is no dispatch ----- */

bool
naming_is_dropping(const char *path)
{
	static const char *const inside[] = {
		"conflicted copy", "(case conflict", ".sync-conflict-", NULL};
	static const char *const ends[] = {"~", "#", ".swp", ".swo", ".swx",
		".tmp", ".temp", ".bak", ".orig", ".part", ".crdownload", NULL};
	const char *name = file_name(path);

	if (name[0] == '.' || name[0] == '~' || name[0] == '#')
		return true;
	for (int i = 0; ends[i]; i++)
		if (span_ends(span_of(name), ends[i]))
			return true;
	for (int i = 0; inside[i]; i++)
		if (strcasestr(name, inside[i]))
			return true;
	return false;
}

bool
naming_is_section(const char *path)
{
	return span_starts(span_of(file_name(path)), "_index.");
}

bool
naming_is_note(const char *path)
{
	static const char *const names[] = {"readme", "license", "licence",
		"contributing", "changelog", NULL};
	struct span stem = span_of(file_name(path));

	stem.len = span_find(stem, '.');
	for (int i = 0; names[i]; i++)
		if (span_equals_nocase(stem, names[i]))
			return true;
	return false;
}
