/*
 * Why a wire failed, in words for an operator.
 */
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "net/wire_state.h"

enum { CERTIFICATE_FIELD_MAX = 200 }; /* of what is told */

/* A field of the server's own certificate, as libcurl prints it. Its TLS
 * libraries do not agree on "Expire date" and "Expire Date". */
static struct span
certificate_field(const struct curl_certinfo *info, const char *name)
{
	const struct curl_slist *line =
		info && info->num_of_certs > 0 ? info->certinfo[0] : NULL;
	size_t n = strlen(name);

	for (; line; line = line->next)
		if (strncasecmp(line->data, name, n) == 0 &&
			line->data[n] == ':')
			return span_slice(span_of(line->data + n + 1), 0,
				CERTIFICATE_FIELD_MAX);
	return SPAN_NONE;
}

/*
 * Libcurl on GnuTLS says only that verification failed: with whose certificate
 * it is, who signed it and until when, an operator sees why. Empty where the
 * certificate was refused before libcurl could look at it.
 */
static void
describe_certificate(const struct wire *w, struct str *out)
{
	struct curl_certinfo *info = NULL;
	struct span subject, issuer, end;

	curl_easy_getinfo(w->easy, CURLINFO_CERTINFO, &info);
	subject = certificate_field(info, "Subject");
	issuer = certificate_field(info, "Issuer");
	end = certificate_field(info, "Expire date");
	if (!subject.len || !issuer.len || !end.len)
		return;
	str_add(out, " (it is for '");
	text_flatten(out, subject);
	str_add(out, "', signed by ");
	if (span_same(issuer, subject)) {
		str_add(out, "itself");
	} else {
		str_add(out, "'");
		text_flatten(out, issuer);
		str_add(out, "'");
	}
	str_add(out, ", and good until ");
	text_flatten(out, end);
	str_add(out, ")");
}

/* STARTTLS and AUTH have their "later", too (454: RFC 3207, 4 and RFC 4954,
 * 4.7.12), and so has IMAP ("NO [LIMIT] …": RFC 5530, 3). */
static bool
is_for_now(const char *refusal)
{
	static const char *const codes[] = {
		"[UNAVAILABLE]", "[SERVERBUG]", "[LIMIT]", "[INUSE]"};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (strcasestr(refusal, codes[i]))
			return true;
	return refusal[0] == '4';
}

/* What an operator has to mend, and what time may mend. */
static enum error_kind
trouble_kind(CURLcode code, const char *refusal)
{
	if (code != CURLE_PEER_FAILED_VERIFICATION && is_for_now(refusal))
		return ERROR_LATER;
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_USE_SSL_FAILED:
	case CURLE_LOGIN_DENIED:
	case CURLE_NOT_BUILT_IN:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return ERROR_REFUSED;
	case CURLE_WEIRD_SERVER_REPLY:	 /* to the greeting */
	case CURLE_REMOTE_ACCESS_DENIED: /* to EHLO */
		return refusal[0] == '5' ? ERROR_REFUSED : ERROR_LATER;
	default:
		return ERROR_LATER;
	}
}

static const char *
trouble_advice(CURLcode code, const char *refusal)
{
	if (is_for_now(refusal) &&
		(code == CURLE_USE_SSL_FAILED || code == CURLE_LOGIN_DENIED))
		return ""; /* nothing is to be set otherwise */
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
		return "; its certificate must be valid for that name and "
		       "signed by an authority this system knows";
	case CURLE_USE_SSL_FAILED:
		return "; it offers no STARTTLS (set 'tls: none' only for a "
		       "server on your own machine or network)";
	case CURLE_LOGIN_DENIED:
		/* Unasked, libcurl denies it itself: it knows none of the
		   mechanisms that the server offers. */
		return *refusal ? "; check user and password"
				: "; the server offers no way to log in that "
				  "this program knows (such as PLAIN)";
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
		return "; is it running, and the port right?";
	case CURLE_COULDNT_RESOLVE_HOST:
		return "; check its name and this machine's DNS";
	default:
		return "";
	}
}

const char *
wire_trouble(const struct wire *w)
{
	return w->trouble[0] ? w->trouble : curl_easy_strerror(w->code);
}

void
wire_explain(const struct wire *w, const char *who, const char *refusal,
	struct error *err)
{
	struct str certificate = STR_INIT;

	if (w->code == CURLE_PEER_FAILED_VERIFICATION)
		describe_certificate(w, &certificate);
	error_set(err, trouble_kind(w->code, refusal), "%s: %s%s%s%s%s", who,
		wire_trouble(w), *refusal ? "; it said: " : "", refusal,
		trouble_advice(w->code, refusal), str_text(&certificate));
	str_clear(&certificate);
}
