"""What the environment installs."""

from importlib.resources import files


def main() -> None:
    print(files(__name__).joinpath("greeting.txt").read_text().strip())
