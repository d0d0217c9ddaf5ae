/*
 * A mailing list as configured: lists/defaults.yaml under lists/NAME/list.yaml.
 * Plain data in one arena; every field has its default, so that readers never
 * ask whether it was set.
 */
#ifndef MODEL_LIST_H
#define MODEL_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "model/address.h"
#include "model/field.h"
#include "model/schedule.h"

/* How issues are named: by their number; by the number in a volume, which is a
 * year; by the week that they are of. */
enum numbering { NUMBERING_RUNNING, NUMBERING_VOLUME, NUMBERING_WEEK };

enum tls_rule { TLS_NONE, TLS_TRY, TLS_REQUIRED };

struct server {
	const char *host;
	int port;
	bool implicit_tls; /* smtps:, imaps: */
	enum tls_rule tls;
	const char *user, *password; /* or NULL */
	const char *mechanism;	     /* of SASL, "SCRAM-SHA-256"; NULL: what
					both sides can */
};

enum { SOURCES_MOST = 500 }; /* of a list */

enum source_kind { SOURCE_FOLDER, SOURCE_FEED, SOURCE_MAILBOX };

enum mailbox_kind { MAILBOX_MAILDIR, MAILBOX_MBOX, MAILBOX_IMAP };

/* Where mails lie. */
struct mail_place {
	enum mailbox_kind kind;
	const char *name;     /* for messages: without a password */
	const char *path;     /* of a Maildir or mbox, as it can be opened; of
				 IMAP the folder there, in UTF-8 */
	struct server server; /* of IMAP */
	const char *password_file;
};

struct mailbox_source {
	struct mail_place place;
	const char **allow; /* addresses and domains, NULL-terminated; empty:
			       anyone */
	const char *authserv_id; /* whose word proves a sender; or NULL */
	bool trim_signatures, trim_quotes, obscure_addresses;
};

struct source_config {
	enum source_kind kind;
	const char *name;     /* as written, but without a password: the
				 folder, URL or mailbox */
	const char *path;     /* of a folder: where it is opened, the site's
				 before it; of a feed: the URL to be fetched */
	const char *section;  /* for dispatches that name none; or NULL */
	const char *language; /* likewise; or NULL */
	bool allow_private;   /* of a feed: addresses of our own network too */
	int alert_after;      /* failures in a row before an editor is told */
	struct mailbox_source mailbox;
};

enum update_rule { UPDATES_MARKED, UPDATES_ANY, UPDATES_NONE };
enum overflow_rule { OVERFLOW_TITLES, OVERFLOW_ROLL };

struct select_rules {
	int64_t first_issue; /* seconds before the first slot */
	enum update_rule updates;
	int min, max;
	enum overflow_rule overflow;
	const char **organisations; /* NULL-terminated; none: all */
	const char **sections;
	const char **tags;
	const char **languages; /* only dispatches that have one of these */
};

enum letter_format {
	FORMAT_HTML,
	FORMAT_TEXT,
	FORMAT_MIME_DIGEST,
	FORMAT_RFC1153,
	LETTER_FORMATS
};

/* Do mail readers wrap the text part anew (RFC 3676)? */
enum text_rule { TEXT_FLOWED, TEXT_FIXED };

enum transport_kind { TRANSPORT_SPOOL, TRANSPORT_SMTP };

/* So many messages in so many seconds. */
struct rate {
	int count; /* 0: as many as can be */
	int64_t seconds;
};

struct relay {
	enum transport_kind kind;
	const char *path;     /* of a spool: the Maildir */
	struct server server; /* of an SMTP one */
	const char *text;     /* for messages: without the password */
	int connections;      /* at once; 0: as the list says */
	struct rate rate;
	const char **senders; /* domains of `from` that it takes,
				 NULL-terminated; none: all */
};

/* How many a domain's servers are sent, whatever the relay. */
struct domain_rate {
	const char *domain; /* lower case, as in DNS; "*": any other */
	struct rate rate;
};

/* A key that signs (DKIM). */
struct dkim_config {
	const char *domain; /* A-labels */
	const char *selector;
	const char *key;  /* path of its PEM */
	bool simple_body; /* c=relaxed/simple; else both relaxed */
};

enum archive_rule { ARCHIVE_PUBLIC, ARCHIVE_LINK, ARCHIVE_NONE };
enum images_rule { IMAGES_EMBED, IMAGES_FETCH, IMAGES_LINK, IMAGES_NONE };
enum doubt_rule { DOUBT_RESEND, DOUBT_HOLD };
enum unapproved_rule { UNAPPROVED_ROLL, UNAPPROVED_SKIP };

/* When returned mail makes a reader `bounced`: see subscribers/bounces.h. */
enum suppress_rule { SUPPRESS_NONE, SUPPRESS_COMPLAINTS, SUPPRESS_HARD };

struct bounce_policy {
	int hard, soft; /* so many … */
	int64_t within; /* … in so many seconds */
	int64_t probe_after, probe_wait;
	enum suppress_rule suppress; /* on all lists of the site */
};

/* What is taken of one piece at most: larger ones are left out, and told. */
struct limits {
	size_t dispatch, feed, mail, picture; /* octets */
	size_t folder, roster; /* octets of all its files; of one */
	size_t pool;	       /* items that are kept of one feed or mailbox */
	int64_t fetch; /* seconds, of a feed or picture, redirects too */
};

