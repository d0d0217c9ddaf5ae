/*
 * What columns and states are called. Names are compared folded, by their
 * letters and digits alone: "E-mail Address" and "email_address" are one.
 */
#include "subscribers/columns.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

static const struct {
	enum column_kind kind;
	const char *names;
} kinds[] = {
	{COLUMN_ADDRESS,
		" email emails emailaddress emailaddresses emailadress emailid"
		" email1 email1value emailvalue emailprimary primaryemail"
		" emailaddress1 subscriberemail contactemail workemail"
		" useremail youremail mail mailaddress mailadresse mailadres"
		" smtpaddress primarysmtpaddress"
		" emailadresse emailadressen emailkontakt"
		" emailadres mailadressen"
		" eposta epostaadresi epostaadres epostaadresiniz"
		" emailadresi mailadresi elektronikposta"
		" courriel courriels adressemail adresseemail"
		" adresseemails adressedemessagerie adresseelectronique"
		" adresseélectronique adressecourriel"
		" correo correoelectronico correoelectrónico"
		" direcciondecorreo direccióndecorreo"
		" direcciondecorreoelectronico direccióndecorreoelectrónico"
		" enderecodeemail endereçodeemail"
		" indirizzoemail indirizzodiposta postaelettronica"
		" epost epostadress epostadresse"
		" sahkoposti sähköposti sähköpostiosoite"
		" adresemail adrespocztyelektronicznej"
		" почта электроннаяпочта эпочта адресэлектроннойпочты"
		" ηλεκτρονικόταχυδρομείο メール メールアドレス 邮箱"
		" البريدالإلكتروني "},
	{COLUMN_ADDRESS_MAYBE,
		" address addr adres adresi adresse adress adresa"
		" direccion dirección indirizzo recipient recipients"
		" subscriber member contact mailbox alici destinataire"
		" empfänger empfaenger login username user "},
	{COLUMN_NAME,
		" name fullname displayname realname contactname"
		" subscribername vollername vollständigername"
		" adsoyad adisoyadi advesoyad isimsoyisim isim"
		" nomcomplet nometprenom nometprénom"
		" nombrecompleto nombreyapellidos nomecompleto"
		" nomecognome nomeecognome naam volledigenaam"
		" имя фио ονοματεπώνυμο 氏名 名前 姓名 "},
	{COLUMN_FIRST_NAME,
		" firstname first fname givenname given forename"
		" vorname prenom prénom nombre nome voornaam ad adi"
		" imię imie förnamn fornavn etunimi jméno "},
	{COLUMN_LAST_NAME,
		" lastname last lname surname familyname family"
		" nachname familienname nom nomdefamille"
		" apellido apellidos cognome sobrenome achternaam"
		" soyad soyadi soyisim nazwisko efternamn etternavn"
		" sukunimi příjmení фамилия "},
	{COLUMN_LANGUAGE,
		" language lang locale preferredlanguage languagecode"
		" sprache langue idioma lingua língua taal dil dili"
		" język språk kieli язык γλώσσα "},
	{COLUMN_FORMAT,
		" format emailformat mailformat preferredformat"
		" emailtype formaat biçim bicim formato "},
	{COLUMN_STATE,
		" state status subscriptionstatus subscriptionstate"
		" subscriberstatus emailstatus mailstatus memberstatus"
		" contactstatus membershipstatus marketingstatus"
		" durum durumu abonelikdurumu"
		" zustand statut etat état estado stato статус "},
	{COLUMN_LEFT,
		" unsubscribed unsubscribedat unsubscribeddate"
		" unsubscribedon unsubscribetime unsubtime optout optedout"
		" optoutdate hasoptedout optedoutofemail"
		" blocklisted blacklisted donotemail donotmail"
		" abgemeldet désabonné desabonne "},
	{COLUMN_BOUNCED, " bounced bouncedat cleaned cleanedat cleantime "},
	{COLUMN_SINCE,
		" since joined joinedat joinedon joindate datejoined"
		" dateofjoining membersince subscribedat subscribedon"
		" subscribeddate subscriptiondate subscribedate"
		" datesubscribed subscribetime optintime optindate"
		" confirmtime confirmedat confirmationtime signupdate"
		" signuptime signedupat registeredat registrationdate"
		" createdat createdon created creationdate datecreated"
		" dateadded addedat addedon"
		" anmeldedatum angemeldetam kayittarihi üyeliktarihi"
		" datedinscription fechadealta "},
	{COLUMN_ATTRIBUTES, " attributes attribs data "},
	{COLUMN_INTERNAL,
		" uuid leid euid memberrating optinip confirmip latitude"
		" longitude gmtoff dstoff lastchanged updatedat"
		" unsubcampaigntitle unsubcampaignid unsubreason"
		" unsubreasonother cleancampaigntitle cleancampaignid "},
};

