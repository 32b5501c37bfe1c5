# SPDX-License-Identifier: BSD-3-Clause
. "$(dirname "$0")/common.sh"

"$python" -c 'import os; os.openpty()' 2>"$scratch/err" || {
	echo "skipped: no terminal can be opened, /dev/pts is not mounted: $(tail -n 1 "$scratch/err")"
	exit 77
}

# Colour on a terminal only, and not against the user's will.
escape=$(printf '\033')
terminal() {
	"$python" -c '
import os, pty, subprocess, sys
master, slave = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=slave)
os.close(slave)
try:
    while data := os.read(master, 65536):
        sys.stdout.buffer.write(data)
except OSError: # Linux: the other side is closed
    pass
sys.exit(child.wait())' "$rmmsim" demo >"$scratch/terminal"
}
run 0 demo
grep -q "$escape" "$scratch/out" && fail "colour without a terminal"
TERM=xterm NO_COLOR='' terminal || fail "exit status on a terminal"
grep -q "$escape" "$scratch/terminal" || fail "no colour on a terminal"
TERM=xterm NO_COLOR=1 terminal
grep -q "$escape" "$scratch/terminal" && fail "colour in spite of NO_COLOR"

finish
