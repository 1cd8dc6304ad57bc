"""What a change of the project does to all papers, as text and as pictures, on one page."""
