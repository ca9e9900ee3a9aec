"""What the drills of crashes, races and repeats share: a bureau on a short road, a real server, their judge.

No drill by itself.
"""
