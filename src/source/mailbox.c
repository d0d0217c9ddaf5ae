#include "source/mailbox.h"

#include "mailbox/mailbox.h"

struct taking {
	struct dispatches *out;
	struct mail_threads *threads;
	const struct mailbox_options *options;
};

static bool
take_mail(void *data, struct span bytes, const char *where, struct error *err)
{
	const struct taking *t = data;

	(void)err;
	mail_dispatch_add(t->out, t->threads, t->options, bytes, where);
	return true;
}

bool
mailbox_source_read(const struct mailbox_options *options,
	struct dispatches *out, char **position, struct error *err)
{
	struct taking taking = {out, mail_threads_new(), options};
	const struct mailbox_reading reading = {
		.place = &options->source->mailbox.place,
		.position = options->position,
		.since = options->since,
		.now = options->now,
		.largest = options->largest,
		.most = MAILBOX_MOST,
		.take = take_mail,
		.data = &taking,
		.problems = &out->problems,
	};
	bool ok;

	for (size_t i = 0; options->known && i < options->known->count; i++)
		mail_threads_know(taking.threads, &options->known->items[i]);
	ok = mailbox_read(&reading, position, err);
	mail_threads_free(taking.threads);
	return ok;
}
