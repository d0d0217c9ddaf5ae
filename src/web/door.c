#include "web/door_state.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "run/world.h"
#include "web/submission.h"

enum {
	CONNECTIONS = 1000,
	FILES_BESIDE = 100, /* the store's, relays' */
	IDLE = 15,	    /* s */
	MEMORY = 16 * 1024, /* of a connection: its headers, ours */
	STOP_WAIT = 10000,  /* ms */
	BUCKET = 240,
	BUCKET_A_SECOND = 4,
	COST_WRONG = 10,
	CLIENTS = 8192,
};

enum openness
door_state(struct door *d)
{
	enum openness state;

	pthread_mutex_lock(&d->lock);
	state = d->state;
	pthread_mutex_unlock(&d->lock);
	return state;
}

static void
set_state(struct door *d, enum openness state)
{
	pthread_mutex_lock(&d->lock);
	d->state = state;
	pthread_mutex_unlock(&d->lock);
}

static enum MHD_Result
accept_client(void *data, const struct sockaddr *address, socklen_t size)
{
	(void)size;
	return door_lets_in(data, address) ? MHD_YES : MHD_NO;
}

/* ----- one request ----- */

/* Each visit is the front of a call. */
static const char *
look_up(const struct visit *visit, enum MHD_ValueKind kind, const char *name)
{
	return MHD_lookup_connection_value(
		((const struct call *)visit)->connection, kind, name);
}

const char *
door_header(const struct visit *visit, const char *name)
{
	return look_up(visit, MHD_HEADER_KIND, name);
}

const char *
door_argument(const struct visit *visit, const char *name)
{
	return look_up(visit, MHD_GET_ARGUMENT_KIND, name);
}

static void
read_request(struct call *call, const char *path, const char *method)
{
	struct visit *v = &call->visit;

	v->limit = SUBMISSION_LIMIT;
	v->inquiry = (struct inquiry){.method = method_find(method),
		.path = path,
		.host = door_header(v, "Host"),
		.origin = door_header(v, "Origin"),
		.fetch_site = door_header(v, "Sec-Fetch-Site"),
		.accept_language = door_header(v, "Accept-Language"),
		.content_type = door_header(v, "Content-Type")};
	door_read_client(call);
}

/* What costs nothing is refused to who guesses, whatever else he asked for. */
static bool
charge(struct door *d, const struct visit *v, int cost)
{
	bool may;

	pthread_mutex_lock(&d->lock);
	may = limiter_take(cost ? d->limiter : d->guesses, &v->inquiry.client,
		cost, world_ticks());
	pthread_mutex_unlock(&d->lock);
	return may;
}

static void
charge_guess(struct door *d, const struct visit *v)
{
	int64_t now = world_ticks();

	pthread_mutex_lock(&d->lock);
	limiter_take(d->limiter, &v->inquiry.client, COST_WRONG, now);
	limiter_take(d->guesses, &v->inquiry.client, COST_WRONG, now);
	pthread_mutex_unlock(&d->lock);
}

/* Refused before its body is read. */
static bool
is_refused(struct call *call, enum fixed *why)
{
	const struct doorkeeper *keeper = &call->door->o.keeper;
	struct visit *v = &call->visit;
	int cost = 0;

	if (door_state(call->door) != OPEN)
		*why = FIXED_CLOSING;
	else if (door_call_is_ambiguous(call))
		*why = FIXED_BROKEN;
	else if (v->inquiry.method == METHOD_OTHER ||
		!keeper->admit(keeper->data, v, &cost))
		*why = FIXED_METHOD;
	else if (door_call_is_large(call))
		*why = FIXED_LARGE;
	else if (!guest_begin(call->door->guests, call->guest,
			 &v->inquiry.client, cost == 0) ||
		!charge(call->door, v, cost))
		*why = FIXED_MUCH;
	else
		return false;
	return true;
}

static enum MHD_Result
begin(struct door *d, struct MHD_Connection *connection, const char *path,
	const char *method, void **context)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct call *call = mem_new(sizeof *call);
	enum fixed why;

	*context = call;
	call->door = d;
	call->connection = connection;
	call->guest = info ? info->socket_context : NULL;
	if (!call->guest)
		return MHD_NO;
	read_request(call, path, method);
	return is_refused(call, &why)
		? (enum MHD_Result)door_send_fixed(call, why)
		: MHD_YES;
}

static enum MHD_Result
read_body(struct call *call, const char *data, size_t *size)
{
	if (call->body.len + *size > call->visit.limit)
		return MHD_NO; /* it did not say how large it is */
	str_add_bytes(&call->body, data, *size);
	*size = 0;
	return MHD_YES;
}

/* The keeper goes home when the door is closed. */
static bool
put_before_keeper(struct call *call)
{
	struct door *d = call->door;
	bool may;

	pthread_mutex_lock(&d->lock);
	may = d->state != CLOSED;
	if (may) {
		guest_wait(d->guests, call->guest, true);
		MHD_suspend_connection(call->connection);
		call->put = true;
		d->o.keeper.put(d->o.keeper.data, &call->visit);
	}
	pthread_mutex_unlock(&d->lock);
	return may;
}

