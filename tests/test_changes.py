"""What counts as a change of text or picture, and what does not."""

from __future__ import annotations

import pytest

from pipeline.packages.difference.page_change import changed_regions, differing_share
from pipeline.packages.difference.text_change import TextChange, Words, file_changes, text_changes

HEADER, FOOTER = "Bergen kommune 2026/1", "Avtale · versjon 1 Side {} av {}"


def _pages(*bodies: str) -> list[str]:
    return [f"{HEADER}\n{body}\n{FOOTER.format(page, len(bodies))}" for page, body in enumerate(bodies, start=1)]


def _said(changes: tuple[TextChange, ...]) -> list[tuple[str, str, str]]:
    return [(change.place, _marked(change.before), _marked(change.after)) for change in changes]


def _marked(words: tuple[Words, ...]) -> str:
    return " ".join(f"[{one.text}]" if one.kind == "changed" else one.text for one in words)


def test_the_changed_words_are_marked_among_their_neighbours() -> None:
    before = ["Kommunen betaler kr 100 i året.\nBeløpet justeres."]
    after = ["Kommunen betaler kr 250 i året.\nBeløpet justeres."]
    assert _said(text_changes(before, after)) == [
        (
            "side 1",
            "Kommunen betaler kr [100] i året. Beløpet justeres.",
            "Kommunen betaler kr [250] i året. Beløpet justeres.",
        )
    ]


def test_lines_that_break_elsewhere_are_no_change() -> None:
    assert text_changes(["en to tre\nfire fem"], ["en to\ntre fire\nfem"]) == ()


def test_text_that_moves_to_the_next_page_is_no_change() -> None:
    assert text_changes(_pages("en\nto\ntre\nfire", "fem\nseks"), _pages("en\nto\ntre", "fire\nfem\nseks")) == ()


def test_a_page_more_changes_the_footer_once() -> None:
    body = "\n".join("abcdefgh")
    assert _said(text_changes(_pages(body, "i", "j"), _pages(body, "i", "j", "k"))) == [
        ("side 4", "c d e f g h i j", "c d e f g h i j [k]"),
        ("topp- og bunntekst", "2026/1 Avtale · versjon 1 Side 1 av [3]", "2026/1 Avtale · versjon 1 Side 1 av [4]"),
    ]


def test_a_changed_header_is_told_once_for_all_pages() -> None:
    before = _pages("en", "to", "tre")
    after = [page.replace("Bergen", "Voss") for page in before]
    assert [(place, new) for place, _, new in _said(text_changes(before, after))] == [
        ("topp- og bunntekst", "[Voss] kommune 2026/1 Avtale · versjon 1 Side 1")
    ]


def test_what_is_added_or_removed_stands_on_one_side_only() -> None:
    [added] = text_changes(["en\nto"], ["en\nny linje\nto"])
    assert _said((added,)) == [("side 1", "en to", "en [ny linje] to")]
    [removed] = text_changes(["en\nny linje\nto"], ["en\nto"])
    assert _said((removed,)) == [("side 1", "en [ny linje] to", "en to")]


def test_long_agreement_between_two_changes_is_left_out() -> None:
    middle = " ".join(f"ord{number}" for number in range(40))
    [(_, before, after)] = _said(text_changes([f"a {middle} b"], [f"x {middle} y"]))
    ends = [" ".join(f"ord{number}" for number in numbers) for numbers in (range(8), range(32, 40))]
    assert before == f"[a] {ends[0]} … {ends[1]} [b]"
    assert after == f"[x] {ends[0]} … {ends[1]} [y]"


def test_lines_of_a_file_are_named_by_the_file() -> None:
    assert _said(file_changes("CSV-filen", "a;b\nc;d\n", "a;b\nc;e\n")) == [("CSV-filen", "a;b [c;d]", "a;b [c;e]")]
    assert file_changes("CSV-filen", "a;b\n", "a;b\n") == ()


def _page(width: int = 100, height: int = 80, **black: tuple[int, int, int, int]) -> list[bytes]:
    """A white page with black rectangles: left, top, right, bottom."""
    rows = [bytearray(b"\xff" * width) for _ in range(height)]
    for left, top, right, bottom in black.values():
        for row in rows[top:bottom]:
            row[left:right] = bytes(right - left)
    return [bytes(row) for row in rows]


def test_equal_pages_have_no_regions() -> None:
    assert changed_regions(_page(), _page()) == ()


def test_each_changed_place_is_a_region_around_it() -> None:
    found = changed_regions(_page(), _page(first=(20, 10, 30, 14), second=(50, 40, 70, 44)))
    assert [(box.left, box.top, box.right, box.bottom) for box in found] == [
        (0.17, 7 / 80, 0.33, 17 / 80),
        (0.47, 37 / 80, 0.73, 47 / 80),
    ]


def test_changes_close_to_each_other_are_one_region() -> None:
    [box] = changed_regions(_page(), _page(first=(20, 10, 30, 14), second=(50, 18, 70, 22)))
    assert (box.left, box.top, box.right, box.bottom) == (0.17, 7 / 80, 0.73, 25 / 80)


def test_a_region_does_not_leave_the_page() -> None:
    [box] = changed_regions(_page(), _page(all=(0, 0, 100, 80)))
    assert (box.left, box.top, box.right, box.bottom) == (0, 0, 1, 1)


@pytest.mark.parametrize("size", [(101, 80), (100, 81)])
def test_pages_of_different_size_differ_wholly(size: tuple[int, int]) -> None:
    [box] = changed_regions(_page(), _page(*size))
    assert (box.left, box.top, box.right, box.bottom) == (0, 0, 1, 1)
    assert differing_share(_page(), _page(*size)) == 1.0


def test_the_share_is_that_of_the_page() -> None:
    assert differing_share(_page(), _page()) == 0
    assert differing_share(_page(), _page(mark=(20, 10, 40, 30))) == pytest.approx(400 / 8000)
    assert differing_share(_page(mark=(20, 10, 40, 30)), _page()) == pytest.approx(400 / 8000)


def test_what_stands_a_pixel_aside_or_is_a_little_lighter_is_the_same() -> None:
    mark = _page(mark=(20, 10, 40, 30))
    assert differing_share(mark, _page(mark=(21, 11, 41, 31))) == 0
    assert differing_share(mark, [row.replace(b"\0", b"\x30") for row in mark]) == 0
    assert differing_share(mark, _page(mark=(23, 10, 43, 30))) > 0
