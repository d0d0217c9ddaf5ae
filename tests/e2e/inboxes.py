"""Mails to an inbox, as servers and people write them."""
import email.utils


def mail(subject, text="", to="weekly-request@example.org",
         sender="ada@example.org", **headers):
    """`headers` with "_" for "-"; None leaves one out."""
    lines = {
        "From": sender,
        "To": to,
        "Date": email.utils.formatdate(),
        "Message-ID": email.utils.make_msgid(domain="reader.example"),
        "Subject": subject,
    }
    lines.update((name.replace("_", "-"), value)
                 for name, value in headers.items())
    return "".join(f"{name}: {value}\n" for name, value in lines.items()
                   if value is not None).encode() + b"\n" + text.encode()


def bounce(to, about, status="5.1.1", message_id=None,
           said="550 5.1.1 User unknown"):
    """A delivery status notification (RFC 3464) that comes to the address
    `to` and is about `about`."""
    action = "delayed" if status.startswith("4") else "failed"
    returned = f"Message-ID: {message_id}\n" if message_id else ""
    return mail(
        "Undelivered Mail Returned to Sender", f"""--b
Content-Type: text/plain

Your message could not be delivered.

<{about}>: {said}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {about}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

From: Harbour Wire <weekly@example.org>
Subject: Harbour Weekly 1
{returned}
--b--
""", to=to, sender="Mail Delivery System <MAILER-DAEMON@mx.example.net>",
        Return_Path="<>", Auto_Submitted="auto-replied", MIME_Version="1.0",
        Content_Type="multipart/report; report-type=delivery-status;"
                     " boundary=b")


def complaint(message_id):
    """Feedback of a provider (RFC 5965) on the letter of that Message-ID, the
    reader's address blotted out."""
    return mail(
        "Abuse report", f"""--b
Content-Type: text/plain

This is an abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: ExampleFeedback/1
Version: 1

--b
Content-Type: message/rfc822

From: Harbour Wire <weekly@example.org>
To: redacted@example.net
Subject: Harbour Weekly 1
Message-ID: {message_id}

The letter.
--b--
""", to="bounces@example.org", sender="Feedback <feedback@example.net>",
        MIME_Version="1.0", Content_Type="multipart/report;"
        " report-type=feedback-report; boundary=b")
