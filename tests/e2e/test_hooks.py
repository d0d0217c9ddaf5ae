#!/usr/bin/python3
"""Programs of the operator's: when they are called, with what, and which files
are not run at all."""
import json
import os
import pathlib
import re
import signal
import time
import unittest

import tap
from sites import CONFIG, INPUT, LATER, OK, REFUSED, Site
from smtpd import FakeSmtp, Fault, Plan

NOBODY = 65534


class Hooked(Site):
    def hooks(self, **scripts):
        """Each a shell script, `said` a file beside it for what it was given.
        """
        paths = {name: f"hooks/{name}" for name in scripts}
        for name, script in scripts.items():
            self.hook(name, script)
        self.write("lists/defaults.yaml",
                   json.dumps({"hooks": paths, "log": "file:state/log"}))
        return self

    def hook(self, name, script):
        path = self.write(f"hooks/{name}", "#!/bin/sh\n" + script.replace(
            "SAID", f"{self.path}/said.{name}"))
        path.chmod(0o755)
        (self.path / "hooks").chmod(0o755)
        return path

    def said(self, name):
        """The objects that it was given, if it wrote them."""
        path = self.path / f"said.{name}"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text().splitlines()]

    def log(self):
        return (self.path / "state/log").read_text()


class TestBeforeSend(unittest.TestCase):
    def test_it_is_asked(self):
        with Hooked() as site:
            site.small().hooks(before_send="cat >>SAID")
            self.assertEqual(site.issue().status, OK)
            self.assertEqual(len(site.spool()), 3)
            (said,) = site.said("before_send")
            self.assertEqual(
                [said[key] for key in ("hook", "list", "title", "site",
                                       "real")],
                ["before_send", "weekly", "Harbour Weekly",
                 os.path.realpath(site.path), False])
            issue = said["issue"]
            self.assertEqual((issue["number"], issue["recipients"]), (1, 3))
            self.assertIn("Item 1", issue["subject"])
            self.assertEqual(len(issue["report"]["selected"]), 2)

    def test_a_subject_that_names_its_reader(self):
        """As all see it who are no reader: nothing stands for a name."""
        with Hooked() as site:
            site.small(1, subject="{{subscriber.name}}: {{lead.title}}")
            site.hooks(before_send="cat >>SAID", after_issue="cat >>SAID")
            self.assertEqual(site.issue().status, OK)
            (before,), (after,) = (site.said("before_send"),
                                   site.said("after_issue"))
            self.assertRegex(after["issue"]["subject"], "^…: Item [12]$")
            self.assertEqual(before["issue"]["subject"],
                             after["issue"]["subject"])

    def test_it_says_no(self):
        with Hooked() as site:
            site.small(editors=["desk@example.org"])
            site.hooks(before_send="echo 'not today' >&2; echo more >&2;"
                                   " exit 3")
            result = site.issue()
            self.assertEqual((result.status, len(result.lines)), (LATER, 1))
            self.assertIn("held by the hook before_send: not today;",
                          result.err)
            (mail,) = site.letters()
            self.assertEqual(mail["Delivered-To"], "desk@example.org")
            self.assertIn("not today", mail.get_content())
            self.assertNotIn("more", mail.get_content())
            self.assertIn("not today", site.run("status").out)
            self.assertEqual(
                site.query("SELECT count(*) FROM issue")[0][0], 0)
            self.assertEqual(site.issue().status, OK)   # held: not asked
            self.assertEqual(len(site.spool()), 1)
            site.hook("before_send", "exit 0")
            site.run("release", "weekly")
            self.assertEqual(site.issue().status, OK)
            self.assertEqual(len(site.spool()), 4)

    def test_a_reason_that_is_none(self):
        for script, want in (("exit 1", "it did not say why"),
                             ("printf 'a\\033[2Jb' >&2; exit 1", "a[2Jb"),
                             ("printf 'yayın\\377' >&2; exit 1", "yayın\ufffd;"),
                             ("printf 'x%.0s' $(seq 999) >&2; exit 1",
                              "x" * 200 + ";")):
            with Hooked() as site:
                site.small().hooks(before_send=script)
                self.assertIn(f"before_send: {want}", site.issue().err)

    def test_a_draft(self):
        with Hooked() as site:
            site.small(approval={"draft": "3 hours before"})
            site.hooks(before_send="cat >>SAID; echo no >&2; exit 1")
            draft = site.run("--json", "draft", "weekly").json
            site.run("approve", "weekly", draft["number"], draft["hash"],
                     "--by", "Ada")
            self.assertEqual(site.said("before_send"), [])
            site.run("run", "--at", draft["slot"])
            (said,) = site.said("before_send")
            self.assertEqual(said["issue"]["approver"], "Ada")
            self.assertEqual(said["issue"]["subject"], draft["subject"])
            self.assertIn("before_send: no", site.run("status").out)

    def while_it_is_asked(self, site, deed):
        """What an editor does meanwhile to a draft that is approved."""
        site.small(editors=["desk@example.org"],
                   approval={"draft": "3 hours before"})
        draft = site.run("--json", "draft", "weekly").json
        self.approve(site, draft)
        site.hooks(before_send=f"cat >>SAID; cd {site.path};"
                               " while [ ! -e done ]; do sleep 0.1; done")
        process = site.start("run", "--at", draft["slot"])
        while not site.said("before_send"):
            self.assertIsNone(process.poll())
            time.sleep(0.02)
        deed(draft["slot"])
        site.write("done", "")
        out, err = process.communicate(timeout=20)
        self.assertEqual((process.returncode, out, err), (OK, b"", b""))
        self.assertEqual(site.letters(), [])
        return draft["slot"]

    def approve(self, site, draft):
        result = site.run("approve", "weekly", draft["number"], draft["hash"],
                          "--by", "Ada")
        self.assertEqual(result.status, OK, result)

    def test_a_draft_that_is_cancelled_meanwhile(self):
        with Hooked() as site:
            self.while_it_is_asked(
                site, lambda slot: site.run("cancel", "weekly", "1"))
            self.assertEqual(site.query("SELECT note FROM issue"),
                             [("cancelled by an editor",)])

    def test_a_draft_that_is_made_anew_meanwhile(self):
        """What was approved instead is asked about, too."""
        def make_anew(slot):
            site.dispatch("weekly", "added.md", title="Added")
            self.approve(site, site.run("--json", "draft", "weekly").json)

        with Hooked() as site:
            slot = self.while_it_is_asked(site, make_anew)
            self.assertEqual(site.run("run", "--at", slot).status, OK)
            first, second = [len(said["issue"]["report"]["selected"])
                             for said in site.said("before_send")]
            self.assertEqual((first, second), (2, 3))
            self.assertEqual(len(site.spool()), 3)

    def test_what_cannot_be_asked_sends_nothing(self):
        for script, want in (("kill -9 $$", "a signal ended it"),
                             ("exit 127", "it could not be run"),
                             ("sleep 60", "did not end within")):
            with Hooked() as site:
                site.small().hooks(before_send=script)
                site.environment["POSTRIDER_TIMEOUTS_BY"] = "60"
                result = site.issue()
                self.assertEqual((result.status, site.spool()), (CONFIG, []))
                self.assertIn(want, result.err)
                self.assertNotIn("held", site.run("status").out)

    def test_what_it_leaves_running_is_not_waited_for(self):
        """Its own end is its answer."""
        for end, status, sent in (("", OK, 3), ("; exit 1", LATER, 0)):
            with Hooked() as site:
                site.small().hooks(
                    before_send="sleep 1000 & echo $! >>SAID" + end)
                self.assertEqual(site.issue().status, status)
                self.assertEqual(len(site.spool()), sent)
                self.assertEqual("held" in site.run("status").out, not sent)
                for left in site.said("before_send"):
                    os.kill(left, signal.SIGKILL)

    def test_a_dry_run_asks_nobody(self):
        with Hooked() as site:
            site.small().hooks(before_send="cat >>SAID; exit 1",
                               on_failure="cat >>SAID")
            self.assertEqual(site.issue("--dry-run").status, OK)
            self.assertEqual(site.said("before_send"), [])


