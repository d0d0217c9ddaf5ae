/*
 * What readers can see and do on the pages of `serve`: it knows the lists, the
 * store, the keys and the templates, and answers requests one after another. It
 * speaks no HTTP and has no sockets; what a reader may do is
 * subscribers/membership's to say.
 *
 * GET changes nothing: programs that look for viruses follow every link. What
 * changes something is a POST, and of these
 *
 *     one click (RFC 8058)  needs the token, and is answered in one line
 *     a form of a token     needs the token, and no page of another site
 *     a form to subscribe   needs a proof that we gave it out, two seconds to
 *                           a day ago
 *
 * One thread at a time.
 */
#ifndef WEB_RECEPTION_H
#define WEB_RECEPTION_H

#include "base/error.h"
#include "base/log.h"
#include "model/list.h"
#include "web/lasting.h"
#include "web/visit.h"

struct reception;

struct reception_options {
	const struct list *const *lists; /* NULL-terminated; one store */
	const struct log *log;
	struct outage *outage; /* borrowed: what is told of the store */
};

struct reception *reception_open(
	const struct reception_options *options, struct error *err);
void reception_close(struct reception *reception);

/* The style sheet, as long as the reception. */
struct span reception_style(const struct reception *reception);

/* Answers a visit that changes nothing. */
void reception_show(
	struct reception *reception, struct visit *visit, int64_t now);

/*
 * Answers those that may change something, a list by `next`; all is on the disk
 * when it returns true, and when *wrote there may be post. ERROR_LATER when
 * somebody else holds the store, or it is away: nothing was done, and they can
 * be tried again. Other failures are their answers.
 */
bool reception_take(struct reception *reception, struct visit *visits,
	int64_t now, bool *wrote, struct error *err);

/* The page that says "please try again". */
void reception_put_off(struct reception *reception, struct visit *visit);

#endif
