"""Files that came back: which papers they are held against, and the page that tells the verdict."""
