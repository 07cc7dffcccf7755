from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate.snapshot import Unreadable
from deployflow_gate.syntax.decode import decode, encode
from deployflow_gate.text import Source

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize("data", [b"", b"FROM x\n", BOM, BOM + b"FROM x\r\n", "é\u2028😀\ufeff".encode(), b"a\rb\n"])
def test_text_comes_back_byte_for_byte(data: bytes) -> None:
    source = decode("Dockerfile", data)
    assert source.path == "Dockerfile"
    assert encode(source, data) == data


def test_the_byte_order_mark_is_no_part_of_the_text_and_a_fix_keeps_it() -> None:
    source = decode("a", BOM + b"FROM x\n")
    assert source.text == "FROM x\n"
    assert source.position(0) == (1, 1)
    assert encode(Source("a", "FROM y\n"), BOM + b"FROM x\n") == BOM + b"FROM y\n"
    assert encode(Source("a", "FROM y\n"), b"FROM x\n") == b"FROM y\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("FROM x\n".encode("utf-16"), "UTF-16 or UTF-32"),
        ("FROM x\n".encode("utf-32"), "UTF-16 or UTF-32"),
        (b"\xfe\xff\x00F", "UTF-16 or UTF-32"),
        ("FROM x\n".encode("utf-16-le"), "NUL character on line 1: it is binary, or UTF-16 text"),
        (b"a\nb\n\x00", "NUL character on line 3"),
        (b"a\n\xe9t\xe9\n", "not UTF-8 text: line 2 has the byte 0xe9"),
        (BOM + b"\xff", "line 1 has the byte 0xff"),
        (b"\xed\xa0\x80", "not UTF-8"),
    ],
)
def test_anything_else_is_unreadable_with_advice(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode("a", data)
    assert reason in caught.value.reason
    assert caught.value.reason.endswith("Save it as UTF-8.")


@given(st.binary(max_size=50))
def test_bytes_are_text_or_unreadable(data: bytes) -> None:
    try:
        source = decode("a", data)
    except Unreadable:
        return
    assert encode(source, data) == data
