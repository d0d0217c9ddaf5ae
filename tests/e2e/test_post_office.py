#!/usr/bin/python3
"""The post: mails to one reader that are no issue, as they arrive at a server.

They are put into the store by hand here, as pages and the inbox put them; the
tokens in them are proven by what this file knows of their form.
"""
import base64
import datetime
import hashlib
import hmac
import json
import re
import time
import unittest

import tap
from letters import problems
from sites import OK, Site
from smtpd import NEVER, FakeSmtp, Fault, Plan
from test_dkim import entry, verify

KINDS = ("confirm-join", "confirm-leave", "confirm-old", "confirm-new",
         "confirm-erase", "known", "welcome", "goodbye", "copy", "probe",
         "settings", "latest")
ASKS = KINDS[:5]
JOIN, LEAVE, CHANGE, EXPORT, ERASE = range(5)  # requests
REQUESTS = {"confirm-join": JOIN, "confirm-leave": LEAVE,
            "confirm-old": CHANGE, "confirm-new": CHANGE,
            "confirm-erase": ERASE}
ACTIVE, GONE = 1, 5
WEB, MAIL = 2, 3
# A Tuesday: no issue is due for days. Past: no signature may be from the future.
START_TEXT = "2026-01-06T10:00:00Z"
START = int(datetime.datetime.fromisoformat(START_TEXT[:-1]).replace(
    tzinfo=datetime.timezone.utc).timestamp())
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
LEASE = 15 * MINUTE
SLOW = 20  # seconds that a run may take here
ADA = "ada@example.org"


def number(n):
    octets = b""
    while n > 127:
        octets += bytes([n & 127 | 128])
        n >>= 7
    return octets + bytes([n])


def token(key, kind, place, first, second):
    """As src/model/token.h has it: the proof's octets that the purpose picks
    stand behind the numbers."""
    numbers = number(first) + number(second)
    proof = hmac.new(key.encode(), kind + numbers, hashlib.sha256).digest()
    made = base64.b32encode(numbers + proof[10 * place:10 * place + 10])
    return made.decode().rstrip("=").lower()


class Office:
    """A site whose store has a reader, and takes mails for the post."""

    def __init__(self, **settings):
        self.site = Site()
        self.settings = {"unsubscribe": "leave@example.org"} | settings

    def __enter__(self):
        self.site.small(people=f"email,name\n{ADA},Ada\n", **self.settings)
        result = self.run(START)
        assert result.status == OK and not result.err, result
        self.list = self.query("SELECT id FROM list")[0][0]
        self.ada = self.query("SELECT id FROM subscriber")[0][0]
        return self

    def __exit__(self, *_):
        self.site.folder.cleanup()

    def run(self, now, *options):
        at = datetime.datetime.fromtimestamp(now, datetime.timezone.utc)
        return self.site.run("run", "--at", at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                             *options, "weekly")

    def query(self, sql, *values):
        return self.site.query(sql, *values)

    def change(self, sql, *values):
        self.site.change(sql, *values)

    def add(self, sql, *values):
        """Returns its id."""
        with self.site.store.open() as db:
            ((number,),) = db.query(sql + " RETURNING id", *values)
            return number

    def request(self, kind, address, by=WEB, at=START):
        return self.add(
            "INSERT INTO request (list, kind, subscriber, at, source,"
            " confirmed, done, key, address, name)"
            " VALUES (?, ?, 0, ?, ?, 0, 0, ?, ?, ?)", self.list,
            REQUESTS[kind], at, by, address, address, "Mallory was here")

    def put(self, kind, address=ADA, by=WEB, language=None, in_reply_to=None,
            at=START):
        """Returns the ids of the mail and its request."""
        request = self.request(kind, address, by, at) if kind in ASKS else 0
        subscriber = 0 if kind in ASKS else self.ada
        post = self.add(
            "INSERT INTO post (list, kind, request, subscriber, at, capped,"
            " due, key, address, language, in_reply_to)"
            " VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)", self.list,
            KINDS.index(kind), request, subscriber, at, at, address, address,
            language, in_reply_to)
        return post, request

    def state(self, state):
        self.change("UPDATE subscriber SET state = ? WHERE id = ?", state,
                    self.ada)

    def post(self, post):
        """(tries, due, sent, failure)"""
        return self.query("SELECT tries, due, sent, failure FROM post"
                          " WHERE id = ?", post)[0]

    @property
    def key(self):
        return self.query("SELECT value FROM meta"
                          " WHERE key = 'token_key'")[0][0]

    def of_request(self, request, place=0):
        return token(self.key, b"q", place, request, START)

    def of_ada(self, place):
        return token(self.key, b"s", place, self.list, self.ada)


