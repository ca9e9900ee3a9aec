"""`python3 -m audit.verifier > verify_evidence.py`: the verifier as one file, to be carried to another machine."""

import sys

from audit.verifier import single

if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(single.text())
