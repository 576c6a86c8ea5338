"""The parts of the benchmark do what they say. Figures are never asserted: a machine has moods."""

from __future__ import annotations

import subprocess
import sys
import time
from xml.etree import ElementTree

import pytest

from benchmarks import cpu
from benchmarks.bars import Bar
from benchmarks.measure import percentile
from benchmarks.plot import svg

BUSY = (
    "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass\ninput()"
)


def test_the_cpu_of_another_process_is_counted() -> None:
    busy = subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE)
    try:
        before = cpu.look({"busy": [busy.pid]})
        deadline = time.monotonic() + 30
        while sum(cpu.used_by([busy.pid]).values()) < 0.3 and time.monotonic() < deadline:
            time.sleep(0.05)
        used = cpu.used_since(before, {"busy": [busy.pid], "idle": []})
    finally:
        busy.communicate(b"\n")
    assert used["idle"] == 0
    assert 0.1 < used["busy"] < 3


def test_threads_that_came_and_went_are_counted() -> None:
    lines = ["import threading, time", "def busy():", " end = time.thread_time() + 0.3"]
    lines += [" while time.thread_time() < end: pass", "input()"]
    lines += ["thread = threading.Thread(target=busy)", "thread.start()", "thread.join()"]
    lines += ["print(flush=True)", "input()"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    program = subprocess.Popen([sys.executable, "-c", "\n".join(lines)], **pipes)
    try:
        assert program.stdin
        assert program.stdout
        before = cpu.look({"busy": [program.pid]})
        program.stdin.write(b"\n")
        program.stdin.flush()
        program.stdout.readline()
        used = cpu.used_since(before, {"busy": [program.pid]})
    finally:
        program.communicate(b"\n")
    assert 0.2 < used["busy"] < 3


def test_gone_processes_count_nothing_and_do_not_disturb() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert cpu.used_by([gone.pid]) == {}


def test_descendants_of_a_process() -> None:
    shell = subprocess.Popen(["sh", "-c", "sleep 60 & echo; wait"], stdout=subprocess.PIPE)
    try:
        assert shell.stdout
        shell.stdout.readline()
        found = cpu.descendants(shell.pid)
    finally:
        subprocess.run(["kill", *map(str, cpu.descendants(shell.pid))], check=False)
        shell.communicate()
    assert found[0] == shell.pid
    assert len(found) == 2


@pytest.mark.parametrize(
    ("value", "at_least", "held"),
    [(1.0, False, True), (1.7, False, False), (1.7, True, True), (1.0, True, False)],
)
def test_a_bar_is_held_on_its_own_side(value: float, at_least: bool, held: bool) -> None:
    assert Bar("a", value, 1.6, at_least=at_least).held is held


def test_a_bar_without_a_value_says_so() -> None:
    bar = Bar("bookings", None, 0.3)
    assert bar.held is None
    assert "not measured" in bar.line()


def test_the_picture_has_a_line_for_each_value() -> None:
    bars = [Bar("a < b", 0.0, 1), Bar("c", 5.0, 2, at_least=True), Bar("d", None, 1)]
    picture = ElementTree.fromstring(svg(bars))  # noqa: S314 (our own)
    kinds = [each.get("class") for each in picture.iter("{http://www.w3.org/2000/svg}rect")]
    assert kinds == ["held", "held"]


def test_percentile() -> None:
    assert percentile([float(n) for n in range(100)], 99) == 99
    assert percentile([3.0, 1.0, 2.0], 50) == 2