def text_of(message):
    """Lines as they are, without the blanks by which they flow."""
    body = message.get_body(("plain",)).get_content()
    return "".join(line.rstrip() + "\n" for line in body.splitlines())


class TestMails(unittest.TestCase):
    def sent(self, office, server, now=START):
        """Runs, and gives what arrived, each sound."""
        result = office.run(now)
        self.assertEqual((result.status, result.out, result.err), (OK, "", ""))
        self.assertEqual(server.violations, [])
        for message in server.messages:
            self.assertEqual(problems(message.data), [])
        return server.messages

    def one(self, kind, settings=None, state=ACTIVE, **more):
        """(message, its parsed form, the office's tokens)"""
        with FakeSmtp() as server, Office(transport=server.url,
                                          **(settings or {})) as office:
            office.state(state)
            _, request = office.put(kind, **more)
            message, = self.sent(office, server)
            tokens = {"confirm": office.of_request(request),
                      "confirm-new": office.of_request(request, 1),
                      "leave": office.of_ada(0), "prefer": office.of_ada(1),
                      "probe": office.of_ada(2)}
            return message, message.parsed, tokens

    def test_a_confirmation(self):
        message, mail, tokens = self.one("confirm-join")
        self.assertEqual(message.recipients, [ADA])
        self.assertEqual(message.sender, "bounces@example.org")
        self.assertEqual(mail["To"], ADA)
        self.assertEqual(mail["From"], "Harbour Wire <weekly@example.org>")
        self.assertEqual(mail["Subject"], "Please confirm: Harbour Weekly")
        self.assertEqual(mail["Reply-To"],
                         f"leave+{tokens['confirm']}@example.org")
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertRegex(mail["Message-ID"],
                         r"^<post\.[a-z2-7]{16}@weekly\.example\.org>$")
        for name in mail.keys():
            self.assertFalse(name.lower().startswith("list-"), name)
        self.assertIn(f"https://lists.example.org/c/{tokens['confirm']}\n",
                      text_of(mail))
        self.assertNotIn("Mallory", str(mail))
        self.assertNotIn(tokens["confirm"], message.sender)

    def test_where_each_leads(self):
        for kind, state, want in (
                ("confirm-leave", ACTIVE, ["c/{confirm}"]),
                ("confirm-old", ACTIVE, ["c/{confirm}"]),
                ("confirm-new", ACTIVE, ["n/{confirm-new}"]),
                ("confirm-erase", ACTIVE, ["c/{confirm}"]),
                ("known", ACTIVE, ["p/{prefer}", "u/{leave}"]),
                ("welcome", ACTIVE, ["p/{prefer}", "u/{leave}"]),
                ("goodbye", GONE, ["u/{leave}"]),
                ("probe", ACTIVE, ["p/{prefer}", "u/{leave}"])):
            with self.subTest(kind=kind):
                _, mail, tokens = self.one(kind, state=state)
                links = re.findall(r"https://lists\.example\.org/(\S+)",
                                   text_of(mail))
                self.assertEqual(links, [path.format_map(tokens)
                                         for path in want])

    def test_an_answer_to_a_mail(self):
        for in_reply_to in ("<1@example.org>", None):
            with self.subTest(in_reply_to=in_reply_to):
                message, mail, _ = self.one("confirm-leave", by=MAIL,
                                            in_reply_to=in_reply_to)
                self.assertEqual(message.sender, "")
                self.assertEqual(mail["Auto-Submitted"], "auto-replied")
                self.assertEqual(mail["In-Reply-To"], in_reply_to)
                self.assertEqual(mail["References"], in_reply_to)

    def test_what_is_answered_injects_nothing(self):
        for bad in ("<1@example.org>\r\nBcc: eve@example.org", "<1>\nX-Bad: 1",
                    "<\u00fc@example.org>", "<" + "x" * 2000 + ">"):
            with self.subTest(bad=bad):
                message, mail, _ = self.one("confirm-leave", by=MAIL,
                                            in_reply_to=bad)
                self.assertEqual(message.recipients, [ADA])
                self.assertIsNone(mail["In-Reply-To"])
                self.assertIsNone(mail["Bcc"])
                self.assertIsNone(mail["X-Bad"])

    def test_a_probe_says_who_it_was(self):
        message, mail, tokens = self.one("probe")
        self.assertEqual(message.sender,
                         f"bounces+{tokens['probe']}@example.org")
        self.assertIn("weekly.example.org", mail["List-Id"])
        self.assertIsNone(mail["List-Unsubscribe-Post"])
        message, _, _ = self.one("probe", {"bounces": None})
        self.assertEqual(message.sender, "weekly@example.org")

    def test_without_pages(self):
        without = {"web": None}
        _, mail, tokens = self.one("confirm-join", without)
        self.assertEqual(mail["Subject"], f"confirm {tokens['confirm']}")
        self.assertEqual(mail["Reply-To"],
                         f"leave+{tokens['confirm']}@example.org")
        self.assertNotIn("://lists", text_of(mail))
        _, mail, tokens = self.one("welcome", without)
        self.assertIn(f"unsubscribe {tokens['leave']}\n", text_of(mail))

    def test_a_copy(self):
        with FakeSmtp() as server, Office(transport=server.url) as office:
            office.put("copy")
            message, = self.sent(office, server)
            part, = message.parsed.iter_attachments()
            self.assertEqual(part.get_content_type(), "application/json")
            self.assertEqual(part.get_filename(), "copy.json")
            copy = json.loads(part.get_payload(decode=True))
            self.assertEqual(copy["address"], ADA)
            self.assertEqual(copy["name"], "Ada")
            self.assertEqual(copy["state"], "active")
            self.assertEqual([row["by"] for row in copy["history"]], ["file"])
            self.assertEqual([row["kind"] for row in copy["mails"]], ["copy"])
            shown = office.site.run("--json", "subscribers", "show", "weekly",
                                    ADA).json
            self.assertEqual(copy["history"], shown["history"])

    def test_languages(self):
        for language, subject in (("tr", "Lütfen onaylayın: Harbour Weekly"),
                                  ("ar", "يرجى التأكيد: Harbour Weekly"),
                                  ("xx", "Please confirm: Harbour Weekly")):
            with self.subTest(language=language):
                _, mail, _ = self.one("confirm-join", language=language)
                self.assertEqual(mail["Subject"], subject)

    def test_signatures(self):
        with FakeSmtp() as server, Office(transport=server.url) as office:
            office.site.list(dkim=[entry(office.site, "ed25519")])
            office.put("confirm-join")
            office.put("copy")
            for message in self.sent(office, server):
                self.assertEqual(verify(message.data), [True])

    def test_the_latest_issue(self):
        with FakeSmtp() as server, Office(transport=server.url) as office:
            self.assertEqual(office.run(START, "--now", "--yes").status, OK)
            office.put("welcome")
            message = self.sent(office, server)[-1]
            self.assertIn("and 1 more\nhttps://archive.example.org/weekly/1/",
                          text_of(message.parsed))

    def test_several_share_a_connection(self):
        with FakeSmtp() as server, Office(transport=server.url) as office:
            people = [f"reader{n:02}@example.org" for n in range(40)]
            for address in people:
                office.put("confirm-join", address)
            office.put("known")
            before = len(server.connections)
            messages = self.sent(office, server)
            self.assertEqual(sorted(m.recipient for m in messages),
                             sorted([*people, ADA]))
            for message in messages:
                self.assertEqual(message.parsed["To"], message.recipient)
                self.assertIn(message.recipient, text_of(message.parsed))
            ids = {message.parsed["Message-ID"] for message in messages}
            self.assertEqual(len(ids), len(messages))
            self.assertLess(len(server.connections) - before, 20)

    def test_two_mails_to_one_address(self):
        with FakeSmtp() as server, Office(transport=server.url) as office:
            office.put("known")
            office.put("probe")
            messages = self.sent(office, server)
            self.assertEqual([m.recipient for m in messages], [ADA, ADA])
            self.assertEqual(len({m.parsed["Subject"] for m in messages}), 2)

    def test_an_international_address(self):
        address = "jörg@example.org"
        with FakeSmtp() as server, Office(transport=server.url) as office:
            post, _ = office.put("confirm-join", address)
            office.run(START)
            self.assertEqual(server.recipients, [address])
            self.assertAlmostEqual(office.post(post)[2], START, delta=SLOW)


