#include "inbox_unit.h"

/*
 * Dialects of bounces that keep to no standard, or to it badly: each stands for
 * a class of mail systems.
 */

/* ----- fields ----- */

/* A bounce with one part more than the text. */
#define PART(type, body)                                                     \
	"From: MAILER-DAEMON@mx.example.net\nTo: weekly-bounces@example.org" \
	"\nSubject: Undelivered mail\nContent-Type: multipart/report;"       \
	" boundary=b\n\n--b\n\nSorry.\n--b\nContent-Type: " type "\n\n" body \
	"\n--b--\n"

static void
fields(void **state)
{
	static const struct reading cases[] = {
		{"a blank before the colon",
			REPORT("Final-Recipient : rfc822; bob@example.com\n"
			       "Action : failed\nStatus : 5.1.1\n"),
			"bounce bob@example.com hard user-unknown"},
		{"in lower case, and folded",
			REPORT("final-recipient: rfc822;\n bob@example.com\n"
			       "action:\n failed\nstatus:\n\t5.1.1\n"),
			"bounce bob@example.com hard user-unknown"},
		{"neither action nor status",
			REPORT("Final-Recipient: rfc822; bob@example.com\n"
			       "Diagnostic-Code: smtp; 550 user unknown\n"),
			"bounce bob@example.com hard user-unknown"},
		{"a name in quotes",
			REPORT("Final-Recipient: rfc822;"
			       " \"bob b\"@example.com\n"
			       "Action: failed\nStatus: 5.1.1\n"),
			"bounce \"bob b\"@example.com hard user-unknown"},
		{"an ORCPT that was not decoded (RFC 3461, 4)",
			REPORT("Original-Recipient: rfc822; bob+2Bx@example.com"
			       "\nAction: failed\nStatus: 5.1.1\n"),
			"bounce bob+x@example.com hard user-unknown"},
		{"letters as numbers (RFC 6533, 3)",
			REPORT("Final-Recipient: utf-8;"
			       " j\\x{FC}rgen@example.com\n"
			       "Action: failed\nStatus: 5.1.1\n"),
			"bounce j\xc3\xbcrgen@example.com hard user-unknown"},
		{"numbers that are none",
			REPORT("Final-Recipient: rfc822; b\\x{}@example.com\n"
			       "Action: failed\nStatus: 5.1.1\n"
			       "Original-Recipient: rfc822; bob+2b@example.com"
			       "\n"),
			"bounce bob+2b@example.com hard user-unknown"},
		{"a name without a domain: whom we wrote to",
			REPORT("Final-Recipient: rfc822; jane\n"
			       "Action: failed\nStatus: 5.1.1\n"),
			"bounce jane@example.com hard user-unknown"},
		{"which of the two we wrote to",
			REPORT("Original-Recipient: rfc822; j@gate.example\n"
			       "Final-Recipient: rfc822; jane@example.com\n"
			       "Action: failed\nStatus: 5.1.1\n"),
			"bounce jane@example.com hard user-unknown"},
		{"fields as a text",
			PART("text/plain; name=details.txt",
				"Reporting-MTA: dns; mx.example.net\n\n"
				"Final-Recipient: rfc822; bob@example.com\n"
				"Action: failed\nStatus: 5.1.1\n"),
			"bounce bob@example.com hard user-unknown"},
		{"fields as a file",
			PART("application/octet-stream",
				"Reporting-MTA: dns; mx.example.net\n\n"
				"Final-Recipient: rfc822; bob@example.com\n"
				"Action: failed\nStatus: 5.1.1\n"),
			"bounce bob@example.com hard user-unknown"},
		{"fields in base64",
			PART("message/delivery-status\n"
			     "Content-Transfer-Encoding: base64",
				"RmluYWwtUmVjaXBpZW50OiByZmM4MjI7IGJvYkBleGFt"
				"cGxlLmNvbQpBY3Rpb246\nIGZhaWxlZApTdGF0dXM6IDU"
				"uMS4xCg==\n"),
			"bounce bob@example.com hard user-unknown"},
		{"fields of what arrived, as a file",
			PART("application/octet-stream",
				"Reporting-MTA: dns; mx.example.net\n\n"
				"Final-Recipient: rfc822; bob@example.com\n"
				"Action: delivered\nStatus: 2.0.0\n"),
			"automatic"},
		{"an empty line in front of the mail",
			"\r\n\n" NOTICE("failure notice",
				"<bob@example.com>:\nno such user\n"),
			"bounce bob@example.com hard user-unknown"},
	};

	(void)state;
	want_readings(cases, COUNT(cases));
}

/* ----- words ----- */

