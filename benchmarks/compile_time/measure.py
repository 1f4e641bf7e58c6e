"""measure.py COMPILER...: seconds of processor time (user + system) that each program of this folder takes to compile.

Every round compiles all programs once, in turn, at -O0 and -O2; medians of the rounds as lines of JSON. From the environment:
ROUNDS, 5; BUDGET, seconds that all rounds but the first must fit into; JOBS, compilers at a time, 1."""
import concurrent.futures, json, os, pathlib, shlex, statistics, subprocess, sys, time

here = pathlib.Path(__file__).parent
include = here.parent.parent / "include"
separate = "novu_separate"  # novu.cpp, with what reads and writes the types compiled elsewhere
programs = [(name, operations) for name, all in (("novu", (0, 1, 3)), (separate, (1, 3)), ("boost_json", (0, 1)), ("nlohmann", (0, 1))) for operations in all]
environment = {name: os.environ[name] for name in os.environ if not name.startswith("CCACHE")} | {"CCACHE_DISABLE": "1"}

def seconds(compiler, optimisation, name, operations):
    file, defined = ("novu", ["-DNOVU_SEPARATE_COMPILATION"]) if name == separate else (name, [])
    command = shlex.split(compiler) + ["-std=c++20", optimisation, f"-DOPERATIONS={operations}", *defined, f"-I{include}", "-c", str(here / f"{file}.cpp"), "-o", "/dev/null"]
    _, status, usage = os.wait4(subprocess.Popen(command, env=environment).pid, 0)
    if status != 0: sys.exit("failed: " + shlex.join(command))
    return usage.ru_utime + usage.ru_stime

taken = {}
begin = time.monotonic()
for done in range(int(os.environ.get("ROUNDS", 5))):
    if done and (time.monotonic() - begin) * (done + 1) / done > float(os.environ.get("BUDGET", "inf")): break
    jobs = [(compiler, optimisation, *program) for compiler in sys.argv[1:] for optimisation in ("-O0", "-O2") for program in programs]
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", 1))) as pool:
        for job, time_taken in zip(jobs, pool.map(lambda job: seconds(*job), jobs)): taken.setdefault(job, []).append(time_taken)
for (compiler, optimisation, name, operations), all in taken.items():
    print(json.dumps({"compiler": compiler, "optimisation": optimisation, "program": name, "operations": operations,
                      "seconds": round(statistics.median(all), 3), "rounds": len(all)}))
