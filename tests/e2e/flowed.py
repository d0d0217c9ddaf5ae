"""A reader of format=flowed (RFC 3676): paragraphs(text) gives (depth, words)
for each line of the text as it was meant, soft line ends taken out.
"""


def read_line(line):
    """How deep it is quoted, and what it says (4.5, 4.4)."""
    depth = len(line) - len(line.lstrip(">"))
    words = line[depth:]
    return depth, words.removeprefix(" ")


def paragraphs(text):
    found = []
    open_depth = None  # of a paragraph that goes on
    for line in text.splitlines():
        depth, words = read_line(line)
        signature = words == "-- "
        if open_depth == depth and not signature:
            found[-1] = (depth, found[-1][1] + words)
        else:
            found.append((depth, words))
        soft = words.endswith(" ") and not signature
        open_depth = depth if soft else None
    return found


def shown(text):
    """The same as one text, as a wide window shows it."""
    return "".join(f"{'> ' * depth}{words}\n"
                   for depth, words in paragraphs(text))


def problems(text):
    """What a text must not do that says it is flowed."""
    lines = text.splitlines()
    found = []
    for line, after in zip(lines, lines[1:] + [""]):
        depth, words = read_line(line)
        if line.startswith("From "):
            found.append(f"not stuffed: {line!r}")
        if not words.endswith(" ") or words == "-- ":
            continue
        next_depth, next_words = read_line(after)
        if next_depth != depth or not next_words.strip():
            found.append(f"flows into nothing: {line!r}")
    return found
