"""The real service on a scratch database with the sample district, and a browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

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
_COMMAND = (sys.executable, "-c", "from geo_registry.cli import main; main()", "up", "--port", "0")
_FLAGS = (
    "--no-sandbox",  # the tests may run as root
    "--use-angle=swiftshader",  # WebGL without a graphics card
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
)


_SAID: list[str] = []
"""What the service said before it named its address."""


@pytest.fixture(scope="session")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service that shows the sample district, as ``geo-registry up`` starts it."""
    if not (shipped("web") / "index.html").is_file():
        pytest.skip("the web is not built: run make web")
    name = f"web_{uuid.uuid4().hex[:12]}"
    url = cluster.create_database(name, template=TEMPLATE)
    environment = os.environ | {
        "GEO_REGISTRY_DATABASE_URL": url,
        "GEO_REGISTRY_HOME": str(tmp_path_factory.mktemp("home")),
        "PYTHONUNBUFFERED": "1",
    }
    running = subprocess.Popen(
        _COMMAND, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield _address(running)
    finally:
        running.terminate()
        running.wait(timeout=20)
        cluster.drop_database(name)


def _address(running: subprocess.Popen[str]) -> str:
    """Read what the service says until it names its address."""
    said = _SAID
    for line in running.stdout or ():
        said.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            return found[0]
    raise AssertionError("the service ended before it named its address:\n" + "".join(said))


@pytest.fixture
def administrator(service: str) -> tuple[str, str]:
    """The log-in name and the one-time password that the first start has shown."""
    found = re.search(r"管理员账号：(\S+)\s+一次性密码：(\S+)", "".join(_SAID))
    assert found is not None, _SAID
    return found[1], found[2]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    named = os.environ.get("GEO_REGISTRY_CHROMIUM")
    path = named or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not here; on Debian: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield opened
        opened.close()


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

    def go_to_map(self, query: str = "") -> None:
        """Open the map and wait until it has drawn something that the legend can count."""
        self.go(f"/map{query}")
        self.page.locator(".legend .head").wait_for()
        self.page.wait_for_function("document.querySelector('.map canvas')?.width > 0")

    def go_to_findings(self, query: str = "") -> None:
        """Open the findings and wait for the first of them."""
        self.go(f"/findings{query}")
        self.page.locator(".list-table .row").first.wait_for()

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

    def open_page(size: tuple[int, int] = OFFICE, role: str | None = "approver") -> Visit:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        # Reading needs nobody; what the tests do is done by the approver of the sample.
        if role is not None:
            asked = {"role": role}
            known = context.request.post(f"{service}/api/v1/session/try-out", data=asked)
            assert known.status == 201, known.text()
        made = Visit(context.new_page(), service)
        home = urlsplit(service).netloc

        def judge(url: str) -> None:
            if urlsplit(url).scheme in {"http", "https", "ws", "wss"} and (
                urlsplit(url).netloc != home
            ):
                made.strangers.append(url)

        made.page.set_default_timeout(WAIT_MS)
        context.on("request", lambda request: judge(request.url))
        made.page.on(
            "console",
            lambda said: (
                made.complaints.append(said.text) if said.type in {"error", "warning"} else None
            ),
        )
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        visits.append(made)
        return made

    yield open_page
    for made in visits:
        made.page.context.close()
        assert made.strangers == []
        assert made.complaints == []
