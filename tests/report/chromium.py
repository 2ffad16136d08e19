"""Chromium, driven through chromedriver's W3C WebDriver protocol on loopback, for tests of a page.

A client of some lines instead of a package: only a few commands are needed, and the network log.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
CHROMEDRIVER = shutil.which("chromedriver")
MISSING = "needs chromium and chromedriver (Debian: apt-get install chromium chromium-driver)"

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_SECONDS = 60
_LOADED = """
const bare = (address) => address.split("#")[0];
return document.readyState === "complete" && bare(location.href) === bare(arguments[0]);
"""


class Browser:
    """One window of a headless Chromium."""

    def __init__(self, port: int, profile: Path, width: int, height: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        flags = [*_FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}"]
        wanted = {
            "goog:chromeOptions": {"binary": CHROMIUM, "args": flags},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        made = self._send("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{made['sessionId']}"

    def quit(self) -> None:
        """Close the window and end the browser."""
        self._send("DELETE", self._session)

    def open(self, address: str) -> None:
        """Load an address, to the end of its scripts."""
        self._post("url", {"url": address})
        # NOTE: the driver may answer while the page is still being read; the scripts come later.
        _wait_until(lambda: self.run(_LOADED, address) is True)

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script returns; a promise is waited for."""
        return self._post("execute/sync", {"script": script, "args": list(arguments)})

    def cdp(self, command: str, **parameters: Any) -> Any:
        """What a command of the DevTools protocol returns."""
        return self._post("goog/cdp/execute", {"cmd": command, "params": parameters})

    def keys(self, text: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        presses = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._post("actions", {"actions": [{"type": "key", "id": "keys", "actions": presses}]})

    def click(self, selector: str) -> None:
        """Click the first element that a selector names, as a person would."""
        found = self._post("element", {"using": "css selector", "value": selector})
        self._post(f"element/{found[_ELEMENT]}/click", {})

    def log(self, kind: str) -> list[dict[str, Any]]:
        """The entries since it was last asked: of ``browser``, or of ``performance``."""
        entries: list[dict[str, Any]] = self._post("se/log", {"type": kind})
        return entries

    def requests(self) -> list[str]:
        """The addresses that were asked for since it was last asked, the blocked ones too."""
        messages = (json.loads(entry["message"])["message"] for entry in self.log("performance"))
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def screenshot(self, path: Path) -> None:
        """Write what the window shows as PNG."""
        taken: str = self._send("GET", f"{self._session}/screenshot")
        path.write_bytes(base64.b64decode(taken))

    def scheme(self, name: str) -> None:
        """Prefer light or dark, as the system's setting would."""
        features = [{"name": "prefers-color-scheme", "value": name}]
        self.cdp("Emulation.setEmulatedMedia", features=features)

    def size(self, width: int, height: int) -> None:
        """Give the page a viewport of this size."""
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self._send("POST", f"{self._session}/{path}", body)

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(json.load(error)["value"]["message"]) from error


@contextmanager
def chromium(folder: Path, width: int = 1280, height: int = 900) -> Iterator[Browser]:
    """A browser for as long as it is needed; ``folder`` is empty and takes its profile."""
    assert CHROMEDRIVER is not None, MISSING
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    driver = subprocess.Popen(
        [CHROMEDRIVER, "--port=0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | home,
    )
    try:
        browser = Browser(_port(driver), folder / "profile", width, height)
        try:
            yield browser
        finally:
            browser.quit()
    finally:
        driver.terminate()
        driver.communicate()


def _wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _SECONDS
    while not holds():
        assert time.monotonic() < end, f"the page was not loaded in {_SECONDS} seconds"
        time.sleep(0.01)


def _port(driver: subprocess.Popen[str]) -> int:
    assert driver.stdout is not None
    said: list[str] = []
    for line in driver.stdout:
        said.append(line)
        if "started successfully on port" in line:
            return int(line.rstrip(".\n").rpartition(" ")[2])
    raise AssertionError(f"chromedriver did not start: {''.join(said)}")
