/*
 * What came of a transfer, and the one line that tells it.
 */
#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/url.h"
#include "source/fetch_transfer.h"

/* Half a year: a server that says more has no clock. */
enum { RETRY_MAX = 183 * 24 * 3600 };

/* ----- texts ----- */

/* " (redirected to https://…)", or nothing. */
static void
add_way(struct str *out, const struct transfer *t)
{
	char *url = NULL;
	long hops = 0;

	curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &url);
	curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_COUNT, &hops);
	if (hops == 0 || !url)
		return;
	str_add(out, " redirects to ");
	url_without_login(out, span_of(url));
	str_add(out, ":");
}

/* Control characters of a server stay out of the line. */
static bool
complain(struct fetch_answer *answer, const struct transfer *t,
	enum error_kind kind, const char *what)
{
	struct str line = STR_INIT;

	url_without_login(
		&line, span_of(t->url.len ? t->url.data : t->request->url));
	str_add(&line, ":");
	add_way(&line, t);
	str_add_all(&line, " ", what, NULL);
	error_set(&answer->error, kind, "%s", line.data);
	str_clear(&line);
	return false;
}

/* ----- statuses ----- */

static const struct {
	int from, to;
	enum fetch_kind kind;
	enum error_kind error;
	const char *text;
} statuses[] = {
	{401, 401, FETCH_FAILED, ERROR_DATA,
		"the server wants a user and password (401); write them into "
		"the address, https://user:password@host/…"},
	{402, 403, FETCH_FAILED, ERROR_DATA,
		"the server refuses us (%d); ask its owner to let postrider in"},
	{404, 404, FETCH_FAILED, ERROR_DATA,
		"nothing is there (404); has it moved?"},
	{407, 407, FETCH_FAILED, ERROR_CONFIG,
		"the proxy wants a user and password (407); write them into "
		"https_proxy and http_proxy"},
	{410, 410, FETCH_GONE, ERROR_DATA,
		"gone for good (410); remove this source, or give its new "
		"address"},
	{429, 429, FETCH_WAIT, ERROR_LATER,
		"we ask too often (429); it will be asked again later"},
	{503, 503, FETCH_WAIT, ERROR_LATER,
		"the server cannot answer now (503); it will be asked again "
		"later"},
	{400, 499, FETCH_FAILED, ERROR_DATA,
		"the server does not take our request (%d); is the address "
		"right?"},
	{500, 599, FETCH_FAILED, ERROR_LATER,
		"the server has trouble (%d); it will be asked again later"},
	{300, 399, FETCH_FAILED, ERROR_DATA,
		"the server sends us elsewhere without saying where (%d)"},
	{0, 999, FETCH_FAILED, ERROR_DATA,
		"the server answers with a status that has no meaning here "
		"(%d)"},
};

static int64_t
retry_at(const struct transfer *t)
{
	struct span text = str_span(&t->retry_after);
	int64_t now = t->options->now, at = 0;
	struct date_read date;

	if (text.len && isdigit((unsigned char)text.data[0]) &&
		strspn(text.data, "0123456789") == text.len) {
		for (size_t i = 0; i < text.len && at < RETRY_MAX; i++)
			at = at * 10 + (text.data[i] - '0');
		return now + (at < RETRY_MAX ? at : RETRY_MAX);
	}
	if (!text.len || !date_parse_mail(text, &date))
		return INSTANT_NONE;
	at = date_instant(&date, NULL);
	return at < now ? now : at > now + RETRY_MAX ? now + RETRY_MAX : at;
}

static bool
tell_status(struct fetch_answer *answer, const struct transfer *t)
{
	size_t i = 0;
	struct str text = STR_INIT;
	const char *number;

	while (t->status < statuses[i].from || t->status > statuses[i].to)
		i++;
	number = strstr(statuses[i].text, "%d");
	if (number) {
		str_add_bytes(&text, statuses[i].text,
			(size_t)(number - statuses[i].text));
		str_printf(&text, "%d%s", t->status, number + 2);
	} else {
		str_add(&text, statuses[i].text);
	}
	answer->kind = statuses[i].kind;
	if (answer->kind == FETCH_WAIT)
		answer->retry_at = retry_at(t);
	complain(answer, t, statuses[i].error, str_text(&text));
	str_clear(&text);
	return false;
}

/* ----- troubles ----- */

