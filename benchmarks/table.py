"""table.py RESULTS CHARTS COMPILER...: what run.sh measured, as Markdown on the standard output and as SVG charts.

RESULTS holds a file a part, from the programs, of lines of JSON; and in a folder a compiler codec.json and call.json of Google
Benchmark. Parts that were not run are left out. The charts are the first compiler's."""
import collections, datetime, json, os, pathlib, re, shlex, statistics, subprocess, sys
from chart import bars

results, charts = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])

def table(*rows):
    """The first row is the head; of it, columns whose name begins with a space are words, the others numbers."""
    print("| " + " | ".join(name.strip() for name in rows[0]) + " |")
    print("|" + "|".join("---" if name.startswith(" ") else "--:" for name in rows[0]) + "|")
    for row in rows[1:]: print("| " + " | ".join(row) + " |")
    print()

def chart(name, *what):
    charts.mkdir(parents=True, exist_ok=True)
    (charts / f"{name}.svg").write_text(bars(*what))

def lines(name):
    path = results / f"{name}.json"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

class Benchmarks:
    """Medians of a Google Benchmark file by the three parts of a name."""
    def __init__(self, path):
        data = json.loads(path.read_text()) if path.exists() else {"benchmarks": [], "context": {}}
        self.context, self.runs = data["context"], collections.defaultdict(list)
        for run in data["benchmarks"]:
            if run.get("run_type") == "iteration": self.runs[tuple(run["name"].split("/")[:3])].append(run)
        self.repetitions = max(map(len, self.runs.values()), default=0)
    def get(self, key, what="cpu_time"): return statistics.median(run[what] for run in self.runs[key])
    def ratio(self, ours, peer): return f"{self.get(ours) / self.get(peer):.2f}" if ours in self.runs and peer in self.runs else ""

def duration(ns): return f"{ns:.0f} ns" if ns < 999.5 else f"{ns / 1000:.3g} µs" if ns < 999500 else f"{ns / 1e6:.3g} ms"
def speed(bytes_per_second): return f"{bytes_per_second / 1e6:,.0f} MB/s"

DOCUMENTS = {"tiny": "20 bytes", "create": "create, 1.5 KB", "large": "create, 15 KB", "escapes": "create, escapes", "list": "100 workflows, 72 KB", "megabyte": "large e-mail, 1 MB"}
PEERS = {"boost": "Boost.JSON", "nlohmann": "nlohmann/json", "rapidjson": "RapidJSON", "rapidjson_checking_utf8": "RapidJSON, UTF-8 checked", "simdjson_views": "simdjson"}
OURS = {"novu": "owned", "novu_borrowed": "borrowed", "novu_pmr": "pmr", "novu_in_pieces": "owned, in pieces"}

def codec(compiler, charted):
    b = Benchmarks(results / compiler / "codec.json")
    if not b.runs: return
    print(f"## codec, {compiler}\n\nTime in ratio to each library that does the same typed work on the same text; medians of {b.repetitions} interleaved repetitions.\n")
    for direction in ("encode", "decode"):
        peers = [p for p in PEERS if any(key[0] == direction and key[2] == p for key in b.runs)]
        rows = [[f" {direction}", " storage", "time", "MB/s", "allocations"] + (["/ owned"] if direction == "decode" else []) + ["/ " + PEERS[p] for p in peers]]
        for document in [*DOCUMENTS, "compile_time"]:
            for ours in OURS:
                key = (direction, document, ours)
                if key not in b.runs: continue
                time, own = b.get(key), [b.ratio(key, (direction, document, "novu"))] if direction == "decode" else []
                rows.append([DOCUMENTS.get(document, "known at compile time"), OURS[ours] if document in DOCUMENTS else "", duration(time) if time >= 10 else f"{time:.1f} ns",
                             f"{b.get(key, 'bytes_per_second') / 1e6:,.0f}", f"{b.get(key, 'allocs'):.0f}", *own, *(b.ratio(key, (direction, document, p)) for p in peers)])
        table(*rows)
        if not charted: continue
        shown = [("novu", "novu", True), ("novu_borrowed", "novu, borrowed", True)] + [(p, PEERS[p], False) for p in peers if p != "rapidjson" or direction == "decode"]
        groups = [(name, [(label, b.get((direction, document, library), "bytes_per_second"), ours) for library, label, ours in shown if (direction, document, library) in b.runs])
                  for document, name in DOCUMENTS.items() if (direction, document, "novu") in b.runs]
        views = "; borrowed and simdjson give views" if direction == "decode" else ", into a warm buffer where the library has one"
        chart(direction, "Encoding: structs to JSON" if direction == "encode" else "Decoding: JSON to structs", f"Speed, longer is better{views}", groups, speed)
    path = results / compiler / "instructions.txt"
    if path.exists():
        print("Instructions a byte, by callgrind:\n")
        counts = {(operation, body): count for operation, body, _, _, count, *_ in map(str.split, path.read_text().splitlines())}
        names = DOCUMENTS | {"constant": "create, known at compile time", "few_strings": "create, all but three strings known"}
        bodies = [d for d in names if any(body == d for _, body in counts)]
        table([" ", *(names[d] for d in bodies)], *([operation, *(counts.get((operation, d), "") for d in bodies)] for operation in dict.fromkeys(o for o, _ in counts)))

