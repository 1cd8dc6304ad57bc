"""Runs the command line as `python -m pipeline`."""

if __name__ == "__main__":
    try:
        from pipeline.cli.main import main  # worker processes load this file too, and need no command line
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    raise SystemExit(main())
