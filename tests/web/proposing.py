"""Steps that several stories take on the page 命名."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect


def nameless(page: Page, service: str, at: int = -1) -> str:
    """A road of the sample that has no name; each story takes its own."""
    asked = f"{service}/api/v1/findings?rule=pn.entity.unnamed&limit=50"
    found = page.request.get(asked).json()["items"][at]
    return str(found["subjects"][0]["subject"])


def open_act(page: Page, title: str) -> Any:
    """Open the form of an act: the next one, or among the others."""
    drawer = page.locator(".drawer")
    button = drawer.get_by_role("button", name=title, exact=True)
    expect(drawer.locator(".next .line")).to_be_visible()
    if button.count() == 0:
        drawer.get_by_role("button", name="其他操作").click()
        page.get_by_role("menuitem", name=title, exact=True).click()
    else:
        button.first.click()
    return page.get_by_role("form", name=title, exact=True)


def carry_out(page: Page, form: Any, title: str, state: str) -> None:
    """Send the form of an act, and wait for the state it leads to."""
    form.get_by_role("button", name=title, exact=True).click()
    expect(page.locator(".drawer header")).to_contain_text(state)