class TestAfter(unittest.TestCase):
    def test_an_issue_is_finished(self):
        plan = Plan(faults=[
            Fault("RCPT", "450 4.2.1 Later", match="reader00002")])
        with FakeSmtp(plan) as server, Hooked() as site:
            site.small(transport=server.url).hooks(after_issue="cat >>SAID")
            site.run("run", "--now", "--yes", "--at", "2026-11-20T08:00:00Z")
            self.assertEqual(site.said("after_issue"), [])
            server.plan.faults.clear()
            site.run("run", "--at", "2026-11-20T20:00:00Z")
            site.run("run", "--at", "2026-11-20T21:00:00Z")
            (said,) = site.said("after_issue")
            self.assertTrue(said["real"])
            self.assertEqual(said["issue"]["recipients"]["sent"], 3)
            self.assertEqual(said["issue"]["opened"], "2026-11-20T08:00:00Z")
            self.assertEqual(said["issue"]["dispatches"], 2)

    def test_it_is_finished_again(self):
        plan = Plan(faults=[
            Fault("RCPT", "550 5.1.1 No such user", match="reader00002")])
        with FakeSmtp(plan) as server, Hooked() as site:
            site.small(transport=server.url).hooks(after_issue="cat >>SAID")
            site.issue("--yes")
            server.plan.faults.clear()
            site.run("subscribers", "add", "weekly", "reader00002@example.org",
                     "--reason", "his server was down")
            self.assertEqual(site.run("retry", "weekly", "1").status, OK)
            site.run("run")
            self.assertEqual([said["issue"]["recipients"]["sent"]
                              for said in site.said("after_issue")], [2, 3])

    def test_it_is_cancelled(self):
        plan = Plan(faults=[
            Fault("RCPT", "450 4.2.1 Later", match="reader00002")])
        with FakeSmtp(plan) as server, Hooked() as site:
            site.small(transport=server.url).hooks(after_issue="cat >>SAID")
            site.issue("--yes")
            self.assertEqual(site.run("cancel", "weekly", "1").status, OK)
            site.run("run")
            self.assertEqual(site.said("after_issue"), [])

    def test_all_that_is_said_is_documented(self):
        manual = (pathlib.Path(__file__).resolve().parents[2]
                  / "docs/operations.md").read_text()
        told = set(re.findall(r"`([a-z]+)`|\"([a-z]+)\":",
                              manual.partition("\n## Hooks\n")[2]
                              .partition("\n## ")[0]))
        told = {word for pair in told for word in pair}
        with Hooked() as site:
            site.small(approval={"draft": "3 hours before"})
            site.hooks(before_send="cat >>SAID", after_issue="cat >>SAID")
            draft = site.run("--json", "draft", "weekly").json
            site.run("approve", "weekly", draft["number"], draft["hash"])
            site.run("run", "--at", draft["slot"])
            for hook in ("before_send", "after_issue"):
                (said,) = site.said(hook)
                self.assertEqual({*said, *said["issue"]} - told, set(), hook)

    def test_it_fails(self):
        """What is done is done."""
        with Hooked() as site:
            site.small().hooks(after_issue="exit 4")
            result = site.issue()
            self.assertEqual((result.status, len(site.spool())), (OK, 3))
            self.assertIn("ended with status 4", result.err)
            self.assertEqual(site.states(), {"sent": 3})

    def test_a_run_fails(self):
        with Hooked() as site:
            site.small(30).hooks(on_failure="cat >>SAID")
            site.run("run", "--at", "2026-11-20T20:00:00Z")
            site.roster("weekly", 2)
            first = site.run("run", "--at", "2026-11-20T20:05:00Z")
            site.run("run", "--at", "2026-11-20T20:10:00Z")
            said = site.said("on_failure")
            self.assertEqual([one["again"] for one in said], [False, True])
            self.assertEqual(said[0]["status"], first.status)
            self.assertIn(said[0]["failure"], first.err)

    def test_a_relay_refuses_us(self):
        plan = Plan(faults=[Fault("CONNECT", "554 5.7.1 We do not know you")])
        with FakeSmtp(plan) as server, Hooked() as site:
            site.small(transport=server.url).hooks(on_failure="cat >>SAID")
            site.issue()
            (said,) = site.said("on_failure")
            self.assertEqual(said["status"], REFUSED)
            self.assertIn("We do not know you", said["failure"])


