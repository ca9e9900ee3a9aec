"""Every address × everybody × everywhere, each cell with its written expected answer (`answers.py`)."""
