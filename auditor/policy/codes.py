"""The codes of the problems that a YAML file can have, each with its one sentence.

A code never changes its meaning. Those of expressions stand beside their check.
"""

from __future__ import annotations

from collections.abc import Mapping

FILE: Mapping[str, str] = {
    "missing-file": "The file, or the folder, does not exist.",
    "unreadable-file": "The file exists and cannot be read.",
    "file-too-large": "The file is larger than 1024 KiB.",
    "not-utf8": "The file is not UTF-8 text.",
    "control-character": "A character stands in the file that no editor shows.",
    "empty-document": "The file holds no value.",
    "many-documents": "The file holds more than one YAML document.",
    "yaml-syntax": "The text is not YAML.",
    "yaml-tag": "A value has a YAML tag; a text that begins with ! must be quoted.",
    "yaml-comment": "A comment cuts off the rest of an expression that is not quoted.",
    "bad-key": "A key is not text.",
    "duplicate-key": "A mapping has the same key twice.",
    "bad-number": "A number is too large to mean the same everywhere.",
    "undefined-alias": "An alias stands for an anchor that is not there.",
    "recursive-alias": "A value would hold itself.",
    "unused-anchor": "An anchor is never repeated; a text that begins with & must be quoted.",
    "too-deep": "Lists and mappings are nested more than 32 levels deep.",
    "too-many-values": "The file has more than 100000 values, with what its aliases repeat.",
}
"""What is wrong with a file before anybody asks what it is about."""

STRUCTURE: Mapping[str, str] = {
    "unknown-key": "A mapping has a key that means nothing there.",
    "missing-key": "A mapping lacks a key that it must have.",
    "conflicting-keys": "A mapping has two keys of which it may have one.",
    "wrong-type": "A value is of another type than its key takes.",
    "unknown-value": "A value is not one of those that its key takes.",
    "bad-format": "A text is not in the form that its key takes.",
    "out-of-range": "A number is smaller or larger than its key takes.",
    "empty": "A text, a list or a mapping is empty.",
}
"""What JSON Schema can say as well: see `auditor schema`."""

POLICY: Mapping[str, str] = {
    "no-policy": "No policy file was named, or a folder holds none.",
    "duplicate-policy": "Two files declare a policy of the same name.",
    "duplicate-rule": "Two rules have the same id.",
    "wrong-kind": "`deny_each` stands in a rule that is not about models.",
    "bad-default": "The default of a parameter is not of its type.",
    "bad-param": "The value given to a parameter is not of its type.",
    "unknown-param": "The policy has no such parameter.",
    "missing-param": "A parameter without a default was given no value.",
}

CONFIG: Mapping[str, str] = {
    "bad-arn": "A text is not the ARN of a trained model.",
    "wrong-region": "A model is in another region than its target.",
    "wrong-account": "A model or a role is in another account than its target.",
    "wrong-membership": "A model is listed under another membership than its own.",
    "ambiguous-membership": "A membership is named in a target of several accounts or regions.",
    "duplicate-target": "Two targets have the same name.",
    "duplicate-membership": "A membership is listed twice.",
    "duplicate-model": "A model is listed twice.",
    "unused-key": "A key has no effect without another one.",
}

WAIVERS: Mapping[str, str] = {
    "unknown-rule": "No policy has a rule of this id.",
    "duplicate-waiver": "Two waivers are about the same rule and resource.",
    "wrong-dates": "A waiver ends before it begins.",
    "waiver-too-long": "A waiver lasts longer than 366 days.",
    "wrong-scope": "A waiver is about a version, and its rule judges models, or the reverse.",
    "digest-of-many": "A waiver of every version has the digest of one.",
}

CODES: Mapping[str, str] = {**FILE, **STRUCTURE, **POLICY, **CONFIG, **WAIVERS}
"""Every code of this module."""
