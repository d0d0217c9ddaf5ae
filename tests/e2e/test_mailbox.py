#!/usr/bin/python3
"""Mailboxes as sources: Maildir, mbox, and IMAP against Dovecot."""
import base64
import email.utils
import fcntl
import gzip
import quopri
import re
import time
import unittest

import flowed
import imapd
import tap
from certificates import Authority
from dovecot import PASSWORD, PROGRAM, Dovecot
from letters import problems
from serving import eventually
from sites import OK, Site

NOW = time.time()


def mail(number, subject=None, text=None, head=(), **headers):
    """A mail of a discussion list; `headers` with "_" for "-"; None leaves
    one out."""
    lines = {
        "From": f"Writer {number} <writer{number}@example.org>",
        "Date": email.utils.formatdate(NOW - 86400 + number * 60),
        "Message-ID": f"<{number}@example.org>",
        "Subject": subject or f"Item {number}",
        "List-Id": "Discussion <talk.example.org>",
    }
    lines.update((name.replace("_", "-"), value)
                 for name, value in headers.items())
    return "\n".join([*head, *(f"{name}: {value}"
                               for name, value in lines.items()
                               if value is not None),
                      "", text or f"The text of item {number}.", ""]).encode()


class BoxSite(Site):
    def boxes(self, *boxes, **settings):
        """A list with these mailboxes, that anyone may write to."""
        self.list("weekly", sources=[
            {"mailbox": box, "allow": "anyone", "alert_after": 1}
            | (settings.pop("source", {}) if number == 0 else {})
            for number, box in enumerate(boxes)], **settings)
        self.roster("weekly", 1)
        return self

    def maildir(self, *mails):
        for name in ("cur", "new", "tmp"):
            self.path.joinpath("mail", name).mkdir(parents=True,
                                                   exist_ok=True)
        for octets in mails:
            self.drop(octets)
        return "maildir:../../mail"

    def drop(self, octets, where="new"):
        count = len(list(self.path.glob("mail/*/*")))
        self.write(f"mail/{where}/{count}.example", octets)

    def mbox(self, *mails):
        self.write("mbox", b"".join(
            b"From writer@example.org Mon Nov 16 10:00:00 2026\n" + octets
            + b"\n" for octets in mails))
        return "mbox:../../mbox"

    def titles(self):
        """What the next issue would carry, as it is printed."""
        result = self.run("preview", "--out", self.path / "out", "weekly")
        if result.status != OK:
            raise AssertionError(result)
        text = self.path.joinpath("out/message.txt").read_text("utf-8")
        return re.findall(r"^\d+\. (.*)\n--", text, re.M)

    def ids(self):
        """Of all that was carried, sorted."""
        return sorted(id for (id,) in self.query(
            "SELECT id FROM carried WHERE kind < 3 AND issue > 0"))


