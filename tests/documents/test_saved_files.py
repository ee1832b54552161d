"""What is no document, given to ``import``, is one clear line: no endless read, no error for each picture."""

import os
import socket
from pathlib import Path

import pytest

from civic_tracker.documents.document import read_file
from civic_tracker.documents.saved_files import documents_in
from civic_tracker.errors import DocumentError, UsageError


def _saved_page(folder: Path, parts: str = "tracker_files") -> Path:
    (folder / "tracker.html").write_text("<html><body>Kenya</body></html>")
    (folder / parts).mkdir()
    for name in ("logo.png", "site.js", "frame.html", "style.css"):
        (folder / parts / name).write_bytes(b"x")
    return folder


def test_a_pipe_is_refused_without_waiting_for_what_it_gives(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    with pytest.raises(DocumentError, match=r"pipe\.html: is a pipe, not a file\. Save what it gives to a file"):
        read_file(tmp_path / "pipe.html")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_an_endless_device_is_refused(device: str) -> None:
    with pytest.raises(DocumentError, match=f"{device}: is a device, not a file"):
        read_file(Path(device))


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the address of a socket is short
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("page.html")
        with pytest.raises(DocumentError, match=r"page\.html: is a socket, not a file"):
            read_file(Path("page.html"))


def test_a_file_that_says_it_is_empty_and_never_ends_is_read_to_the_limit_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "growing.html"
    path.write_bytes(b"x" * 1_500_000)
    small = tmp_path / "small.html"
    small.write_bytes(b"x")
    size = small.stat()
    monkeypatch.setattr(Path, "stat", lambda *_, **__: size)
    with pytest.raises(DocumentError, match="grows while it is read, beyond the limit of 1 MB"):
        read_file(path, max_megabytes=1)


@pytest.mark.parametrize("parts", ["tracker_files", "tracker_fichiers", "tracker_archivos", "tracker-Dateien"])
def test_of_a_folder_with_a_saved_page_the_page_alone_is_taken(tmp_path: Path, parts: str) -> None:
    found = documents_in([_saved_page(tmp_path, parts)])
    assert found.documents == [tmp_path / "tracker.html"]
    assert found.words == "Passed over, since they are no documents: 4 parts of saved pages."


def test_the_folder_of_a_saved_page_alone_is_refused_with_the_page_to_import(tmp_path: Path) -> None:
    _saved_page(tmp_path)
    with pytest.raises(
        UsageError, match=r"tracker_files: holds the pictures and scripts of a saved page\. Import"
    ) as got:
        documents_in([tmp_path / "tracker_files"])
    assert str(got.value).endswith("tracker.html")


def test_a_folder_with_such_a_name_and_no_page_beside_it_is_a_folder_like_any_other(tmp_path: Path) -> None:
    own = tmp_path / "my_files"
    own.mkdir()
    (own / "tracker.csv").write_text("a,b")
    (own / "logo.PNG").write_bytes(b"x")
    found = documents_in([own])
    assert found.documents == [own / "tracker.csv"]
    assert found.words == "Passed over, since they are no documents: 1 .png."


def test_a_folder_of_pictures_is_one_line(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / f"{number}.jpg").write_bytes(b"x")
    with pytest.raises(UsageError, match=r"holds no document\. Passed over, since they are no documents: 50 \.jpg\."):
        documents_in([tmp_path])


def test_pipes_and_broken_links_in_a_folder_are_counted(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone.html").symlink_to(tmp_path / "nowhere")
    (tmp_path / "page.html.1").write_text("x")  # as wget names a second download
    found = documents_in([tmp_path])
    assert [path.name for path in found.documents] == ["page.html.1"]
    assert found.passed_over == {"pipes, devices or broken links": 2}


def test_an_empty_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is an empty folder"):
        documents_in([tmp_path])
    with pytest.raises(UsageError, match="does not exist"):
        documents_in([tmp_path / "gone.html"])
