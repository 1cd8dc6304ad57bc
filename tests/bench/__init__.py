"""The benchmark: the whole country's papers, and the same merging and converting done by well-known programs."""
