"""What the tests of the command line share: how it is run, and three articles to run it on."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent

FUSION = """---
title: Fusion plant lights a town
excerpt: The first of its kind.
publishedDateTime: 2024-03-05T10:00:00+01:00
webUrl: https://news.example/fusion
originalUrl: https://www.news.example/original/fusion
author: Ada Byron
provider:
  name: Example News
  domain: news.example
topics: [Energy, Science]
quality: 80
heat: 3
related:
  - title: Grid operators worry
    webUrl: https://grid.example/worry
    provider: {name: Grid Weekly}
    publishedDateTime: 2024-03-01T00:00:00Z
  - title: A second look
    webUrl: https://news.example/second
---
The town has light.
"""
SECOND = """---
title: A second look
webUrl: https://news.example/second
publishedDateTime: 2024-03-06T00:00:00Z
provider: {name: Example News, domain: news.example}
topics: [Science]
quality: 10
---
Words of another text, five more.
"""
PLAIN = "A plain note without an address. It goes on for a little while.\n"


class Ran(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """What `--json` printed, an object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


def program(*arguments: object, **environment: str | None) -> Ran:
    """The command line as a process of its own; None takes a variable away."""
    done = subprocess.run(
        [sys.executable, "-m", "tui_reader", *map(str, arguments)],
        env={key: value for key, value in {**os.environ, **environment}.items() if value is not None},
        cwd=ROOT,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def ids(run: Run) -> dict[str, int]:
    """First words of the titles → ids."""
    return {" ".join(line["title"].split()[:2]): line["id"] for line in run("list", "--json").objects}


def fusion(run: Run) -> int:
    return ids(run)["Fusion plant"]


def titles(ran: Ran) -> list[str]:
    return [" ".join(line["title"].split()[:2]) for line in ran.objects]


def settings_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return path
