# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Makes one HTML site of the guides, the public headers, the manual page and the examples, by doxygen.

The guides are written for reading as they are, with links between files. Here they become pages: a heading gets the
anchor that a code host would give it, a link to a guide becomes one to its page, a link to a source file one to a page
with its text. Every warning is an error: something undocumented, a link, anchor or picture that is not there, a guide
or header that the contents on the left (header.html) leave out.

    build.py SOURCE_ROOT VERSION OUTPUT [DEPFILE]
"""
import html
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree

COLOURED = {".c", ".cpp", ".h", ".hpp", ".py"}     # files with a page of their own: languages that doxygen knows
SHOWN = COLOURED | {".rs", ".sh", ".toml", ""}     # and others
PLACE = "docs/site"                                # this folder


def slug(heading):
    """The anchor that code hosts give a heading."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def headings(text):
    """(line number from 0, level, heading) of each heading outside fences."""
    fenced = False
    for number, line in enumerate(text.splitlines()):
        if re.match(r"(```|~~~)", line.strip()):
            fenced = not fenced
        match = re.match(r"(#{1,6}) +(.+?) *$", line)
        if match and not fenced:
            yield number, len(match.group(1)), match.group(2)


class Site:
    def __init__(self, root, pages):
        self.root = root
        self.folder = pages    # of the Markdown that doxygen reads
        self.problems = []
        self.sources = set()   # files that get a page with their text
        self.pictures = set()
        self.places = []       # [text, address, page] for the search
        self.code = []         # (page, code in its text)
        self.values = {name for header in (root / "include" / "autoencoder").glob("*.h")
                       for name in re.findall(r"^ +(AE_\w+) += ", header.read_text(encoding="utf-8"), re.MULTILINE)}
        self.names = {root / "README.md": "index"}
        for path in sorted((root / "docs").glob("*.md")):
            self.names[path] = path.stem
        for extra in ("NEWS.md", "examples/README.md", "examples/data/README.md", "tests/fuzz/README.md"):
            if (root / extra).is_file():
                self.names[root / extra] = extra.removesuffix(".md").replace("/", "-").lower()

    def source_page(self, path):
        self.sources.add(path)
        return "source-" + re.sub(r"[^a-z0-9]+", "-", str(path.relative_to(self.root)).lower())

    def address(self, path, anchor):
        """Where the site has the file `path`; None if it has it nowhere. Raises LookupError for what does not exist."""
        if path in self.names:
            if not anchor:
                return self.names[path] + ".html"
            if anchor not in {slug(heading) for _, _, heading in headings(path.read_text(encoding="utf-8"))}:
                raise LookupError(f"{path.relative_to(self.root)} has no heading #{anchor}")
            return f"{self.names[path]}.html#{self.names[path]}-{anchor}"
        if not path.exists() or not path.is_relative_to(self.root):
            raise LookupError(f"there is no {path}")
        if path.parent == self.root / "include" / "autoencoder" and path.suffix == ".h":
            return path.stem + "_8h.html"
        if path.is_dir() and path / "README.md" in self.names:
            return self.names[path / "README.md"] + ".html"
        return self.source_page(path) + ".html" if path.is_dir() or path.suffix in SHOWN else None

    def rewrite(self, path, text):
        """Text between two fences: links and pictures that lead to pages of the site."""
        self.code += [(self.names[path], code.replace("\\|", "|")) for code in re.findall(r"`([^`]*)`", text)]

        def picture(match):
            place = (path.parent / match.group(2)).resolve()
            if not place.is_file():
                self.problems.append(f"{path.relative_to(self.root)}: there is no picture {match.group(2)}")
            self.pictures.add(place)
            words = " ".join(match.group(1).split())
            return f'<img class="picture" src="{place.name}" alt="{html.escape(words)}"/>'

        def link(match):
            words, target = match.groups()
            if re.match(r"[a-z]+:", target):
                return match.group(0)
            target, _, anchor = target.partition("#")
            try:
                address = self.address((path.parent / target).resolve() if target else path, anchor)
            except LookupError as problem:
                self.problems.append(f"{path.relative_to(self.root)}: {problem}")
                return words
            return f"[{words}]({address})" if address else words

        # Doxygen takes `it's` for a quotation, but not ``it's``. A value of an enumeration becomes a link.
        text = re.sub(r"`[^`]*`", lambda code: f"`{code[0]}`" if "'" in code[0] else code[0], text)
        text = "".join(piece if piece.startswith(("`", "    ")) else re.sub(r"(?<![\w#])AE_\w+", self.value, piece)
                       for piece in re.split(r"(?m)(`+[^`]*`+|^    .*$)", text))
        text = re.sub(r"!\[([^]]*)\]\(([^)\s]+)\)", picture, text)
        text = re.sub(r"(?<!!)\[((?:[^][`]|`[^`]*`)*)\]\(([^)\s]+)\)", link, text)
        return re.sub(r"`<autoencoder/(\w+)\.h>`", r"[`<autoencoder/\1.h>`](\1_8h.html)", text)

    def value(self, match):
        return "#" + match.group() if match.group() in self.values else match.group()

    def page(self, path):
        """A guide as doxygen is to read it, line by line the same."""
        name = self.names[path]
        lines = path.read_text(encoding="utf-8").splitlines()
        if not re.match(r"# ", lines[0]):
            self.problems.append(f"{path.relative_to(self.root)}: the first line is no heading")
        for number, level, heading in headings("\n".join(lines)):
            label = name if number == 0 else f"{name}-{slug(heading)}"
            self.places.append([heading.replace("`", ""), f"{name}.html" + (f"#{label}" if number else ""),
                                lines[0].lstrip("# ").split(" {")[0].replace("`", "") if number else ""])
            lines[number] = f"{'#' * level} {heading} {{#{label if label != 'index' else 'mainpage'}}}"
        parts, fenced = [[]], False
        for line in lines:
            fence = re.match(r"\s*```", line)
            if fence and not fenced:
                parts.append([])
            parts[-1].append("" if re.match(r"<!-- .* -->$", line) and not fenced else line)
            if fence and fenced:
                parts.append([])
            fenced ^= bool(fence)
        parts = ["\n".join(part) for part in parts if part]
        text = "\n".join(part if part.lstrip().startswith("```") else self.rewrite(path, part) for part in parts)
        (self.folder / f"{name}.md").write_text(text + "\n", encoding="utf-8")

    def write_sources(self):
        """Pages with the text of the files that the guides link to, and with the files of a folder."""
        done = set()
        while self.sources - done:
            path = sorted(self.sources - done)[0]
            done.add(path)
            name, title = self.source_page(path), path.relative_to(self.root)
            if path.is_dir():
                files = [p.relative_to(path) for p in sorted(path.rglob("*")) if p.is_file() and p.suffix in SHOWN]
                body = "".join(f"- [{p}]({self.address(path / p, '')})\n" for p in files if "target" not in p.parts)
            else:
                body = f"@{'include' if path.suffix in COLOURED else 'verbinclude'} {path}\n"
            (self.folder / f"{name}.md").write_text(f"# {title} {{#{name}}}\n\n{body}", encoding="utf-8")

    def write_manual(self):
        """The manual page, by mandoc."""
        manual = self.root / "examples" / "autoencoder" / "autoencoder.1"
        if not manual.is_file():
            return
        text = subprocess.run(["mandoc", "-T", "html", "-O", "fragment", manual], check=True, capture_output=True,
                              text=True).stdout
        (self.folder / "manual.html").write_text(text, encoding="utf-8")
        (self.folder / "manual.md").write_text("# Manual page of autoencoder {#manual}\n\n"
                                               f"@htmlinclude {self.folder / 'manual.html'}\n", encoding="utf-8")

    def check_contents(self):
        """Everything to read has its place in the contents."""
        linked = set(re.findall(r'href="\$relpath\^([^"]+)"', (self.root / PLACE / "header.html").read_text("utf-8")))
        wanted = {path: f"{self.names[path]}.html" for path in self.names if path.parent == self.root / "docs"}
        wanted |= {path: f"{path.stem}_8h.html" for path in (self.root / "include/autoencoder").glob("*.h")}
        self.problems += [f"{PLACE}/header.html: no link to {page}, which is made of {path.relative_to(self.root)}"
                          for path, page in sorted(wanted.items()) if page not in linked]

    def run_doxygen(self, settings):
        """Runs it with the Doxyfile and more settings, and takes its warnings down."""
        settings = (self.root / PLACE / "Doxyfile").read_text(encoding="utf-8") + settings
        result = subprocess.run(["doxygen", "-"], input=settings, capture_output=True, text=True, check=False)
        warnings = result.stderr.replace(str(self.folder), "docs").strip()
        if warnings or result.returncode:
            self.problems.append(warnings or f"doxygen ended with {result.returncode}")

    def make(self, version, output):
        place, headers = self.root / PLACE, self.root / "include" / "autoencoder"
        # Where a struct stands on its header's page, doxygen 1.9.4 does not miss a field's comment: so a look without.
        (output / "alone").mkdir()
        self.run_doxygen(f"""
INPUT = "{headers}"
OUTPUT_DIRECTORY = "{output}/alone"
INLINE_SIMPLE_STRUCTS = NO
""")
        if self.problems:
            return
        self.run_doxygen(f"""
PROJECT_NUMBER = {version}
OUTPUT_DIRECTORY = "{output}"
INPUT = "{headers}" "{self.folder}"
USE_MDFILE_AS_MAINPAGE = "{self.folder}/index.md"
STRIP_FROM_PATH = "{self.root}/include" "{self.folder}"
STRIP_FROM_INC_PATH = "{self.root}/include"
EXAMPLE_PATH = "{self.root}" "{self.folder}"
GENERATE_TAGFILE = "{output}/tags"
HTML_HEADER = "{place}/header.html"
HTML_FOOTER = "{place}/footer.html"
HTML_EXTRA_STYLESHEET = "{place}/style.css"
HTML_EXTRA_FILES = "{place}/search.js" {" ".join(f'"{p}"' for p in sorted(self.pictures))}
""")
        if self.problems:
            return
        for compound in xml.etree.ElementTree.parse(output / "tags").iterfind("compound"):
            name = compound.findtext("name")
            if compound.get("kind") == "struct":
                self.places.append([name, f"{compound.findtext('filename')}#{compound.findtext('anchor')}", "struct"])
            self.places += [[member.findtext("name"),
                             f"{member.findtext('anchorfile')}#{member.findtext('anchor')}", name]
                            for member in compound.iter("member")]
        (output / "html" / "places.js").write_text(
            "const places = " + json.dumps(self.places, separators=(",", ":")) + ";\n", encoding="utf-8")
        pages = {path.name: Page(path.read_text(encoding="utf-8")) for path in (output / "html").glob("*.html")}
        self.problems += check_links(output / "html", pages)
        self.problems += [f"{name}.html has lost `{code}`" for name, code in self.code
                          if without_spaces(code) not in without_spaces(pages[f"{name}.html"].text)]


