#include "run/inspect.h"

#include "deliver/reply.h"

const struct inspect_kind inspect_kinds[] = {
	{"dispatch", inspect_dispatch},
	{"template", inspect_template},
	{"roster", inspect_roster},
	{"header", inspect_header},
	{"reply", inspect_reply},
	{"html", inspect_html},
	{"address", inspect_address},
	{"mail", inspect_mail},
	{"bounce", inspect_bounce},
	{"feed", inspect_feed},
	{"date", inspect_date},
	{"schedule", inspect_schedule},
	{NULL, NULL},
};

struct value *
inspect_reply(const struct inspection *in, struct error *err)
{
	static const char *const classes[] = {
		"", "", "success", "intermediate", "temporary", "permanent"};
	struct reply reply = REPLY_INIT;
	struct outcome outcome;
	struct value *v = NULL;
	struct arena *a = in->arena;

	if (!reply_parse(&reply, in->bytes)) {
		error_set(err, ERROR_DATA, "%s: no SMTP reply", in->path);
	} else {
		v = value_new_map(a);
		reply_classify(&reply, STEP_RCPT, &outcome);
		value_set_int(a, v, "code", reply.code);
		value_set_text(a, v, "class", classes[reply.code / 100]);
		if (reply.enhanced[0])
			value_set_text(a, v, "enhanced", reply.enhanced);
		value_set_text(a, v, "text", str_text(&reply.text));
		value_set_text(
			a, v, "scope_at_rcpt", reply_scope_name(outcome.scope));
	}
	reply_clear(&reply);
	return v;
}
