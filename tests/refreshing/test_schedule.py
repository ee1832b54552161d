"""What makes a machine refresh every day: files that a scheduler takes, and a workflow whose steps do what they say."""

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from civic_tracker.cli import main
from civic_tracker.declared.vocabulary import FAILURE_WORDS
from civic_tracker.errors import UsageError
from civic_tracker.refreshing import schedule
from civic_tracker.refreshing.refresh import RunReport, SourceReport

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
REFRESH = ROOT / ".github" / "workflows" / "refresh.yml"
DATA = Path("/srv/civic-tracker/data")
RUN = "https://github.example/run/7"
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
OF_GIT = {
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


def read(path: Path) -> dict[str, Any]:
    workflow: dict[str, Any] = YAML(typ="safe").load(path)
    return workflow


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def script(name: str) -> str:
    """What the step of the refresh with this name runs."""
    (found,) = [step["run"] for step in steps(read(REFRESH)) if step.get("name") == name]
    assert isinstance(found, str)
    return found


def do(name: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a step in a folder as GitHub's runner would, with programs of the test's own in ``bin/``."""
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    given = {
        "PATH": path,
        "RUNNER_TEMP": str(folder),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "step-summary"),
    }
    return subprocess.run(  # noqa: S603
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script(name)],  # noqa: S607
        cwd=folder,
        env=OF_GIT | given | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/usr/bin/env bash\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def files(
    scheduler: schedule.Scheduler,
    *,
    at: str = "05:17",
    program: str = "/opt/ct/bin/civic-tracker",
    data: Path = DATA,
    user: str = "tracker",
) -> dict[str, str]:
    return schedule.files(scheduler, at=at, program=program, data=data, user=user)


# The workflow file.


def test_the_workflow_of_the_repository_is_what_the_command_prints(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["civic-tracker", "schedule", "github"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsysbinary.readouterr().out == REFRESH.read_bytes()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_keeps_githubs_own_schema(path: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert ended.returncode == 0, ended.stdout


def test_the_schema_finds_a_mistake(tmp_path: Path) -> None:
    wrong = REFRESH.read_text(encoding="utf-8").replace("runs-on:", "run-on:")
    (tmp_path / "refresh.yml").write_text(wrong, encoding="utf-8")
    with pytest.raises(AssertionError, match="run-on"):
        test_a_workflow_keeps_githubs_own_schema(tmp_path / "refresh.yml")


@needs_bash
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_script_of_a_workflow_is_bash(path: Path) -> None:
    for step in steps(read(path)):
        ended = subprocess.run(  # noqa: S603
            ["bash", "-n", "-c", step.get("run", "")],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_script_holds_an_expression_that_others_could_fill_with_commands(path: Path) -> None:
    assert not [step["run"] for step in steps(read(path)) if "${{" in step.get("run", "")]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_only_githubs_own_actions_are_used_each_at_one_commit_whose_version_stands_beside_it(path: Path) -> None:
    used = [step["uses"] for step in steps(read(path)) if "uses" in step]
    assert used
    pinned = re.findall(
        r"uses: (actions/[a-z/-]+@[0-9a-f]{40}) # v\d+\.\d+\.\d+$", path.read_text("utf-8"), re.MULTILINE
    )
    assert used == pinned


def test_an_action_is_used_at_one_commit_everywhere() -> None:
    used = {step["uses"] for path in WORKFLOWS for step in steps(read(path)) if "uses" in step}
    actions = [re.sub(r"(/restore|/save)?@", "@", one) for one in used]
    assert len({one.split("@")[0] for one in actions}) == len(set(actions))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_checkout_keeps_a_token(path: Path) -> None:
    checkouts = [step for step in steps(read(path)) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert [step for step in checkouts if step["with"] != {"persist-credentials": False}] == []


def test_each_job_may_do_what_it_does_and_nothing_else() -> None:
    workflow = read(REFRESH)
    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "refresh": {"contents": "read"},
        "publish": {"contents": "write"},
        "issue": {"issues": "write"},
        "stay-scheduled": {"actions": "write"},
    }
    assert read(ROOT / ".github" / "workflows" / "ci.yml")["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_that_may_write_installs_and_runs_nothing_of_others(path: Path) -> None:
    """What is installed runs code of many people, at once or later, with all that its job may do."""
    workflow = read(path)
    for name, job in workflow["jobs"].items():
        allowed = job.get("permissions", workflow["permissions"])
        words = "\n".join(step.get("run", "") for step in job["steps"])
        if "write" in allowed.values():
            assert not re.search(
                r"\b(make|pip|uv|npm|curl|wget|python\d?|civic-tracker |bash|sh|source)\b|\.venv", words
            ), name
        else:
            assert "token" not in str(job["steps"]), name


def test_the_refresh_is_daily_alone_and_ends() -> None:
    workflow = read(REFRESH)
    assert workflow["on"]["schedule"] == [{"cron": "17 5 * * *"}]
    assert "workflow_dispatch" in workflow["on"]
    assert workflow["concurrency"] == {"group": "refresh", "cancel-in-progress": False}
    assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())


def test_the_issue_is_looked_after_also_when_the_refresh_fails_and_scheduling_depends_on_nothing() -> None:
    jobs = read(REFRESH)["jobs"]
    assert (jobs["issue"]["needs"], jobs["issue"]["if"]) == (["refresh", "publish"], "${{ !cancelled() }}")
    assert jobs["publish"]["needs"] == "refresh"
    assert "if" not in jobs["publish"]
    assert "needs" not in jobs["stay-scheduled"]


def test_the_workflow_keeps_itself_scheduled_by_its_own_name() -> None:
    line = script("Enable this workflow anew, since GitHub pauses it after 60 days without a commit")
    assert line.endswith(f'/actions/workflows/{REFRESH.name}/enable"')


# Its steps, run.

STATUSES = [(0, 0), (1, 0), (2, 1), (143, 1)]


@needs_bash
@pytest.mark.parametrize(("status", "ends_with"), STATUSES)
def test_a_source_that_failed_does_not_fail_the_job_and_a_refresh_that_failed_does(
    status: int, ends_with: int, tmp_path: Path
) -> None:
    program(tmp_path / ".venv/bin/civic-tracker", f"printf '# Title\\n\\nText\\n' > \"$3\"; exit {status}")
    ended = do("Refresh", tmp_path)
    assert ended.returncode == ends_with, ended.stderr
    output = (tmp_path / "output").read_text(encoding="utf-8")
    assert re.fullmatch(rf"status={status}\nsummary<<(end-\d+)\n# Title\n\nText\n\1\n", output)


@needs_bash
@pytest.mark.parametrize("words", ["exit 1", ': > "$3"; exit 1'])
def test_a_program_that_breaks_down_is_not_taken_for_a_source_that_failed(words: str, tmp_path: Path) -> None:
    program(tmp_path / ".venv/bin/civic-tracker", words)
    assert do("Refresh", tmp_path).returncode == 1


def git(folder: Path, *arguments: str) -> str:
    ended = subprocess.run(  # noqa: S603
        ["git", *arguments],  # noqa: S607
        cwd=folder,
        env=os.environ | OF_GIT,
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of a repository with a dataset; the repository itself is ``origin.git`` beside it."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "origin.git")
    git(tmp_path, "clone", "--quiet", "origin.git", "clone")
    folder = tmp_path / "clone"
    git(folder, "checkout", "--quiet", "-b", "main")
    (folder / "data" / "local").mkdir(parents=True)
    (folder / "data" / "local" / ".gitignore").write_text("*\n", encoding="utf-8")
    (folder / "data" / "dataset.json").write_text("old\n", encoding="utf-8")
    (folder / "data" / "gone.csv").write_text("a\n", encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Begin")
    git(folder, "push", "--quiet", "--set-upstream", "origin", "main")
    return folder


def published(clone: Path) -> list[str]:
    return git(clone.parent / "origin.git", "log", "--format=%s", "main").splitlines()


@pytest.fixture
def publish(clone: Path) -> Callable[[], subprocess.CompletedProcess[str]]:
    """What the two jobs do, each in a clone of its own made at one commit: the first makes, the second commits."""
    git(clone.parent, "clone", "--quiet", "origin.git", "publishing")

    def call() -> subprocess.CompletedProcess[str]:
        program(clone / ".venv/bin/civic-tracker", "mkdir -p exports; echo x > exports/measures.csv")
        (clone / ".venv/bin/python").symlink_to(sys.executable)
        made = do("Make what is to be published", clone)
        assert made.returncode == 0, made.stderr
        publishing = clone.parent / "publishing"
        (clone / "result").rename(publishing / "result")
        program(publishing / "bin/gh", 'echo "$*" >> calls')
        return do("Commit the dataset", publishing)

    return call


Publish = Callable[[], subprocess.CompletedProcess[str]]


@needs_bash
@needs_git
def test_an_unchanged_dataset_makes_no_commit(clone: Path, publish: Publish) -> None:
    (clone / "data" / "local" / "page.html").write_text("a publisher's text", encoding="utf-8")
    ended = publish()
    assert (ended.returncode, ended.stdout) == (0, "The dataset did not change.\n"), ended.stderr
    assert published(clone) == ["Begin"]


@needs_bash
@needs_git
def test_a_changed_dataset_is_committed_alone_and_pushed(clone: Path, publish: Publish) -> None:
    (clone / "data" / "dataset.json").write_text("new\n", encoding="utf-8")
    (clone / "data" / "with.csv").write_bytes(b"a,b\r\n\xff\x00\r\n")
    (clone / "data" / ".gitattributes").write_text("* -text\n", encoding="utf-8")
    (clone / "data" / "gone.csv").unlink()
    (clone / "data" / "local" / "page.html").write_text("a publisher's text", encoding="utf-8")
    (clone / "exports.zip").write_text("not to be committed", encoding="utf-8")
    ended = publish()
    assert ended.returncode == 0, ended.stderr
    assert published(clone) == ["Refresh the dataset", "Begin"]
    origin = clone.parent / "origin.git"
    assert git(origin, "show", "--format=", "--name-status", "main").splitlines() == [
        "A\tdata/.gitattributes",
        "M\tdata/dataset.json",
        "D\tdata/gone.csv",
        "A\tdata/with.csv",
    ]
    assert git(origin, "show", "main:data/dataset.json") == "new"
    assert (clone.parent / "publishing" / "calls").read_text(encoding="utf-8") == "auth setup-git\n"


@needs_bash
@needs_git
def test_a_push_that_came_between_costs_nothing(clone: Path, publish: Publish) -> None:
    git(clone.parent, "clone", "--quiet", "origin.git", "other")
    other = clone.parent / "other"
    (other / "README.md").write_text("Hello\n", encoding="utf-8")
    git(other, "add", ".")
    git(other, "commit", "--quiet", "-m", "Between")
    git(other, "push", "--quiet")
    (clone / "data" / "dataset.json").write_text("new\n", encoding="utf-8")
    ended = publish()
    assert ended.returncode == 0, ended.stderr
    assert published(clone) == ["Refresh the dataset", "Between", "Begin"]


def _workflow(clone: Path) -> None:
    (clone / ".github" / "workflows").mkdir(parents=True)
    (clone / ".github" / "workflows" / "refresh.yml").write_text("on: push\n", encoding="utf-8")
    git(clone, "add", ".github")


def _publishers_text(clone: Path) -> None:
    (clone / "data" / "local" / "page.html").write_text("a publisher's text", encoding="utf-8")
    git(clone, "add", "--force", "data/local/page.html")


def _link(clone: Path) -> None:
    (clone / "data" / "link.csv").symlink_to("/etc/passwd")


def _program(clone: Path) -> None:
    program(clone / "data" / "hook.sh", "echo")


def _another_repository(clone: Path) -> None:
    git(clone, "init", "--quiet", "data/other")
    git(clone / "data" / "other", "commit", "--quiet", "--allow-empty", "-m", "Begin")


@needs_bash
@needs_git
@pytest.mark.parametrize("attack", [_workflow, _publishers_text, _link, _program, _another_repository])
def test_a_package_that_makes_something_else_than_data_publishes_nothing(
    attack: Callable[[Path], None], clone: Path, publish: Publish
) -> None:
    (clone / "data" / "dataset.json").write_text("new\n", encoding="utf-8")
    attack(clone)
    ended = publish()
    assert ended.returncode == 1
    assert "::error::The refresh made something else than files of the dataset" in ended.stdout
    assert published(clone) == ["Begin"]


@needs_bash
@needs_git
def test_a_patch_that_leads_out_of_the_folder_is_refused(clone: Path, publish: Publish, tmp_path: Path) -> None:
    publish()
    publishing = clone.parent / "publishing"
    for name in ("../outside", ".git/hooks/pre-commit", "/outside"):
        (publishing / "result" / "dataset.patch").write_text(
            f"diff --git a/{name} b/{name}\nnew file mode 100644\n--- /dev/null\n+++ b/{name}\n@@ -0,0 +1 @@\n+x\n",
            encoding="utf-8",
        )
        assert do("Commit the dataset", publishing).returncode != 0
        assert not (tmp_path / "outside").exists()
        assert not (publishing / ".git/hooks/pre-commit").exists()
    assert published(clone) == ["Begin"]


@needs_bash
@needs_git
@pytest.mark.parametrize("there", [True, False])
def test_the_exports_are_one_file_of_a_release_that_is_made_once(there: bool, clone: Path, publish: Publish) -> None:
    publish()
    publishing = clone.parent / "publishing"
    program(
        publishing / "bin/gh",
        f'echo "$1 $2 $3" >> calls; [ "$2" != view ] || exit {0 if there else 1}',
    )
    ended = do("Publish the exports", publishing)
    assert ended.returncode == 0, ended.stderr
    calls = (publishing / "calls").read_text(encoding="utf-8").splitlines()
    made = [] if there else ["release create exports"]
    assert calls == ["release view exports", *made, "release upload exports"]
    shutil.unpack_archive(publishing / "result/civic-tracker-exports.zip", clone / "unpacked")
    assert (clone / "unpacked/exports/measures.csv").is_file()


Issue = Callable[..., list[str]]
SUMMARY = "# Refresh: icnl (shrunk)\n\nIt holds $(less) `than` it did.\n"


@pytest.fixture
def issue(tmp_path: Path) -> Issue:
    """The step about the issue; gives what it asked GitHub to do, and the text beside it."""
    program(
        tmp_path / "bin/gh",
        '[ "$2" != list ] || { echo -n "$OPEN"; exit; }\nprintf "%s|" "$@" >> calls; echo >> calls',
    )

    def call(result: str, status: str, summary: str = SUMMARY, opened: str = "", published: str = "") -> list[str]:
        ended = do(
            "Open, update or close the issue",
            tmp_path,
            REFRESHED=result,
            PUBLISHED=published or ("success" if result == "success" else "skipped"),
            STATUS=status,
            SUMMARY=summary,
            RUN=RUN,
            OPEN=opened,
        )
        assert ended.returncode == 0, ended.stderr
        calls = tmp_path / "calls"
        return calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []

    return call


@needs_bash
def test_no_issue_is_touched_when_all_is_well(issue: Issue) -> None:
    assert issue("success", "0") == []


@needs_bash
def test_a_source_that_fails_opens_an_issue_with_the_reason_and_the_run(issue: Issue, tmp_path: Path) -> None:
    label, created = issue("success", "1")
    assert label.startswith("label|create|refresh-failed|--force|")
    assert created.startswith("issue|create|--label|refresh-failed|--title|Refresh: icnl (shrunk)|--body-file|")
    text = (tmp_path / "issue.md").read_text(encoding="utf-8")
    assert text == f"\nIt holds $(less) `than` it did.\n\n\nThe run: {RUN}\n"


@needs_bash
def test_an_open_issue_is_updated_and_a_comment_is_for_news_only(issue: Issue) -> None:
    (same,) = issue("success", "1", opened="12 Refresh: icnl (shrunk)")
    assert same.startswith("issue|edit|12|--title|Refresh: icnl (shrunk)|")
    _, edited, comment = issue("success", "1", opened="12 Refresh: icnl (refused)")
    assert edited.startswith("issue|edit|12|--title|Refresh: icnl (shrunk)|")
    assert comment.startswith("issue|comment|12|")


@needs_bash
def test_the_issue_is_closed_once_all_is_well_again(issue: Issue) -> None:
    assert issue("success", "0", opened="12 Refresh: icnl (shrunk)") == [
        f"issue|close|12|--comment|The refresh went well again: {RUN}|"
    ]


@needs_bash
def test_what_could_not_be_published_opens_an_issue_too(issue: Issue) -> None:
    calls = issue("success", "0", "# The refresh went well\n\nFine.\n", published="failure")
    assert "|--title|The scheduled refresh did not finish|" in calls[1]


@needs_bash
@pytest.mark.parametrize(
    ("result", "status", "summary", "title"),
    [
        ("failure", "2", "# The refresh could not be done\n\nA full disk.\n", "The refresh could not be done"),
        ("failure", "0", "# The refresh went well\n\nFine.\n", "The scheduled refresh did not finish"),
        ("failure", "1", SUMMARY, "The scheduled refresh did not finish"),
        ("failure", "", "", "The scheduled refresh did not finish"),
        ("cancelled", "", "", "The scheduled refresh did not finish"),
    ],
)
def test_a_job_that_failed_opens_an_issue_too(result: str, status: str, summary: str, title: str, issue: Issue) -> None:
    assert f"|--title|{title}|" in issue(result, status, summary)[1]


# cron and systemd.


def test_the_line_for_cron_refreshes_daily_and_exports_unless_the_refresh_failed() -> None:
    (text,) = files("cron", at="23:05").values()
    comment, line = text.splitlines()
    assert comment.startswith("#")
    assert line.startswith("5 23 * * * {")
    assert "refresh --data-dir /srv/civic-tracker/data --runs /srv/civic-tracker/runs" in line
    assert line.endswith(">> /srv/civic-tracker/refresh.log 2>&1")
    assert "%" not in line, "cron reads it as the end of the line"


@needs_bash
@pytest.mark.parametrize(
    ("status", "calls"), [(0, ["refresh", "export"]), (1, ["refresh", "export"]), (2, ["refresh"])]
)
def test_cron_exports_what_is_good_and_nothing_else(status: int, calls: list[str], tmp_path: Path) -> None:
    called = tmp_path / "called"
    program(tmp_path / "tracker", f'echo "$1" >> {called}; exit {status}')
    (text,) = files("cron", program=str(tmp_path / "tracker"), data=tmp_path / "data").values()
    command = text.splitlines()[1].split(" ", 5)[5]
    subprocess.run(["sh", "-c", command], check=False)  # noqa: S603, S607
    assert called.read_text(encoding="utf-8").split() == calls


def test_systemd_takes_a_source_that_failed_for_a_success_and_lets_the_job_write_its_folder_only() -> None:
    service = files("systemd")["civic-tracker.service"]
    assert "\nSuccessExitStatus=1\n" in service
    assert "\nReadWritePaths=/srv/civic-tracker\n" in service
    assert "\nUser=tracker\n" in service
    assert service.index("tracker refresh --data-dir") < service.index("tracker export --data-dir")
    assert "\nOnCalendar=*-*-* 05:17:00\n" in files("systemd")["civic-tracker.timer"]


@needs_systemd
def test_systemd_accepts_its_units(tmp_path: Path) -> None:
    for name, text in files("systemd", program=sys.executable, data=tmp_path / "data", user="root").items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    ended = subprocess.run(  # noqa: S603
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.glob("civic-tracker.*")))],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if "Failed to initialize manager" in ended.stderr:
        pytest.skip("systemd-analyze cannot verify units here")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("at", ["5 o'clock", "24:00", "05:60", "0517", "05:17:00", ""])
def test_what_is_no_time_of_day_is_refused(at: str) -> None:
    with pytest.raises(UsageError, match="not a time of day"):
        files("cron", at=at)


@pytest.mark.parametrize("folder", ["/srv/my data", "/srv/100%", "/srv/a;b", "/srv/$HOME", "/srv/a\nb"])
@pytest.mark.parametrize("scheduler", ["cron", "systemd"])
def test_a_folder_that_a_scheduler_would_misread_is_refused(folder: str, scheduler: schedule.Scheduler) -> None:
    with pytest.raises(UsageError, match="may misread"):
        files(scheduler, data=Path(folder))


def test_no_template_keeps_a_blank() -> None:
    for scheduler in schedule.SCHEDULERS:
        for text in files(scheduler).values():
            assert not re.search(r"@[A-Z]+@", text)


def test_the_units_can_be_written_into_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["schedule", "systemd", "--data-dir", "data", "--out", str(tmp_path / "units")]
    monkeypatch.setattr(sys, "argv", ["civic-tracker", *arguments])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0, capsys.readouterr().err
    assert sorted(path.name for path in (tmp_path / "units").iterdir()) == [
        "civic-tracker.service",
        "civic-tracker.timer",
    ]
    assert f"--data-dir {tmp_path / 'data'} " in (tmp_path / "units" / "civic-tracker.service").read_text()


def test_a_scheduler_that_nobody_knows_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["civic-tracker", "schedule", "launchd"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == ("error: There is no scheduler 'launchd'. There are: github, systemd, cron.\n")


# The words for the issue.

MOMENT = datetime(2026, 11, 20, 5, 17, tzinfo=UTC)


def report(*sources: SourceReport, exit_status: int = 0, error: str = "") -> RunReport:
    return RunReport(
        started=MOMENT, ended=MOMENT, version="0.1.0", exit_status=exit_status, error=error, sources=sources
    )


def failed(source: str = "icnl", reason: str = "It holds 3 entries.", **changes: Any) -> SourceReport:
    given = {"outcome": "failed", "failure": "shrunk", "stale_since": date(2026, 11, 20)}
    return SourceReport(source=source, reason=reason, **(given | changes))


def test_the_issue_names_each_source_that_failed_why_since_when_and_what_to_do_next() -> None:
    good = SourceReport(source="cld_rti", outcome="unchanged", measures=5)
    words = schedule.run_in_markdown(report(failed(), good, exit_status=1))
    assert words.splitlines()[0] == "# Refresh: icnl (shrunk)"
    for line in (
        "- Stale since 20 November 2026.",
        "- Why: `It holds 3 entries.`",
        "| cld_rti | unchanged | 0 |  | 5 | 0 | 0 |",
    ):
        assert line in words.splitlines()
    assert "civic-tracker refresh icnl --accept-shrink icnl" in words


def test_what_others_wrote_can_neither_link_nor_call_anybody_in_an_issue() -> None:
    reason = "404 `code` @maintainer\n# Heading"
    words = schedule.run_in_markdown(report(failed(reason=reason), exit_status=1))
    assert "- Why: `404 'code' @maintainer # Heading`" in words.splitlines()


def test_every_kind_of_failure_has_a_next_step_of_one_line() -> None:
    for kind in FAILURE_WORDS:
        step = schedule.next_step(kind, "icnl", "https://example.org")
        assert step
        assert "\n" not in step
        assert "{" not in step


def test_a_refresh_that_could_not_be_done_says_why() -> None:
    words = schedule.run_in_markdown(report(exit_status=2, error="data: cannot be written (No space left)."))
    assert words.startswith("# The refresh could not be done\n\n`data: cannot be written (No space left).`\n")


def test_a_title_is_short_enough_for_an_issue_however_many_sources_fail() -> None:
    many = [failed(source=f"source_{number}") for number in range(40)]
    title = schedule.run_in_markdown(report(*many, exit_status=1)).splitlines()[0]
    assert len(title) < 210
