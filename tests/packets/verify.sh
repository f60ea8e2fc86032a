#!/usr/bin/env bash
# Holds the captures that `inspect --packets` writes against capinfos and tshark (Wireshark): both must
# read every packet of them, without a complaint. Real traces are tried where this machine has them.
# Usage: tests/packets/verify.sh [folder to write into]
set -euo pipefail
cd "$(dirname "$0")/../.."
work=${1:-$(mktemp -d)}
mkdir -p "$work"
corpus=../shared/corpus/etl
target=${CARGO_TARGET_DIR:-target}

cargo build -q --locked
cargo run -q --locked -p samples --example write_traces "$work/traces"

different() { printf 'DIFFERENT %s\n  found    %s\n  expected %s\n' "$1" "$2" "$3"; exit 1; }

# check <trace> <packets> <of them, how many by link type, as capinfos names it>…
check() {
    local trace=$1 packets=$2 capture found complaints
    shift 2
    capture=$work/$(basename "$trace").pcapng
    "$target/debug/joinscope" inspect --packets "$trace" -o "$capture" --force --quiet
    found=$(capinfos -c -M -T -r "$capture" | cut -f2)
    [ "$found" = "$packets" ] || different "packets of $trace by capinfos" "$found" "$packets"
    # As the superuser it warns of itself.
    found=$(tshark -r "$capture" -T fields -e frame.number 2>"$work/complaints" | wc -l)
    complaints=$(grep -v '^Running as user "root"' "$work/complaints" || true)
    [ -z "$complaints" ] || different "complaints of tshark about $trace" "$complaints" ''
    [ "$found" = "$packets" ] || different "packets of $trace by tshark" "$found" "$packets"
    for part in "$@"; do
        found=$(tshark -r "$capture" -Y "frame.encap_type == ${part%:*}" 2>/dev/null | wc -l)
        [ "$found" = "${part#*:}" ] || different "packets of $trace of encapsulation ${part%:*}" "$found" "${part#*:}"
    done
    printf 'same: %s: capinfos, tshark: %s packets\n' "$(basename "$trace")" "$packets"
}

# real <trace> …: as check, where the trace is here.
real() {
    if [ -e "$corpus/$1" ]; then
        check "$corpus/$1" "${@:2}"
    else
        printf 'skipped: corpus file etl/%s is absent\n' "$1"
    fi
}

# Encapsulations as Wireshark numbers them.
ethernet=1 ip=7 wifi=20
check "$work/traces/packets.etl" 5 $ethernet:5
real pktmon_win10_19042_a.etl 345 $ethernet:101 $wifi:244
real pktmon_win11_26100_1mb.etl 30096 $ethernet:12106 $wifi:14562 $ip:3428
real pktmon_win11_26200.etl 51 $ethernet:51
# Without its header buffer a trace has no times; beside another its packets come last.
mkdir -p "$work/both"
tail -c +8193 "$work/traces/packets.etl" >"$work/headerless.etl"
cp "$work/headerless.etl" "$work/traces/packets.etl" "$work/both"
check "$work/headerless.etl" 5 $ethernet:5
check "$work/both" 10 $ethernet:10
printf 'all comparisons agree\n'
