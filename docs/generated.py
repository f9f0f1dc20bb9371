"""A preprocessor of mdbook: what the program tells of its rules and cases becomes pages, and links that leave the book
become names of files, as a built book lies where nobody knows the way to the repository.

`WILD_CONFORMANCE` names the program. A page of a rule is what `explain` prints, word by word.
"""
import json
import os
import posixpath
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

PROGRAM = os.environ.get("WILD_CONFORMANCE", "wild-conformance")
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>\.\./[^)\s]*)\)")
CASE = re.compile(r"(?P<before>--case )(?P<id>[a-z0-9-]+)")
# What stands behind this line is a list of signs with columns of its own.
SIGNS = "\nAsked of the text: "


def told(*arguments):
    return subprocess.run([PROGRAM, *arguments, "--no-config"], check=True, capture_output=True, text=True).stdout


def chapter(name, path, content, parents):
    return {"Chapter": {"name": name, "content": content, "number": None, "sub_items": [], "path": path,
                        "source_path": None, "parent_names": parents}}


def page_of(rule, cases):
    text = told("explain", rule["code"])
    shown, signs, rest = text.partition(SIGNS)
    if signs:
        signs, mutant, rest = rest.partition("\n\nTo see it violated: ")
        shown += f"{SIGNS}\n\n```text\n{signs.rstrip()}\n```\n{mutant}"
    text = shown + rest
    seen = sorted({match["id"] for match in CASE.finditer(text)} & cases)
    links = ", ".join(f"[{case}](../cases.md#{case})" for case in seen)
    return text + (f"\nThe case: {links}.\n" if links else "")


def rules(cases):
    listed = json.loads(told("rules", "--report", "json"))
    with ThreadPoolExecutor() as pool:
        texts = pool.map(lambda rule: page_of(rule, cases), listed)
        pages = [chapter(f"{rule['code']} {rule['slug']}", f"rules/{rule['code']}.md", text, ["Rules"])
                 for rule, text in zip(listed, texts, strict=True)]
    rows = [f"| [{rule['code']}](rules/{rule['code']}.md) | {rule['slug']} | {rule['level']} | {cell(rule['summary'])} |\n"
            for rule in listed]
    return pages, "\n| rule | name | level | what it demands |\n|---|---|---|---|\n" + "".join(rows)


def cell(text):
    """Text that is neither markup nor the end of a cell."""
    return re.sub(r"([\\`*_<>|\[\]])", r"\\\1", text)


def listed_cases():
    cases = json.loads(told("cases", "--report", "json"))
    rows = [f'| <a id="{case["id"]}"></a>`{case["id"]}` | {cell(case["title"])} |\n' for case in cases]
    return {case["id"] for case in cases}, "\n| case | what happens |\n|---|---|\n" + "".join(rows)


def outside(match, path):
    """A link to a file of the repository, by the name of the file."""
    target = match["target"].split("#")[0]
    name = posixpath.normpath(posixpath.join("docs/src", posixpath.dirname(path), target))
    if name.startswith("docs/src/"):
        return match[0]
    text = match["text"]
    return text if text.strip("`") == name else f"{text} (`{name}` of the repository)"


def complete(items, added):
    for item in items:
        if not isinstance(item, dict) or "Chapter" not in item:
            continue
        one = item["Chapter"]
        complete(one["sub_items"], added)
        pages, text = added.get(one["path"], ([], ""))
        one["content"] = LINK.sub(lambda match: outside(match, one["path"] or ""), one["content"]) + text
        one["sub_items"].extend(pages)


def main():
    if sys.argv[1:2] == ["supports"]:
        return
    _, book = json.load(sys.stdin)
    ids, cases = listed_cases()
    pages, index = rules(ids)
    complete(book.get("items") or book.get("sections"), {"rules.md": (pages, index), "cases.md": ([], cases)})
    json.dump(book, sys.stdout)


if __name__ == "__main__":
    main()
