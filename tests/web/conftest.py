"""The real service on a scratch database with the sample district, and a browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from geo_registry.settings import shipped
from geo_registry.store.cluster import Cluster

TEMPLATE = "migrated_template"
SCREENSHOTS = Path(__file__).resolve().parents[2] / "test-output" / "screenshots"
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "images"
MANUAL = {
    "map-office": "map",
    "finding-office": "finding",
    "name-check-office": "name-check",
    "cemetery-office": "cemetery",
    "boundary-upload-office": "boundary-upload",
    "map-print-office": "map-print",
}
"""Screens of which the user guide shows a picture: made anew by ``make manual-pictures``."""
OFFICE = (1366, 768)
PHONE = (390, 844)
WAIT_MS = 20_000  # a busy machine draws maps in software
expect.set_options(timeout=WAIT_MS)
_FLAGS = (
    "--no-sandbox",  # the tests may run as root
    "--disable-background-networking",
)
_DRAWING = (
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # Else the page around the map is put together in emulated WebGL too: twice the work of the
    # whole browser for the same pictures.
    "--disable-gpu-compositing",
    "--disable-gpu-rasterization",
)
"""WebGL without a graphics card, and nothing but the maps in it."""
_BROWSERS_OWN = "GPU stall due to ReadPixels"
"""What the driver says when the browser takes a map out of WebGL to lay it on the page."""
_TELLS_OF_READING = """
WebGL2RenderingContext.prototype.readPixels = () => console.warn("the page reads pixels back")
"""
"""Were it the page that reads, and stalls, the driver's words would not tell: so the page does."""


@dataclass
class Running:
    """The service as ``geo-registry up`` starts it, in a process of its own."""

    database: str
    home: Path
    address: str = ""
    said: list[str] = field(default_factory=list)
    """What it said before it named its address."""
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it; a second time at the address of the first."""
        port = str(urlsplit(self.address).port or 0)
        environment = os.environ | {
            "GEO_REGISTRY_DATABASE_URL": self.database,
            "GEO_REGISTRY_HOME": str(self.home),
            "PYTHONUNBUFFERED": "1",
        }
        command = "from geo_registry.cli import main; main()"
        self.process = subprocess.Popen(
            (sys.executable, "-c", command, "up", "--port", port),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for line in self.process.stdout or ():
            self.said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                self.address = found[0]
                # Somebody has to read on: a full pipe would stop the service in mid-answer.
                threading.Thread(target=list, args=(self.process.stdout,), daemon=True).start()
                return
        raise AssertionError(
            "the service ended before it named its address:\n" + "".join(self.said)
        )

    def stop(self) -> None:
        """End it, as a machine that is switched off does; twice does nothing."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None


