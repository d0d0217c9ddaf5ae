"""Writes the completions of a shell: completions.py TABLES bash|zsh|fish, to
stdout. TABLES is what `postrider --help --json` printed.

What a word can be comes from the usage of its command: verbs in lower case,
lists of the site for LIST, files and folders for FILE and DIR.
"""
import re
import sys

from program import flag, forms, is_placeholder, read_tables

FOLDERS = {"DIR", "SITE"}
FILES = {"FILE", "FILE.opml", "DATA", "PATH"}

LISTS = """
# The lists of the site that -C names, or of this folder.
_postrider_lists()
{
	local file
	for file in "$1"/lists/*/list.yaml; do
		[ -e "$file" ] || continue
		file=${file%/list.yaml}
		echo "${file##*/}"
	done
}
"""


def kinds_of(word):
    """What a word of a usage stands for: verbs, "@lists", "@files",
    "@folders"; nothing for what cannot be guessed."""
    parts = word.split("|")
    if not is_placeholder(word):
        return [part for part in parts if re.fullmatch("[a-z-]{2,}", part)]
    return [kind for kind, names in (("@lists", {"LIST"}), ("@files", FILES),
                                     ("@folders", FOLDERS))
            if names & set(parts)]


def positions(command):
    """For each place behind the command what can stand there, and whether the
    last one repeats; nothing is known of what is behind that."""
    places, repeats = [], False
    for form in forms(command["usage"]):
        words = [word for word in form if word[0] != "OPTIONS"]
        for i, (word, _, repeated) in enumerate(words):
            if i == len(places):
                places.append([])
            places[i] += [kind for kind in kinds_of(word)
                          if kind not in places[i]]
            if repeated:
                repeats = True
                break
    return places, repeats


def with_argument(options):
    return [option for option in options if option["argument"]]


def kind_of_argument(option):
    kinds = kinds_of(option["argument"])
    return kinds[0] if kinds else ""


# ----- bash -----

BASH = """\
# bash completion for postrider. Made from its own tables; do not edit.
{lists}
_postrider_options()
{{
	case $1 in
{options}
	esac
	echo "{everywhere}"
}}

# What the argument of an option is: "", @lists, @files or @folders; fails for
# an option that takes none.
_postrider_argument()
{{
	case $1:$2 in
{arguments}
	*) return 1 ;;
	esac
}}

# What can stand at place $2 behind the command $1.
_postrider_place()
{{
	case $1:$2 in
{places}
	esac
}}

# Takes what begins like the word; compgen -W would expand names of folders.
_postrider_filter()
{{
	local name
	while IFS= read -r name; do
		[[ $name == "$word"* ]] && COMPREPLY+=("$name")
	done
}}

_postrider_names()
{{
	compopt -o filenames 2>/dev/null
	_postrider_filter < <(compgen "$1" -- "$word")
}}

_postrider_reply()
{{
	local kind
	for kind in $1; do
		case $kind in
		@lists) _postrider_filter < <(_postrider_lists "$site") ;;
		@files) _postrider_names -f ;;
		@folders) _postrider_names -d ;;
		*) _postrider_filter <<<"$kind" ;;
		esac
	done
}}

_postrider()
{{
	local IFS=$' \\t\\n' word=${{COMP_WORDS[COMP_CWORD]}}
	local site=. command= place=0 i=1 kind
	COMPREPLY=()
	while [ "$i" -lt "$COMP_CWORD" ]; do
		if kind=$(_postrider_argument "$command" "${{COMP_WORDS[i]}}"); then
			if [ $((++i)) -eq "$COMP_CWORD" ]; then
				_postrider_reply "$kind"
				return
			fi
			[ "${{COMP_WORDS[i-1]}}" = -C ] && site=${{COMP_WORDS[i]}}
		elif [[ ${{COMP_WORDS[i]}} == -?* ]]; then
			:
		elif [ -z "$command" ]; then
			command=${{COMP_WORDS[i]}}
		else
			((place++))
		fi
		((i++))
	done
	if [[ $word == -* ]]; then
		_postrider_reply "$(_postrider_options "$command")"
	elif [ -z "$command" ]; then
		_postrider_reply "{commands}"
	else
		_postrider_reply "$(_postrider_place "$command" $((place + 1)))"
	fi
}}

complete -F _postrider postrider
"""


def bash_places(command):
    places, repeats = positions(command)
    for i, kinds in enumerate(places, 1):
        pattern = "*" if repeats and i == len(places) else i
        yield f"\t{command['name']}:{pattern}) echo '{' '.join(kinds)}' ;;"


def bash(tables):
    commands = tables["commands"]
    arguments = [("*", option) for option in with_argument(tables["options"])]
    for command in commands:
        arguments += [(command["name"], option)
                      for option in with_argument(command["options"])]
    return BASH.format(
        lists=LISTS,
        options="\n".join(
            f"\t{c['name']}) echo '{' '.join(map(flag, c['options']))}' ;;"
            for c in commands if c["options"]),
        everywhere=" ".join(map(flag, tables["options"])),
        arguments="\n".join(
            f"\t{name}:{flag(option)}) echo '{kind_of_argument(option)}' ;;"
            for name, option in arguments),
        places="\n".join(line for c in commands for line in bash_places(c)),
        commands=" ".join(c["name"] for c in commands))


