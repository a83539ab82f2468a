"""The blocks of the README work as they stand, one after the other."""

import re

from conftest import ROOT


def test_the_readmes_blocks_print_what_they_say(monkeypatch, capsys):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2
    monkeypatch.chdir(ROOT)
    names = {}
    for code in blocks:
        exec(compile(code, "README.md", "exec"), names)
        said = re.findall(r"# prints (.*)$", code, re.MULTILINE)
        assert said
        assert capsys.readouterr().out.splitlines() == said