/* How one becomes a reader, or ceases to be one. */
struct joining {
	bool open; /* anybody may ask to join */
	int64_t confirm_within;
	bool welcome, goodbye; /* mails */
	bool latest;	       /* with the welcome comes the latest issue */
};

/* When a program of the operator is called: run/hooks.h. */
enum hook { HOOK_BEFORE_SEND, HOOK_AFTER_ISSUE, HOOK_ON_FAILURE, HOOKS };

struct hooks {
	const char *paths[HOOKS]; /* or NULL */
};

/* `serve`: the same for all lists. */
struct serving {
	const char *listen; /* "127.0.0.1:8025", "[::1]:8025", "unix:PATH" */
	const char **trusted_proxies; /* addresses and networks whose word on
					 the client's address counts;
					 NULL-terminated */
	int mails_an_hour; /* that strangers can cause, on the whole site */
	bool confine;	   /* gives up what it does not need */
};

struct list {
	struct arena *arena;
	const char *name;   /* of its folder */
	const char *folder; /* "SITE/lists/weekly" */
	const char *site;   /* the site's folder */

	const char *title;
	const char *description; /* or NULL */
	const char *about;	 /* who publishes it, for the foot; or NULL */
	const char *list_id;	 /* "weekly.example.org" */
	const char **site_list_ids; /* of all lists of the site, this one too;
				       NULL-terminated */
	const char **site_archives; /* where their archives are, as url_key()
				       has it; the same */
	struct mailbox from;
	const char *reply_to; /* or NULL */
	const char *language;
	const char **fallback; /* NULL-terminated */
	struct schedule schedule;
	enum numbering numbering;
	int first_number; /* that issues have at least */
	int first_volume; /* the year of the first; 0: that of the first issue */
	struct source_config *sources;
	size_t source_count;
	struct select_rules select;
	const char **once_across; /* names of other lists, NULL-terminated */
	const char **siblings;
	const char **title_marks; /* "(Updated)", … */
	int64_t settle;		  /* seconds */

	struct limits limits;

	const char *subject;	   /* a template */
	const char *template_name; /* below templates/ */
	struct list_field *fields; /* that templates may use */
	size_t field_count;
	enum letter_format format;
	enum text_rule text;
	enum images_rule images;
	size_t html_budget; /* bytes */
	enum archive_rule archive;
	const char *archive_url; /* without a final slash; NULL: WEB/archive */
	const char *archive_folder; /* of its files; NULL: beside the store */
	bool approval;
	int64_t approval_before; /* seconds before the slot */
	enum unapproved_rule unapproved;
	bool four_eyes; /* who made or edited a draft does not approve it */

	const char *store;    /* "sqlite:PATH", PATH below the site */
	struct relay *relays; /* in order of preference */
	size_t relay_count;
	int connections; /* 1-256 */
	struct domain_rate *rates;
	size_t rate_count;
	struct dkim_config *dkim; /* all that are set: see list_signs_with() */
	size_t dkim_count;
	const char *web;     /* base URL without a final slash, or NULL */
	const char *bounces; /* VERP envelope senders grow from it; or NULL */
	const char *unsubscribe;	/* mailto address; or NULL */
	const struct mail_place *inbox; /* where returned mail lies; or NULL */
	const char **editors;		/* NULL-terminated */
	const char *postal_address, *privacy_url; /* or NULL */
	/* Why this list needs none, in the operator's words; or NULL. */
	const char *no_postal_address, *no_privacy_url;
	enum doubt_rule in_doubt;
	int64_t give_up_after; /* seconds */
	int64_t catch_up;
	int64_t stuck_after;			   /* 0: never */
	int64_t keep_ledgers;			   /* seconds; 0: for ever */
	double guard_recipients, guard_dispatches; /* factors; 0: off */
	double guard_bounces;			   /* a share; 0: off */
	const char *roster;    /* path of the CSV, or NULL */
	const char *no_roster; /* where it is looked for and not there; NULL:
				  it is, or there shall be none */
	struct joining joining;
	struct bounce_policy bounce_policy;
	struct serving serving;
	const char *log; /* where one is kept (base/log_sink.h); or NULL */
	struct hooks hooks;
	const char *metrics; /* file for Prometheus; or NULL */
	const char *contact; /* for readers, on pages; or NULL */
};

void list_free(struct list *list);

/* Appends the domain of From, in A-labels. */
void list_sender_domain(struct str *out, const struct list *list);

/*
 * Does this key, one of list->dkim, sign the list's mail? Its domain must be
 * that of From or above it, for only then does the signature count for From
 * (RFC 7489, 3.1.1); of several such domains it must be the nearest.
 */
bool list_signs_with(const struct list *list, const struct dkim_config *config);

/* Appends the list's title as RFC 1153 wants it: "Harbour Weekly Digest". */
void list_digest_name(struct str *out, const struct list *list);

const char *letter_format_name(enum letter_format format); /* "html", … */
bool letter_format_find(const char *name, enum letter_format *out);

/* What a reader gets who asked for this: the list's own when he did not (NULL,
 * ""), or for a format that there is not. */
enum letter_format list_format_for(const struct list *list, const char *format);
const char *list_language_for(const struct list *list, const char *language);

/* Is each dispatch a message of its own in it (RFC 2046, 5.1.5; RFC 1153)? */
bool letter_format_is_digest(enum letter_format format);

#endif
