"""Compares written samples with what independent readers find in them. Started by verify.sh.

The expected values come from the story files, read here by a small reader of their one-line events,
so that a mistake in the crate's own reading of a story shows up too.
"""

import datetime
import glob
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

work, crate = sys.argv[1], sys.argv[2]
PASSWORD = b"Sesame-1"
HELLO = b"hello"
LOG = b"".join(b"line %d of the log\r\n" % number for number in range(9000))


def say(what):
    print(what, flush=True)


def same(what, found, expected):
    if found != expected:
        sys.exit(f"DIFFERENT {what}\n  found    {found!r}\n  expected {expected!r}")


def run(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, errors="replace", check=False)


# --- Readers of event logs: each gives a list of (record id, event id, time, fields) or None.


def dump_is_the_right_one():
    program = os.environ.get("EVTX_DUMP", "evtx_dump")
    if not shutil.which(program):
        return None
    # python-evtx installs a script of the same name.
    return program if "--threads" in run(program, "--help").stdout else None


def local(tag):
    return tag.rsplit("}", 1)[-1]


def from_xml(text):
    import xml.etree.ElementTree as tree

    event = tree.fromstring(text)
    system = next(child for child in event if local(child.tag) == "System")
    parts = {local(child.tag): child for child in system}
    fields = []
    for payload in event:
        if local(payload.tag) in ("EventData", "UserData"):
            inner = payload if local(payload.tag) == "EventData" else payload[0]
            for item in inner:
                fields.append((item.get("Name") or local(item.tag), item.text or ""))
    moment = parts["TimeCreated"].get("SystemTime")
    return int(parts["EventRecordID"].text), int(parts["EventID"].text), moment[:19].replace(" ", "T"), fields


def read_with_evtx_dump(program, path):
    result = run(program, "-t", "1", "-o", "xml", path)
    same(f"complaints of evtx_dump about {path}", result.stderr, "")
    texts = re.split(r"^Record \d+\n", result.stdout, flags=re.M)[1:]
    return [from_xml(re.sub(r"^<\?xml[^>]*\?>\s*", "", text)) for text in texts]


def read_with_python_evtx(path):
    import Evtx.Evtx

    with Evtx.Evtx.Evtx(path) as log:
        return [with_python_evtx(record) for record in log.records()]


def with_python_evtx(record):
    try:
        return from_xml(record.xml())
    except KeyError as unknown:
        say(f"  left out: python-evtx does not know value type {unknown}")
        return record.record_num(), 0, "", []


def read_with_libevtx(path):
    result = run("evtxexport", "-f", "xml", path)
    bad = [line for line in (result.stdout + result.stderr).splitlines() if line.startswith(("Unable", "lib"))]
    same(f"complaints of evtxexport about {path}", bad, [])
    return [from_xml(text) for text in re.findall(r"<Event .*?</Event>", result.stdout, flags=re.S)]


def log_readers():
    readers = []
    program = dump_is_the_right_one()
    if program:
        readers.append(("evtx_dump", lambda path: read_with_evtx_dump(program, path)))
    try:
        import Evtx.Evtx  # noqa: F401

        readers.append(("python-evtx", read_with_python_evtx))
    except ImportError:
        pass
    if shutil.which("evtxexport"):
        readers.append(("evtxexport", read_with_libevtx))
    for name in ("evtx_dump", "python-evtx", "evtxexport"):
        if name not in [reader for reader, _ in readers]:
            say(f"not installed: {name}")
    return readers


# --- What a story says.


def split_top(text):
    """Splits `a: 1, b: {c: 2, d: 3}` at its outer commas."""
    parts, depth, quoted, part = [], 0, "", ""
    for at, character in enumerate(text):
        # A quotation ends with the mark that it began with; inside, the other one is a letter.
        if quoted == character and not (character == '"' and text[at - 1] == "\\"):
            quoted = ""
        elif not quoted and character in "'\"" and not part.rstrip(" ")[-1:].isalnum():
            quoted = character
        if not quoted and character in "{[":
            depth += 1
        if not quoted and character in "}]":
            depth -= 1
        if character == "," and depth == 0 and not quoted:
            parts.append(part.strip())
            part = ""
        else:
            part += character
    return parts + [part.strip()] if part.strip() else parts