class TestFiles(unittest.TestCase):
    def go_on(self, site, add):
        """One issue, nothing, and another with what came meanwhile."""
        for expected in (["1@example.org", "2@example.org"],) * 2:
            self.assertEqual(site.issue().status, OK)
            self.assertEqual(site.ids(), expected)
        self.assertEqual(len(site.spool()), 1)
        add()
        self.assertEqual(site.issue().status, OK)
        self.assertEqual(site.ids(), [f"{n}@example.org" for n in (1, 2, 3)])
        (_, last) = sorted(site.letters(), key=lambda m: m["Subject"])
        self.assertIn("text of item 3", last.get_body(("plain",))
                      .get_content())
        self.assertNotIn("text of item 2", last.get_body(("plain",))
                         .get_content())

    def test_maildir(self):
        with BoxSite() as site:
            site.boxes(site.maildir(mail(1), mail(2)))
            before = sorted(site.path.glob("mail/*/*"))
            self.go_on(site, lambda: site.drop(mail(3)))
            self.assertEqual(len(before) + 1,
                             len(list(site.path.glob("mail/new/*"))))

    def test_mbox(self):
        with BoxSite() as site:
            site.boxes(site.mbox(mail(1), mail(2)))
            self.go_on(site, lambda: site.mbox(mail(1), mail(2), mail(3)))

    def test_an_mbox_that_is_being_written(self):
        """Whoever delivers holds a lock until the mail is whole."""
        with BoxSite() as site:
            site.boxes(site.mbox(mail(1), mail(2, text="half, and whole")))
            path = site.path / "mbox"
            octets = path.read_bytes()
            half = octets.index(b", and whole")
            path.write_bytes(octets[:half])
            with path.open("r+b") as file:
                fcntl.lockf(file, fcntl.LOCK_EX)
                run = site.start("run", "--now", "--yes", "weekly")
                time.sleep(0.5)
                file.seek(half)
                file.write(octets[half:])
            out, err = run.communicate(timeout=60)
            self.assertEqual(site.result(run.returncode, out, err).status, OK)
            self.assertEqual(err, b"")
            (letter,) = site.letters()
            self.assertIn("half, and whole", letter.get_body(("plain",))
                          .get_content())

    def test_an_mbox_that_stays_locked(self):
        with BoxSite() as site:
            site.boxes(site.mbox(mail(1)))
            with site.path.joinpath("mbox").open("r+b") as file:
                fcntl.lockf(file, fcntl.LOCK_EX)
                self.assertIn("is being written", site.issue().err)
            self.assertEqual(site.issue().err, "")
            self.assertEqual(site.ids(), ["1@example.org"])

    def test_an_mbox_that_others_read(self):
        """Mail programs note in the mails that they were seen, and keep their
        numbers in a first one; a mail without a Message-ID stays the same."""
        internal = mail(1, "DON'T DELETE THIS MESSAGE", X_IMAP="17610 00002")
        with BoxSite() as site:
            site.boxes(site.mbox(internal, mail(2, Message_ID=None)))
            self.assertEqual(site.issue().err, "")
            (known,) = site.ids()
            site.mbox(internal, mail(2, Message_ID=None, Status="RO",
                                     X_Keywords="x\n y", Content_Length="20"),
                      mail(3))
            self.assertEqual(site.issue().err, "")
            self.assertEqual(site.ids(), ["3@example.org", known])
            self.assertEqual(len(site.spool()), 2)

    def test_what_was_thrown_away_stays_pooled(self):
        with BoxSite() as site:
            site.boxes(site.maildir(mail(1)), schedule={
                "every": "month", "on": 1, "at": "04:00"})
            self.assertEqual(site.run("run", "weekly").status, OK)
            for path in site.path.glob("mail/new/*"):
                path.unlink()
            self.assertEqual(site.titles(), ["Item 1"])
            self.assertEqual(site.issue().status, OK)
            self.assertEqual(site.ids(), ["1@example.org"])

    def test_what_is_no_mail(self):
        """What a full disk left, and an archive that somebody put there."""
        with BoxSite() as site:
            site.boxes(site.maildir(b"", b"\0" * 400,
                                    gzip.compress(mail(1)), mail(2)))
            result = site.issue()
            self.assertEqual(result.status, OK)
            self.assertEqual(result.err.count("it has no headers"), 2)
            self.assertEqual(result.err.count("packed or encrypted"), 1)
            self.assertEqual(site.ids(), ["2@example.org"])

    def test_what_is_no_news(self):
        with BoxSite() as site:
            site.boxes(site.maildir(
                mail(1, List_Id="Own <weekly.example.org>"),
                mail(2, Auto_Submitted="auto-replied"),
                mail(3, Date="Mon, 04 Mar 2019 10:00:00 +0000"),
                mail(4)), select={"first_issue": "7 days"})
            self.assertEqual(site.titles(), ["Item 4"])

    def test_what_came_back(self):
        """As qmail and Exchange write it: no header says so. News about mail
        are news."""
        back = dict(head=["Return-Path: <>"])
        with BoxSite() as site:
            site.boxes(site.maildir(
                mail(1, "failure notice",
                     "Hi. This is the qmail-send program at example.net.\n"
                     "I'm afraid I wasn't able to deliver your message.\n\n"
                     "<kai@example.net>:\nSorry, no mailbox here by that"
                     " name. (#5.1.1)\n", From="MAILER-DAEMON@example.net",
                     List_Id=None, **back),
                mail(2, "Automatic reply: The quay", "I am away.", List_Id=None,
                     Auto_Submitted="auto-generated",
                     X_Auto_Response_Suppress="All", **back),
                mail(3, "Vacation rules agreed", "All of August.", List_Id=None,
                     Auto_Submitted="auto-generated",
                     X_Auto_Response_Suppress="All"),
                mail(4, "Failure notice: the ferry", "It is cancelled.",
                     List_Id=None),
                mail(5, "failure notice", "Who else gets this?\n\n"
                     "> I wasn't able to deliver your message", **back)))
            result = site.issue()
            self.assertEqual(site.ids(), [f"{number}@example.org"
                                          for number in (3, 4, 5)])
            self.assertEqual(result.err.count("reads like a bounce"), 2)

    def test_only_proven_senders(self):
        says = "Authentication-Results: mx.example.org; dmarc=pass " \
            "header.from=example.org"
        forged = "Authentication-Results: mx.evil.example; dmarc=pass " \
            "header.from=example.org"
        with BoxSite() as site:
            site.boxes(site.maildir(
                mail(1, head=[says]), mail(2, head=[forged]), mail(3)),
                source={"allow": ["example.org"],
                        "authserv_id": "mx.example.org"})
            time.sleep(2.1)  # what is newer is looked at once more
            result = site.issue()
            self.assertEqual(site.ids(), ["1@example.org"])
            self.assertEqual(result.err.count("is not proven"), 2)
            # Told when it came, and not at every run.
            self.assertEqual(site.issue().err, "")

    def test_an_editor_decides(self):
        """Nobody is named whose mail is taken: somebody reads it before it
        goes out."""
        with BoxSite() as site:
            site.boxes(site.maildir(mail(1)), source={"allow": []})
            self.assertIn("whose mail is taken", site.run("check").err)
            site.list("weekly", approval={"draft": "18 hours before"},
                      editors=["desk@example.org"])
            self.assertEqual(site.run("check").status, OK)
            self.assertEqual(site.issue().status, OK)
            self.assertEqual(site.ids(), [])
            draft = site.run("--json", "draft", "weekly").json
            self.assertEqual(draft["dispatches"], 1)
            self.assertEqual(
                {letter["Delivered-To"] for letter in site.letters()},
                {"desk@example.org"})

    def test_a_sender_who_is_allowed_later(self):
        """What was left out comes when the operator mends it."""
        says = "Authentication-Results: mx.example.org; dmarc=pass " \
            "header.from=example.org"
        for kind in ("maildir", "mbox"):
            with self.subTest(kind), BoxSite() as site:
                source = {"authserv_id": "mx.example.org"}
                box = getattr(site, kind)(mail(1, head=[says]))
                site.boxes(box, source=source | {"allow": ["other.example"]})
                time.sleep(2.1)  # what is newer is looked at once more
                self.assertIn("is not proven", site.issue().err)
                site.boxes(box, source=source | {"allow": ["example.org"]})
                self.assertEqual(site.issue().err, "")
                self.assertEqual(site.ids(), ["1@example.org"])

    def test_a_sender_whose_clock_is_ahead(self):
        """By a year: it is of the day on which it came, not of one to come."""
        came = email.utils.formatdate(NOW - 3600)
        with BoxSite() as site:
            site.boxes(site.maildir(
                mail(1, Date=email.utils.formatdate(NOW + 365 * 86400), head=(
                    f"Received: from a.example by b.example; {came}",
                    "Received: from localhost by a.example; "
                    + email.utils.formatdate(NOW + 365 * 86400)))))
            self.assertEqual(site.issue().status, OK)
            (letter,) = site.letters()
            self.assertIn("Item 1", letter.get_body(("plain",)).get_content())

    def test_another_clock(self):
        """Files have the real one: what comes in this second is not passed."""
        with BoxSite() as site:
            site.boxes(site.maildir(mail(1)))
            result = site.run("run", "--at", "2031-01-06T12:00", "weekly")
            self.assertEqual(result.status, OK)
            ((position,),) = site.query("SELECT position FROM source")
            self.assertLessEqual(int(position.split()[-1]), time.time() - 2)

    def test_a_failing_mailbox_stops_nothing(self):
        with BoxSite() as site:
            site.boxes("mbox:../../absent", site.maildir(mail(1)))
            result = site.issue()
            self.assertEqual(result.status, OK)
            self.assertIn("absent", result.err)
            self.assertEqual(site.ids(), ["1@example.org"])

    def test_threads_stay_together(self):
        with BoxSite() as site:
            site.boxes(site.maildir(
                mail(1, "The quay"), mail(2, "Bread"),
                mail(3, "Re: The quay", In_Reply_To="<1@example.org>"),
                mail(4, "Re: Bread", References="<2@example.org>"),
                mail(5, "Re: The quay", "yes"),
                mail(6, "Re: The quay", "yes")))
            titles = site.titles()
            self.assertEqual(len(titles), 6)
            bread = ["Bread", "Re: Bread"]
            quay = ["The quay"] + ["Re: The quay"] * 3
            self.assertIn(titles, (bread + quay, quay + bread))


