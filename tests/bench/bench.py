"""The cases of README.md and their verdicts. Started by `run`, which has brought up the fleet and installed the peers."""

import argparse
import os
import shlex
import subprocess
from pathlib import Path

from measure import Case, interleave, peak_memory, startup

HERE = Path(__file__).parent
MISSING = "not measured"


class Bench:
    def __init__(self, options: argparse.Namespace) -> None:
        self.rounds, self.count = options.rounds, options.hosts
        self.work, self.fleet = options.work, options.work / "fleet"
        self.binary, self.examples = options.xtask, options.xtask.parent / "examples"
        self.config, self.inventory = self.fleet / "ssh_config", self.fleet / "hosts.toml"
        self.mux = f"ssh -F {self.config} -o ControlMaster=auto -o ControlPersist=200 -o ControlPath={self.fleet}/cm/%n"
        (self.fleet / "cm").mkdir(exist_ok=True)
        self.rows: list[str] = []

    def some(self, count: int) -> tuple[int, str, Path]:
        """The first hosts of the fleet: how many, as a host set, as a file of names."""
        count = min(count, self.count)
        names = (self.fleet / "hosts").read_text().split()[:count]
        file = self.work / f"hosts.{count}"
        file.write_text("".join(f"{name}\n" for name in names))
        return count, f"h[001-{count:03}]", file

    def tool(self, *words: str) -> str:
        return shlex.join([str(self.binary), "-i", str(self.inventory), *words])

    def pcmd(self, hosts: str, persist: int) -> str:
        return self.tool("pcmd", "-w", hosts, "-f", "32", "--persist", str(persist), "true")

    @property
    def disconnect(self) -> str:
        # The far ends of the closed connections go away in the background. That must not count for the next case.
        return self.tool("hosts", "disconnect") + "; sleep 2"

    def row(self, work: str, measured: str, reach: str, reached: bool | None) -> None:
        verdict = MISSING if reached is None else "reached" if reached else "MISSED"
        self.rows.append(f"| {work} | {measured} | {reach} | {verdict} |")

    def cold(self) -> None:
        count, hosts, file = self.some(200)
        ssh = f"ssh -F {self.config}"
        os.environ.update(BENCH_HOSTS=str(file), BENCH_FLEET=str(self.fleet))
        cases = interleave(
            [
                Case("xtask --persist 0", self.pcmd(hosts, 0), self.disconnect),
                Case("xtask --persist 60", self.pcmd(hosts, 60), self.disconnect),
                Case("xargs -P32 ssh", f"xargs -P 32 -I@ {ssh} @ true <{file}"),
                Case("pdsh", f"pdsh -S -R exec -f 32 -w ^{file} {ssh} %h true"),
                Case("clush", f"clush -S -f 32 -o '-F {self.config}' --hostfile={file} true"),
                Case("pyinfra", f"cd {self.work} && venv/bin/pyinfra -y --parallel 32 {HERE}/fleet_hosts.py exec -- true"),
                Case("fabric", f"{self.work}/venv/bin/python {HERE}/fabric_true.py"),
                Case("pssh", f"parallel-ssh -h {file} -p 32 -x '-F {self.config}' -i true"),
            ],
            self.rounds,
        )
        subprocess.run(["bash", "-c", self.disconnect], capture_output=True)
        for ours in ("xtask --persist 0", "xtask --persist 60"):
            label = f"cold `pcmd true`, {count} hosts, width 32, {ours.removeprefix('xtask ')}"
            reach = "≤ 1.15x xargs, ≤ clush and pdsh"
            case, peers = cases[ours], [cases[n] for n in ("xargs -P32 ssh", "pdsh", "clush", "pssh")]
            if case.failed or any(peer.failed for peer in peers):
                self.row(label, case.failed or "a peer failed", reach, None)
                continue
            ratio = {peer.name: case.median / peer.median for peer in peers}
            text = f"{case.median:.2f} s; " + ", ".join(f"{r:.2f}x {n} ({cases[n].median:.2f} s)" for n, r in ratio.items())
            self.row(label, text, reach, ratio["xargs -P32 ssh"] <= 1.15 and ratio["clush"] <= 1 and ratio["pdsh"] <= 1)

    def seq(self) -> None:
        count, hosts, file = self.some(100)
        label, reach = f"10 commands in sequence × {count} hosts, sessions open", "≤ 0.3 s, ≤ 0.08x of a spawn over ControlMaster each"
        if not (self.examples / "seq10").exists():
            return self.row(label, f"no {self.examples}/seq10", reach, None)
        ten = f"for i in 1 2 3 4 5 6 7 8 9 10; do {self.mux} @ true </dev/null || exit; done"
        cases = interleave(
            [
                Case("seq10", f"{self.examples}/seq10 -i {self.inventory} -w '{hosts}' -f 32", self.disconnect, r"warm ([\d.]+)"),
                Case("spawn over ControlMaster", f"xargs -P 32 -I@ sh -c {shlex.quote(ten)} <{file}", f"xargs -P 32 -I@ {self.mux} @ true <{file}"),
            ],
            self.rounds,
        )
        ours, spawn = cases["seq10"], cases["spawn over ControlMaster"]
        if ours.failed or spawn.failed:
            return self.row(label, ours.failed or spawn.failed, reach, None)
        ratio = ours.median / spawn.median
        self.row(label, f"{ours.median:.3f} s; {ratio:.3f}x ({spawn.median:.2f} s)", reach, ours.median <= 0.3 and ratio <= 0.08)

    def ops(self) -> None:
        count, hosts, file = self.some(50)
        label, reach = f"10 idempotent operations × {count} hosts, rerun", "≤ 0.35x pyinfra, ≤ 0.03x Ansible"
        os.environ.update(BENCH_HOSTS=str(file), BENCH_FLEET=str(self.fleet), BENCH_ROOT=str(self.work / "state-ops"))
        settings = self.work / "ansible.cfg"
        settings.write_text(
            "[defaults]\ngathering = explicit\ninterpreter_python = /usr/bin/python3\n[ssh_connection]\npipelining = True\n"
            f"ssh_args = -F {self.config} -o ControlMaster=auto -o ControlPersist=200 -o ControlPath={self.fleet}/cm/%n\n"
        )
        if not (self.examples / "ops10").exists():
            return self.row(label, f"no {self.examples}/ops10", reach, None)
        commands = {
            "ops10": f"{self.examples}/ops10 -i {self.inventory} -w '{hosts}' -f 50 --persist 200 --root $BENCH_ROOT/xtask",
            "pyinfra": f"cd {self.work} && venv/bin/pyinfra -y --parallel 50 {HERE}/fleet_hosts.py {HERE}/ops10.py",
            "ansible": f"ANSIBLE_CONFIG={settings} ansible-playbook -i {file} -f 50 {HERE}/ops10.yml",
        }
        # A rerun comes right after a run, which is not counted: it makes the state, and the connections that it
        # leaves help each tool as that tool keeps them.
        cases = [Case(name, command, command) for name, command in commands.items()]
        by_name = interleave(cases, min(self.rounds, 3))
        if failed := next((case for case in cases if case.failed), None):
            return self.row(label, f"{failed.name}: {failed.failed}", reach, None)
        ours = by_name["ops10"].median
        ratio = {name: ours / by_name[name].median for name in ("pyinfra", "ansible")}
        text = f"{ours:.2f} s; " + ", ".join(f"{r:.3f}x {n} ({by_name[n].median:.2f} s)" for n, r in ratio.items())
        self.row(label, text, reach, ratio["pyinfra"] <= 0.35 and ratio["ansible"] <= 0.03)

    def second(self) -> None:
        count, hosts, _ = self.some(100)
        label, reach = f"second `pcmd` within a minute, {count} hosts", "≤ 0.4x its first"
        first, again = Case("first", self.pcmd(hosts, 60), self.disconnect), Case("second", self.pcmd(hosts, 60))
        for _ in range(self.rounds):
            interleave([first, again], 1)
        subprocess.run(["bash", "-c", self.disconnect], capture_output=True)
        if first.failed or again.failed:
            return self.row(label, first.failed or again.failed, reach, None)
        ratio = again.median / first.median
        self.row(label, f"{again.median:.2f} s; {ratio:.2f}x ({first.median:.2f} s)", reach, ratio <= 0.4)

    def start(self) -> None:
        label, reach = "start-up (`list`)", "≤ 3 ms, ≤ 1.2x `just --list` of an equal list"
        listing = subprocess.run([self.binary, "list"], capture_output=True, text=True)
        if listing.returncode != 0:
            return self.row(label, f"exit {listing.returncode}: {listing.stderr.strip()[-200:]}", reach, None)
        lines = [line for line in listing.stdout.splitlines() if line.strip()]
        justfile = self.work / "justfile"
        justfile.write_text("".join(f"# does the work of step number {i}\nstep-{i}:\n    @true\n" for i in range(len(lines))))
        times = startup({"xtask": f"{self.binary} list", "just": f"just --justfile {justfile} --list"}, self.rounds, self.work)
        ratio = times["xtask"] / times["just"]
        self.row(label, f"{times['xtask']:.2f} ms; {ratio:.2f}x just ({times['just']:.2f} ms)", reach, times["xtask"] <= 3 and ratio <= 1.2)

    def memory(self) -> None:
        count, hosts, _ = self.some(200)
        label, reach = f"client memory, {count} hosts", "≤ 64 MiB plus the ssh processes"
        subprocess.run(["bash", "-c", self.disconnect], capture_output=True)
        # All hosts at once, each with some output: the widest moment of a run.
        command = self.tool("pcmd", "-w", hosts, "-f", str(count), "--persist", "0", "--connect-timeout", "60", "head -c 100000 /dev/zero | tr '\\000' x | fold")
        peak, failed = peak_memory(command, without="ssh")
        self.row(label, failed or f"{peak:.0f} MiB at width {count}", reach, None if failed else peak <= 64)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--xtask", type=Path, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--hosts", type=int, required=True)
    every = ["cold", "seq", "ops", "second", "start", "memory"]
    parser.add_argument("--only", action="append", choices=every)
    options = parser.parse_args()
    bench = Bench(options)
    for case in options.only or every:
        print(f"{case}:", flush=True)
        getattr(bench, case)()
    print("\n| work | measured (medians) | reach | verdict |\n|---|---|---|---|")
    print("\n".join(bench.rows))


main()
