"""The quick start of the README works as it stands."""

import re

from conftest import ROOT


def test_the_quick_start_prints_what_it_says(tmp_path, monkeypatch, capsys):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    monkeypatch.chdir(ROOT)
    exec(compile(code, "README.md", "exec"), {})
    said = re.findall(r"# prints (.*)$", code, re.MULTILINE)
    assert said
    assert capsys.readouterr().out.splitlines() == said
