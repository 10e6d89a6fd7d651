#!/usr/bin/env python3
"""The HTML replay in a real browser: no network, no error, by keyboard, for a screen reader.

    tests/export/html_test.py BUILD/posthorn [FOLDER FOR SCREENSHOTS]
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import chromium  # noqa: E402

SOURCE = pathlib.Path(__file__).resolve().parents[2]
POSTHORN = sys.argv[1]
PICTURES = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None


def lessons():
    """Three that have everything; all of them, which takes minutes, with POSTHORN_ALL_LESSONS set."""
    return sorted(path for path in (SOURCE / "scenarios").glob("*.json")
                  if path.stem in ("first-letter", "mx-fallback", "two-mailboxes")
                  or "POSTHORN_ALL_LESSONS" in os.environ)


def key(browser, name):
    browser.press(*{"right": ("ArrowRight", None, 39), "left": ("ArrowLeft", None, 37),
                    "home": ("Home", None, 36), "end": ("End", None, 35),
                    "l": ("l", "KeyL", 76, "l"), "e": ("e", "KeyE", 69, "e"), "space": (" ", "Space", 32, " "),
                    "x": ("x", "KeyX", 88, "x"), "b": ("b", "KeyB", 66, "b"),
                    "tab": ("Tab", None, 9)}[name])


def current(browser):
    return browser.evaluate("[...document.querySelectorAll('#steps li')]"
                            ".findIndex((item) => item.getAttribute('aria-current'))")


def accessible_names(browser, role):
    tree = browser.call("Accessibility.getFullAXTree")["nodes"]
    return [node.get("name", {}).get("value", "") for node in tree
            if not node.get("ignored") and node.get("role", {}).get("value") == role]


def check_keyboard(browser, count):
    """To the end, one step after the other, and back again, without a mouse."""
    seen = set()
    for step in range(count):
        assert current(browser) == step, (current(browser), step)
        seen.add(browser.evaluate("document.getElementById('said').textContent"))
        assert browser.evaluate("document.getElementById('title').textContent"), "no explanation"
        key(browser, "right")
    assert current(browser) == count - 1  # the end is the end
    assert len(seen) > count / 4
    key(browser, "left")
    assert current(browser) == count - 2
    key(browser, "home")
    assert current(browser) == 0
    key(browser, "end")
    assert current(browser) == count - 1
    # Play from the end begins again, and moves by itself.
    key(browser, "home")
    browser.evaluate("document.getElementById('speed').value = '4'")
    key(browser, "space")
    browser.evaluate("new Promise((done) => setTimeout(done, 1500))")
    assert current(browser) > 1, current(browser)
    key(browser, "space")
    stopped = current(browser)
    browser.evaluate("new Promise((done) => setTimeout(done, 800))")
    assert current(browser) == stopped
    # Every control can be reached by Tab.
    key(browser, "home")
    reached = set()
    for _ in range(20):
        key(browser, "tab")
        reached.add(browser.evaluate("document.activeElement.id || "
                                     "document.activeElement.dataset.speak || "
                                     "document.activeElement.dataset.explain || "
                                     "(document.activeElement.closest('#steps') || {}).id"))
    assert {"first", "back", "play", "next", "last", "scrub", "speed", "en", "ja",
            "0", "1", "2", "all", "steps"} <= reached, reached


def check_levels(browser):
    """E goes from reader to reader; each is told something else, in either language."""
    key(browser, "home")
    key(browser, "right")
    told = set()
    for _ in range(2):
        for _ in range(3):
            told.add(browser.evaluate("document.getElementById('more').textContent"))
            assert browser.evaluate("document.querySelectorAll('[data-explain][aria-pressed=true]')"
                                    ".length") == 1
            key(browser, "e")
        key(browser, "l")
    assert len(told) == 6 and "" not in told, told
    browser.evaluate("document.querySelector('[data-explain=\"2\"]').click()")
    assert browser.evaluate("document.documentElement.dataset.level") == "2"


def check_octets(browser):
    """B shows the octets of a line, those that the wire had."""
    key(browser, "home")
    key(browser, "b")
    shown = ""
    while not (said := browser.evaluate("document.getElementById('said').textContent")) \
            .startswith("C: EHLO"):
        key(browser, "right")
    shown = browser.evaluate("document.querySelector('#bytes pre').textContent")
    hexes = "".join(row[6:29] for row in shown.splitlines()[2:])
    assert bytes.fromhex(hexes.replace(" ", "")) == said[3:].encode() + b"\r\n", shown
    key(browser, "b")


def check_every_line(browser, count):
    """X explains every line; on paper each thing is explained where it occurs first."""
    explained = "document.querySelectorAll('#steps .why').length"
    assert browser.evaluate(explained) == 0
    key(browser, "x")
    every = browser.evaluate(explained)
    assert every > count * 0.8, (every, count)
    key(browser, "l")  # in the other language, too
    assert browser.evaluate(explained) == every
    key(browser, "l")
    key(browser, "x")
    assert browser.evaluate(explained) == 0
    browser.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert 10 < browser.evaluate(explained) < every
    browser.evaluate("dispatchEvent(new Event('afterprint'))")
    assert browser.evaluate(explained) == 0


def check_narrow(browser, page):
    """On a telephone nothing is wider than the screen."""
    for width in (360, 768, 1280):
        browser.call("Emulation.setDeviceMetricsOverride", width=width, height=740,
                     deviceScaleFactor=1, mobile=width < 500)
        browser.open(page.as_uri())
        assert browser.evaluate("document.documentElement.scrollWidth") <= width, width
    browser.call("Emulation.clearDeviceMetricsOverride")


def check_accessibility(browser, count, english, japanese):
    """Every step is a named thing in the accessibility tree, in either language."""
    for _ in range(2):
        lang = browser.evaluate("document.documentElement.lang")
        names = accessible_names(browser, "button")
        said = browser.evaluate("[...document.querySelectorAll('#steps button')]"
                                ".map((button) => button.innerText.replace(/\\s+/g, ' ').trim())")
        assert len(said) == count
        squeezed = {"".join(name.split()) for name in names}
        missing = [text for text in said if "".join(text.split()) not in squeezed]
        assert not missing, missing[:3]
        title = english if lang == "en" else japanese
        assert title in accessible_names(browser, "heading"), accessible_names(browser, "heading")
        assert all(names), "a button without a name"
        key(browser, "l")
        assert browser.evaluate("document.documentElement.lang") != lang


def main():
    if not chromium.find():
        print("skipped: Chromium is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name:
        browser = chromium.Browser()
        try:
            for scenario in lessons():
                page = pathlib.Path(name) / (scenario.stem + ".html")
                subprocess.run([POSTHORN, "export", scenario, "--to", page, "--lang", "en"],
                               check=True)
                assert page.stat().st_size < 1_000_000, f"{page.stat().st_size} bytes"
                browser.open(page.as_uri())
                count = browser.evaluate("document.querySelectorAll('#steps li').length")
                assert count > 50
                title = json.loads(scenario.read_text())["title"]
                check_accessibility(browser, count, title["en"], title["ja"])
                check_keyboard(browser, count)
                check_levels(browser)
                check_octets(browser)
                check_every_line(browser, count)
                check_narrow(browser, page)
                assert browser.requests == [page.as_uri()], browser.requests
                assert not browser.problems, browser.problems
                if PICTURES:
                    take_pictures(browser, scenario.stem, count)
                print(f"{scenario.stem}: {count} steps, {page.stat().st_size} bytes")
        finally:
            browser.close()


def take_pictures(browser, name, count):
    PICTURES.mkdir(parents=True, exist_ok=True)
    browser.evaluate("scrollTo(0, 0)")
    for part in (0, 3, 6):
        key(browser, "home")
        for _ in range(count * part // 10):
            key(browser, "right")
        browser.evaluate("new Promise((done) => setTimeout(done, 900))")
        browser.screenshot(PICTURES / f"{name}-{part}.png")
    key(browser, "l")
    browser.screenshot(PICTURES / f"{name}-ja.png")
    browser.evaluate("document.getElementById('ladder').scrollIntoView()")
    browser.screenshot(PICTURES / f"{name}-ladder.png")


main()
