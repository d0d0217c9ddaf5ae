"""What every message must be, whoever made it: problems(octets) gives a list of
complaints, empty for a sound one."""
import email
import email.policy
import re

HEADER_LIMIT = 78  # RFC 5322, 2.1.1
BODY_LIMIT = 998   # RFC 5321, 4.5.3.1.6, without CR LF
QP_LIMIT = 76      # RFC 2045, 6.7
LINK = re.compile(r"https?://[^\s<>\"')\]]+")


def parse(octets):
    return email.message_from_bytes(octets, policy=email.policy.default)


def problems(octets, international=False):
    """`international`: the reader's address is not ASCII, and stands in the
    header as it is (RFC 6532), which Python calls a defect."""
    found = []
    text = octets.replace(b"\r\n", b"\n")
    if b"\r" in text:
        found.append("a bare CR")
    head = text.split(b"\n\n", 1)[0]
    if not head.isascii() and not international:
        found.append("8-bit octets in the header")
    for line in head.split(b"\n"):
        if len(line) > HEADER_LIMIT:
            found.append(f"a header line of {len(line)}: {line[:90]!r}")
        if line != line.rstrip():
            found.append(f"blanks at the end of a header line: {line!r}")
    for line in text.split(b"\n"):
        if len(line) > BODY_LIMIT:
            found.append(f"a line of {len(line)}: {line[:60]!r}")
    message = parse(octets)
    if international:
        del message["To"], message["Delivered-To"]
        message["To"] = "reader@example.org"
    for part in message.walk():
        found += part_problems(part)
    for name in ("Date", "Message-ID", "From", "To", "Subject",
                 "MIME-Version"):
        if len(message.get_all(name, [])) != 1:
            found.append(f"{len(message.get_all(name, []))} {name} headers")
    return found


def part_problems(part):
    found = [f"{part.get_content_type()}: {defect!r}"
             for defect in part.defects]
    for name, value in part.items():
        found += [f"{name}: {defect!r}"
                  for defect in getattr(value, "defects", ())]
    if part.get_content_type() == "message/rfc822" or part.is_multipart():
        return found
    encoded = part.get_payload(decode=False)
    if part["Content-Transfer-Encoding"] == "quoted-printable":
        for line in encoded.splitlines():
            if len(line) > QP_LIMIT:
                found.append(f"a quoted-printable line of {len(line)}")
            if line.endswith((" ", "\t")):
                found.append(f"blanks at the end of {line!r}")
            if line.startswith((".", "From ")):
                found.append(f"not safe on the wire: {line!r}")
    if part.get_content_maintype() == "text":
        try:
            part.get_content()
        except (LookupError, UnicodeError) as error:
            found.append(f"{part.get_content_type()}: {error!r}")
    return found


def text_of(message):
    return message.get_body(("plain",)).get_content()


def html_of(message):
    return message.get_body(("html",)).get_content()


def unstyled_html_of(message):
    """Without what the style sheet wrote into its elements."""
    return re.sub(r' style="[^"]*"', "", html_of(message))


def links(text):
    """Those of a text, in order, without punctuation behind them."""
    return [link.rstrip(".,;:!?") for link in LINK.findall(text)]


def html_links(html):
    return [link.replace("&amp;", "&")
            for link in re.findall(r"<a\b[^>]*\bhref=\"(https?:[^\"]+)\"",
                                   html)]


def part_of_type(message, content_type):
    return [part for part in message.walk()
            if part.get_content_type() == content_type]
