/*
 * Header fields in any state, addresses and encoded words among them. What is
 * read is UTF-8; what we write has lines as mail wants them (RFC 5322, 2.1.1),
 * and is read as what it was.
 */
#include "fuzz.h"

#include "mime/decode.h"
#include "mime/header.h"
#include "mime/word.h"

enum { TIMES = 8, SLACK = 4096, LINE_LONGEST = 998 };

/* ----- what others wrote ----- */

static void
check_value(const struct value *v)
{
	if (value_is_scalar(v))
		want_utf8("value", v->text);
	for (size_t i = 0; i < v->count; i++) {
		if (v->kind == VALUE_MAP)
			want_utf8("name", v->keys[i]);
		check_value(v->items[i]);
	}
}

static void
check_read(struct span text)
{
	struct arena *arena = arena_new();
	struct str out = STR_INIT;

	header_decode(&out, text);
	want("decoded", text_is_utf8(str_span(&out)));
	want("decoded", out.len <= TIMES * text.len + SLACK);
	str_truncate(&out, 0);
	header_unfold(&out, text);
	want("unfolded", out.len <= text.len);
	want("word", word_length(text) <= text.len);
	want("name", header_name_length(text) <= text.len);
	check_value(header_read_parameters(arena, text));
	check_value(header_read_addresses(arena, text));
	str_clear(&out);
	arena_free(arena);
}

static void
check_transfer(struct span text)
{
	struct str out = STR_INIT;

	decode_qp(&out, text);
	want("qp", out.len <= text.len);
	str_truncate(&out, 0);
	decode_base64(&out, text);
	want("base64", out.len <= text.len);
	str_clear(&out);
}

/* ----- what we write ----- */

static void
check_lines(struct span field)
{
	struct span rest = field, line;

	want("field", field.len > 2 && span_ends(field, "\r\n"));
	while (rest.len) {
		size_t n = span_find_text(rest, "\r\n");

		want("field", n < rest.len);
		line = span_slice(rest, 0, n);
		want("line", line.len <= LINE_LONGEST);
		want("line", !memchr(line.data, '\r', line.len));
		want("line", !memchr(line.data, '\n', line.len));
		rest = span_from(rest, n + 2);
		want("fold",
			!rest.len || rest.data[0] == ' ' ||
				rest.data[0] == '\t');
		want("blank", span_trim(line).len > 0);
	}
}

/* Its value, as it is read: a field is one of a mail, without its CR LF. */
static void
read_back(struct str *out, const struct str *field, size_t name)
{
	header_decode(
		out, span_trim(span_slice(str_span(field), name, field->len)));
}

static void
check_text(struct span text)
{
	struct str field = STR_INIT, value = STR_INIT;
	struct error err = ERROR_INIT;

	if (header_add(&field, "Subject", text, &err)) {
		check_lines(str_span(&field));
		read_back(&value, &field, strlen("Subject:"));
		want("subject",
			!text_is_utf8(text) ||
				span_same(span_trim(str_span(&value)),
					span_trim(text)));
	} else {
		want_error("subject", &err);
	}
	error_clear(&err);
	str_clear(&field);
	str_clear(&value);
}

static void
check_same(const char *read, const char *address)
{
	struct str key = STR_INIT;

	address_key(&key, span_of(address));
	want("to", read && address_has_key(span_of(read), str_text(&key)));
	str_clear(&key);
}

static void
check_mailbox(const struct mailbox *box)
{
	struct arena *arena = arena_new();
	struct str field = STR_INIT;
	struct error err = ERROR_INIT;
	const struct value *read;

	if (header_add_mailboxes(&field, "To", box, 1, &err)) {
		check_lines(str_span(&field));
		read = header_read_addresses(
			arena, span_slice(str_span(&field), 3, field.len - 5));
		want("to", read->count == 1);
		check_same(
			value_find_text(read->items[0], "email"), box->address);
	} else {
		want_error("to", &err);
	}
	error_clear(&err);
	str_clear(&field);
	arena_free(arena);
}

/* ----- addresses ----- */

static void
check_key(struct span address)
{
	struct str key = STR_INIT, again = STR_INIT, wire = STR_INIT;
	bool needs_utf8;

	address_key(&key, address);
	want_line("key", str_text(&key));
	want("key", address_has_key(address, str_text(&key)));
	if (address_check(str_span(&key), NULL)) {
		address_key(&again, str_span(&key));
		want("key", span_same(str_span(&key), str_span(&again)));
	}
	address_wire(&wire, address, &needs_utf8);
	want_line("wire", str_text(&wire));
	want("wire", !strchr(str_text(&wire), ' '));
	want("wire", !strpbrk(str_text(&wire), "<>"));
	want("parts",
		address_local(address).len + address_domain(address).len + 1 ==
			address.len);
	str_clear(&key);
	str_clear(&again);
	str_clear(&wire);
}

static void
check_address(struct span text)
{
	struct error err = ERROR_INIT;
	char *name, *address;

	if (address_check(text, &err))
		check_key(text);
	else
		want_error("address", &err);
	error_clear(&err);
	if (!mailbox_parse(text, &name, &address, &err)) {
		want_error("mailbox", &err);
		error_clear(&err);
		return;
	}
	want("mailbox", address_check(span_of(address), NULL));
	check_mailbox(&(struct mailbox){name, address});
	free(name);
	free(address);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	check_read(text);
	check_transfer(text);
	check_text(text);
	check_address(text);
	return 0;
}
