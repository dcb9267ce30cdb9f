"""`python -m isocross`: the command line, which is the face's and is named here alone, and only when this is run."""

if __name__ == "__main__":
    from isocross_tui.cli.start import main

    main()
