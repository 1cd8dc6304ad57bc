"""`python -m pipeline` is the command line."""

if __name__ == "__main__":
    from pipeline.cli.main import main  # worker processes load this file too, and need no command line

    raise SystemExit(main())
