"""Templates: what they declare, which names they may use, and the doors to Word, PDF forms and tables."""
