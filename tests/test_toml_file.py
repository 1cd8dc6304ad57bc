"""Reading TOML: values, the lines of keys, and files that are no TOML."""

from __future__ import annotations

import datetime
import hashlib
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.data.toml_file import Key, dotted, read_toml
from pipeline.errors import DataError

TEXT = '''# first line
top = 1
nested.key = 2

[table]  # a comment
text = """
[not.a.table]
key = "neither a key"
"""
after_text = 3
literal = \'\'\'one
two\'\'\'
many = [
    "[not a table]",
    { up_to = 5000 },
]
after_many = 0.1
"quoted key" = 4

[table.below]
date = 2027-06-01

[[rows]]
name = "a"

[[rows]]
name = "b"

[[rows.parts]]
deep = "c"

[[rows.parts]]
deep = "d"
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("top",), 2),
        (("nested", "key"), 3),
        (("table",), 5),
        (("table", "text"), 6),
        (("table", "after_text"), 10),
        (("table", "literal"), 11),
        (("table", "many"), 13),
        (("table", "after_many"), 17),
        (("table", "quoted key"), 18),
        (("table", "below"), 20),
        (("table", "below", "date"), 21),
        (("rows", 0), 23),
        (("rows", 0, "name"), 24),
        (("rows", 1, "name"), 27),
        (("rows", 1, "parts", 0, "deep"), 30),
        (("rows", 1, "parts", 1, "deep"), 33),
    ],
)
def test_every_key_has_the_line_it_stands_on(tmp_path: Path, key: Key, line: int) -> None:
    path = tmp_path / "facts.toml"
    path.write_text(TEXT, encoding="utf-8")
    assert read_toml(path).line(key) == line


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("table", "many", 1, "up_to"), 13),
        (("rows", 1, "absent"), 26),
        (("table", "below", "absent", "deeper"), 20),
        (("nowhere",), 0),
        ((), 0),
    ],
)
def test_a_key_that_has_no_line_is_placed_at_what_holds_it(tmp_path: Path, key: Key, line: int) -> None:
    path = tmp_path / "facts.toml"
    path.write_text(TEXT, encoding="utf-8")
    assert read_toml(path).line(key) == line


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_only_line_feeds_count_as_lines(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "facts.toml"
    path.write_text(f'first = "a{separator}b"\nsecond = 2\n', encoding="utf-8")
    assert read_toml(path).line(("second",)) == 2


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    plain, windows = tmp_path / "plain.toml", tmp_path / "windows.toml"
    plain.write_bytes(TEXT.encode())
    windows.write_bytes(TEXT.replace("\n", "\r\n").encode("utf-8-sig"))
    assert read_toml(windows).lines == read_toml(plain).lines
    assert read_toml(windows).values == read_toml(plain).values


def test_values_keep_their_types_and_decimals_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "facts.toml"
    path.write_text("rate = 0.1\nday = 2027-06-01\nyes = true\nwhole = 7\n", encoding="utf-8")
    assert read_toml(path).values == {
        "rate": Decimal("0.1"),
        "day": datetime.date(2027, 6, 1),
        "yes": True,
        "whole": 7,
    }


def test_the_file_knows_the_hash_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "facts.toml"
    path.write_text("a = 1\n", encoding="utf-8")
    assert read_toml(path).sha256 == hashlib.sha256(b"a = 1\n").hexdigest()


@pytest.mark.parametrize(
    ("name", "value"),
    [("a.b", 1), ("a", {"b": 1}), ("a.c", None), ("a.b.c", None), ("x.y", None), ("list.b", None)],
)
def test_a_dotted_name_finds_its_value_or_nothing(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "facts.toml"
    path.write_text("list = [1]\n[a]\nb = 1\n", encoding="utf-8")
    assert read_toml(path).get(name) == value


@pytest.mark.parametrize(
    ("key", "written"),
    [
        (("services", 1, "her_id"), "services[2].her_id"),
        (("a", "b"), "a.b"),
        (("a",), "a"),
        (("lists", 0, "lines", 3), "lists[1].lines[4]"),
        ((), ""),
    ],
)
def test_keys_are_written_with_positions_from_one(key: Key, written: str) -> None:
    assert dotted(key) == written


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            b"a = 1\nb = \n",
            ":2: This is not TOML: invalid value. Mend this line; text stands in quotes, dates as 2027-06-01 without.",
        ),
        (
            b"a = 1\n\nb = [1,\n",
            ":3: This is not TOML: invalid value. Mend this line; text stands in quotes, dates as 2027-06-01 without.",
        ),
        (
            b"a = 1\na = 2\n",
            ":2: This is not TOML: cannot overwrite a value. "
            "Mend this line; text stands in quotes, dates as 2027-06-01 without.",
        ),
        (b"a = 1\nb = '\xe5'\n", ":2: The file is not UTF-8 text. Save it again with the encoding UTF-8."),
        (b"\xff\xfea\x00", ":1: The file is not UTF-8 text. Save it again with the encoding UTF-8."),
    ],
)
def test_a_file_that_is_no_toml_is_a_problem_on_its_line(tmp_path: Path, text: bytes, problem: str) -> None:
    path = tmp_path / "facts.toml"
    path.write_bytes(text)
    with pytest.raises(DataError) as caught:
        read_toml(path)
    assert [str(one) for one in caught.value.problems] == [f"{path}{problem}"]


def test_a_file_that_is_not_there_is_told_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_toml(tmp_path / "absent.toml")
    reason = "cannot be read (No such file or directory). Check that the file exists."
    assert str(caught.value) == f"{tmp_path / 'absent.toml'} {reason}"
