"""Harnesses that try to break the promises of docs/security.md: crashes, races, tampering, fuzz, leaks.

`bin/drill NAME` runs one on a database of its own, `bin/drill --list` names them. Each is a package: its ``__init__``
says what it is (`plumbing.model.Drill`, without importing Django), its ``run`` module has ``run(ask) -> Report``.
Each can plant a fault of its own (``--fault``) and must then come out red: a harness that never failed proves nothing.
"""