@pytest.fixture(scope="session")
def running(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The service of all browser tests of a worker, with the sample district."""
    if not (shipped("web") / "index.html").is_file():
        pytest.skip("the web is not built: run make web")
    name = f"web_{uuid.uuid4().hex[:12]}"
    database = cluster.create_database(name, template=TEMPLATE)
    made = Running(database, tmp_path_factory.mktemp("home"))
    try:
        made.start()
        yield made
    finally:
        made.stop()
        cluster.drop_database(name)


@pytest.fixture(scope="session")
def service(running: Running) -> str:
    """The address of a service that shows the sample district, as ``geo-registry up`` starts it."""
    return running.address


@contextmanager
def _of_its_own(cluster: Cluster, template: str, home: Path) -> Iterator[Running]:
    """A service, not started yet, on a sample that no story has changed."""
    name = f"web_{uuid.uuid4().hex[:12]}"
    made = Running(cluster.create_database(name, template=template), home)
    try:
        yield made
    finally:
        made.stop()
        cluster.drop_database(name)


@pytest.fixture(scope="session")
def untouched(
    cluster: Cluster, sample_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a service for the tests that only look."""
    with _of_its_own(cluster, sample_template, tmp_path_factory.mktemp("untouched")) as made:
        made.start()
        yield made.address


@pytest.fixture(scope="session")
def spare(
    cluster: Cluster, sample_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """A second service for the tests that stop theirs."""
    with _of_its_own(cluster, sample_template, tmp_path_factory.mktemp("spare")) as made:
        yield made


@pytest.fixture
def own_service(spare: Running) -> Running:
    """A running service that a test may stop and start."""
    if spare.process is None:
        spare.start()
    return spare


@pytest.fixture
def administrator(running: Running) -> tuple[str, str]:
    """The log-in name and the one-time password that the first start has shown."""
    found = re.search(r"管理员账号：(\S+)\s+一次性密码：(\S+)", "".join(running.said))
    assert found is not None, running.said
    return found[1], found[2]


Launch = Callable[..., Browser]


@pytest.fixture(scope="session")
def launch() -> Iterator[Launch]:
    """Start Chromium without a window, with flags of one's own; all end with the tests."""
    named = os.environ.get("GEO_REGISTRY_CHROMIUM")
    path = named or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not here; on Debian: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        opened: list[Browser] = []

        def start(*flags: str) -> Browser:
            given = [*_FLAGS, *(flags or _DRAWING)]
            opened.append(playwright.chromium.launch(executable_path=path, args=given))
            return opened[-1]

        yield start
        for each in opened:
            each.close()


@pytest.fixture(scope="session")
def browser(launch: Launch) -> Browser:
    """The browser of most tests: it draws maps in software."""
    return launch()


def strict(policy: str) -> bool:
    """Whether a content policy lets scripts come from this service only, and none stand inline."""
    rules = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.split()}
    scripts = rules.get("script-src", rules.get("default-src", ["*"]))
    allowed = {source for sources in rules.values() for source in sources}
    return (
        set(scripts) <= {"'self'", "'none'"}
        and rules.get("object-src") == ["'none'"]
        and not [source for source in allowed if source.startswith(("http", "*", "ws"))]
    )


@contextmanager
def starting_afresh(page: Page) -> Iterator[None]:
    """A log-in or log-out: the page is loaded anew for whoever it is now.

    What one sees before that is not theirs yet. Changes of the address alone do not count.
    """
    with page.expect_event("load"):
        yield


@dataclass
class Visit:
    """A page and everything that must not happen on it."""

    page: Page
    service: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def go(self, path: str) -> Response:
        """Open a page of the application."""
        answer = self.page.goto(self.service + path)
        assert answer is not None
        return answer

    def log_in(self, title: str) -> None:
        """Log in on the page as somebody of the sample, as a person would."""
        self.go("/rules")
        self.page.get_by_role("button", name="登录", exact=True).click()
        trial = self.page.get_by_role("region", name="试用")
        with starting_afresh(self.page):
            trial.get_by_role("button", name=title, exact=True).click()
        expect(self.page.locator(".who")).to_contain_text("示例")

    def go_to_map(self, query: str = "") -> None:
        """Open the map and wait until it has drawn something that the legend can count."""
        self.go(f"/map{query}")
        self.page.locator(".legend .head").wait_for()
        self.page.wait_for_function("document.querySelector('.map canvas')?.width > 0")

    def go_to_findings(self, query: str = "") -> None:
        """Open the findings and wait for the first of them."""
        self.go(f"/findings{query}")
        self.page.locator(".list-table .row").first.wait_for()

    def watch(self) -> None:
        """Listen to all tabs: what they ask for, what they complain about, how they are served."""
        home = urlsplit(self.service).netloc
        context = self.page.context

        def judge(request: Request) -> None:
            where = urlsplit(request.url)
            if where.scheme in {"http", "https", "ws", "wss"} and where.netloc != home:
                self.strangers.append(request.url)

        def hear(said: ConsoleMessage) -> None:
            if said.type in {"error", "warning"} and _BROWSERS_OWN not in said.text:
                self.complaints.append(f"{said.text} ({said.location['url']})")

        def inspect(answer: Response) -> None:
            if answer.request.resource_type == "document" and answer.status == 200:
                policy = answer.headers.get("content-security-policy", "")
                if not strict(policy):
                    self.complaints.append(f"{answer.url} has a loose policy: {policy!r}")

        context.on("request", judge)
        context.on("response", inspect)
        context.on("console", hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def tab(self) -> Page:
        """A second tab of the same person, heard like the first."""
        return self.page.context.new_page()

    def forgive(self, expected: str) -> None:
        """Let go of the complaints that a test has provoked; whatever else was said stays."""
        self.complaints[:] = [c for c in self.complaints if not re.search(expected, c)]

    def picture(self, name: str) -> None:
        """Keep a screenshot for people to look at, once the map has drawn all it needs."""
        if self.page.locator(".map").count():
            self.page.wait_for_timeout(700)  # a flight to a selection begins within a frame or two
            self.page.locator(".map[aria-busy=false]").first.wait_for(state="attached")
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
        if os.environ.get("GEO_REGISTRY_MANUAL") and name in MANUAL:
            shutil.copy(SCREENSHOTS / f"{name}.png", PICTURES / f"{MANUAL[name]}.png")


@pytest.fixture
def visit(service: str, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open a page of a given size; at the end nothing has complained and nobody else was asked."""
    visits: list[Visit] = []

    def open_page(
        size: tuple[int, int] = OFFICE,
        role: str | None = "approver",
        *,
        at: str = service,
        by: Browser | None = None,
    ) -> Visit:
        context = (by or browser).new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        # Reading needs nobody; what the tests do is done by the approver of the sample.
        if role is not None:
            asked = {"role": role}
            known = context.request.post(f"{at}/api/v1/session/try-out", data=asked)
            assert known.status == 201, known.text()
        context.set_default_timeout(WAIT_MS)
        context.add_init_script(_TELLS_OF_READING)
        visits.append(made := Visit(context.new_page(), at))
        made.watch()
        return made

    yield open_page
    for made in visits:
        made.page.context.close()
        assert made.strangers == []
        assert made.complaints == []
