"""Workbooks in which a register is filled without the network. What they hold, how they return: registers.offline."""
