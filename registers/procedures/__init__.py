"""Procedures as diagrams: what 去向 says, whether the steps hang together, the flow to draw with its marks of risk."""
