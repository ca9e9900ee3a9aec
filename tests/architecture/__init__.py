"""What the code must look like, read from the files themselves. Each rule is shown to bite on a planted sample."""
