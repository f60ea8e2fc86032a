"""The rows of benches/peers.sh, each of medians of runs in turn. Arguments: LOG FOLDER ZIP."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

log, folder, zipped = sys.argv[1:]
joinscope, evtx_dump, tools = (os.environ[name] for name in ("JOINSCOPE", "EVTX_DUMP", "TOOLS"))
rows, pairs = os.environ["ROWS"].split(), int(os.environ["PAIRS"])
if pairs < 5:
    sys.exit("fewer than five pairs say nothing")

WALL, CPU, PEAK = range(3)
STARTS = 20
MIB = 1 << 20
# 4: read, but part of the evidence is damaged, which others do not tell by their exit. 1: something
# was found.
OWN_CODES = {0, 1, 4}


def finish(run, start):
    """Wall seconds, cpu seconds and peak mebibytes of a run and all that it waited for."""
    _, status, usage = os.wait4(run.pid, 0)
    wall = time.perf_counter() - start
    run.returncode = os.waitstatus_to_exitcode(status)
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(command, accepted):
    start = time.perf_counter()
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    figures = finish(run, start)
    if run.returncode not in accepted:
        raise RuntimeError(f"exit code {run.returncode}: {os.path.basename(command[0])}")
    return figures


def own(*arguments):
    return lambda: measure([joinscope, *arguments], OWN_CODES)


def other(*command, accepted=(0,)):
    return lambda: measure(list(command), accepted)


def full(path, threads):
    """Every record in the sorted timeline, and a query that nothing matches."""
    return own("timeline", path, "--where", "id=4294967295", "--threads", str(threads), "-q")


def dump(path, threads):
    return other(evtx_dump, "-t", str(threads), "-o", "jsonl", path)


def in_turn(first, second):
    """Medians of wall, cpu and peak of both."""
    first(), second()
    runs = [(first(), second()) for _ in range(pairs)]
    medians = [[statistics.median(column) for column in zip(*side)] for side in zip(*runs)]
    return medians[0], medians[1]


def say(row, unit, ours, theirs, ratio, goals=(None, None), most=False):
    """One row. The goals are the least ratios, or the most."""
    sign = -1 if most else 1
    reached = [bound is not None and sign * ratio >= sign * bound for bound in goals]
    verdict = "stretch" if reached[1] else "met" if reached[0] else "short" if goals[0] else ""
    shown = [f"{'<=' if most else '>='} {bound:.3g}" if bound else "-" for bound in goals]
    print(f"{row:40} {unit:4} {ours:9.3f} {theirs:9.3f} {ratio:7.2f} {shown[0]:>7} {shown[1]:>7} {verdict}", flush=True)


def faster(row, first, second, goals=(None, None), figures=(WALL, CPU)):
    """How many times faster the first is."""
    ours, theirs = in_turn(first, second)
    for figure, name in ((WALL, "wall"), (CPU, "cpu")):
        if figure in figures:
            say(row, name, ours[figure], theirs[figure], theirs[figure] / ours[figure], goals)


def times(row, first, second, goals=(None, None)):
    """How many times as long as its bound the first takes."""
    ours, theirs = in_turn(first, second)
    say(row, "cpu", ours[CPU], theirs[CPU], ours[CPU] / theirs[CPU], goals, most=True)


def full_rows():
    for threads in (1, 2):
        faster(f"full decode, evtx_dump -t {threads}", full(log, threads), dump(log, threads), (1.5, 2.5))
        analyze = own("analyze", log, "--threads", str(threads), "-q")
        faster("  the same, with attempts and findings", analyze, dump(log, threads))


def triage_rows():
    text = subprocess.run([joinscope, "batch", "--help"], capture_output=True, text=True).stdout
    if "--triage" not in text:
        print(f"{'triage':40} skipped: this joinscope has no --triage")
        return
    with tempfile.TemporaryDirectory(dir=folder) as room:
        numbers = iter(range(1000))

        def triage(threads):
            # What is there already would be kept.
            def run():
                output = f"{room}/{next(numbers)}"
                # evtx_dump leaves every name as it is.
                plain = ("--redact", "none", "-q", "--threads", str(threads))
                return own("batch", "--triage", log, "-o", output, *plain)()

            return run

        for threads in (1, 2):
            faster(f"triage, evtx_dump -t {threads}", triage(threads), dump(log, threads), (4, 6))


def folder_rows():
    small = os.path.join(folder, "small")
    files = sorted(os.path.join(small, name) for name in os.listdir(small))
    # One process a file, started by a shell, which costs less than starting them from here.
    each = 'for file; do "$0" -t 1 -o jsonl "$file" || exit; done'
    every = other("sh", "-c", each, evtx_dump, *files)
    faster(f"{len(files)} small logs, an evtx_dump each", full(small, 2), every, (10, 20))
    faster("  the same on one thread", full(small, 1), every)


def zip_rows():
    for name, path in (("one log in a zip", zipped), ("bundle of 301 logs", f"{folder}/bundle.zip")):
        times(f"{name}, inflate and CRC", full(path, 1), other(f"{tools}/peers-inflate", path), (2.5, 2))


def saz_rows():
    os.environ["RAYON_NUM_THREADS"] = "1"
    path = f"{folder}/sessions.saz"
    inflate = other(f"{tools}/peers-inflate", path)
    times("SAZ to sessions, inflate and CRC", other(f"{tools}/peers-recording", "sessions", path), inflate, (1.5, 1.2))
    times("  the same to events", other(f"{tools}/peers-recording", "events", path), inflate)
    del os.environ["RAYON_NUM_THREADS"]


def threads_rows():
    for name, path in (("full decode", log), ("bundle in a zip", f"{folder}/bundle.zip")):
        if os.path.exists(path):
            faster(f"{name}, one thread to two", full(path, 2), full(path, 1), (1.6, 1.8), [WALL])


def memory_rows():
    """The peak of what is resident counts pages of the mapped log too; beside it stands its own memory."""
    size = os.path.getsize(log) / MIB
    peak, anonymous = [], []
    command = [joinscope, "timeline", log, "--where", "id=4294967295", "--threads", "2", "-q"]
    for _ in range(5):
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seen, ended = [0.0], threading.Event()
        watch = threading.Thread(target=sample, args=(run.pid, seen, ended))
        watch.start()
        figures = finish(run, 0)
        ended.set()
        watch.join()
        peak.append(figures[PEAK])
        anonymous.append(max(seen))
    for name, peaks, goals in (
        ("peak memory, size + 64 MiB", peak, (1, size / 2 / (size + 64))),
        ("  of it not the mapped log, sampled", anonymous, (None, None)),
    ):
        median = statistics.median(peaks)
        say(name, "MiB", median, size + 64, median / (size + 64), goals, most=True)


def sample(pid, seen, ended):
    while not ended.wait(0.002):
        try:
            with open(f"/proc/{pid}/status") as status:
                lines = [line.split() for line in status if line.startswith("RssAnon")]
        except OSError:
            return
        seen.extend(int(line[1]) / 1024 for line in lines)


def start_rows():
    analyze = own("analyze", f"{folder}/tiny.evtx", "-q")
    analyze()
    wall, cpu, peak = (statistics.median(column) for column in zip(*(analyze() for _ in range(STARTS))))
    for unit, taken in (("wall", wall), ("cpu", cpu)):
        say("start to first answer, tiny log, 50 ms", unit, taken, 0.05, taken / 0.05, (1, 0.4), most=True)
    say("  its peak memory, 64 MiB", "MiB", peak, 64, peak / 64, (1, None), most=True)


# Full decode on one thread and 32 MiB, as these take minutes for more.
PEERS = [
    ("chainsaw", ["dump", "--jsonl", "-q"], (12, 20)),
    ("hayabusa", ["eid-metrics", "-q", "-f"], (25, 50)),
    ("evtxexport", ["-f", "xml"], (None, None)),
]


def peers_rows():
    path = f"{folder}/peer.evtx"
    for program, arguments, goals in PEERS:
        row = " ".join(["full decode,", program, *arguments])
        if shutil.which(program) is None:
            print(f"{row:40} skipped: {program} is not on the PATH")
            continue
        try:
            faster(row, full(path, 1), other(program, *arguments, path), goals, [CPU])
        except RuntimeError as fault:
            print(f"{row:40} skipped: {fault}")


def main():
    print(f"{os.path.basename(log)}, {os.path.getsize(log) / 1e6:.1f} MB, {pairs} pairs, seconds where a row has no unit of its own")
    print(f"{'row':40} {'':4} {'joinscope':>9} {'other':>9} {'ratio':>7} {'goal':>7} {'stretch':>7}")
    for name in rows:
        globals()[f"{name}_rows"]()


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as fault:
        sys.exit(str(fault))
