"""A reader with a browser at the pages of `serve`."""
import json
import subprocess

import pages


class Traveller:
    """Mixed into a test; `self.served` is where he travels."""

    def travel(self, *steps, **options):
        """What each page was that a step led to: see tests/pages/journey.js.
        None asks another host, or complains."""
        done = subprocess.run(
            ["node", pages.FOLDER / "journey.js"], capture_output=True,
            input=json.dumps({"base": f"http://{self.served.where}",
                              "steps": steps, **options}),
            text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        said = json.loads(done.stdout)
        self.assertEqual(said["elsewhere"], [])
        self.assertEqual(said["complaints"], [])
        return said["pages"]
