"""Looks whether what was built is a book: each rule has its page, and no link within the book leads nowhere.

    check.py FOLDER PROGRAM
"""
import json
import pathlib
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """The links of a page, and the places in it that links can lead to."""

    def __init__(self, text):
        super().__init__()
        self.links, self.places = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.places.update(filter(None, (attrs.get("id"), attrs.get("name"))))
        self.links.extend(filter(None, (attrs.get("href"), attrs.get("src"))))


def dead_links(folder):
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            if not target.exists() or (target in pages and place and place not in pages[target].places):
                yield f"{path.relative_to(folder.resolve())}: {link}"


def main():
    folder, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    told = subprocess.run([program, "rules", "--report", "json", "--no-config"], check=True, capture_output=True)
    codes = [rule["code"] for rule in json.loads(told.stdout)]
    wrong = [f"rules/{code}.html is missing" for code in codes if not (folder / f"rules/{code}.html").is_file()]
    wrong += [f"a link leads nowhere: {link}" for link in dead_links(folder)]
    print(*wrong or [f"{len(codes)} rules have a page, and every link leads somewhere"], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
