/*
 * Which authorities may sign a server's certificate, wherever libcurl speaks
 * TLS for us.
 */
#ifndef NET_AUTHORITIES_H
#define NET_AUTHORITIES_H

/*
 * Sets them for an easy handle of libcurl: those of the system, or, as a server
 * of the house is often signed by the house, those that OpenSSL's variable
 * SSL_CERT_FILE names, which libcurl itself does not read.
 */
void authorities_set(void *easy);

#endif