/* States that say no. Who was taken off by others, or asked to pause, did not
 * leave; nor did who has yet to confirm. */
static const struct {
	enum standing standing;
	const char *names;
} standings[] = {
	{STANDING_LEFT,
		" unsubscribed unsubscribe unsub unsubscribedbyadmin"
		" unsubscribedbyuser optout optedout out left gone"
		" complained complaint complaints spam spammed markedasspam"
		" abuse blocklisted blacklisted blacklist donotmail"
		" donotemail abgemeldet désabonné desabonne désinscrit"
		" desinscrit debaja baja disiscritto uitgeschreven"
		" afgemeld ayrildi ayrildim çikti cikti отписан отписался "},
	{STANDING_BOUNCED,
		" cleaned bounced bounce bouncing hardbounced hardbounce"
		" softbounced undeliverable invalid "},
	{STANDING_PAUSED, " paused suspended nomail "},
	{STANDING_ABSENT,
		" removed deleted erased archived cancelled canceled"
		" suppressed inactive disabled blocked banned"
		" pending unconfirmed notconfirmed unverified"
		" notsubscribed nonsubscribed never gelöscht inaktiv"
		" gesperrt unbestätigt inactif supprimé inactivo"
		" cancellato inattivo verwijderd inactief pasif silindi"
		" iptal onaysiz onaybekliyor abonedeğil удален "},
};

/* Words that say no to "Unsubscribed?". */
static const char no_words[] =
	" 0 no n false f off none null never nein non hayir нет"
	" nil na ";

/* " email ": folded, letters and digits alone, between blanks. */
static void
squash(struct str *out, struct span text)
{
	struct str folded = STR_INIT;

	text_fold(&folded, text);
	str_add_char(out, ' ');
	for (size_t i = 0; i < folded.len; i++) {
		unsigned char c = (unsigned char)folded.data[i];

		if (isalnum(c) || c >= 0x80)
			str_add_char(out, (char)c);
	}
	str_add_char(out, ' ');
	str_clear(&folded);
}

/* The tables are written folded. */
static bool
has_name(const char *names, const struct str *squashed)
{
	return squashed->len > 2 && strstr(names, str_text(squashed)) != NULL;
}

enum column_kind
column_kind_of(struct span name)
{
	struct str squashed = STR_INIT;
	enum column_kind kind = COLUMN_FIELD;

	squash(&squashed, name);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (has_name(kinds[i].names, &squashed)) {
			kind = kinds[i].kind;
			break;
		}
	str_clear(&squashed);
	return kind;
}

static bool
is_one_of(const char *words, struct span text)
{
	struct str squashed = STR_INIT;
	bool found;

	squash(&squashed, text);
	found = has_name(words, &squashed);
	str_clear(&squashed);
	return found;
}

enum standing
column_standing(struct span state)
{
	for (size_t i = 0; i < sizeof standings / sizeof *standings; i++)
		if (is_one_of(standings[i].names, state))
			return standings[i].standing;
	return STANDING_READER;
}

/* Of marks that stand for nothing, and zeros: "-", "[]", "0000-00-00". A tick, a
 * cross or a star is no such mark: it is more likely a yes. */
static bool
is_nothing(struct span text)
{
	static const char marks[] =
		" 0-_=~.,:;/\\|'\"?<>()[]{}\u00a0‐‑‒–—―−…·“”„‘’«»";
	unsigned code;

	for (size_t n; text.len; text = span_from(text, n)) {
		char mark[5] = "";

		n = text_decode(text, &code);
		memcpy(mark, text.data, n);
		if (!*mark || !strstr(marks, mark))
			return false;
	}
	return true;
}

/* "3/", "12."; how long it is, or 0. */
static size_t
day_or_month(struct span text)
{
	size_t n = 0;

	while (n < 2 && n < text.len && isdigit((unsigned char)text.data[n]))
		n++;
	return n && n < text.len && strchr("-/.", text.data[n]) ? n + 1 : 0;
}

/* What databases and programs write for "never": "0000-00-00",
 * "0001-01-01T00:00:00Z", "1/1/0001 12:00:00 AM", "-0001-11-30". */
static bool
is_year_nought(struct span text)
{
	size_t day = day_or_month(text);
	size_t month = day ? day_or_month(span_from(text, day)) : 0;
	size_t at = month ? day + month : 0;

	if (span_starts(span_from(text, at), "-"))
		at++;
	text = span_from(text, at);
	if (!span_starts(text, "0000") && !span_starts(text, "0001"))
		return false;
	text = span_from(text, 4);
	return month ? !text.len || !isdigit((unsigned char)text.data[0])
		     : text.len && strchr("-/.", text.data[0]);
}

bool
column_flag_is_set(struct span flag)
{
	struct span text = span_trim(flag);

	return !is_nothing(text) && !is_year_nought(text) &&
		!is_one_of(no_words, text);
}
