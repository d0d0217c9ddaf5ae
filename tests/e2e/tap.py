"""Runs the unittest cases of a script and prints TAP, for prove.

    if __name__ == "__main__":
        tap.main()

Arguments name the tests to run, as unittest takes them ("TestRun.test_once").
What a failure has to say follows its line behind "#".
"""
import sys
import time
import unittest

MIDNIGHT_S = 20     # as long as most tests take


class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.count = 0
        self.left_out = set()

    # What is new today, and due today, is so until midnight, which somewhere
    # is at every full hour: a test is not begun shortly before one.
    def startTest(self, test):
        super().startTest(test)
        left = 3600 - time.time() % 3600
        if left < MIDNIGHT_S:
            time.sleep(left)

    def point(self, test, ok, note=""):
        self.count += 1
        name = test.id().removeprefix("__main__.")
        print(f"{'ok' if ok else 'not ok'} {self.count} - {name}{note}",
              flush=True)

    def explain(self, text):
        for line in text.rstrip("\n").split("\n"):
            print("# " + line, flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.point(test, True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.point(test, False)
        self.explain(self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.point(test, False)
        self.explain(self.errors[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        whole = getattr(test, "test_case", test)    # of a subtest
        if whole.id() not in self.left_out:
            self.left_out.add(whole.id())
            self.point(whole, True, f" # SKIP {reason}")

    # A subtest's failure is told; its test is not another point.
    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.point(subtest, False)
            failed = issubclass(err[0], test.failureException)
            self.explain((self.failures if failed else self.errors)[-1][1])


def main():
    loader = unittest.TestLoader()
    module = sys.modules["__main__"]
    if len(sys.argv) > 1:
        suite = loader.loadTestsFromNames(sys.argv[1:], module)
    else:
        suite = loader.loadTestsFromModule(module)
    result = TapResult()
    suite.run(result)
    # The plan last: how many points there are, only the run knows.
    print(f"1..{result.count}", flush=True)
    sys.exit(0 if result.wasSuccessful() else 1)
