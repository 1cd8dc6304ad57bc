"""Many packages in one run: what is made already, what is to be made, by whom, and what became of each."""