class TestSurroundings(unittest.TestCase):
    def test_a_clean_environment(self):
        with Hooked() as site:
            site.environment["POSTRIDER_SMTP_PASSWORD"] = "secret"
            site.small().hooks(
                after_issue="cat >/dev/null; env >SAID; ls /proc/self/fd"
                            " >>SAID")
            site.issue()
            said = (site.path / "said.after_issue").read_text().split()
            self.assertIn("POSTRIDER_LIST=weekly", said)
            self.assertIn("POSTRIDER_HOOK=after_issue", said)
            self.assertEqual(
                {line.split("=")[0] for line in said if "=" in line}
                - {"PWD", "_", "OLDPWD", "SHLVL"},
                {"POSTRIDER_LIST", "POSTRIDER_HOOK", "LANG", "PATH"})

    def test_what_it_writes_is_in_the_log(self):
        with Hooked() as site:
            site.small().hooks(
                after_issue="echo 'told ada@example.org'; echo hm >&2")
            result = site.issue()
            self.assertEqual((result.out, result.err), ("", ""))
            self.assertIn("weekly hook after_issue: told (address)\n",
                          site.log())
            self.assertIn("weekly hook after_issue: hm\n", site.log())

    def test_much_of_it(self):
        with Hooked() as site:
            site.small().hooks(
                after_issue="yes | head -c 900000; yes | head -c 90000 >&2")
            self.assertEqual(site.issue().status, OK)
            self.assertLess(len(site.log()), 20000)

    def test_no_shell(self):
        """A name is a name."""
        with Hooked() as site:
            site.small()
            path = site.hook("a b;c", "cat >'SAID'")
            site.write("lists/defaults.yaml",
                       json.dumps({"hooks": {"after_issue": str(path)}}))
            site.issue()
            self.assertEqual(len(site.said("a b;c")), 1)


