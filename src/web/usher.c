#include "web/usher.h"

#include "web/clerk.h"

/* What things cost, of a client's bucket (door.c). */
enum { COST_LOOK = 1, COST_FORM = 2, COST_JOIN = 30 };

/* What must be paid before it is answered. One click is free: those who send
 * many are the servers of mail providers, whose tokens are good; and whose are
 * not pays afterwards. */
static int
cost_of(const struct visit *v)
{
	if (v->route == ROUTE_STYLE || v->route == ROUTE_ROBOTS)
		return 0;
	if (v->inquiry.method != METHOD_POST)
		return COST_LOOK;
	if (v->route == ROUTE_JOIN)
		return COST_JOIN;
	return v->route == ROUTE_LEAVE ? 0 : COST_FORM;
}

static bool
admit(void *data, struct visit *v, int *cost)
{
	(void)data;
	v->route = route_find(v->inquiry.path, &v->argument);
	*cost = cost_of(v);
	return v->inquiry.method != METHOD_POST || v->route >= ROUTE_LEAVE;
}

/* What is always the same. */
static bool
answer_fixed(void *data, struct visit *v)
{
	const struct usher *u = data;
	struct answer *a = &v->answer;

	if (v->route != ROUTE_STYLE && v->route != ROUTE_ROBOTS)
		return false;
	a->status = 200;
	a->kept = true;
	a->type = v->route == ROUTE_STYLE ? "text/css; charset=utf-8"
					  : "text/plain; charset=utf-8";
	if (v->route == ROUTE_STYLE)
		str_add_span(&a->body, reception_style(u->reception));
	else
		str_add(&a->body, "User-agent: *\nDisallow: /\n");
	return true;
}

static void
put(void *data, struct visit *v)
{
	const struct usher *u = data;

	clerk_put(u->clerk, v);
}

/* From the clerk's thread, as is the next. */
static void
done(void *data, struct visit *v)
{
	const struct usher *u = data;

	log_detail(u->log, "%s %s%s: %d",
		v->inquiry.method == METHOD_POST ? "POST" : "GET",
		route_name(v->route), v->argument.len ? "…" : "",
		v->answer.status);
	door_answered(u->door, v);
}

static void
wrote(void *data)
{
	const struct usher *u = data;

	u->wrote(u->data);
}

static bool
begin(void *data, struct door *door, struct error *err)
{
	struct usher *u = data;
	struct clerk_options options = {.reception = u->reception,
		.done = done,
		.wrote = wrote,
		.data = u};

	u->door = door;
	u->clerk = clerk_start(&options, err);
	return u->clerk != NULL;
}

static void
end(void *data)
{
	struct usher *u = data;

	clerk_stop(u->clerk);
	u->clerk = NULL;
}

struct doorkeeper
usher_keeper(struct usher *usher)
{
	return (struct doorkeeper){.data = usher,
		.admit = admit,
		.answer = answer_fixed,
		.put = put,
		.begin = begin,
		.end = end};
}
