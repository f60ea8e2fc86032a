#!/usr/bin/env bash
# The interactive view in a real terminal: what is on the screen after which keys, and what the terminal
# is like afterwards.
#
# Usage: tests/tui_real.sh PROGRAM [folder for what it leaves]
set -euo pipefail

program=$(realpath "$1")
folder=$(realpath -m "${2:-$(mktemp -d)}")
rm -rf "$folder"
mkdir -p "$folder/user" "$folder/files"
bundle=$("$program" demo preprovisioning-token-expired --output "$folder" --force)

# A server of its own, with a home of its own: nothing of the user's is read or written.
started=0
server=joinscope-$$-0
term() { tmux -u -L "$server" -f /dev/null "$@"; }
trap 'term kill-server 2>/dev/null || true' EXIT

screen() { term capture-pane -p -t view; }

fail() {
    echo "FAILED: $*"
    screen || true
    exit 1
}

# see <text>: waits until the text is on the screen.
see() {
    local tries
    for tries in $(seq 200); do
        if screen | grep -qF -- "$1"; then return 0; fi
        sleep 0.1
    done
    fail "\"$1\" does not come"
}

# miss <text>: the text is not on the screen.
miss() {
    if screen | grep -qF -- "$1"; then fail "\"$1\" is on the screen"; fi
}

press() { term send-keys -t view "$@"; }
# Text as it is, letter by letter.
type_in() { term send-keys -t view -l -- "$1"; }

# start <columns> <rows> <command>: a shell in a terminal of this size, in which the command is typed.
start() {
    term kill-server 2>/dev/null || true
    # Another server, as the old one may take a moment to end.
    started=$((started + 1))
    server=joinscope-$$-$started
    term new-session -d -s view -x "$1" -y "$2" -c "$folder/files" \
        env HOME="$folder/user" XDG_STATE_HOME="$folder/user/state" XDG_CONFIG_HOME="$folder/user/config" \
        PS1='ready> ' bash --norc --noprofile
    term set-option -g set-clipboard on
    see 'ready>'
    type_in "$3"
    press Enter
}

# shell_is_sane: the shell echoes what is typed, on a screen that was given back.
asked=40
shell_is_sane() {
    see 'ready>'
    asked=$((asked + 1))
    type_in "echo sane \$(($asked * 100))"
    press Enter
    see "sane ${asked}00"
    miss 'Findings'
}

ok() { echo "ok  $*"; }

start 80 24 "'$program' '$bundle'; echo ended \$?"
see '[1Findings]'
see 'f5   × CRITICAL'
ok 'the view opens on the findings at 80x24'

# The gap is one key away, and named.
press s
see 'g1 begins here: 10 m 10 s'
ok 'the worst gap: one key'
press Escape
see '[1Findings]'

# From the first screen to the evidence of the expired token: one key, and one more to all of it.
press e
see 'refused of f5 The token for the join had expired'
ok "the expired token's evidence: one key"
press Enter
see 'error_invalid_token'
ok 'its detail has what the server said'
press Escape
see 'g2 10m14s'

# A filter shows what it lets through while it is typed.
press '\'
type_in 'provider:UDR id:204'
see '1 of 63 events, 62 hidden'
press Enter
press '<'
see 'no filter'
see '63 events'
press /
type_in 'invalid_token'
press Enter
see '0x801c03ed'
ok 'filter, undo, search'

# A note is shown and kept.
press a
type_in 'ask about the energy saver'
press Enter
see '* [ask about the'
press y
see "handed to the terminal's clipboard"
term show-buffer | grep -q 'joinscope\|UDR\|HTTP' || fail "the clipboard holds: $(term show-buffer 2>&1)"
ok 'a copy reaches the clipboard of the terminal'
press X
type_in 'events-csv'
press Enter
see 'written: joinscope-events-csv.csv'
[ "$(wc -l <"$folder/files/joinscope-events-csv.csv")" -gt 60 ] || fail 'the file is short'
press X
type_in 'events-csv'
press Enter
see 'written: joinscope-events-csv-2.csv'
ok 'what is shown is written out, and nothing over what is there'

term resize-window -t view -x 140 -y 40
see 'Event e'
term resize-window -t view -x 80 -y 24
see 'ask about the'
ok 'resizing'

