# SPDX-License-Identifier: BSD-3-Clause
. "$(dirname "$0")/common.sh"

run 0 --help
has out '^usage: rmmsim COMMAND'
run 0 --version
has out '^rmmsim [0-9]+\.[0-9]+\.[0-9]+$'

# Every command of the help text has help of its own, and refuses options that it does not have.
"$rmmsim" --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' >"$scratch/commands"
[ "$(wc -l <"$scratch/commands")" -ge 4 ] || fail "the help lists too few commands"
while read -r command; do
	# A build without Unicorn cannot run code, and says so.
	if [ "$command" = run ] && "$rmmsim" run --help 2>&1 >/dev/null | grep 'no CPU engine' >/dev/null; then
		run 3 run --help
		run 3 run --no-such-option
		continue
	fi
	run 0 "$command" --help
	has out "^usage: rmmsim $command"
	[ -s "$scratch/err" ] && fail "$command --help writes to stderr"
	cp "$scratch/out" "$scratch/help"
	run 0 help "$command"
	cmp -s "$scratch/out" "$scratch/help" || fail "help $command is not $command --help"
	run 2 "$command" --no-such-option
	has err "Try 'rmmsim $command --help'"
done <"$scratch/commands"

run 0 help
has out '^usage: rmmsim COMMAND'
run 2 help no-such-command
has err 'there is no command "no-such-command"'
run 2 help explain explain

# Control sequences are for terminals that know them.
controls() { # TERM: how many escapes a run on a terminal of this kind prints
	TERM=$1 "$python" - "$rmmsim" replay --show 1 --profile default "$traces/attest-01.jsonl.gz" <<-'END'
	import os, pty, sys
	seen = b""
	def read(fd):
	    global seen
	    data = os.read(fd, 1024)
	    seen += data
	    return b""
	pty.spawn(sys.argv[1:], read)
	print(seen.count(b"\033"))
	END
}
if [ -c /dev/ptmx ] && controls xterm >"$scratch/count" 2>/dev/null; then
	[ "$(tail -n 1 "$scratch/count")" -gt 0 ] || fail "no colour on a terminal"
	[ "$(controls dumb | tail -n 1)" = 0 ] || fail "control sequences on a dumb terminal"
else
	echo "no terminals here: colour is not looked at"
fi

run 2
has err '^usage: '
run 2 no-such-command
has err 'there is no command "no-such-command"'
run 2 --no-such-option

# Output that cannot be written is an error.
if [ -w /dev/full ]; then
	"$rmmsim" capabilities >/dev/full 2>/dev/null
	[ $? -eq 3 ] || fail "a full disk is not noticed"
	"$rmmsim" --help >/dev/full 2>/dev/null
	[ $? -eq 3 ] || fail "a full disk is not noticed by --help"
fi
finish
