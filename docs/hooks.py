"""Pages of the site that are files elsewhere in the repository, and links that hold in both places."""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
# By path in the repository, the name of the page.
PAGES = {
    "weights/README.md": "model-card.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
}
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<path>[^)#:\s]+)(?P<anchor>#[^)\s]*)?\)")


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
