"""Proofs, extras and corrections from the desk, in a browser."""
import tap
import test_desk_pages
from test_desk_pages import WIDE


class TestDeeds(test_desk_pages.Sitting):
    def setUp(self):
        super().setUp()
        self.site.list("weekly", editors=["desk@example.org"])
        self.site.issue()
        self.site.dispatch("weekly", "late.md", title="Late")

    def test_proof_by_keyboard(self):
        said = self.sit(
            ["letter", WIDE, "Late"], ["press", "#make-beside"],
            ["until", "#told", "not done"],
            ["fill", "#to", "ada@example.org"], ["key", "Tab"],
            ["key", "Enter"], ["until", ".done", "on its way"], ["focus"],
            ["axe"])
        self.assertEqual(said[-1], [])
        self.assertIn(b"[Proof]", self.site.spool()[-1])

    def test_correction(self):
        """What is ticked stays so while the issue changes."""
        for options in ({}, {"scheme": "dark", "width": 390}):
            with self.subTest(options):
                said = self.sit(
                    ["letter", WIDE, "Late"],
                    ["focus_on", "#in ~ table [type=checkbox]"],
                    ["key", "Space"],
                    ["write", *self.source("late.md",
                                           title=f"Later {options}")],
                    ["until", "#in ~ table", "Later"],
                    ["until", "[type=checkbox]:checked", ""],
                    ["choose", "#corrected", "1"],
                    ["press", "#make-beside"],
                    ["until", ".waiting h3", "Correction 2: "],
                    ["press", "#look-2"], ["until", ".waiting pre", "Later"],
                    ["axe"],
                    ["until", "body:not(:has([type=checkbox]:checked))", ""],
                    ["fill", "#note", f"Words {options}"],
                    ["press", "#write"],
                    ["letter", WIDE, f"Words {options}"],
                    ["until", "[open] #look-2", ""],
                    ["press", "#cancel-2"],
                    ["until", "body:not(:has(.waiting))", ""], **options)
                self.assertEqual(said, [[]])

    def test_retraction_by_keyboard(self):
        said = self.sit(
            ["letter", WIDE, "Late"],
            ["focus_on", "#in ~ table [type=checkbox]"], ["key", "Space"],
            ["focus_on", "#retracting"], ["key", "Enter"],
            ["fill", "#retract-why", "a wrong name"], ["key", "Tab"],
            ["key", "Enter"], ["until", "#out ~ table .retracted", "Late"],
            ["until", "#out ~ table .retracted", "a wrong name"], ["axe"],
            ["focus_on", ".retracted [formaction=restore]"], ["key", "Enter"],
            ["letter", WIDE, "Late"], ["until", "#in ~ table", "Late"])
        self.assertEqual(said, [[]])

    def test_without_javascript(self):
        self.sit(["letter", WIDE, "Late"],
                 ["press", "#in ~ table [type=checkbox]"],
                 ["press", "#make-beside"],
                 ["until", ".waiting h3", "Extra 2: "],
                 ["press", "#approve-2"],
                 ["until", ".waiting", "Approved by"],
                 ["press", "#cancel-2"],
                 ["until", "body:not(:has(.waiting))", ""], script=False)


if __name__ == "__main__":
    tap.main()