PARTS = """--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=iso-8859-9
Content-Transfer-Encoding: quoted-printable

{turkish}
--c
Content-Type: text/html

<p>the other form</p>
--c--
--b
Content-Type: application/pdf; name="=?utf-8?Q?b=C3=BClten.pdf?="
Content-Transfer-Encoding: base64

AAAA
--b--"""

ODD = {
    "Parts": dict(
        text=PARTS.format(turkish=quopri.encodestring(
            "İşçilerin şarkısı".encode("iso-8859-9")).decode()),
        Content_Type="multipart/mixed; boundary=b",
        want=["İşçilerin şarkısı", "[bülten.pdf]"]),
    "Cyrillic": dict(
        text=base64.encodebytes("Привет, пристань".encode("koi8-r")).decode(),
        Content_Type="text/plain; charset=koi8-r",
        Content_Transfer_Encoding="base64", want=["Привет, пристань"]),
    "Page": dict(
        text="<p onclick=x>Only <b>HTML</b>.<script>alert(1)</script>"
             "<img src=\"https://example.org/1.gif\" width=1 height=1>"
             "<table width=900><tr><td>cell</table>",
        Content_Type="text/html", want=["Only HTML."]),
    "Flowed": dict(
        text="one \ntwo\n\n> quoted \n> words\n",
        Content_Type="text/plain; format=flowed", want=["one two"]),
    "Unclosed": dict(
        text="--b\nContent-Type: text/plain\n\nno end in sight",
        Content_Type="multipart/mixed; boundary=b",
        want=["no end in sight"]),
    "=?utf-8?B?2LPZhNin2YU=?= \x01 =?x?": dict(
        text="a title in three scripts", want=["a title in three scripts"]),
    "Dots": dict(text=".\n..\nFrom here on\n>From there\n",
                 want=["\nFrom here on\n"]),
    "Long": dict(text="x" * 3000 + " end", want=["x" * 3000]),
    "Eight bit": dict(text="caf\u00e9", want=["caf\u00e9"]),
}


