"""What valgrind's callgrind counted: instructions, of functions and of what they
called.

    profile = Profile(text)             # of a callgrind.out file
    profile.total                       # of the whole process
    profile.alone                       # {Function: of its own code}
    profile.within("src/store/")        # of that code and all it called

The format is "Callgrind Format Specification" of valgrind's manual; names are
written whole (--compress-strings=no --compress-pos=no).
"""
import collections
import pathlib
import typing


class Function(typing.NamedTuple):
    object: str     # the program's or a library's file
    file: str       # of the source, "???" where that is unknown
    name: str

    def __str__(self):
        """As a developer knows it: that of a library is told by the library,
        whose functions need not have names."""
        if self.file.startswith("./src/"):
            return f"{self.name}() of {self.file[2:]}"
        return pathlib.Path(self.object).name

    def is_of(self, places):
        return self.file.startswith(tuple("./" + place for place in places))


class Profile:
    def __init__(self, text):
        self.alone = collections.Counter()
        self.calls = collections.Counter()  # (caller, callee): with all below
        self.read(text)
        self.total = sum(self.alone.values())

    def read(self, text):
        place = {"ob": "", "fl": "???"}
        here = called = None
        for line in text.splitlines():
            key, _, value = line.partition("=")
            if line[:1].isdigit():
                cost = int(line.split()[1])
                if called:
                    self.calls[here, called] += cost
                    called = None
                else:
                    self.alone[here] += cost
            elif key in ("ob", "fl"):
                place[key] = value
            elif key == "fn":
                here = Function(place["ob"], place["fl"], value)
                there = dict(place)
            elif key in ("cob", "cfi", "cfl"):
                there["ob" if key == "cob" else "fl"] = value
            elif key == "cfn":
                named = Function(there["ob"], there["fl"], value)
                there = dict(place)
            elif key == "calls":
                called = named

    def within(self, *places):
        """Of sources whose paths begin with one of these: what was entered from
        elsewhere."""
        return sum(cost for (caller, callee), cost in self.calls.items()
                   if callee.is_of(places) and not caller.is_of(places))
