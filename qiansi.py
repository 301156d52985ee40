"""The command line of the product; each command lives in a file of `cli/`."""

from cli.root import root


def main() -> None:
    """Runs the command; whatever the user can mend ends in one line and exit code 2."""
    root(prog_name="qiansi")


if __name__ == "__main__":
    main()