def scalar(text):
    if text.startswith('"'):
        return json.loads(text)
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    return text


def expected_field(text, start):
    typed = re.fullmatch(r"\{(\w+): (.*)\}", text)
    if not typed:
        return scalar(text)
    kind, value = typed.groups()
    if kind in ("hex32", "hex64"):
        return hex(int(value, 0))
    if kind == "filetime":
        return moment(value, start)
    return str(int(value, 0)) if kind.startswith(("int", "uint")) else value


def moment(offset, start, clock=()):
    """The time that a clock shows, whose stretches are pairs of a beginning and the seconds that it is behind."""
    seconds = float(offset.strip("+s"))
    behind = [late for begin, late in clock if begin is None or begin <= seconds]
    shown = math.floor(seconds - (behind[-1] if behind else 0))
    return (start + datetime.timedelta(seconds=shown)).strftime("%Y-%m-%dT%H:%M:%S")


def device_clock(text):
    """The stretches of the device's clock in a story, one line as its events are."""
    line = re.search(r"^device_clock: \[(.*)\]$", text, flags=re.M)
    stretches = re.findall(r"\{(?:from: (\S+), )?behind_ms: (-?\d+)\}", line[1] if line else "")
    return [(float(begin.strip("+s")) if begin else None, int(late) / 1000) for begin, late in stretches]


def story_of(path):
    """What a story says: text, start, clock, files of the bundle, and of every log its events and outer file."""
    text = open(path, encoding="utf-8").read()
    like = re.search(r"^like: (\S+)$", text, flags=re.M)
    if not like:
        start = datetime.datetime.strptime(re.search(r"^start: (\S+)Z", text, flags=re.M)[1], "%Y-%m-%dT%H:%M:%S")
        return start, device_clock(text), *story_files(text, start, device_clock(text))
    # The other story's files, without those that this one leaves out, and with its own behind them.
    start, clock, files, logs = story_of(f"{os.path.dirname(path)}/../{like[1]}/story.yaml")
    block = re.search(r"^without:\n((?:  - .*\n)+)", text, flags=re.M)
    gone = re.findall(r"^  - (.*)$", block[1], flags=re.M) if block else []
    same(f"files left out by {path}", [name for name in gone if name not in files], [])
    own_files, own_logs = story_files(text, start, clock)
    kept = {name: log for name, log in logs.items() if log[0] not in gone}
    return start, clock, [name for name in files if name not in gone] + own_files, kept | own_logs


def story_files(text, start, clock):
    """Names of the files, and of every log its outer file and its events."""
    files, logs, kind, outer, file, first = [], {}, None, None, None, 1
    begun = text.find("\nartifacts:\n")
    for line in text[begun:].splitlines() if begun >= 0 else []:
        begins = re.match(r"(\s+)- ([a-z]+):$", line)
        if begins:
            kind = begins[2]
            outer = None if len(begins[1]) == 2 else outer
        named = re.match(r"\s+file: (.*)$", line)
        if named:
            file, first = named[1], 1
            if outer is None:
                outer = file
                files.append(file)
        numbered = re.match(r"\s+first_record_id: (\d+)$", line)
        if numbered:
            first = int(numbered[1])
        event = re.match(r"\s+- \{(at: .*)\}$", line)
        if event and kind == "evtx":
            parts = dict(part.split(": ", 1) for part in split_top(event[1]))
            _, records = logs.setdefault(file, (outer, []))
            fields = []
            for part in split_top(parts.get("fields", "{}")[1:-1]):
                name, value = part.split(": ", 1)
                fields.append((name, expected_field(value, start)))
            for part in split_top(parts.get("data", "[]")[1:-1]):
                fields.append(("Data", scalar(part)))
            records.append((first + len(records), int(parts["id"]), moment(parts["at"], start, clock), fields))
    return files, logs


