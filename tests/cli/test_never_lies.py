"""Every way in which AWS gave no answer to rely on, from the command line to the report.

One of four healthy models is struck: the run ends, exits with 3, names the model with operation,
code and what to do, and judges the others in full.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.cli.main import main
from auditor.source.emulator import synthetic
from auditor.source.emulator.fault import Fault
from tests.cli.conftest import Serve, findings, report

LIST = "ListTrainedModelVersions"
VERSIONS = 220
ESTATE = synthetic(seed=5, memberships=1, models=4, versions=VERSIONS, clean=True)
STRUCK = sorted(model.arn for model in ESTATE.memberships[0].models)[1]
BOUNDS = ("--param", "max_versions=1000", "--param", "max_active=1000")


def fault(do: str, page: int | None = None) -> Fault:
    """A fault of one of the models, from a page on."""
    return Fault(do, operation=LIST, model=STRUCK, page=page)


@pytest.mark.parametrize(
    ("struck", "code"),
    [
        pytest.param(fault("denied"), "AccessDeniedException", id="access-denied"),
        pytest.param(fault("not_found"), "ResourceNotFoundException", id="model-not-found"),
        pytest.param(fault("html"), "MalformedAnswer", id="html"),
        pytest.param(fault("torn"), "MalformedAnswer", id="half-a-document"),
        pytest.param(fault("no_rows"), "MalformedAnswer", id="no-trainedModels"),
        pytest.param(fault("empty"), "EmptyAnswer", id="empty-list"),
        pytest.param(fault("denied", page=2), "AccessDeniedException", id="denied-from-page-2"),
        pytest.param(fault("expired", page=2), "ExpiredTokenException", id="expired-from-page-2"),
        pytest.param(fault("invalid_token"), "ValidationException", id="invalid-token"),
        pytest.param(fault("token_repeat"), "TokenRepeated", id="token-repeats"),
        pytest.param(fault("token_cycle"), "TokenRepeated", id="token-cycle"),
        pytest.param(fault("throttle"), "ThrottlingException", id="throttled"),
        pytest.param(fault("error500"), "InternalServerException", id="error-500"),
        pytest.param(fault("reset"), "ConnectionClosedError", id="reset"),
    ],
)
def test_a_model_that_could_not_be_read_makes_the_run_incomplete(
    serve: Serve, capsys: pytest.CaptureFixture[str], struck: Fault, code: str
) -> None:
    """Exit code, verdict, report and screen all say so, and name the model."""
    serve(ESTATE, struck)
    assert main(["scan", "--no-color", *BOUNDS]) == 3
    said, captured = report(), capsys.readouterr()
    assert (said["verdict"], said["complete"], said["exit_code"]) == ("incomplete", False, 3)
    (unread,) = said["coverage"]["unread"]
    assert unread["place"]["arn"] == STRUCK
    assert (unread["operation"], unread["code"]) == (LIST, code)
    assert unread["remedy"]
    whole = [model for model in ESTATE.memberships[0].models if model.arn != STRUCK]
    assert said["coverage"]["models"] == 4
    assert said["coverage"]["versions"] >= len(whole) * VERSIONS
    assert {each["resource"]["arn"] for each in findings()} == {STRUCK}
    assert STRUCK.rpartition("/")[2] in captured.out
    assert code in captured.out
    assert "Traceback" not in captured.out + captured.err


@pytest.mark.parametrize("do", ["duplicates", "unknown_status", "unknown_field"])
def test_what_is_odd_but_whole_leaves_the_run_complete(serve: Serve, do: str) -> None:
    """Rows that come twice, a status and members that AWS added later: kept, and told."""
    serve(ESTATE, fault(do))
    main(["scan", "--quiet", *BOUNDS])
    said = report()
    assert said["coverage"]["unread"] == []
    assert said["coverage"]["versions"] == 4 * VERSIONS


def test_an_unknown_status_is_told_and_does_not_stop_the_scan(serve: Serve) -> None:
    """What AWS adds later is reported as unrecognised."""
    serve(ESTATE, fault("unknown_status"))
    main(["scan", "--quiet", *BOUNDS])
    (item,) = (each for each in report()["coverage"]["unrecognised"] if each["what"] == "status")
    assert item["operation"] == LIST


def test_a_failure_is_certain_even_where_something_was_not_read(serve: Serve) -> None:
    """Non-compliant wins over incomplete, and the report says that it is not all."""
    sick = synthetic(seed=5, memberships=1, models=2, versions=40)
    arn = sick.memberships[0].models[0].arn
    serve(sick, Fault("denied", operation=LIST, model=arn))
    assert main(["scan", "--quiet"]) == 1
    assert (report()["verdict"], report()["complete"]) == ("non_compliant", False)


def test_a_denied_membership_makes_the_run_incomplete(serve: Serve) -> None:
    """What could not even be listed was asked for too."""
    server = serve(ESTATE, Fault("denied", operation="ListTrainedModels"))
    targets = [{"name": "a", "region": "us-east-1", "memberships": "all"}]
    Path("auditor.yaml").write_text(json.dumps({"version": 1, "targets": targets}), "utf-8")
    assert main(["scan", "--quiet"]) == 3
    assert report()["coverage"]["models"] == 0
    assert report()["coverage"]["unread"][0]["place"]["membership"] == ESTATE.memberships[0].id
    assert server.calls[LIST] == 0
