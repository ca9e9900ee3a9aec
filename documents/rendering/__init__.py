"""A paper as a workbook (`xlsx`) and as PDF (`pdf`)."""