class TestWhetherItGoes(unittest.TestCase):
    def left_out(self, kind, prepare, reason):
        with FakeSmtp() as server, Office(transport=server.url) as office:
            post, request = office.put(kind)
            prepare(office, request)
            result = office.run(START)
            self.assertEqual((result.status, result.err), (OK, ""))
            self.assertEqual(server.messages, [])
            _, due, sent, failure = office.post(post)
            self.assertEqual((due, sent), (None, None))
            self.assertIn(reason, failure)

    def test_what_is_overtaken_is_not_sent(self):
        def with_request(sql):
            return lambda office, request: office.change(
                f"UPDATE request SET {sql} WHERE id = ?", request)

        def in_state(state):
            return lambda office, _: office.state(state)

        for kind, prepare, reason in (
                ("confirm-join", with_request("done = 1"), "done"),
                ("confirm-join", with_request(f"at = {START - 30 * DAY}"),
                 "expired"),
                ("confirm-join", lambda office, request: office.change(
                    "DELETE FROM request"), "forgotten"),
                ("welcome", in_state(GONE), "state"),
                ("goodbye", in_state(ACTIVE), "state"),
                ("probe", in_state(GONE), "state"),
                ("known", in_state(GONE), "state"),
                ("settings", in_state(GONE), "state"),
                ("latest", in_state(GONE), "state"),
                ("latest", lambda office, _: None, "no issue yet"),
                ("copy", lambda office, _: office.change(
                    "UPDATE post SET subscriber = 99"), "not there")):
            with self.subTest(kind=kind, reason=reason):
                self.left_out(kind, prepare, reason)

    def test_no_address(self):
        self.left_out("confirm-join", lambda office, _: office.change(
            "UPDATE post SET address = ?",
            "a@example.org\r\nRCPT TO:<eve@example.org>"), "address")

    def test_a_dry_run_sends_nothing(self):
        with FakeSmtp() as server, Office(transport=server.url) as office:
            post, _ = office.put("known")
            office.run(START, "--dry-run")
            self.assertEqual(server.messages, [])
            self.assertEqual(office.post(post), (0, START, None, None))

    def test_the_sites_own_templates(self):
        with FakeSmtp() as server, Office(transport=server.url) as office:
            office.site.write("templates/post/known.mustache",
                              "Hello from {{list}}\n\nOur own words.\n")
            office.put("known")
            office.put("probe")
            office.run(START)
            texts = [text_of(message.parsed) for message in server.messages]
            self.assertEqual(server.messages[0].parsed["Subject"],
                             "Hello from Harbour Weekly")
            self.assertIn("Our own words.", texts[0])
            self.assertIn("you need do nothing", texts[1].replace("\n", " "))

    def test_a_broken_template_holds_up_no_other(self):
        with FakeSmtp() as server, Office(transport=server.url) as office:
            office.site.write("templates/post/known.mustache",
                              "Hello\n\n{{titel}}\n")
            known, _ = office.put("known")
            probe, _ = office.put("probe")
            result = office.run(START)
            self.assertEqual(result.status, OK)
            self.assertRegex(result.err, r"known\.mustache:3: .*titel")
            self.assertEqual(len(server.messages), 1)
            self.assertIsNone(office.post(known)[2])
            self.assertAlmostEqual(office.post(probe)[2], START, delta=SLOW)
            office.site.write("templates/post/known.mustache", "Hello\n\nx\n")
            office.run(START + MINUTE + SLOW)
            self.assertEqual(len(server.messages), 2)