static const struct {
	CURLcode code;
	enum error_kind kind;
	bool has_detail; /* libcurl's words say more */
	const char *text;
} troubles[] = {
	{CURLE_URL_MALFORMAT, ERROR_CONFIG, false,
		"is no address that can be asked; is it written right?"},
	{CURLE_UNSUPPORTED_PROTOCOL, ERROR_DATA, false,
		"only http and https are fetched"},
	{CURLE_COULDNT_RESOLVE_HOST, ERROR_LATER, false,
		"its host name is not known; check the address, and this "
		"machine's DNS"},
	{CURLE_COULDNT_RESOLVE_PROXY, ERROR_CONFIG, false,
		"the proxy's host name is not known; check https_proxy and "
		"http_proxy"},
	{CURLE_COULDNT_CONNECT, ERROR_LATER, true,
		"no connection; is the server up, and the port right?"},
	{CURLE_OPERATION_TIMEDOUT, ERROR_LATER, true,
		"the server is too slow; it will be asked again later"},
	{CURLE_TOO_MANY_REDIRECTS, ERROR_DATA, false,
		"too many redirects; ask its owner to mend them"},
	{CURLE_GOT_NOTHING, ERROR_LATER, false,
		"the server hangs up without an answer"},
	{CURLE_PARTIAL_FILE, ERROR_LATER, false,
		"the answer ends too early; it will be asked again later"},
	{CURLE_BAD_CONTENT_ENCODING, ERROR_DATA, true,
		"the server's compression cannot be undone"},
	{CURLE_PEER_FAILED_VERIFICATION, ERROR_DATA, true,
		"the server's certificate does not hold; it must be valid for "
		"that name and signed by an authority this system knows"},
	{CURLE_SSL_CACERT_BADFILE, ERROR_CONFIG, true,
		"the authorities cannot be read; check SSL_CERT_FILE"},
	{CURLE_OK, ERROR_LATER, true, "the transfer failed"}, /* any other */
};

static bool
tell_trouble(
	struct fetch_answer *answer, const struct transfer *t, CURLcode code)
{
	const char *detail =
		t->trouble[0] ? t->trouble : curl_easy_strerror(code);
	struct str text = STR_INIT;
	size_t i = 0;

	while (troubles[i].code != code && troubles[i].code != CURLE_OK)
		i++;
	str_add(&text, troubles[i].text);
	if (troubles[i].has_detail)
		str_add_all(&text, " (", detail, ")", NULL);
	complain(answer, t, troubles[i].kind, str_text(&text));
	str_clear(&text);
	return false;
}

static bool
tell_refused(struct fetch_answer *answer, const struct transfer *t)
{
	char *text = mem_printf("its address %s is none of the public "
				"internet; if it is meant, write "
				"'allow_private: true'",
		t->refused.data);

	answer->is_private = true;
	complain(answer, t, ERROR_CONFIG, text);
	free(text);
	return false;
}

static bool
tell_too_large(struct fetch_answer *answer, const struct transfer *t)
{
	struct str text = STR_INIT;

	str_add(&text, "larger than ");
	str_add_octets(&text, t->options->limit);
	str_add(&text, "; is it the right address?");
	complain(answer, t, ERROR_DATA, str_text(&text));
	str_clear(&text);
	return false;
}

/* ----- the answer ----- */

static const char *
text_or_null(const struct str *s)
{
	return s->len ? s->data : NULL;
}

static void
fill(struct fetch_answer *answer, const struct transfer *t)
{
	char *type = NULL;

	curl_easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &type);
	answer->content_type = type;
	answer->etag = text_or_null(&t->etag);
	answer->modified = text_or_null(&t->modified);
	if (t->hops > 0 && !t->has_detour)
		answer->moved_to = answer->url;
}

/* True when there is something to use. */
static bool
judge(struct fetch_answer *answer, const struct transfer *t, CURLcode code)
{
	const struct fetch_request *r = t->request;

	if (!t->url.len)
		return tell_trouble(answer, t, CURLE_URL_MALFORMAT);
	if (t->is_too_large || code == CURLE_FILESIZE_EXCEEDED)
		return tell_too_large(answer, t);
	if (code != CURLE_OK && t->refused.len)
		return tell_refused(answer, t);
	if (t->status >= 400)
		return tell_status(answer, t);
	if (code != CURLE_OK)
		return tell_trouble(answer, t, code);
	if (t->is_plain && span_starts(str_span(&t->body), "\x1f\x8b"))
		return tell_trouble(answer, t, CURLE_BAD_CONTENT_ENCODING);
	if (t->status == 304 && (r->etag || r->modified))
		answer->kind = FETCH_NOT_MODIFIED;
	else if (t->status >= 200 && t->status < 300)
		answer->kind = FETCH_FRESH;
	else
		return tell_status(answer, t);
	return true;
}

static void
note_place(struct transfer *t)
{
	char *url = NULL;

	if (t->url.len)
		curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &url);
	str_truncate(&t->found, 0);
	/* Lines are mailed to editors, and relative links are resolved by
	 * it. */
	url_without_login(&t->found, span_of(url ? url : t->request->url));
}

void
transfer_answer(struct transfer *t, int code, struct fetch_answer *answer)
{
	note_place(t);
	*answer = (struct fetch_answer){
		.request = t->request,
		.kind = FETCH_FAILED,
		.status = t->status,
		.url = str_text(&t->found),
		.retry_at = INSTANT_NONE,
		.error = ERROR_INIT,
	};
	if (!judge(answer, t, (CURLcode)code))
		return;
	fill(answer, t);
	if (answer->kind == FETCH_FRESH)
		answer->body = str_span(&t->body);
}