def plain(value):
    """Brings the readers' spellings of one value together: case, leading zeros, fractions."""
    value = value.strip().replace("\r\n", "\n")
    if re.fullmatch(r"0x[0-9a-fA-F]+", value):
        return hex(int(value, 16))
    if re.fullmatch(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?", value):
        return value.strip("{}").lower()
    if value in ("True", "False"):
        return value.lower()
    if re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d", value):
        return value[:19].replace(" ", "T")
    return value


# Fields that hold bytes, which each reader prints in a way of its own or not at all.
BYTES = ("Binary", "Address")


def comparable(records, reader):
    """Drops what a reader cannot show: bytes, empty strings, and in python-evtx string arrays, whose
    empty members it muddles, and in evtxexport negative numbers, whose upper bits it gets wrong
    (0x801c03ed becomes 0xffe3fc13)."""
    out = []
    for record_id, event_id, time, fields in records:
        kept = [(name, plain(value)) for name, value in fields if name not in BYTES]
        kept = [pair for pair in kept if pair[0] != "Data" or (pair[1] and reader != "python-evtx")]
        if reader == "evtxexport":
            kept = [(name, value) for name, value in kept if not re.fullmatch(r"-\d+", value)]
        out.append((record_id, event_id, time, kept))
    return out


def check_scenarios(readers):
    for story in sorted(glob.glob(f"{crate}/scenarios/*/story.yaml")):
        name = os.path.basename(os.path.dirname(story))
        folder = f"{work}/scenarios/{name}"
        _, _, files, logs = story_of(story)
        check_bundle(name, folder, files)
        for file, (_, expected) in logs.items():
            path = next(iter(glob.glob(f"{folder}/**/{glob.escape(file)}", recursive=True)))
            for reader, read in readers:
                found, wanted = comparable(read(path), reader), comparable(expected, reader)
                for one, other in zip(found, wanted):
                    same(f"{name}/{file} in {reader}", one, other)
                same(f"number of records in {name}/{file} in {reader}", len(found), len(wanted))
                fields = sum(len(record[3]) for record in found)
                say(f"same: {name}/{file}: {reader}: {len(found)} records, {fields} field values")


def check_bundle(name, folder, files):
    with zipfile.ZipFile(f"{folder}/{name}.zip") as bundle:
        same(f"files of {name}.zip", bundle.namelist(), files)
        same(f"checksums of {name}.zip", bundle.testzip(), None)
        for member in bundle.namelist():
            with open(f"{folder}/files/{member}", "rb") as file:
                same(f"{member} in {name}.zip", bundle.read(member), file.read())
        say(f"same: {name}.zip: zipfile: {len(bundle.namelist())} members")
    for cabinet in glob.glob(f"{folder}/files/*.cab"):
        if shutil.which("cabextract"):
            result = run("cabextract", "-q", "-d", f"{folder}/from-cabinet", cabinet)
            same(f"cabextract of {cabinet}", (result.returncode, result.stderr), (0, ""))
            say(f"same: {os.path.basename(cabinet)}: cabextract: no complaint")


def check_logs(readers):
    # The readers that trust a stale header, and those that know templated records only.
    cannot = {("python-evtx", "stale-400"), ("python-evtx", "untemplated-1"), ("evtxexport", "untemplated-1")}
    texts = {}
    for path in sorted(glob.glob(f"{work}/logs/*.evtx")):
        stem = os.path.basename(path)[:-5]
        counts = {}
        for reader, read in readers:
            if (reader, stem) in cannot:
                say(f"left out: {stem}: {reader} cannot read such logs")
                continue
            if stem == "large" and reader == "python-evtx":
                continue
            records = read(path)
            counts[reader] = len(records)
            ids = [record[0] for record in records]
            same(f"order of {stem} in {reader}", sorted(ids), sorted(set(ids)))
            if stem.startswith("gallery"):
                texts[reader] = {record[1]: record[3] for record in records}
        wanted = re.search(r"-(\d+)$", stem)
        expected = int(wanted[1]) if wanted else next(iter(counts.values()), 0)
        for reader, count in counts.items():
            same(f"number of records of {stem} in {reader}", count, expected)
        say(f"same: {stem}: {', '.join(counts)}: {expected} records")
    check_gallery(texts)


GALLERY = {
    101: "Grüße 日本 😀", 102: "plain words", 103: "-8", 104: "250", 105: "-1600", 106: "61000",
    107: "-32000000", 108: "3221521682", 109: "-64000000000", 110: "18446744073709551615",
    113: "true", 115: "{9c3f6a2e-1b7d-4f50-8e21-5a0c4d7b9e13}", 116: "0x100000001",
    117: "2026-03-02T08:00:00", 118: "2026-03-02T08:00:00",
    119: "S-1-12-1-1111111111-1222222222-1333333333-1444444444",
    120: "0xc000006d", 121: "0x8000000000000010",
}


# evtxexport 20181227 shows these otherwise than the two other readers do: it takes negative numbers
# for sign and magnitude, and garbles characters beyond the basic plane.
ALONE = {("evtxexport", event_id) for event_id in (101, 103, 105, 107, 109)}


def check_gallery(texts):
    for reader, events in texts.items():
        compared = 0
        for event_id, wanted in GALLERY.items():
            found = plain(events[event_id][0][1]).lower()
            if (reader, event_id) in ALONE:
                say(f"  alone: {reader} shows gallery event {event_id} as {found!r}, not {wanted!r}")
                continue
            spellings = {wanted.lower(), wanted.lower().strip("{}")}
            if event_id == 116:
                spellings.add(str(int(wanted, 16)))
            if found not in spellings:
                same(f"gallery event {event_id} in {reader}", found, wanted)
            compared += 1
        say(f"same: gallery: {reader}: {compared} of {len(GALLERY)} typed values")


# --- Traces.


# What etl-parser 1.0.1 cannot read, and why. It skips the header buffer's records in every file.
TRACE_CANNOT = {
    "windows-7": "it trusts the header's first fill level, which such systems leave at zero",
    "headers": "it knows neither instances, errors nor unknown markers, and ends at the first",
    "messages": "it takes every message for one with GUID and process",
}


def record_counter():
    """A class that counts what etl-parser finds, or None."""
    try:
        from etl.etl import IEtlFileObserver
    except ImportError:
        say("not installed: etl-parser")
        return None

    class Counter(IEtlFileObserver):
        def __init__(self):
            self.families, self.events = {}, []

        def count(self, family):
            self.families[family] = self.families.get(family, 0) + 1

        def on_event_record(self, event):
            self.count("event")
            self.events.append(event)

        def on_trace_record(self, event):
            self.count("full")

        def on_perfinfo_trace(self, obj):
            self.count("perfinfo")

        def on_system_trace(self, obj):
            self.count("system")

        def on_win_trace(self, obj):
            self.count("message")

    return Counter


def unpacked(trace):
    """The trace with every packed buffer stored plainly, or None without the means to do so."""
    number = lambda at, width: int.from_bytes(trace[at : at + width], "little")
    try:
        from dissect.util.compression import lznt1, lzxpress, lzxpress_huffman
    except ImportError:
        return None
    unpack = {2: lznt1, 3: lzxpress, 4: lzxpress_huffman}[number(0x2C, 4)].decompress
    out, at = b"", 0
    while at < len(trace):
        size, fill, flags = number(at, 4), number(at + 0x30, 4), number(at + 0x34, 2)
        header, content = bytearray(trace[at : at + 0x48]), trace[at + 0x48 : at + size]
        if flags & 0x40:
            # The end of a Huffman stream may leave a padding symbol behind.
            content = unpack(content)[: fill - 0x48]
            same("length of an unpacked buffer", len(content), fill - 0x48)
            header[0:4] = fill.to_bytes(4, "little")
        out, at = out + bytes(header) + content, at + size
    return out


def header_buffer_records(trace):
    """How many records stand in header buffers, all with sizes at offset 4 as system records have."""
    number = lambda at, width: int.from_bytes(trace[at : at + width], "little")
    at, count = 0x48, 0
    while at < number(0x30, 4):
        at, count = at + (number(at + 4, 2) + 7) // 8 * 8, count + 1
    return count


def check_traces():
    counter = record_counter()
    if not counter:
        return
    from etl.etl import build_from_stream

    with open(f"{work}/traces/expected.tsv", encoding="utf-8") as table:
        names, *rows = [line.rstrip("\n").split("\t") for line in table]
    for row in rows:
        wanted = {name: int(value) for name, value in zip(names[1:], row[1:]) if value != "0"}
        if row[0] in TRACE_CANNOT:
            say(f"left out: {row[0]}: etl-parser: {TRACE_CANNOT[row[0]]}")
            continue
        with open(f"{work}/traces/{row[0]}.etl", "rb") as file:
            trace = file.read()
        if row[0].startswith("packed") or row[0] == "merged":
            trace = unpacked(trace)
            if trace is None:
                say(f"left out: {row[0]}: etl-parser knows no packing, dissect.util is not installed")
                continue
        parsed, found = build_from_stream(trace), counter()
        parsed.parse(found)
        same(f"buffers of {row[0]}", len(parsed.chunks) + 1, wanted.pop("buffers"))
        wanted["system"] -= header_buffer_records(trace)
        same(f"records of {row[0]}", found.families, {name: n for name, n in wanted.items() if n})
        check_trace_content(row[0], parsed, found.events)
        say(f"same: {row[0]}: etl-parser: {sum(found.families.values())} records")
    with open(f"{work}/traces/large.etl", "rb") as file:
        found = counter()
        build_from_stream(file.read()).parse(found)
        say(f"read: large: etl-parser: {found.families}")


def check_trace_content(name, parsed, events):
    if name == "four-cpus":
        # Behind the time zone it overlooks four bytes of padding, so the names are beyond it.
        header = parsed.get_header().source
        found = (header.BufferSize, header.NumberOfProcessors, header.BuffersWritten, header.PointerSize)
        same("numbers of the log file header", found, (8192, 4, 9, 8))
        same("end of a trace", header.EndTime, 134169120000000000 + 600 * 10000)
        numbers = sorted(int.from_bytes(event.source.user_data, "little") for event in events)
        same("numbered events", numbers, list(range(600)))
    if name == "tracelogging-types":
        items = [event.source.extended_data for event in events]
        schemas = [bytes(item[0].data_item) for item in items]
        labels = [schema[2:].lstrip(b"\x80\x00").split(b"\0")[0].decode() for schema in schemas]
        same("TraceLogging names", labels, ["Scalars", "Shown", "Arrays", "Structures"])
        same("items of an event", [[item.ext_type for item in all] for all in items], [[11, 12]] * 4)
    if name == "extended-items":
        kinds = [[item.ext_type for item in event.source.extended_data] for event in events]
        first = [1, 2, 3, 4, 5, 7, 8, 9, 10, 13, 14, 15, 16, 17, 0x77]
        second = [{5: 6, 17: 18}.get(kind, kind) for kind in first]
        same("kinds of extended items", kinds, [first, second])
    if name == "registration":
        texts = [event.source.user_data.decode("utf-16le").rstrip("\0") for event in events[:4]]
        same("a debug text", texts[2], "RegistrationController::SendJoinHttpRequest: Method: POST")


# --- Archives.


def check_archives():
    for path in sorted(glob.glob(f"{work}/archives/*")):
        stem = os.path.basename(path)
        if stem.endswith(".zip"):
            check_zip(path, stem)
        elif shutil.which("cabextract"):
            with tempfile.TemporaryDirectory() as folder:
                result = run("cabextract", "-q", "-d", folder, path)
                if stem.startswith("bad-"):
                    same(f"cabextract of {stem}", "checksum error" in result.stderr, True)
                    say(f"same: {stem}: cabextract: refused as it should be")
                    continue
                same(f"cabextract of {stem}", (result.returncode, result.stderr), (0, ""))
                same(f"{stem} hello", open(f"{folder}/hello.txt", "rb").read(), HELLO)
                same(f"{stem} log", open(f"{folder}/log.txt", "rb").read(), LOG)
                say(f"same: {stem}: cabextract: 2 files")
    if not shutil.which("cabextract"):
        say("not installed: cabextract")


def check_zip(path, stem):
    opener = zipfile.ZipFile
    if stem.startswith("aes"):
        try:
            import pyzipper

            opener = pyzipper.AESZipFile
        except ImportError:
            say(f"not installed: pyzipper ({stem})")
            opener = None
    if opener and stem == "bomb.zip":
        with opener(path) as bundle:
            member = bundle.infolist()[0]
            same("checksum of the bomb", bundle.testzip(), None)
            say(f"same: {stem}: zipfile: {member.compress_size} bytes hold {member.file_size}")
    elif opener:
        with opener(path) as bundle:
            bundle.setpassword(PASSWORD)
            same(f"{stem} hello", bundle.read("hello.txt"), HELLO)
            same(f"{stem} log", bundle.read("log.txt"), LOG)
            say(f"same: {stem}: {opener.__module__}: 2 members")
    if shutil.which("unzip") and not stem.startswith("aes"):
        result = run("unzip", "-qq", "-P", PASSWORD.decode(), "-t", path)
        same(f"unzip -t {stem}", result.returncode, 0)
    if shutil.which("7z"):
        result = run("7z", "t", f"-p{PASSWORD.decode()}", path)
        same(f"7z t {stem}", result.returncode, 0)
        say(f"same: {stem}: 7z: no complaint")


# --- Session archives.


def utc_of(text):
    """Ticks since the year 1 of a local time with its offset and up to seven digits."""
    clock, offset = text[:-6], text[-6:]
    whole, _, fraction = clock.partition(".")
    shift = datetime.timedelta(hours=int(offset[1:3]), minutes=int(offset[4:]))
    moment = datetime.datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S")
    moment = moment + shift if offset[0] == "-" else moment - shift
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + "." + fraction.ljust(7, "0") + "Z"


def check_sessions():
    import xml.etree.ElementTree as tree

    with open(f"{work}/sessions/expected.tsv", encoding="utf-8") as table:
        _, *rows = [line.rstrip("\n").split("\t") for line in table]
    counts = {}
    for name, number, start, process in rows:
        opener = zipfile.ZipFile
        if name == "aes":
            try:
                import pyzipper

                opener = pyzipper.AESZipFile
            except ImportError:
                say("not installed: pyzipper (aes.saz)")
                continue
        with opener(f"{work}/sessions/{name}.saz") as archive:
            archive.setpassword(PASSWORD)
            width = 4 if name == "padded" else 1
            stem = f"raw/{int(number):0{width}}"
            request = archive.read(f"{stem}_c.txt")
            same(f"request line of {name}.saz {number}", request.split(b"\r\n")[0][-9:], b" HTTP/1.1")
            session = tree.fromstring(archive.read(f"{stem}_m.xml"))
            same(f"SID of {name}.saz {number}", session.get("SID"), number)
            begun = session.find("SessionTimers").get("ClientBeginRequest")
            same(f"start of {name}.saz {number}", utc_of(begun), start)
            flags = {flag.get("N"): flag.get("V") for flag in session.iter("SessionFlag")}
            same(f"process of {name}.saz {number}", flags.get("x-processinfo", ""), process)
            same(f"answer of {name}.saz {number}", archive.read(f"{stem}_s.txt")[:8], b"HTTP/1.1")
            counts[name] = counts.get(name, 0) + 1
    for name, count in counts.items():
        say(f"same: {name}.saz: zipfile and xml.etree: {count} sessions")


readers = log_readers()
check_scenarios(readers)
check_logs(readers)
check_traces()
check_archives()
check_sessions()
say("all comparisons agree")