class TestCheck(unittest.TestCase):
    def test_a_broken_template_is_found(self):
        with Site() as site:
            site.small()
            self.assertEqual(site.run("check").status, OK)
            site.write("templates/post/goodbye.mustache", "{{#list}}\n")
            result = site.run("check")
            self.assertNotEqual(result.status, OK)
            self.assertRegex(result.err, r"the mail 'goodbye' .*"
                             r"templates/post/goodbye\.mustache:1: ")

    def test_without_pages(self):
        with Site() as site:
            site.small(web=None, archive="none",
                       unsubscribe="leave@example.org")
            self.assertEqual(site.run("check").status, OK)


class TestRefusals(unittest.TestCase):
    def test_for_now(self):
        fault = Fault("RCPT", "451 4.7.1 Later, please")
        with FakeSmtp(Plan(faults=[fault])) as server, \
                Office(transport=server.url) as office:
            post, _ = office.put("known")
            now, waits = START, []
            for _ in range(20):
                result = office.run(now)
                self.assertEqual((result.status, result.err), (OK, ""))
                tries, due, sent, failure = office.post(post)
                self.assertIsNone(sent)
                self.assertIn("451 4.7.1 Later", failure)
                if due is None:
                    break
                waits.append((due - now) // MINUTE)
                self.assertEqual(office.run(due - SLOW).status, OK)
                self.assertEqual(office.post(post)[0], tries)
                now = due
            self.assertGreater(len(waits), 10)
            self.assertEqual(waits[:7], [1, 5, 15, 60, 120, 240, 240])
            self.assertGreater(now, START + 40 * HOUR)
            self.assertLess(now, START + 2 * DAY)

    def test_an_old_one_has_its_tries(self):
        fault = Fault("RCPT", "451 4.7.1 Later, please")
        with FakeSmtp(Plan(faults=[fault])) as server, \
                Office(transport=server.url) as office:
            post, _ = office.put("known", at=START - 5 * DAY)
            for now, done in ((START, False), (START + HOUR, False),
                              (START + 2 * HOUR, True)):
                office.run(now)
                self.assertEqual(office.post(post)[1] is None, done)

    def test_it_arrives_at_last(self):
        fault = Fault("BODY", "452 4.3.1 Full", times=2)
        with FakeSmtp(Plan(faults=[fault])) as server, \
                Office(transport=server.url) as office:
            post, _ = office.put("known")
            for now in (START, START + 2 * MINUTE, START + HOUR):
                self.assertEqual(server.messages, [])
                office.run(now)
            self.assertEqual(server.recipients, [ADA])
            self.assertAlmostEqual(office.post(post)[2], START + HOUR,
                                   delta=SLOW)

    def test_for_good(self):
        fault = Fault("RCPT", "550 5.1.1 No such user")
        with FakeSmtp(Plan(faults=[fault])) as server, \
                Office(transport=server.url) as office:
            posts = [office.put("known")[0], office.put("confirm-join")[0]]
            result = office.run(START)
            self.assertEqual((result.status, result.err), (OK, ""))
            for post in posts:
                _, due, sent, failure = office.post(post)
                self.assertEqual((due, sent), (None, None))
                self.assertIn("550 5.1.1 No such user", failure)
            self.assertEqual(
                office.query("SELECT state FROM subscriber"), [(ACTIVE,)])
            self.assertEqual(office.query("SELECT * FROM returned"), [])

    def test_one_is_refused_and_the_others_go(self):
        fault = Fault("RCPT", "550 5.1.1 No such user", match="bob@")
        with FakeSmtp(Plan(faults=[fault])) as server, \
                Office(transport=server.url) as office:
            bob, _ = office.put("confirm-join", "bob@example.org")
            ada, _ = office.put("known")
            office.run(START)
            self.assertEqual(server.recipients, [ADA])
            self.assertIn("550", office.post(bob)[3])
            self.assertAlmostEqual(office.post(ada)[2], START, delta=SLOW)

    def test_what_is_about_the_relay_refuses_nobody(self):
        for step, reply in (("MAIL", "550 5.7.1 Sender not allowed"),
                            ("RCPT", "554 5.7.1 Relaying denied")):
            fault = Fault(step, reply, times=1)
            with self.subTest(step=step), \
                    FakeSmtp(Plan(faults=[fault])) as server, \
                    Office(transport=server.url) as office:
                post, _ = office.put("known")
                self.assertEqual(office.run(START).status, OK)
                self.assertAlmostEqual(office.post(post)[1],
                                       START + MINUTE, delta=SLOW)
                office.run(START + MINUTE + SLOW)
                self.assertEqual(server.recipients, [ADA])

    def test_no_relay_answers(self):
        with FakeSmtp() as server:
            url = server.url
        with Office(transport=url) as office:
            post, _ = office.put("known")
            result = office.run(START)
            self.assertEqual((result.status, result.err), (OK, ""))
            _, due, sent, failure = office.post(post)
            self.assertAlmostEqual(due, START + MINUTE, delta=SLOW)
            self.assertIsNone(sent)
            self.assertTrue(failure)


class TestCrash(unittest.TestCase):
    """Killed before and after each recorded step: never none."""

    def test_nobody_is_skipped(self):
        people = [f"reader{n}@example.org" for n in range(3)]
        repeats, steps = 0, 0
        for when in ("before", "after"):
            for step in range(1, 100):
                ended, count = self.killed_at(when, step, people)
                repeats += count
                if ended:
                    break
                steps += 1
        self.assertGreater(steps, 10)
        self.assertGreater(repeats, 0)  # the kill between sending and record

    def test_only_what_is_on_the_wire_comes_again(self):
        """Killed when ten of a batch are taken, and the relay is silent about
        those that follow."""
        people = [f"reader{n:02}@example.org" for n in range(30)]
        silent = Fault("BODY", nth=11, stall=NEVER)
        with FakeSmtp(Plan(faults=[silent])) as server, \
                Office(transport=server.url) as office:
            for address in people:
                office.put("confirm-join", address)
            process = office.site.start("run", "--at", START_TEXT, "weekly")
            self.wait_for(lambda: office.query(
                "SELECT count(*) FROM post WHERE sent > 0") == [(10,)])
            process.kill()
            process.communicate(timeout=60)
            silent.nth = 1000
            in_doubt = len(server.connections)
            office.site.store.end_leases()
            self.assertEqual(office.run(START + LEASE + SLOW).status, OK)
            self.assertEqual(sorted(set(server.recipients)), people)
            self.assertLessEqual(len(server.messages) - len(people), in_doubt)
            ids = {message.parsed["Message-ID"] for message in server.messages}
            self.assertEqual(len(ids), len(people))

    def test_nothing_new_begins_when_the_lease_may_end(self):
        """A relay that takes its time for the first ones: the others are left
        for later, for another host may take them by then."""
        people = [f"reader{n:02}@example.org" for n in range(30)]
        slow = Fault("BODY", stall=4)
        with FakeSmtp(Plan(faults=[slow])) as server, \
                Office(transport=server.url) as office:
            for address in people:
                office.put("confirm-join", address)
            # Of four minutes to begin in, and of ten for a reply, the hundredth.
            office.site.environment["POSTRIDER_TIMEOUTS_BY"] = "100"
            self.assertEqual(office.run(START).status, OK)
            begun = len(server.messages)
            self.assertLess(begun, len(people))
            self.assertEqual(office.query(
                "SELECT count(*) FROM post WHERE failure LIKE '%no time%'"),
                [(len(people) - begun,)])

    def wait_for(self, true):
        for _ in range(600):
            if true():
                return
            time.sleep(0.1)
        self.fail("it never came to that")

    def killed_at(self, when, step, people):
        with FakeSmtp() as server, Office(transport=server.url) as office:
            for address in people:
                office.put("confirm-join", address)
            office.site.environment["POSTRIDER_STOP"] = f"{when}:{step}"
            process = office.site.start(
                "run", "--at", START_TEXT, "weekly")
            process.communicate(timeout=60)
            del office.site.environment["POSTRIDER_STOP"]
            self.assertIn(process.returncode, (OK, -9))
            office.site.store.end_leases()
            self.assertEqual(office.run(START + LEASE + SLOW).status, OK)
            self.assertEqual(set(server.recipients), set(people))
            self.assertEqual(
                office.query("SELECT count(*) FROM post WHERE sent > 0"),
                [(len(people),)])
            ids = {message.parsed["Message-ID"] for message in server.messages}
            self.assertEqual(len(ids), len(people))
            return (process.returncode == OK,
                    len(server.messages) - len(people))


if __name__ == "__main__":
    tap.main()
