# SPDX-License-Identifier: BSD-3-Clause
"""Completion of the command line for bash and zsh."""

import re

FILES = re.compile(r"FILE|PEM|JSON$|RECORDING|IMAGE|DIR|LOG|PAYLOAD")


def words(options):
    return " ".join(word for option in options for word in (option.short, option.name) if word)


def takes(options, wanted):
    """A case pattern of the options whose argument `wanted` accepts; "" if there is none."""
    return "|".join(word for option in options if option.argument and wanted(option.argument)
                    for word in (option.short, option.name) if word)


def bash_case(name, info):
    options = info.options()
    lines = [f"\t{name})"]
    files = takes(options, FILES.search)
    profiles = takes([o for o in options if o.name == "--profile"], lambda argument: True)
    others = takes([o for o in options if o.name != "--profile"], lambda argument: not FILES.search(argument))
    lines.append("\t\tcase $previous in")
    if files:
        lines.append(f"\t\t{files}) _filedir; return ;;")
    if profiles and name != "token":
        lines.append(f"\t\t{profiles}) COMPREPLY=($(compgen -W \"$(_rmmsim_profiles)\" -- \"$current\")); return ;;")
        lines.append(f"\t\t{others}) return ;;" if others else "")
    else:
        others = "|".join(filter(None, [others, profiles]))
        lines.append(f"\t\t{others}) return ;;" if others else "")
    lines.append("\t\tesac")
    lines.append(f"\t\toptions=\"{words(options)}\"")
    actions = subcommands(info)
    if actions:
        lines.append(f"\t\t[[ $COMP_CWORD -ne $((at + 1)) ]] || options+=\" {' '.join(actions)}\"")
    lines.append("\t\t;;")
    return [line for line in lines if line]


def subcommands(info):
    """The second words that each usage line of the command begins with."""
    second = [line.split()[2] for line in info.usage if len(line.split()) > 2]
    return list(dict.fromkeys(word for word in second if re.fullmatch(r"[a-z]+", word)))


def bash(infos):
    names = " ".join(["help", *infos])
    cases = "\n".join(line for name, info in infos.items() for line in bash_case(name, info))
    return f"""# SPDX-License-Identifier: BSD-3-Clause
# Completion of rmmsim for bash. Made by docs/man/generate.py.

_rmmsim_profiles() {{
	rmmsim capabilities 2>/dev/null | sed -n '/"profiles"/,/^  ]/s/^ *"name": "\\([^"]*\\)".*/\\1/p'
}}

_rmmsim() {{
	local current previous words cword command= options= at
	_get_comp_words_by_ref -n : -c current -p previous -w words -i cword 2>/dev/null || {{
		current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}}
		words=("${{COMP_WORDS[@]}}") cword=$COMP_CWORD
	}}
	COMPREPLY=()
	at=1
	command=${{words[1]}}
	if [[ $cword -eq 1 ]]; then
		COMPREPLY=($(compgen -W "{names} --help --version" -- "$current"))
		return
	fi
	case $command in
	help)
		COMPREPLY=($(compgen -W "{' '.join(infos)}" -- "$current"))
		return
		;;
{cases}
	esac
	COMPREPLY=($(compgen -W "$options" -- "$current"))
	[[ $current == -* || ${{#COMPREPLY[@]}} -gt 0 ]] || COMPREPLY=($(compgen -f -- "$current"))
}}

complete -o filenames -F _rmmsim rmmsim
"""


def zsh_quote(text):
    return text.replace("\\", "\\\\").replace("'", "'\\''").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def zsh_option(option):
    names = f"'({option.short} {option.name})'{{{option.short},{option.name}}}'" if option.short else f"'{option.name}"
    action = ""
    if option.argument:
        kind = "_files" if FILES.search(option.argument) else " "
        action = f":{zsh_quote(option.argument)}:{kind}"
    return f"{names}[{zsh_quote(option.text)}]{action}'"


def zsh(infos, summaries):
    commands = "\n".join(f"\t'{name}:{zsh_quote(summary)}'" for name, summary in summaries)
    cases = []
    for name, info in infos.items():
        arguments = [zsh_option(option) for option in info.options()]
        actions = subcommands(info)
        if actions:
            arguments.append(f"'1:what to do:({' '.join(actions)})'")
        arguments.append("'*:file:_files'")
        cases.append(f"\t{name})\n\t\t_arguments \\\n\t\t\t" + " \\\n\t\t\t".join(arguments) + "\n\t\t;;")
    return f"""#compdef rmmsim
# SPDX-License-Identifier: BSD-3-Clause
# Completion of rmmsim for zsh. Made by docs/man/generate.py.

local -a commands
commands=(
{commands}
	'help:print the options of a command'
)
if (( CURRENT == 2 )); then
	_describe command commands
	return
fi
shift words
(( CURRENT-- ))
case $words[1] in
{chr(10).join(cases)}
esac
"""
