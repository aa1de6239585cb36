"""`python -m tests`: every check that a change has to pass, the quick ones first."""

import os
import subprocess
import sys
from pathlib import Path

# A test of the screen waits more than it works: half the time with two at once on each core.
TOGETHER = min(8, 2 * (os.cpu_count() or 1))
CHECKS = (
    ("format", ["-m", "ruff", "format", "--check", "."]),
    ("lint", ["-m", "ruff", "check", "."]),
    ("types", ["-m", "mypy"]),
    ("layers", ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]),
    ("tests", ["-m", "pytest", "-n", str(TOGETHER), "--dist", "worksteal"]),
)


def main() -> int:
    for name, arguments in CHECKS:
        print(f"── {name}", flush=True)
        done = subprocess.run([sys.executable, *arguments], cwd=Path(__file__).parent.parent, check=False)
        if done.returncode:
            print(f"{name}: failed", flush=True)
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