static void
languages(void **state)
{
	static const struct reading cases[] = {
		{"Swedish",
			NOTICE("Går inte att leverera: Veckan",
				"Leveransen till de här mottagarna "
				"misslyckades:\n\nbob@example.com\n"
				"Adressen kunde inte hittas.\n"),
			"bounce bob@example.com hard user-unknown"},
		{"Danish",
			NOTICE("Kan ikke leveres: Ugen",
				"Det lykkedes ikke at levere til disse "
				"modtagere:\n\nbob@example.com\n"
				"Adressen blev ikke fundet.\n"),
			"bounce bob@example.com hard user-unknown"},
		{"Finnish",
			NOTICE("Ei voi toimittaa: Viikko",
				"Viestin toimittaminen seuraaville "
				"vastaanottajille ei onnistunut:\n\n"
				"bob@example.com\nOsoitetta ei löytynyt.\n"),
			"bounce bob@example.com hard user-unknown"},
		{"Polish",
			NOTICE("Zwrot wiadomości",
				"Nie udalo sie wyslac listu pod wskazane "
				"adresy.\n\n<bob@example.com>:\n"
				"skrzynka jest przepełniona\n"),
			"bounce bob@example.com soft mailbox-full"},
		{"Czech",
			NOTICE("Nelze doručit: Týden",
				"Doručení těmto příjemcům se nezdařilo:\n\n"
				"bob@example.com\nAdresa nebyla nalezena.\n"),
			"bounce bob@example.com hard user-unknown"},
		{"Hungarian",
			NOTICE("Kézbesíthetetlen: Hét",
				"A kézbesítés az alábbi címzetteknek "
				"sikertelen:\n\nbob@example.com\n"
				"A cím nem található.\n"),
			"bounce bob@example.com hard user-unknown"},
		{"Italian",
			NOTICE("Avviso di mancata consegna",
				"Il messaggio di \"weekly@example.net\", "
				"destinato all'utente \"bob@example.com\", "
				"non è stato consegnato: utente "
				"inesistente.\n"),
			"bounce bob@example.com hard user-unknown"},
		{"German, of a directory",
			NOTICE("ZUSTELLUNGSFEHLER: Woche",
				"Ihr Brief wurde nicht zugestellt an:\n\n"
				"  bob@example.com\n\nGrund:\n\n  bob ist "
				"nicht im Domino-Verzeichnis aufgeführt\n"),
			"bounce bob@example.com hard user-unknown"},
		{"French, in capitals",
			NOTICE("ÉCHEC DE DISTRIBUTION : Hebdo",
				"Votre lettre n'a pas été distribuée à :\n\n"
				"  bob@example.com\n\ncar :\n\n  bob n'est "
				"pas répertorié\n"),
			"bounce bob@example.com hard user-unknown"},
		{"Spanish, in capitals",
			NOTICE("FALLO DE ENTREGA: Semanal",
				"Su carta no se entregó a:\n\n"
				"  bob@example.com\n\ndebido a:\n\n"
				"  usuario inexistente\n"),
			"bounce bob@example.com hard user-unknown"},
		{"Chinese",
			NOTICE("未送达: 周刊",
				"无法将邮件传递给以下收件人:\n\n"
				"bob@example.com\n找不到您输入的地址。\n"),
			"bounce bob@example.com hard user-unknown"},
		{"Korean",
			NOTICE("배달되지 않음: 주간",
				"다음 받는 사람에게 배달하지 못했습니다.\n\n"
				"bob@example.com\n주소를 찾을 수 없습니다.\n"),
			"bounce bob@example.com hard user-unknown"},
	};

	(void)state;
	want_readings(cases, COUNT(cases));
}

/* A mail system whose language nobody here knows. */
static void
evidence(void **state)
{
	static const struct reading cases[] = {
		{"it quotes a server that refused",
			NOTICE("Ekki gekk",
				"Eitthvað fór úrskeiðis:\n\n"
				"<bob@example.com>:\n 550 5.1.1 Ekki til\n"),
			"bounce bob@example.com hard user-unknown"},
		{"it returns the mail",
			NOTICE("Ekki gekk",
				"Eitthvað fór úrskeiðis.\n\n"
				"Received: from mx.example.org\n"
				"From: weekly@example.org\n"
				"To: jane@example.com\n"),
			"bounce jane@example.com soft -"},
		{"addresses alone are none",
			NOTICE("Sunday",
				"<bob@example.com>: 212 letters\n"
				"We close at 5.1.1970 sharp.\n"),
			"automatic"},
		{"a server that took it",
			NOTICE("Ekki gekk",
				"<bob@example.com>:\n"
				" 250 2.1.5 queued\n"),
			"automatic"},
		{"a receipt that returns the mail",
			NOTICE("Return receipt",
				"Your mail was received.\n\n"
				"Received: from mx.example.org\n"
				"From: weekly@example.org\n"
				"To: jane@example.com\n"),
			"automatic"},
		{"it will not go on trying",
			NOTICE("Delivery report",
				"<bob@example.com> delivery failed; will not "
				"continue trying\n"),
			"bounce bob@example.com soft -"},
	};

	(void)state;
	want_readings(cases, COUNT(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(languages),
		cmocka_unit_test(evidence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
