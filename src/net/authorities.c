#include "net/authorities.h"

#include <curl/curl.h>
#include <stdlib.h>

void
authorities_set(void *easy)
{
	const char *file = getenv("SSL_CERT_FILE");

	/* Debian's folder holds what its bundle holds, and GnuTLS would read
	   hundreds of files for each connection. */
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	if (file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, file);
}