def without_spaces(text):
    return "".join(text.split())


class Page(html.parser.HTMLParser):
    """What a page of HTML links to, its anchors and its text."""
    def __init__(self, text):
        super().__init__()
        self.links, self.anchors, self.text = set(), set(), ""
        self.feed(text)

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.anchors |= {attributes[key] for key in ("id", "name") if attributes.get(key)}
        self.links |= {(tag, attributes[key]) for key in ("href", "src", "data") if attributes.get(key)}


def check_links(folder, pages):
    """Links and pictures of the pages in `folder` that lead nowhere, and what a page would load from elsewhere."""
    problems = []
    for name, page in sorted(pages.items()):
        for tag, target in sorted(page.links):
            url = urllib.parse.urlsplit(target)
            if url.scheme or url.netloc:
                if tag != "a" and url.scheme not in {"data", "javascript"}:
                    problems.append(f"{name}: loads {target}")
                continue
            place = urllib.parse.unquote(url.path) or name
            if not (folder / place).is_file():
                problems.append(f"{name}: {target} leads nowhere")
            elif url.fragment and place in pages and urllib.parse.unquote(url.fragment) not in pages[place].anchors:
                problems.append(f"{name}: {target} has no such anchor")
    return problems


def finish(folder):
    """In the contents of each page, where the reader is."""
    for path in folder.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        text = text.replace(f'<a href="{path.name}">', f'<a href="{path.name}" aria-current="page">', 1)
        text = text.replace("<title>libautoencoder - libautoencoder</title>", "<title>libautoencoder</title>", 1)
        path.write_text(text, encoding="utf-8")