def call(compiler):
    b = Benchmarks(results / compiler / "call.json")
    if b.runs:
        print(f"## call, {compiler}\n\nOver a transport in memory. Besides: the call without encoding, decoding and the exchange, which copies an answer. Allocations of its own: the same.\n")
        rows = [[" operation", " storage", "call", "encode", "decode", "exchange", "besides", "allocations", "its own"]]
        for operation, storage in [(o, s) for o in ("remove", "get", "create", "list") for s in ("owned", "borrowed") if ("call", o, s) in b.runs]:
            part = lambda name, what="cpu_time": b.get(("call", operation, name), what) if ("call", operation, name) in b.runs else 0
            names = (f"encode_{storage}", f"decode_{storage}", "exchange")
            besides, own = (part(storage, what) - sum(part(name, what) for name in names) for what in ("cpu_time", "allocs"))
            rows.append([operation, storage, *(duration(part(name)) if part(name) else "" for name in (storage, *names)), duration(besides), f"{part(storage, 'allocs'):.0f}", f"{own:.0f}"])
        table(*rows)
        special = {"manual": "remove, polled, whole", "poll": "one poll of a call that waits", "random": "random bits of a key, alone",
                   "counter": "remove, whole, with a counter for random bits"}
        table([" ", "time", "allocations"], *([name, duration(b.get(("call", "remove", what))), f"{b.get(('call', 'remove', what), 'allocs'):.0f}"] for what, name in special.items() if ("call", "remove", what) in b.runs))
        print(f"Allocations that a thousand calls left behind: {b.context.get('left_by_a_thousand_calls', '?')}\n")

def sockets_and_load():
    sockets = lines("call_sockets")
    if sockets:
        print("## call over sockets, g++\n\nOver loopback sockets, kept connections, beside the bare client that sends the same bytes and decodes nothing:\n")
        table([" transport", " operation", "at once", "calls/s", "bare calls/s", "ours / bare", "CPU a call", "bare CPU"],
              *([s["transport"], s["operation"], str(s["at_once"]), f"{s['novu_calls_per_second']:,}", f"{s['bare_calls_per_second']:,}",
                 f"{s['novu_calls_per_second'] / s['bare_calls_per_second']:.2f}", f"{s['novu_cpu_us']:.1f} µs", f"{s['bare_cpu_us']:.1f} µs"] for s in sockets))
        names = {"beast": "Boost.Beast", "asio": "Boost.Beast, coroutines", "curl": "libcurl", "curl_multi": "libcurl, multi"}
        chart("call", "GET of a workflow over loopback", "Calls a second on one thread, longer is better; the bare client does not decode",
              [(names[s["transport"]] + (f", {s['at_once']} at once" if s["at_once"] > 1 else ""),
                [("novu", s["novu_calls_per_second"], True), ("bare " + names[s["transport"]].split(",")[0], s["bare_calls_per_second"], False)])
               for s in sockets if s["operation"] == "get" and s["transport"] in names], lambda v: f"{v:,.0f}/s")
    load = lines("call_load")
    if load:
        print("5,000 calls in flight on one thread, through at most 64 connections (asio_transport), against a Novu in the same process:\n")
        table([" ", " operation", "calls/s", "bytes a waiting call", "of them asio::co_spawn's", "its body", "connections", "failed, lost, twice, another's"],
              *([l["scheme"], l["operation"], f"{l['calls_per_second']:,}", str(l["bytes_a_waiting_call"]), str(l["of_them_co_spawn"]), str(l["of_them_body"]), str(l["connections"]),
                 ", ".join(str(l[what]) for what in ("failed", "lost", "answered_twice", "anothers_answer"))] for l in load))