press C-z
see 'Stopped'
shell_is_sane
type_in 'fg'
press Enter
see 'ask about the'
ok 'suspended, and called back'

# A source's clock is given, taken back, and given again; the events are put in order anew.
press 8 j
see 'stream             DeviceRegistration'
press t
see 'add to the times of s'
type_in '+90'
press Enter
see '+90.0s to its times'
press r
see 'its clock as measured'
press t
type_in '+90s'
press Enter
see '+90.0s to its times'
ok 'a clock is given and taken back'

press M
see "handed to the terminal's clipboard"
term show-buffer | grep -q '^#' || fail "the clipboard holds: $(term show-buffer 2>&1 | head -5)"
ok 'the case in short, as Markdown'
press 9 Enter
see 'saw '
ok 'how near a rule came'
press 5 =
see 'hidden by provider'
press '<'
ok 'exchanges are filtered by their endpoint'
press 2

press q
shell_is_sane
ok 'quit'

start 80 24 "'$program' '$bundle'; echo ended \$?"
see '1 mark of last time'
see '1 clock as given last time'
press "'"
see 'ask about the energy saver'
ok 'the mark is there the next time'
shell=$(term display-message -p -t view '#{pane_pid}')
# shellcheck disable=SC2046 # It has one child.
kill -TERM $(cat "/proc/$shell/task/$shell/children")
see 'ended 130'
shell_is_sane
ok 'a signal to end leaves the terminal sane'

start 80 24 "'$program' --no-state '$bundle'; echo ended \$?"
see '[1Findings]'
miss 'of last time'
press 2 m q
see 'saved nowhere'
press q
see 'ended 0'
ok 'without state, what would be lost is told'

mkdir -p "$folder/user/config/joinscope"
echo 'qiut = Q' >"$folder/user/config/joinscope/keys"
start 80 24 "'$program' '$bundle'; echo ended \$?"
see 'did you mean `quit`?'
see 'ended 2'
echo 'quit = Q' >"$folder/user/config/joinscope/keys"
start 80 24 "NO_COLOR=1 '$program' '$bundle'; echo ended \$?"
see '[1Findings]'
press q
press Q
see 'ended 0'
rm "$folder/user/config/joinscope/keys"
ok 'keys of the user'

start 80 24 "printf '%s\n' next-gap gaps quit | '$program' --plain --no-state '$bundle'; echo ended \$?"
see 'ended 0'
ok 'plain lines'

start 80 24 "'$program' --no-state '$bundle'"
see '[1Findings]'
shell=$(term display-message -p -t view '#{pane_pid}')
view=$(cat "/proc/$shell/task/$shell/children")
term kill-server
for _ in $(seq 100); do
    [ -e "/proc/${view// /}" ] || break
    sleep 0.1
done
[ ! -e "/proc/${view// /}" ] || { kill -KILL "${view// /}"; echo 'FAILED: the view outlives its terminal'; exit 1; }
ok 'the view ends with its terminal'

if command -v zip >/dev/null; then
    (cd "$folder" && zip -q -P geheim locked.zip "$(basename "$bundle")")
    start 80 24 "'$program' --no-state '$folder/locked.zip'; echo ended \$?"
    see 'password (Esc goes on without):'
    type_in 'falsch'
    see ': ******'
    miss 'falsch'
    press Enter
    see 'that opens nothing'
    type_in 'geheim'
    press Enter
    see '[1Findings]'
    press q
    see 'ended'
    start 80 24 "'$program' --no-state '$folder/locked.zip'; echo ended \$?"
    see 'password (Esc goes on without):'
    press Escape
    press b
    see 'locked'
    press q
    shell_is_sane
    ok 'what is locked is asked for, unseen'
else
    echo 'skipped: there is no zip to lock a bundle with'
fi

start 80 24 "'$program' --no-state missing.zip; echo ended \$?"
see 'there is no file or folder missing.zip'
see 'ended 3'
shell_is_sane
ok 'what cannot be opened is told once the view has ended'

damaged=$(find "$folder/user/state" -name '*.json')
echo '{' >"$damaged"
start 160 50 "'$program' '$bundle'; echo ended \$?"
see 'is not used'
see '[1 Findings 6]'
press q
see 'ended'
ok 'a damaged state is told and not used'
