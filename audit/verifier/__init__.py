"""The stand-alone verifier of evidence packs: plain Python 3.8 or later, no package, nothing of ours.

Its parts are read here and handed out as one file, `single.text()`, which runs on a machine that never saw the system.
"""
