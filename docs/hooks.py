"""What MkDocs does not do by itself: pages from elsewhere in the repository, links, and roles in docstrings."""

import posixpath
import re
from pathlib import Path
from typing import Any

import griffe
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
# By path in the repository, the name of the page.
PAGES = {
    "weights/README.md": "model-card.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
}
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<path>[^)#:\s]+)(?P<anchor>#[^)\s]*)?\)")


ROLE = re.compile(r":(?:attr|class|data|func|meth|mod):`~?(?P<name>[^`]+)`")


class PlainDocstrings(griffe.Extension):
    """Docstrings as Markdown: Sphinx's roles become code, and an example becomes a section of code."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite one docstring, before it is parsed."""
        if obj.docstring:
            text = ROLE.sub(r"`\g<name>`", obj.docstring.value)
            obj.docstring.value = re.sub(r"^(\s*)Example:$", r"\1Examples:", text, flags=re.MULTILINE)


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that lie outside docs/."""
    for path, page in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / path).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Turn links between files of the repository into links between pages; links to other files become their text."""
    folder = posixpath.dirname({name: path for path, name in PAGES.items()}.get(page.file.src_uri, "docs/page.md"))

    def link(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, found["path"]))
        name = PAGES.get(target, target.removeprefix("docs/"))
        is_page = target in PAGES or target.startswith("docs/")
        return f"[{found['text']}]({name}{found['anchor'] or ''})" if is_page else found["text"]

    return LINK.sub(link, markdown)
