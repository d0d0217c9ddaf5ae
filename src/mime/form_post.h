/*
 * The form of a mail to one person beside the issues: all of it is literal, so
 * it has no slots. What it says and to whom is the caller's; that mail programs
 * take it for what it is, is done here: Auto-Submitted (RFC 3834, 5) keeps
 * programs from answering it, X-Auto-Response-Suppress does so for Exchange
 * ([MS-OXCMAIL], 2.1.3.2.22), List-Id stands only on what belongs to a
 * subscription (RFC 2919, 4), and nothing offers one-click leaving.
 */
#ifndef MIME_FORM_POST_H
#define MIME_FORM_POST_H

#include "mime/form.h"

struct form_attachment {
	const char *type;      /* "application/json" */
	const char *file_name; /* no path */
	struct span bytes;
};

/* Texts are UTF-8. A line break in one that stands in a header is refused. */
struct form_post {
	const struct list *list;
	const char *language;
	const char *address;	 /* To: it says no name */
	const char *subject;	 /* one line */
	const char *text;	 /* may flow (base/text_flow.h) */
	const char *message_id;	 /* without brackets */
	bool answers;		 /* a mail, and nothing but that made it */
	const char *in_reply_to; /* that mail's Message-ID; or NULL */
	const char *reply_to;	 /* an address; or NULL */
	bool of_list;		 /* List-Id */
	int64_t date;
	const struct form_attachment *attachment; /* or NULL */
};

/* NULL and `err` set when a header refuses its text. */
struct form *form_new_post(const struct form_post *post, struct error *err);

#endif