static enum MHD_Result
finish(struct call *call)
{
	const struct doorkeeper *keeper = &call->door->o.keeper;
	struct visit *v = &call->visit;

	v->inquiry.body = str_span(&call->body);
	if (call->put || keeper->answer(keeper->data, v))
		return (enum MHD_Result)door_send_answer(call);
	return put_before_keeper(call)
		? MHD_YES
		: (enum MHD_Result)door_send_fixed(call, FIXED_CLOSING);
}

static enum MHD_Result
handle(void *data, struct MHD_Connection *connection, const char *path,
	const char *method, const char *version, const char *upload,
	size_t *upload_size, void **context)
{
	(void)version;
	if (!*context)
		return begin(data, connection, path, method, context);
	if (*upload_size)
		return read_body(*context, upload, upload_size);
	return finish(*context);
}

void
door_answered(struct door *d, struct visit *v)
{
	struct call *call = (struct call *)v;

	if (v->wrong)
		charge_guess(d, v);
	guest_wait(d->guests, call->guest, false);
	MHD_resume_connection(call->connection);
}

static void
completed(void *data, struct MHD_Connection *connection, void **context,
	enum MHD_RequestTerminationCode code)
{
	struct door *d = data;
	struct call *call = *context;

	(void)connection;
	(void)code;
	if (!call)
		return;
	if (call->guest)
		guest_end(d->guests, call->guest, world_ticks());
	answer_clear(&call->visit.answer);
	str_clear(&call->body);
	str_clear(&call->forwarded);
	free(call);
	*context = NULL;
}

static void
come_or_go(void *data, struct MHD_Connection *connection, void **context,
	enum MHD_ConnectionNotificationCode code)
{
	struct door *d = data;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(
			connection, MHD_CONNECTION_INFO_CONNECTION_FD);

		*context =
			guest_come(d->guests, info->connect_fd, world_ticks());
	} else if (*context) {
		guest_leave(d->guests, *context);
		*context = NULL;
	}
}

/* ----- starting and stopping ----- */

/* As many as there may be files open, but for those that we need. */
static unsigned
connections_most(void)
{
	const rlim_t wanted = CONNECTIONS + FILES_BESIDE;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return CONNECTIONS / 2;
	if (limit.rlim_cur < wanted) {
		limit.rlim_cur =
			limit.rlim_max < wanted ? limit.rlim_max : wanted;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur >= wanted)
		return CONNECTIONS;
	return limit.rlim_cur > (rlim_t)2 * FILES_BESIDE
		? (unsigned)limit.rlim_cur - FILES_BESIDE
		: FILES_BESIDE;
}

static bool
start_daemon(struct door *d, unsigned most, struct error *err)
{
	d->daemon = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0,
		accept_client, d, handle, d, MHD_OPTION_LISTEN_SOCKET, d->o.fd,
		MHD_OPTION_CONNECTION_LIMIT, most,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY,
		MHD_OPTION_NOTIFY_COMPLETED, completed, d,
		MHD_OPTION_NOTIFY_CONNECTION, come_or_go, d, MHD_OPTION_END);
	return d->daemon ||
		error_set(err, ERROR_IO, "the server cannot be started");
}

static void
door_free(struct door *d)
{
	door_drop_answers(d);
	limiter_free(d->limiter);
	limiter_free(d->guesses);
	guests_free(d->guests);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

struct door *
door_open(const struct door_options *options, struct error *err)
{
	struct door *d = mem_new(sizeof *d);
	const struct doorkeeper *keeper = &d->o.keeper;
	const struct limits limits = {.capacity = BUCKET,
		.per_second = BUCKET_A_SECOND,
		.clients = CLIENTS,
		.secret = options->secret};
	unsigned most = connections_most();

	d->o = *options;
	pthread_mutex_init(&d->lock, NULL);
	d->guests = guests_new(most);
	d->limiter = limiter_new(&limits);
	d->guesses = limiter_new(&limits);
	if (door_make_answers(d, err) && keeper->begin(keeper->data, d, err) &&
		start_daemon(d, most, err))
		return d;
	keeper->end(keeper->data);
	close(d->o.fd);
	door_free(d);
	return NULL;
}

void
door_tick(struct door *d)
{
	size_t late = guests_hurry(d->guests, world_ticks());

	if (late)
		log_detail(d->o.log, "%zu connection%s shut: too slow", late,
			late == 1 ? "" : "s");
}

void
door_close(struct door *d)
{
	const struct doorkeeper *keeper = &d->o.keeper;
	int64_t until = world_ticks() + STOP_WAIT;
	MHD_socket fd = MHD_quiesce_daemon(d->daemon);

	set_state(d, CLOSING);
	if (keeper->hurry)
		keeper->hurry(keeper->data);
	while (guests_busy(d->guests) && world_ticks() < until)
		usleep(10000);
	set_state(d, CLOSED);
	keeper->end(keeper->data);
	MHD_stop_daemon(d->daemon);
	if (fd != MHD_INVALID_SOCKET)
		close(fd);
	door_free(d);
}
