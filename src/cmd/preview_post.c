#include "cmd/preview_post.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/post.h"

static void
add_sample(struct arena *arena, struct value *mails, const char *kind,
	const struct post_sample *sample)
{
	struct value *v = value_push(arena, mails, value_new_map(arena));

	value_set_text(arena, v, "kind", kind);
	value_set_text(arena, v, "subject", sample->subject);
	value_set_text(arena, v, "text", sample->text);
}

static bool
write_part(const char *folder, const char *kind, const char *ending,
	struct span bytes, struct error *err)
{
	char *name = mem_printf("%s.%s", kind, ending);
	char *path = file_join(folder, name);
	bool ok = file_write(path, bytes, 0644, err);

	free(path);
	free(name);
	return ok;
}

static bool
write_sample(const char *folder, const char *kind,
	const struct post_sample *sample, struct error *err)
{
	return file_make_folders(folder, 0755, err) &&
		write_part(
			folder, kind, "eml", str_span(&sample->message), err) &&
		write_part(folder, kind, "txt", span_of(sample->text), err);
}

struct showing {
	struct invocation *in;
	const struct list *list;
	int64_t now;
	struct arena *arena; /* for JSON */
	struct value *mails; /* likewise: a list */
};

static bool
show_kind(const struct showing *s, const char *kind, struct error *err)
{
	const char *folder = invocation_option(s->in, "out");
	struct post_sample sample;
	bool ok = post_sample_make(s->list, kind,
		invocation_option(s->in, "language"), s->now, &sample, err);

	if (ok && s->in->json)
		add_sample(s->arena, s->mails, kind, &sample);
	else if (ok)
		fprintf(s->in->out, "%s\n\nSubject: %s\n\n%s\n", kind,
			sample.subject, sample.text);
	if (ok && folder)
		ok = write_sample(folder, kind, &sample, err);
	post_sample_clear(&sample);
	return ok;
}

static bool
show_kinds(const struct showing *s, const char *kind, struct error *err)
{
	bool ok = true;

	if (strcmp(kind, "all") != 0)
		return show_kind(s, kind, err);
	for (size_t i = 0; ok && post_sample_kind(i); i++)
		ok = show_kind(s, post_sample_kind(i), err);
	return ok;
}

bool
preview_post(struct invocation *in, const struct list *list, int64_t now,
	struct error *err)
{
	struct arena *arena = arena_new();
	struct showing s = {in, list, now, arena, value_new_list(arena)};
	struct value *report = value_new_map(arena);
	bool ok = show_kinds(&s, invocation_option(in, "post"), err);

	if (ok && in->json) {
		value_set(arena, report, "mails", s.mails);
		invocation_print_json(in, report);
	}
	arena_free(arena);
	return ok;
}
