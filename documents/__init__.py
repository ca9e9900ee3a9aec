"""Papers on paper: forms, workbooks and PDF. `documents.rendering` needs no model and no database."""