def build(root, version, output):
    """Problems, and the files that the site is made of. Without problems the site is in `output`."""
    with tempfile.TemporaryDirectory(dir=output.parent) as scratch:
        pages, made = pathlib.Path(scratch) / "pages", pathlib.Path(scratch) / "html"
        pages.mkdir()
        site = Site(root, pages)
        for path in site.names:
            site.page(path)
        site.address(root / "include" / "autoencoder" / "autoencoder.hpp", "")
        site.write_sources()
        site.write_manual()
        site.check_contents()
        site.make(version, pathlib.Path(scratch))
        if not site.problems:
            finish(made)
            shutil.rmtree(output, ignore_errors=True)
            made.rename(output)
        used = set(site.names) | site.sources | site.pictures | set((root / "include/autoencoder").glob("*.h")) | \
            set((root / PLACE).iterdir()) | {root / "examples/autoencoder/autoencoder.1"}
        return site.problems, used


def main():
    root, version, output = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], pathlib.Path(sys.argv[3]).resolve()
    problems, used = build(root, version, output)
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    if not problems and len(sys.argv) > 4:
        names = " ".join(str(path).replace(" ", "\\ ") for path in sorted(used) if path.is_file())
        pathlib.Path(sys.argv[4]).write_text(f"{os.path.relpath(output)}: {names}\n", encoding="utf-8")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
