"""docs/configuration.md, held against the shape of auditor.yaml."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.config import load_config
from auditor.config.shape import config_shape
from auditor.policy.structure import Either, ListOf, Record
from auditor.service import regions
from tests.documented import bare, page, rows

PAGE = page("configuration.md")
EXAMPLE = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]


def inner(record: Record, key: str) -> Record:
    """The record in the list of a key."""
    shape = record.keys[key].shape
    listed = shape.other if isinstance(shape, Either) else shape
    assert isinstance(listed, ListOf)
    assert isinstance(listed.item, Record)
    return listed.item


FILE = config_shape()
TARGET = inner(FILE, "targets")
RECORDS = {
    "The file": FILE,
    "A target": TARGET,
    "A membership": inner(TARGET, "memberships"),
}


@pytest.mark.parametrize("heading", RECORDS)
def test_every_key_has_its_row_in_the_order_of_the_shape(heading: str) -> None:
    """And no row is about a key that there is not."""
    assert [bare(row[0]) for row in rows(PAGE, heading)] == list(RECORDS[heading].keys)


@pytest.mark.parametrize("heading", RECORDS)
def test_keys_that_are_needed_say_so(heading: str) -> None:
    """And only those."""
    said = {bare(key) for key, about in rows(PAGE, heading) if about.startswith("**needed.**")}
    assert said == {name for name, key in RECORDS[heading].keys.items() if key.required}


def test_the_example_is_a_sound_configuration(tmp_path: Path) -> None:
    """It shows every kind of target."""
    path = tmp_path / "auditor.yaml"
    path.write_text(EXAMPLE, "utf-8")
    ads, *everyone = load_config(path).targets
    assert ads.memberships
    assert {target.role_name for target in everyone} == {"auditor"}
    assert [target.region for target in everyone] == list(regions())


def test_the_bound_of_a_number_is_the_one_of_the_shape() -> None:
    """The page does not say what no longer holds."""
    schema = FILE.keys["max_concurrency"].shape.schema()
    assert f"{schema['minimum']} to {schema['maximum']}" in PAGE
