"""The page of a cohort: every municipality with its state, what it lacks, and its papers."""