class TestDigest(unittest.TestCase):
    def test_odd_mails_make_a_sound_letter(self):
        """Each once, whatever it is made of."""
        mails = []
        for number, (subject, case) in enumerate(ODD.items(), 1):
            case = dict(case)
            case.pop("want")
            mails.append(mail(number, subject, **case))
        with BoxSite() as site:
            site.boxes(site.maildir(*mails))
            result = site.issue()
            self.assertEqual((result.status, result.err), (OK, ""))
            self.assertEqual(len(site.ids()), len(ODD))
            (octets,) = site.spool()
            self.assertEqual(problems(octets), [])
            (letter,) = site.letters()
            text = flowed.shown(letter.get_body(("plain",)).get_content())
            html = letter.get_body(("html",)).get_content()
            for subject, case in ODD.items():
                for want in case["want"]:
                    self.assertEqual(text.count(want), 1, (subject, want))
            for never in ("alert(1)", "onclick", "1.gif", "900"):
                self.assertNotIn(never, text + html)

    def test_addresses_are_obscured(self):
        with BoxSite() as site:
            site.boxes(site.maildir(
                mail(1, "Ask bo@example.org", "Or ann@example.com."),
                mail(2, From="eve@example.org", Content_Type="text/html",
                     text="<a href='mailto:eve@example.org'>Eve</a>")),
                source={"obscure_addresses": True})
            self.assertEqual(site.issue().status, OK)
            (letter,) = site.letters()
            for kind in ("plain", "html"):
                content = letter.get_body((kind,)).get_content()
                for never in ("bo@", "ann@e", "eve@e", "writer1@"):
                    self.assertNotIn(never, content.replace("bo@…", ""))
                self.assertIn("Ask bo@…", content)


