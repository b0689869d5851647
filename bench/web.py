"""The page itself: what it loads, how a table of 10,000 findings and a map of 200,000 pieces move.

``python bench/web.py [--segments N] [--findings N]``. Chromium without a window asks the service as
a clerk starts it. Frames are counted by the page (``requestAnimationFrame``), work on its main
thread by the browser's own trace. Beside every figure stands a floor that was measured in the same
browser: an empty box that is scrolled by the same script, the same map with every layer hidden.
The map is drawn in software where there is no graphics card: read the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Response, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from bench.busy_registry import CENTRE, fill  # noqa: E402
from bench.report import Row, publish  # noqa: E402
from bench.service import running_service  # noqa: E402
from geo_registry.store.database import create_engine  # noqa: E402
from geo_registry.store.scratch import scratch_cluster  # noqa: E402

FIRST_LOAD_BYTES = 1_500_000
"""What the first load of the map may transfer at most (issue 6)."""
SCREEN = {"width": 1366, "height": 768}
_FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # As a browser without a graphics card does: the maps alone are drawn in emulated WebGL, the
    # page around them is put together by plain software.
    "--disable-gpu-compositing",
    "--disable-gpu-rasterization",
    "--disable-background-networking",
]
_LONG_MS = 50.0
_COUNT = """() => {
  window.frames_ = []
  let last = performance.now()
  const tick = (now) => {
    window.frames_.push(now - last)
    last = now
    window.counting_ = requestAnimationFrame(tick)
  }
  window.counting_ = requestAnimationFrame((now) => {
    last = now
    window.counting_ = requestAnimationFrame(tick)
  })
}"""
_COUNTED = "() => { cancelAnimationFrame(window.counting_); return window.frames_ }"
_SCROLL = """(box) => new Promise((done) => {
  let blank = 0
  let frame = 0
  const step = () => {
    const before = box.scrollTop
    box.scrollTop = before + 340
    // Looking costs a layout, so that it is done now and then only.
    if (frame++ % 16 === 0) {
      const {top, left, height} = box.getBoundingClientRect()
      const there = document.elementFromPoint(left + 120, top + height / 2)
      if (there && there.closest('.gap')) blank += 1
    }
    if (box.scrollTop === before) done(blank)
    else requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
})"""
_EMPTY_BOX = """(high) => {
  document.body.innerHTML = '<div id=box style="height:600px;overflow:auto"><div></div></div>'
  document.querySelector('#box div').style.height = high + 'px'
}"""


@dataclass
class Moved:
    """Frame times of something that moved, and the long tasks of the main thread meanwhile."""

    frames: list[float]
    tasks: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Of the frame times, in milliseconds."""
        return sorted(self.frames)[min(len(self.frames) - 1, int(len(self.frames) * share))]

    @property
    def told(self) -> dict[str, float]:
        """What the table says beside the median."""
        return {
            "frames": len(self.frames),
            "p95_ms": round(self.percentile(0.95), 1),
            "frames_over_50_ms": sum(f > _LONG_MS for f in self.frames),
            "long_tasks": len(self.tasks),
            "longest_task_ms": round(max(self.tasks, default=0.0)),
        } | ({"tiles_ms": round(statistics.median(self.waited))} if self.waited else {})


def main(arguments: list[str] | None = None) -> int:
    """Start everything, measure, print a table."""
    asked = _parser().parse_args(arguments)
    rows: list[Row] = []
    with scratch_cluster() as cluster:
        database = cluster.create_database("bench")
        with running_service(database) as address, _browser() as browser:
            began = time.perf_counter()
            rows += first_load(browser, address)
            engine = create_engine(database)
            held = fill(engine, asked.segments, asked.findings)
            engine.dispose()
            sys.stderr.write(f"{held} after {time.perf_counter() - began:.0f} s\n")
            rows += long_table(browser, address)
            rows += busy_map(browser, address)
    publish(
        "web", f"Chromium, software WebGL, {SCREEN['width']} × {SCREEN['height']}; {held}", rows
    )
    return 0


# ---- what is loaded


def first_load(browser: Browser, address: str) -> list[Row]:
    """The map on a first visit, then every other page of the navigation: bytes on the wire."""
    with _page(browser, address) as page:
        arrived = _listen(page)
        began = time.perf_counter()
        page.goto(f"{address}/map")
        _settled(page)
        took = time.perf_counter() - began
        sizes = {r.url.removeprefix(address): _transferred(r) for r in arrived}
        code = {url: size for url, size in sizes.items() if not url.startswith("/tiles/")}
        heavy = Counter(code).most_common(6)
        first = _load_row("first load of the map, all but tiles", took, code)
        later = []
        for entry in page.locator(".side .wide .entry").all():
            arrived.clear()
            began = time.perf_counter()
            entry.click()
            page.wait_for_load_state("networkidle")
            asked = {r.url.removeprefix(address): _transferred(r) for r in arrived}
            parts = {u: n for u, n in asked.items() if u.startswith("/assets/")}
            title = f"then {entry.inner_text().strip()}, its parts"
            later.append(_load_row(title, time.perf_counter() - began, parts, first.told["bytes"]))
    for url, size in heavy:
        sys.stderr.write(f"{size:>10,} {url}\n")
    if first.told["bytes"] > FIRST_LOAD_BYTES:
        sys.stderr.write("missed: the first load of the map is too large\n")
    return [first, *later]


def _load_row(title: str, took: float, sizes: dict[str, int], beside: int | None = None) -> Row:
    total = sum(sizes.values())
    compared = beside or FIRST_LOAD_BYTES
    told = {"bytes": total, "requests": len(sizes)}
    return Row(title, took, total / compared, "first load" if beside else "1.5 MB", told=told)


def _transferred(response: Response) -> int:
    return max(0, int(response.request.sizes()["responseBodySize"]))


# ---- the table


def long_table(browser: Browser, address: str) -> list[Row]:
    """All findings to the last, ten rows a frame; an empty box of the same height."""
    with _page(browser, address) as page:
        began = time.perf_counter()
        page.goto(f"{address}/findings")
        page.locator(".list-table .row").first.wait_for(timeout=60_000)
        shown = time.perf_counter() - began
        _settled(page)
        box = page.locator(".list-table").element_handle()
        assert box is not None
        high = int(box.evaluate("box => box.scrollHeight"))
        blank: list[int] = []
        moved = _moved(browser, page, lambda: blank.append(box.evaluate(_SCROLL)))
        last = page.locator(".list-table .row").last.get_attribute("aria-rowindex")
        page.evaluate(_EMPTY_BOX, high)
        empty = page.locator("#box").element_handle()
        assert empty is not None
        floor = _moved(browser, page, lambda: blank.append(empty.evaluate(_SCROLL)))
    told = {"rows": int(last or 0) - 1, "blank_frames": blank[0], **moved.told}
    return [
        Row("the page of findings until its rows are there", shown, 1.0, "itself", told={}),
        _frames("an empty box of the same height, scrolled", floor, floor, "empty box"),
        _frames("the table, scrolled to its end", moved, floor, "empty box", told),
    ]


# ---- the map


def busy_map(browser: Browser, address: str) -> list[Row]:
    """Four zooms: until its tiles are there, panning, zooming; the map with all layers hidden."""
    rows = []
    for zoom in (9, 10, 11, 12, 14, 16):
        at = f"at={zoom}.00/{CENTRE[1]:.5f}/{CENTRE[0]:.5f}"
        with _page(browser, address) as page:
            empty_took, _ = _arrive(page, f"{address}/map?{at}&hide={_everything()}")
            empty = _walk(browser, page)
        with _page(browser, address) as page:
            took, tiles = _arrive(page, f"{address}/map?{at}")
            sizes = {"tiles": len(tiles), "tile_bytes": sum(_transferred(t) for t in tiles)}
            busy = _walk(browser, page)
            again, second = _arrive(page, f"{address}/map?{at}")
            fresh = dict(Counter(_how(t) for t in second))
        rows += [
            Row(f"zoom {zoom}: opened", took, took / empty_took, "empty map", told=sizes),
            Row(f"zoom {zoom}: opened again", again, again / empty_took, "empty map", told=fresh),
            _frames(f"zoom {zoom}: panned and zoomed, empty", empty, empty, "empty map"),
            _frames(f"zoom {zoom}: panned and zoomed", busy, empty, "empty map"),
        ]
        sys.stderr.write(f"zoom {zoom}: {took:.1f} s, again {again:.1f} s, {sizes} {busy.told}\n")
    return rows


def _how(tile: Response) -> str:
    """Whether a tile came whole on the second visit, or the browser was told that it has it."""
    if tile.status == 204:
        return "empty"
    return "whole" if _transferred(tile) > 0 else "unchanged"


def _everything() -> str:
    """Every sign of the map, as the address hides them."""
    style = (REPOSITORY / "web" / "src" / "map" / "style.ts").read_text("utf-8")
    order = style.split("const ORDER = [")[1].split("]")[0]
    return ",".join(re.findall(r"'([^']+)'", order))


def _arrive(page: Page, url: str) -> tuple[float, list[Response]]:
    arrived = _listen(page)
    began = time.perf_counter()
    page.goto(url)
    _settled(page)
    return time.perf_counter() - began, [r for r in arrived if "/tiles/" in r.url]


def _walk(browser: Browser, page: Page) -> Moved:
    """Drag the map four times, turn the wheel two steps in and out; wait for tiles after each."""
    waited: list[float] = []
    x, y = 760, 400

    def ended() -> None:
        began = time.perf_counter()
        _settled(page)
        waited.append((time.perf_counter() - began) * 1000)

    def act() -> None:
        for dx, dy in ((-14, 0), (0, 9), (14, 0), (0, -9)):
            page.mouse.move(x, y)
            page.mouse.down()
            for step in range(1, 26):
                page.mouse.move(x + dx * step, y + dy * step)
            page.mouse.up()
            ended()
        for turn in (-200, -200, 200, 200):
            page.mouse.wheel(0, turn)
            page.wait_for_timeout(400)
            ended()

    moved = _moved(browser, page, act)
    moved.waited = waited
    return moved


# ---- the browser


def _moved(browser: Browser, page: Page, act: Callable[[], Any]) -> Moved:
    """Count frames and trace the main thread while something is done."""
    browser.start_tracing(page=page, categories=["toplevel", "devtools.timeline"])
    page.evaluate(_COUNT)
    act()
    frames = [float(f) for f in page.evaluate(_COUNTED)]
    return Moved(frames, _long_tasks(browser.stop_tracing(), page))


def _long_tasks(trace: bytes, page: Page) -> list[float]:
    """Tasks of the page's main thread above 50 ms, as the browser's own trace has them."""
    events = json.loads(trace)["traceEvents"]
    mains = {
        (e["pid"], e["tid"])
        for e in events
        if e.get("name") == "thread_name" and e["args"].get("name") == "CrRendererMain"
    }
    return [
        e["dur"] / 1000
        for e in events
        if e.get("ph") == "X"
        and e.get("name") in {"RunTask", "ThreadControllerImpl::RunTask"}
        and (e["pid"], e["tid"]) in mains
        and e.get("dur", 0) / 1000 > _LONG_MS
    ]


def _frames(
    title: str, moved: Moved, floor: Moved, beside: str, told: dict[str, Any] | None = None
) -> Row:
    middle = statistics.median(moved.frames)
    return Row(
        title,
        seconds=middle / 1000,
        ratio=statistics.mean(moved.frames) / statistics.mean(floor.frames),
        beside=beside,
        p99=moved.percentile(0.99) / 1000,
        told=told or moved.told,
    )


def _settled(page: Page) -> None:
    """Wait until the map says that it has drawn all it needs."""
    page.locator(".map[aria-busy=false]").first.wait_for(state="attached", timeout=120_000)


def _listen(page: Page) -> list[Response]:
    arrived: list[Response] = []

    def note(response: Response) -> None:  # a method of a list cannot be listened with
        arrived.append(response)

    page.on("response", note)
    return arrived


@contextmanager
def _page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of the sample's approver, with an empty cache of its own."""
    context = browser.new_context(viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai")
    try:
        context.request.post(f"{address}/api/v1/session/try-out", data={"role": "approver"})
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def _browser() -> Iterator[Browser]:
    path = os.environ.get("GEO_REGISTRY_CHROMIUM") or shutil.which("chromium")
    if path is None:
        raise SystemExit("Chromium is not here; on Debian: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield opened
        finally:
            opened.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--segments", type=int, default=200_000)
    parser.add_argument("--findings", type=int, default=10_000)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