def compile_time():
    all = lines("compile_time")
    if not all: return
    print(f"## compile_time\n\nSeconds of processor time, medians of {all[0]['rounds']} interleaved rounds; `separate` with NOVU_SEPARATE_COMPILATION. The peers write one request of the same shape, and have no client.\n")
    rows = [[" ", "header", "one create", "each further", "separate", "each further", "Boost.JSON header", "value_from", "nlohmann header", "to_json", "/ Boost.JSON", "separate / Boost.JSON"]]
    groups = []
    for compiler, optimisation in dict.fromkeys((a["compiler"], a["optimisation"]) for a in all):
        s = {(a["program"], a["operations"]): a["seconds"] for a in all if (a["compiler"], a["optimisation"]) == (compiler, optimisation)}
        one, separate, boost, nlohmann = (s[program, 1] for program in ("novu", "novu_separate", "boost_json", "nlohmann"))
        values = [s["novu", 0], one, (s["novu", 3] - one) / 2, separate, (s["novu_separate", 3] - separate) / 2, s["boost_json", 0], boost, s["nlohmann", 0], nlohmann,
                  one / boost, separate / boost]
        rows.append([f"{compiler} {optimisation}", *(f"{v:.2f}" for v in values)])
        groups.append((f"{compiler} {optimisation}", [("novu, header", s["novu", 0], True), ("novu, one create", one, True), ("novu, create, list, get", s["novu", 3], True), ("the same, separate", s["novu_separate", 3], True),
                                                      ("Boost.JSON, value_from", boost, False), ("nlohmann/json, to_json", nlohmann, False)]))
    table(*rows)
    chart("compile_time", "Time to compile", "Seconds of processor time, shorter is better; the peers write one request and have no client", groups, lambda v: f"{v:.2f} s")

def code_size():
    all = lines("code_size")
    if not all: return
    print("## code_size\n\nText of a stripped program at -Os with all nine operations over a transport in memory, by `size`; and its data.\n")
    names = {"novu": "novu, with Boost.JSON's code", "novu_shared": "novu, libboost_json shared", "nlohmann": "by hand, nlohmann/json"}
    rows, groups = [[" compiler", " program", "text", "data", "/ by hand"]], []
    for compiler in dict.fromkeys(a["compiler"] for a in all):
        s = {a["program"]: a for a in all if a["compiler"] == compiler}
        rows += [[compiler, names[n], f"{a['text']:,}", f"{a['data']:,}", f"{a['text'] / s['nlohmann']['text']:.2f}"] for n, a in s.items()]
        groups.append((compiler, [(names[n], a["text"], n != "nlohmann") for n, a in s.items()]))
    table(*rows)
    chart("code_size", "Code size", "Text of a program with all nine operations at -Os, shorter is better", groups, lambda v: f"{v / 1000:,.0f} KB")

def machine(compilers):
    model = "unknown processor"
    try: model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text()).group(1)
    except (OSError, AttributeError): pass
    versions = [subprocess.run([*shlex.split(c), "--version"], capture_output=True, text=True).stdout.splitlines()[0] for c in compilers]
    print(f"{model}, {os.cpu_count()} processors; {'; '.join(versions)}; {datetime.date.today()}\n")

compilers = sys.argv[3:]
machine(compilers)
for compiler in compilers: codec(compiler, compiler == compilers[0])
for compiler in compilers: call(compiler)
sockets_and_load(), compile_time(), code_size()
