/*
 * Settings as rows of tables: what each is called, how it is read, what it is
 * when nobody says it, and where it may stand. Of config/ alone, and of the
 * test that holds the manual against the tables.
 *
 * A list is read in layers, each over the one before: the defaults of the
 * tables, lists/defaults.yaml, lists/NAME/list.yaml. A map (`select`) is laid
 * over key by key, everything else is replaced. An empty value (`reply_to:`)
 * stands for the default of the table.
 */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "base/problem.h"
#include "base/value.h"
#include "model/list.h"

/* Where a value stood, so that what is found out later can name the place. */
struct place {
	const void *field;
	const char *file;
	unsigned line, column;
};

struct reader {
	struct list *list; /* what is being filled; all text is in its arena */
	struct problems *problems;
	const char *cwd;  /* the working folder, absolute */
	struct map *told; /* complaints: those about defaults.yaml would come
			     once for each list */
	size_t errors;	  /* of this list */
	bool broken;	  /* one of its files could not be read at all */
	struct place *places;
	size_t place_count;

	/* Of the layer: */
	const char *file;  /* its name, or NULL: the tables */
	bool is_defaults;  /* lists/defaults.yaml */
	bool others_write; /* people other than its owner may do that */
	bool others_read;
};

enum where { ANYWHERE, IN_LIST, IN_DEFAULTS };

struct setting {
	const char *name;
	void (*read)(struct reader *r, const struct setting *s,
		const struct value *v, void *field);
	size_t offset;	     /* of the field, in what the table is about */
	const char *initial; /* as YAML; NULL: nothing, and the field is a
				pointer */
	/* What `read` works with: */
	const char *(*text)(struct reader *r, const struct setting *s,
		const struct value *v);
	const char *const *choices;  /* in the order of the enum */
	const struct setting *table; /* of a map */
	long long least, most;
	enum where where;
	bool outside; /* its path may leave the site */
};

/* Each ends with a NULL name. */
extern const struct setting settings[];
extern const struct setting source_settings[]; /* of `sources` */
extern const struct setting relay_settings[];  /* of `transport` */
extern const struct setting inbox_settings[];  /* of `inbox` */
extern const struct setting dkim_settings[];   /* of each of `dkim` */
extern const struct setting field_settings[];  /* of each of `fields` */

/* Lays the map over `base`, which the table is about. */
void settings_read(struct reader *r, const struct setting *table,
	const struct value *map, void *base);

/* The defaults of all tables, as one map. */
struct value *settings_initial(struct arena *arena);

/* ----- complaints; all count as errors but those of reader_warn() ----- */

__attribute__((format(printf, 3, 4))) void reader_complain(
	struct reader *r, const struct value *v, const char *format, ...);
__attribute__((format(printf, 3, 4))) void reader_complain_key(
	struct reader *r, const struct value *item, const char *format, ...);
__attribute__((format(printf, 3, 4))) void reader_warn(
	struct reader *r, const struct value *v, const char *format, ...);

/* About a field that is wrong only in the end; its place is where it was last
 * set, or the list's file when it never was. */
__attribute__((format(printf, 3, 4))) void reader_complain_field(
	struct reader *r, const void *field, const char *format, ...);

void reader_remember(
	struct reader *r, const void *field, const struct value *v);

/* Did someone write it? */
bool reader_knows(const struct reader *r, const void *field);

/* "x, did you mean 'y'": what to put behind a wrong name. Yours to free(). */
char *did_you_mean(const char *word, const char *const *names);

/* ----- readers of one text: in the arena, or NULL after a complaint ----- */

const char *text_line(
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_block(
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_address(
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_language(
	struct reader *r, const struct setting *s, const struct value *v);
/* These two take "none: WHY". */
const char *text_postal_address(
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_privacy_url(
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_url(/* as it stands: a final slash makes another page */
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_base_url(/* without a final slash */
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_list_id(
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_word(
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_inbox(
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_network(
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_log(
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_site_path(/* counts from the site; "none" gives NULL */
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_hook(/* likewise, in a file nobody else may write */
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_endpoint(
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_domain(/* in A-labels */
	struct reader *r, const struct setting *s, const struct value *v);
const char *text_sender(/* an address, a domain, or "anyone" */
	struct reader *r, const struct setting *s, const struct value *v);

/*
 * A path as written, below `base` ("" or "lists/weekly") in the site: as it can
 * be opened. What leaves the site is refused, except for settings that may, and
 * in a defaults.yaml; and then in a file that nobody else may write. NULL after
 * a complaint.
 */
const char *text_path(struct reader *r, const struct setting *s,
	const struct value *v, const char *text, const char *base);

/* ----- readers of values ----- */

/* none, off, no, false, 0 */
bool says_none(const struct value *v);

#define READER(name)                                         \
	void name(struct reader *r, const struct setting *s, \
		const struct value *v, void *field)

READER(read_text);     /* const char *, by s->text */
READER(read_texts);    /* const char **, each by s->text; one may stand alone */
READER(read_mailbox);  /* struct mailbox */
READER(read_choice);   /* an enum, by s->choices */
READER(read_int);      /* int */
READER(read_yes);      /* bool */
READER(read_size);     /* size_t */
READER(read_octets);   /* size_t: "500 KB", "10 MB" */
READER(read_wait);     /* int64_t: seconds from s->least to s->most */
READER(read_factor);   /* double: at least 1, or 0: off */
READER(read_duration); /* int64_t */
READER(read_before);   /* int64_t: "18 hours before" */
READER(read_keep);     /* int64_t */
READER(read_map);      /* by s->table; `field` is what that is about */
READER(read_guard);
READER(read_share);
READER(read_fields); /* of the list; s->table is about each */
READER(read_approval);
READER(read_every); /* of struct schedule */
READER(read_days);
READER(read_times);
READER(read_start);
READER(read_holidays);
READER(read_quiet);
READER(read_source_kind); /* of struct source_config */
READER(read_sources);
READER(read_store);
READER(read_roster);
READER(read_relays);
READER(read_rate);  /* struct rate */
READER(read_rates); /* of the list, by domain */
READER(read_inbox); /* const struct mail_place *: NULL for none */
READER(read_dkim);

#endif
