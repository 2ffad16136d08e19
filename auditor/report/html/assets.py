"""The style and the script of the page, and the policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from auditor.report.html.element import Html, element

_STYLE = ("base.css", "sections.css", "findings.css", "print.css")
_SCRIPT = ("build.js", "findings.js", "browser.js", "page.js")


def head(title: str) -> Html:
    """The head of a page that fetches nothing and runs nothing but its own script."""
    style, script = _style(), _script()
    return element(
        "head",
        element("meta", charset="utf-8"),
        # First of all that could fetch or run something.
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex, nofollow"),
        element("title", title),
        element("style", Html(style)),
    )


def script() -> Html:
    """The one script of the page."""
    return element("script", Html(_script()))


def _policy(style: str, script: str) -> str:
    """Only what has exactly these bytes; and no text ever becomes markup in the browser."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _style() -> str:
    return "\n" + "".join(map(_read, _STYLE))


def _script() -> str:
    """The files in one scope of their own, in the order in which they need each other."""
    return f'\n(() => {{\n"use strict";\n{"".join(map(_read, _SCRIPT))}}})();\n'


def _read(name: str) -> str:
    return files("auditor.report.html").joinpath("assets", name).read_text("utf-8")
