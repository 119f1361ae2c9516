# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds what fwport prints with --json against the schemas, which are published open and are closed here.

    schema.py valid FILE          is each line as documented, and nothing in it undocumented
    schema.py whole PARTS FILE    also: is each member that is documented there, with a value, beside those of schema.unseen;
                                  and is a line refused that lacks a member, or has it by another name
    schema.py sound               are the schemas themselves well made
    schema.py members PARTS       prints the names of all members that are documented there

A line of FILE that begins with "#" says where the next ones come from. PARTS are beginnings of members' places, "why#,shared#icmp",
or with "!" in front all others.
"""

import copy
import glob
import json
import os
import re
import sys

import jsonschema

ROOT = os.environ["top_srcdir"]
DIRECTORY = os.path.join(ROOT, "src/schema")
UNSEEN = os.path.join(ROOT, "tests/cli/schema.unseen")
SUFFIX = ".schema.json"


def rewritten(node, name):
    """References between the files become references within one document, so that nothing is fetched."""
    if isinstance(node, list):
        return [rewritten(item, name) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: rewritten(value, name) for key, value in node.items()}
    if isinstance(node.get("$ref"), str):
        file, _, inner = node["$ref"].partition("#")
        node["$ref"] = "#/$defs/%s%s" % (file.removesuffix(SUFFIX) or name, inner)
    return node


class Schemas:
    def __init__(self):
        self.files = {}
        for path in sorted(glob.glob(os.path.join(DIRECTORY, "*" + SUFFIX))):
            with open(path, encoding="utf-8") as file:
                self.files[os.path.basename(path).removesuffix(SUFFIX)] = json.load(file)
        self.whole = {"$defs": {name: rewritten(schema, name) for name, schema in self.files.items()}}
        self.validator = self.validator_of({"$ref": "#/$defs/fwport"})
        self.seen = {}  # the place of a documented member: the first line and path with a value there
        self.fits_memo = {}

    def validator_of(self, schema):
        return jsonschema.Draft202012Validator({**schema, "$defs": self.whole["$defs"]})

    def find(self, reference):
        node = self.whole
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
        return node

    def fits(self, schema, value):
        key = id(schema)
        if key not in self.fits_memo:
            self.fits_memo[key] = self.validator_of(schema)
        return self.fits_memo[key].is_valid(value)

    def branches(self, schema, place, value):
        """The schemas that a value is held against, one within the other."""
        yield schema, place
        if "$ref" in schema:
            yield from self.branches(self.find(schema["$ref"]), schema["$ref"], value)
        for i, part in enumerate(schema.get("allOf", [])):
            yield from self.branches(part, "%s/allOf/%d" % (place, i), value)
        for i, part in enumerate(schema.get("anyOf", [])):
            if (value is None) == (part.get("type") == "null"):
                yield from self.branches(part, "%s/anyOf/%d" % (place, i), value)
        if "if" in schema:
            word = "then" if self.fits(schema["if"], value) else "else"
            if word in schema:
                yield from self.branches(schema[word], "%s/%s" % (place, word), value)

    def walk(self, schemas, value, line, path):
        """Yields what is not documented; notes what is."""
        branches = [branch for schema, place in schemas for branch in self.branches(schema, place, value)]
        if isinstance(value, list):
            items = [(schema["items"], place + "/items") for schema, place in branches if "items" in schema]
            for i, item in enumerate(value):
                yield from self.walk(items, item, line, path + (i,))
        if not isinstance(value, dict):
            return
        for name, member in value.items():
            found = [
                (schema["properties"][name], "%s/properties/%s" % (place, name))
                for schema, place in branches
                if name in schema.get("properties", {})
            ]
            if not found:
                yield "%s is not documented" % dotted(path + (name,))
            for _, place in found:
                if member is not None and member != []:
                    self.seen.setdefault(place, (line, path + (name,)))
            yield from self.walk(found, member, line, path + (name,))

    def complaints(self, line):
        for error in self.validator.iter_errors(line):
            worst = jsonschema.exceptions.best_match([error])
            yield "%s: %s" % (dotted(worst.absolute_path), worst.message[:300])
        yield from self.undocumented(line)

    def undocumented(self, line):
        yield from self.walk([({"$ref": "#/$defs/fwport"}, "")], line, line, ())

    def members(self):
        """The place of each member that is documented, and its schema."""

        def inside(node, place):
            if isinstance(node, dict):
                for name, member in node.get("properties", {}).items() if "required" in node else ():
                    yield "%s/properties/%s" % (place, name), member
                for key, value in node.items():
                    yield from inside(value, "%s/%s" % (place, key))
            elif isinstance(node, list):
                for i, value in enumerate(node):
                    yield from inside(value, "%s/%d" % (place, i))

        yield from inside(self.whole, "#")


def dotted(path):
    return ".".join(str(step) for step in path) or "the line"


def lines_of(path):
    """(where it comes from, the object; a text where it is none)"""
    told = path
    with open(path, encoding="utf-8") as file:
        for text in file:
            if text.startswith("#"):
                told = text[1:].strip()
            elif text.strip():
                try:
                    yield told, json.loads(text)
                except ValueError:
                    yield told, text.strip()


def invalid(schemas, path):
    """Of complaints that are alike but for a place in a list, the first."""
    count, known = 0, set()
    for told, line in lines_of(path):
        count += 1
        for complaint in schemas.complaints(line):
            kind = re.sub(r"\.\d+", "", complaint)
            if kind not in known:
                yield "%s: %s" % (told, complaint)
            known.add(kind)
    if not count:
        yield "there are no lines"


def unseen():
    """The members that no line has, or ("?") need not have."""
    with open(UNSEEN, encoding="utf-8") as file:
        return {text.split()[0] for text in file if text.strip() and not text.startswith("#")}


def short(place):
    """change#changed.verdict for #/$defs/change/$defs/changed/properties/verdict"""
    steps = [step for step in place.split("/") if step not in ("#", "$defs", "properties")]
    return "%s#%s" % (steps[0], ".".join(steps[1:]))