# ----- zsh -----

ZSH = """\
#compdef postrider
# zsh completion for postrider. Made from its own tables; do not edit.
{lists}
_postrider_list()
{{
	compadd -- ${{(f)"$(_postrider_lists $site)"}}
}}

_postrider_command()
{{
	local -a commands=(
{commands}
	)
	_describe command commands
}}

_postrider()
{{
	local curcontext=$curcontext context line state site
	local -A opt_args
	_arguments -C \\
{options}
		'1:command:_postrider_command' \\
		'*::argument:->arguments'
	[[ $state == arguments ]] || return
	site=${{opt_args[-C]:-.}}
	case $words[1] in
{cases}
	esac
}}

_postrider "$@"
"""

ZSH_ACTIONS = {"@lists": "_postrider_list", "@files": "_files",
               "@folders": "_files -/"}


def zsh_quote(text):
    return "'" + text.replace("'", "'\\''") + "'"


def zsh_words(text):
    """A description: brackets and colons would end it."""
    return re.sub(r"([\[\]:\\])", r"\\\1", text)


def zsh_action(kinds):
    for kind in kinds:
        if kind in ZSH_ACTIONS:
            return ZSH_ACTIONS[kind]
    return "(" + " ".join(kinds) + ")" if kinds else " "


def zsh_option(option):
    words = f"{flag(option)}[{zsh_words(option['help'])}]"
    if option["argument"]:
        kinds = kinds_of(option["argument"])
        words += f":{option['argument']}:{zsh_action(kinds)}"
    return zsh_quote(words)


def zsh_case(command):
    places, repeats = positions(command)
    words = [zsh_option(option) for option in command["options"]]
    for i, kinds in enumerate(places, 1):
        place = "*" if repeats and i == len(places) else i
        words.append(zsh_quote(f"{place}:argument:{zsh_action(kinds)}"))
    return f"\t{command['name']})\n\t\t_arguments \\\n\t\t\t" + \
        " \\\n\t\t\t".join(words) + " ;;"


def zsh(tables):
    return ZSH.format(
        lists=LISTS,
        commands="\n".join(
            "\t\t" + zsh_quote(f"{c['name']}:{zsh_words(c['summary'])}")
            for c in tables["commands"]),
        options="\n".join(f"\t\t{zsh_option(option)} \\"
                          for option in tables["options"]),
        cases="\n".join(map(zsh_case, tables["commands"])))


# ----- fish -----

FISH = """\
# fish completion for postrider. Made from its own tables; do not edit.

# The lists of the site that -C names, or of this folder.
function __postrider_lists
	set -l words (commandline -opc)
	set -l site .
	if set -l at (contains -i -- -C $words)
		set site $words[(math $at + 1)]
	end
	for file in $site/lists/*/list.yaml
		basename (dirname $file)
	end
end

complete -c postrider -f
"""

FISH_ACTIONS = {"@lists": "-a '(__postrider_lists)'", "@files": "-F",
                "@folders": "-a '(__fish_complete_directories)'"}


def fish_quote(text):
    return "'" + re.sub(r"([\\'])", r"\\\1", text) + "'"


def fish_option(option):
    name = option["name"]
    words = f"-{'s' if len(name) == 1 else 'l'} {name}"
    if option["argument"]:
        words += " -x" if kind_of_argument(option) != "@files" else " -r"
        words += " " + FISH_ACTIONS.get(kind_of_argument(option), "")
    return f"{words.rstrip()} -d {fish_quote(option['help'])}"


def fish_command(command):
    name = command["name"]
    seen = f"complete -c postrider -n '__fish_seen_subcommand_from {name}'"
    yield ("complete -c postrider -n __fish_use_subcommand "
           f"-a {name} -d {fish_quote(command['summary'])}")
    for option in command["options"]:
        yield f"{seen} {fish_option(option)}"
    kinds = sum(positions(command)[0], [])
    verbs = " ".join(kind for kind in kinds if kind not in FISH_ACTIONS)
    if verbs:
        behind = f"{seen[:-1]}; and __fish_seen_subcommand_from {verbs}'"
        yield behind.replace("; and ", "; and not ") + f" -a '{verbs}'"
        seen = behind
    for kind in sorted(set(kinds) & set(FISH_ACTIONS)):
        yield f"{seen} {FISH_ACTIONS[kind]}"


def fish(tables):
    lines = [f"complete -c postrider {fish_option(option)}"
             for option in tables["options"]]
    for command in tables["commands"]:
        lines += fish_command(command)
    return FISH + "\n".join(lines) + "\n"


if __name__ == "__main__":
    shell = {"bash": bash, "zsh": zsh, "fish": fish}[sys.argv[2]]
    sys.stdout.write(shell(read_tables(sys.argv[1])))