class TestWhoseFile(unittest.TestCase):
    def refused(self, site, want, status=CONFIG):
        checked = site.run("check")
        self.assertEqual(checked.status, CONFIG)
        self.assertIn("hook before_send: ", checked.err)
        self.assertIn(want, checked.err)
        result = site.issue()
        self.assertEqual((result.status, site.spool()), (status, []))
        self.assertIn(want, result.err)
        self.assertEqual(site.said("before_send"), [])

    def begin(self, site):
        site.small().hooks(before_send="cat >>SAID")
        self.assertEqual(site.run("check").status, OK)
        return site.path / "hooks/before_send"

    def test_others_may_write(self):
        for mode in (0o757, 0o777):
            with Hooked() as site:
                self.begin(site).chmod(mode)
                self.refused(site, "others may write it")

    @unittest.skipIf(os.geteuid() != 0, "only root can give files away")
    def test_a_group_may_write(self):
        with Hooked() as site:
            path = self.begin(site)
            os.chown(path, 0, NOBODY)
            path.chmod(0o775)
            self.refused(site, "others may write it")

    def test_others_may_write_its_folder(self):
        with Hooked() as site:
            self.begin(site).parent.chmod(0o777)
            self.refused(site, "others may write its folder")

    @unittest.skipIf(os.geteuid() != 0, "only root can give files away")
    def test_it_is_of_another(self):
        for part, what in ((".", "it belongs"), ("..", "its folder belongs")):
            with Hooked() as site:
                path = self.begin(site)
                os.chown(path if part == "." else path.parent, NOBODY, 0)
                self.refused(site, what)

    def test_a_link(self):
        with Hooked() as site:
            path = self.begin(site)
            path.rename(path.with_name("real"))
            path.symlink_to("real")
            self.refused(site, "it is no plain file")

    def test_a_folder(self):
        with Hooked() as site:
            path = self.begin(site)
            path.unlink()
            path.mkdir()
            self.refused(site, "it is no plain file")

    def test_it_may_not_be_run(self):
        with Hooked() as site:
            self.begin(site).chmod(0o644)
            self.refused(site, "it is not executable")

    def test_it_is_not_there(self):
        with Hooked() as site:
            self.begin(site).unlink()
            self.refused(site, "No such file", status=INPUT)

    def test_it_is_no_program(self):
        with Hooked() as site:
            pathlib.Path(self.begin(site)).write_text("no program\n")
            result = site.issue()
            self.assertEqual((result.status, site.spool()), (CONFIG, []))
            self.assertIn("it could not be run", result.err)

    def test_others_may_write_the_settings(self):
        with Hooked() as site:
            self.begin(site)
            (site.path / "lists/defaults.yaml").chmod(0o666)
            self.assertIn("others may write this file, and so what is run",
                          site.run("check").err)


if __name__ == "__main__":
    tap.main()
