from collections.abc import Iterator
def cases() -> Iterator[dict]:
    yield from ()