def members_of(schemas, parts):
    others = parts.startswith("!")
    beginnings = tuple(parts.removeprefix("!").split(","))
    for place, _ in schemas.members():
        if short(place).startswith(beginnings) != others:
            yield place, short(place)


def missing(schemas, parts):
    excused = unseen()
    for place, name in members_of(schemas, parts):
        if "?" + name in excused:
            continue
        if place not in schemas.seen and name not in excused:
            yield "%s is documented, and no line has it" % name
        if place in schemas.seen and name in excused:
            yield "%s is in schema.unseen, and a line has it" % name


def changed(line, path, rename):
    """A copy without the member at the end of the path, or with it by another name."""
    copied = copy.deepcopy(line)
    owner = copied
    for step in path[:-1]:
        owner = owner[step]
    value = owner.pop(path[-1])
    if rename:
        owner[path[-1] + "_"] = value
    return copied


def blunt(schemas):
    for place, (line, path) in list(schemas.seen.items()):
        if schemas.validator.is_valid(changed(line, path, False)):
            yield "%s may be left out" % short(place)
        if not list(schemas.undocumented(changed(line, path, True))):
            yield "%s may have another name" % short(place)


def unsound(schemas):
    for name, schema in schemas.files.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        if schema.get("$schema") != "https://json-schema.org/draft/2020-12/schema":
            yield "%s does not say of which draft it is" % name
    for place, member in schemas.members():
        for word in ("title", "description"):
            if not member.get(word):
                yield "%s has no %s" % (short(place), word)
        owner = schemas.find(place.rpartition("/properties/")[0])
        if place.rpartition("/")[2] not in owner["required"]:
            yield "%s is not required: what does not apply is null" % short(place)
        if schemas.fits(member, None) and "null" not in member.get("description", ""):
            yield "%s does not say when it is null" % short(place)


def complaints(schemas, word, *arguments):
    if word == "sound":
        yield from unsound(schemas)
        return
    yield from invalid(schemas, arguments[-1])
    if word == "whole":
        yield from missing(schemas, arguments[0])
        yield from blunt(schemas)


def main():
    if sys.argv[1] == "members":
        print("\n".join(sorted({place.rpartition("/")[2] for place, _ in members_of(Schemas(), sys.argv[2])})))
        return
    found = list(complaints(Schemas(), *sys.argv[1:]))
    for text in found[:40]:
        print(text)
    sys.exit(bool(found))


main()
