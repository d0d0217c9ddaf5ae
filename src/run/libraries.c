#include "run/libraries.h"

#include <stdio.h>

#include <cmark.h>
#include <curl/curl.h>
#include <idn2.h>
#include <jansson.h>
#include <libetpan/libetpan_version.h>
#include <libpq-fe.h>
#include <libxml/parser.h>
#include <microhttpd.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <unistring/version.h>
#include <yaml.h>

#include "base/libxml.h"
#include "picture/picture.h"

/* As "1.2" from its numbers, the first of which comes first. */
static const char *
numbers(char text[16], int first, int second)
{
	snprintf(text, 16, "%d.%d", first, second);
	return text;
}

/* "20914" is 2.9.14. */
static const char *
libxml_version(char text[32])
{
	const char *const *said = libxml_function("xmlParserVersion");
	int number = 0;

	if (!said || sscanf(*said, "%d", &number) != 1)
		return "";
	snprintf(text, 32, "%d.%d.%d", number / 10000, number / 100 % 100,
		number % 100);
	return text;
}

void
libraries_find(struct library out[LIBRARIES])
{
	const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
	char etpan[16], pq[16], unistring[16], xml[32], curl_text[64];
	const struct {
		const char *name, *version;
	} all[] = {
		{"cmark", cmark_version_string()},
		{"jansson", jansson_version_str()},
		{"libcurl", curl_text},
		{"libetpan",
			numbers(etpan, libetpan_get_version_major(),
				libetpan_get_version_minor())},
		{"libgd", picture_library_version()},
		{"libidn2", idn2_check_version(NULL)},
		{"libmicrohttpd", MHD_get_version()},
		{"libpq",
			numbers(pq, PQlibVersion() / 10000,
				PQlibVersion() % 10000)},
		{"libunistring",
			numbers(unistring, _libunistring_version >> 16,
				_libunistring_version >> 8 & 0xff)},
		{"libxml2", libxml_version(xml)},
		{"libyaml", yaml_get_version_string()},
		{"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
		{"sqlite", sqlite3_libversion()},
	};

	_Static_assert(sizeof all / sizeof *all == LIBRARIES, "all of them");
	snprintf(curl_text, sizeof curl_text, "%s, %s", curl->version,
		curl->ssl_version ? curl->ssl_version : "no TLS");
	for (size_t i = 0; i < LIBRARIES; i++) {
		out[i].name = all[i].name;
		snprintf(out[i].version, sizeof out[i].version, "%s",
			all[i].version ? all[i].version : "");
	}
}