ZLIB = """
mail_plugins = zlib
plugin {{
  zlib_save = gz
}}
"""


BUSY = """
protocol imap {{
  mail_max_userip_connections = 1
}}
"""


@unittest.skipUnless(PROGRAM, "there is no Dovecot (dovecot-imapd)")
class TestImap(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.authority = Authority()
        cls.addClassCleanup(cls.authority.folder.cleanup)

    def site(self, imap, scheme="imaps", folder="INBOX", **source):
        site = BoxSite()
        self.addCleanup(site.folder.cleanup)
        site.trust(self.authority)
        site.environment["POSTRIDER_IMAP_PASSWORD"] = PASSWORD
        site.boxes(imap.url(scheme, folder), source=source,
                   select={"first_issue": "36500 days", "max": 100})
        return site

    def test_reads_on_and_marks_nothing(self):
        # TLS from the start, STARTTLS, and none on this machine.
        for scheme, tls in (("imaps", {}), ("imap", {"tls": "required"}),
                            ("imap", {})):
            with self.subTest(scheme, **tls), \
                    Dovecot(self.authority.good) as imap:
                site = self.site(imap, scheme, **tls)
                for number in range(1, 46):  # more than one command asks for
                    imap.deliver(mail(number, text=f"({number})\r\n* BYE\r\n"
                                      "P3 OK done\r\n" + "y" * number))
                self.assertEqual(site.run("preview", "weekly").status, OK)
                result = site.issue()
                self.assertEqual((result.status, result.err), (OK, ""))
                self.assertEqual(len(site.ids()), 45)
                self.assertNotIn("Seen", "".join(imap.flags()))
                self.assertEqual(", TLS" in imap.log(),
                                 scheme == "imaps" or bool(tls))
                self.assertEqual(site.issue().status, OK)
                self.assertEqual(len(site.spool()), 1)
                imap.deliver(mail(46))
                self.assertEqual(site.issue().status, OK)
                self.assertEqual(len(site.ids()), 46)
                self.assertEqual(len(site.spool()), 2)
                imap.renumber()
                self.assertEqual(site.issue().status, OK)
                self.assertEqual(len(site.spool()), 2)
                imap.deliver(mail(47))
                self.assertEqual(site.issue().status, OK)
                self.assertEqual(len(site.ids()), 47)

    def test_packed_by_the_server(self):
        """In its Maildir lie packed files; over IMAP they are mails."""
        with Dovecot(self.authority.good, ZLIB) as imap:
            imap.deliver(mail(1))
            files = BoxSite()
            self.addCleanup(files.folder.cleanup)
            files.boxes(f"maildir:{imap.path}/mail")
            result = files.issue()
            self.assertEqual((result.status, files.ids()), (OK, []))
            self.assertIn("packed or encrypted", result.err)
            site = self.site(imap)
            self.assertEqual(site.issue().err, "")
            self.assertEqual(site.ids(), ["1@example.org"])

    def test_one_that_is_too_large(self):
        """Its words may stand behind what is too large: none of it is printed
        until it may be read."""
        parts = ("--b\nContent-Type: application/pdf\n\n" + "A" * 200000
                 + "\n--b\n\nWords.\n--b--")
        large = mail(1, text=parts, Content_Type="multipart/mixed; boundary=b")
        with Dovecot(self.authority.good) as imap:
            imap.deliver(large)
            imap.deliver(mail(2))
            for box in (None, "maildir"):
                site = self.site(imap)
                if box:
                    site.boxes(site.maildir(large, mail(2)))
                site.list("weekly", limits={"mail": "100 KB"})
                time.sleep(2.1)  # what is newer is looked at once more
                result = site.issue()
                self.assertEqual((result.status, site.ids()),
                                 (OK, ["2@example.org"]))
                self.assertIn("larger than 102400 bytes", result.err)
                self.assertEqual(site.issue().err, "")
                site.list("weekly", limits={"mail": "1 MB"})
                self.assertEqual(site.issue().err, "")
                self.assertEqual(site.ids(),
                                 ["1@example.org", "2@example.org"])

    def test_put_back_from_a_backup(self):
        """The same UIDVALIDITY, and numbers that were other mails' before."""
        with Dovecot(self.authority.good) as imap:
            site = self.site(imap)
            imap.deliver(mail(1))
            imap.back_up()
            for number in (2, 3, 4):
                imap.deliver(mail(number))
            self.assertEqual(site.issue().status, OK)
            imap.put_back()
            imap.deliver(mail(5))
            self.assertEqual(site.issue().status, OK)
            imap.deliver(mail(6))
            self.assertEqual(site.issue().status, OK)
            self.assertEqual(site.ids(), [f"{number}@example.org"
                                          for number in range(1, 7)])
            self.assertEqual(len(site.spool()), 3)

    def test_folders(self):
        with Dovecot(self.authority.good) as imap:
            site = self.site(imap, folder="%C4%B0%C5%9F%20%26%20Su")
            imap.deliver(mail(1), '"&ATABXw- &- Su"')
            result = site.issue()
            self.assertEqual((result.status, result.err), (OK, ""))
            self.assertEqual(site.ids(), ["1@example.org"])

    def test_troubles(self):
        with Dovecot(self.authority.good) as imap:
            imap.deliver(mail(1))
            wrong = self.site(imap)
            wrong.environment["POSTRIDER_IMAP_PASSWORD"] = "wrong"
            untrusting = self.site(imap)
            del untrusting.environment["SSL_CERT_FILE"]
            for site, said in ((wrong, "check user and password"),
                               (self.site(imap, folder="None"),
                                "Mailbox doesn't exist"),
                               (untrusting, "certificate")):
                result = site.issue()
                self.assertEqual(result.status, OK)
                self.assertIn(said, result.err)
                self.assertIn("imaps://reader@localhost", result.err)
                self.assertEqual(site.ids(), [])

    def test_it_is_busy(self):
        """Nothing is wrong with the password."""
        with Dovecot(self.authority.good, BUSY) as imap:
            imap.deliver(mail(1))
            site = self.site(imap)
            with imap.session():
                result = site.issue()
            self.assertIn("[LIMIT] Maximum number of connections", result.err)
            self.assertNotIn("check user and password", result.err)
            eventually(self, lambda: site.issue().err == "")
            self.assertEqual(site.ids(), ["1@example.org"])


class TestHostileImap(unittest.TestCase):
    def site(self, server):
        site = BoxSite()
        self.addCleanup(site.folder.cleanup)
        site.environment["POSTRIDER_IMAP_PASSWORD"] = PASSWORD
        return site.boxes(server.url)

    def test_a_flood_ends(self):
        flood = b"* OK still there\r\n" * 4000
        with imapd.Server([mail(1)], flood=flood) as server:
            result = self.site(server).issue()
            self.assertEqual(result.status, OK)
            self.assertIn("says much, and does not answer", result.err)

    def test_goes_on_where_it_broke_off(self):
        """A server that always breaks off is read to its end all the same."""
        mails = [mail(number) for number in range(1, 61)]
        with imapd.Server(mails, stop_after=45) as server:
            site = self.site(server)
            result = site.issue()
            self.assertIn("closed the connection", result.err)
            self.assertEqual(len(site.ids()), 44)
            self.assertEqual(site.issue().err, "")
            self.assertEqual(len(site.ids()), 60)
            searches = [line for line in server.said if "SEARCH" in line]
            self.assertEqual(searches[-1], "UID SEARCH UID 41:*")


if __name__ == "__main__":
    tap.main()
