"""Running cases: interleaved, wall time by default, medians."""

import json
import re
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Case:
    """One command to time. `before` is a shell command that is not timed; `value` a pattern whose group replaces the wall time."""

    name: str
    command: str
    before: str = ""
    value: str = ""
    seconds: list[float] = field(default_factory=list)
    failed: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def run(self) -> None:
        if self.before:
            subprocess.run(["bash", "-c", self.before], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
        time.sleep(0.2)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            start = time.monotonic()
            code = subprocess.run(["bash", "-c", self.command], stdin=subprocess.DEVNULL, stdout=out, stderr=err, timeout=600).returncode
            wall = time.monotonic() - start
            out.seek(0), err.seek(0)
            text = out.read(1 << 20).decode(errors="replace")
            if code != 0:
                self.failed = f"exit {code}: {err.read(1 << 20).decode(errors='replace').strip()[-300:]}"
            elif self.value:
                found = re.search(self.value, text)
                wall = float(found[1]) if found else wall
                self.failed = "" if found else f"no {self.value} in its output"
        self.seconds.append(wall)


def interleave(cases: list[Case], rounds: int) -> dict[str, Case]:
    """Each round runs every case once; every other round goes backwards, so that a slow minute hits all alike."""
    for number in range(rounds):
        for case in cases if number % 2 == 0 else reversed(cases):
            if not case.failed:
                case.run()
    for case in cases:
        spread = " ".join(f"{s:.3f}" for s in case.seconds)
        print(f"    {case.name:<24} {'FAILED ' + case.failed if case.failed else f'{case.median:.3f} s'}   [{spread}]", flush=True)
    return {case.name: case for case in cases}


def peak_memory(command: str, without: str) -> tuple[float, str]:
    """Peak PSS in MiB of a command and its children, processes named `without` left out; and what went wrong."""
    with tempfile.TemporaryFile() as err:
        process = subprocess.Popen(["bash", "-c", f"exec {command}"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err)
        peak, done = 0.0, threading.Event()

        def sample() -> None:
            nonlocal peak
            while not done.wait(0.02):
                peak = max(peak, sum(pss(pid) for pid in tree(process.pid) if name(pid) != without))

        sampler = threading.Thread(target=sample)
        sampler.start()
        code = process.wait(timeout=300)
        done.set()
        sampler.join()
        err.seek(0)
        return peak, "" if code == 0 else f"exit {code}: {err.read().decode(errors='replace').strip()[-300:]}"


def tree(pid: int) -> list[int]:
    """The process and everything below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid] + [p for child in children for p in tree(int(child))]


def name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def pss(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1]) / 1024
    except (OSError, TypeError):
        return 0.0


def startup(commands: dict[str, str], rounds: int, folder: Path) -> dict[str, float]:
    """Median start-up in milliseconds by hyperfine without a shell, the order turned round each time."""
    times: dict[str, list[float]] = {label: [] for label in commands}
    report = folder / "hyperfine.json"
    for number in range(rounds):
        for label, command in sorted(commands.items(), reverse=number % 2 == 1):
            subprocess.run(["hyperfine", "-N", "-w", "5", "-r", "60", "--export-json", str(report), command], check=True, capture_output=True, stdin=subprocess.DEVNULL)
            times[label].append(json.loads(report.read_text())["results"][0]["median"] * 1000)
    return {label: statistics.median(values) for label, values in times.items()}

