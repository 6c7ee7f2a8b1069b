"""What a process runs: its program, and of ours the command."""

from __future__ import annotations

from pathlib import Path, PurePath


def program_of(pid: int) -> str:
    """Return what the process runs, without its arguments, which may be secret; of ours with the command."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # not Linux, or it has ended
        return ""
    return name_of([word.decode(errors="replace") for word in line.split(b"\0") if word])


def name_of(words: list[str]) -> str:
    """Return what a command line runs: the program, the script or module of Python, and of ours its command."""
    if len(words) > 1 and PurePath(words[0]).name.startswith("python"):
        words = words[2:] if words[1] == "-m" else words[1:] if not words[1].startswith("-") else words[:1]
    name = PurePath(words[0]).name if words else ""
    if name not in {"mxcp", "mxcp_flask.cli"}:
        return name
    return f"mxcp {words[1]}" if len(words) > 1 else "mxcp"
