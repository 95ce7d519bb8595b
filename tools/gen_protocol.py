#!/usr/bin/env python3
"""gen_protocol.py: makes the C tables, the TypeScript types and the reference from protocol/*.json.

    python3 tools/gen_protocol.py            writes the generated files
    python3 tools/gen_protocol.py --check    writes nothing; names those that are stale, with exit code 1

The schema is read once into plain classes (Field, Shape), checked, and then printed four times. A type in the schema is
the name of a scalar (id, topic, ...), an enum (status), an object (User), one of str int bool flag room json error, or [any of these].

SPDX-License-Identifier: MIT
"""
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ["session", "account", "room", "message", "moderation", "personal", "presence", "server"]
PLAIN = {"str": "str", "int": "int", "bool": "bool", "flag": "flag", "room": "room", "json": "json"}
HEAD = "generated from protocol/ by tools/gen_protocol.py; change those and run `make gen`."


def fail(text):
    sys.exit(f"gen_protocol: {text}")


def snake(name):
    """MessageSend, message:send -> message_send"""
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_").replace(":", "_")


def camel(name):
    """message:send, message_send -> MessageSend"""
    return "".join(word[:1].upper() + word[1:] for word in name.replace(":", "_").split("_"))


class Schema:
    """All of protocol/, with the shapes of objects, payloads, results and events resolved."""

    def __init__(self, folder):
        load = lambda name: json.loads((folder / name).read_text())
        types = load("types.json")
        self.limits, self.buckets, self.scalars = types["limits"], types["buckets"], types["scalars"]
        self.errors_doc, self.errors = load("errors.json")["doc"], load("errors.json")["errors"]
        self.enums = dict(types["enums"])
        self.enums["error"] = {"values": [e["code"] for e in self.errors], "doc": "See Errors."}
        self.parts = {name: load(name + ".json") for name in PARTS}
        sources = [types] + list(self.parts.values())
        self.raw_objects = {name: o for source in sources for name, o in source.get("objects", {}).items()}
        self.objects = {name: Shape(self, name, snake(name), o) for name, o in self.raw_objects.items()}
        self.commands = [self.read_command(c) for part in self.parts.values() for c in part["commands"]]
        self.events = [self.read_event(e) for part in self.parts.values() for e in part["events"]]
        self.routes = [r for part in self.parts.values() for r in part.get("routes", [])]
        self.guide = (folder / "guide.md").read_text()
        self.examples = {p.stem: json.loads(p.read_text()) for p in sorted((folder / "examples").glob("*.json"))}
        self.check()

    def read_command(self, c):
        c["payload"] = Shape(self, camel(c["name"]), snake(c["name"]), {**c, "fields": c["payload"], "doc": f"Payload of {c['name']}."})
        if "data" in c:
            data = {"fields": c["data"], "doc": f"What {c['name']} answers."}
            c["data"] = Shape(self, camel(c["name"]) + "Data", snake(c["name"]) + "_result", data)
        c.setdefault("emits", [])
        return c

    def read_event(self, e):
        e["payload"] = Shape(self, camel(e["name"]) + "Event", "event_" + snake(e["name"]), {**e, "fields": e["payload"]})
        return e

    def shapes(self):
        for c in self.commands:
            yield c["payload"]
            if "data" in c:
                yield c["data"]
        for e in self.events:
            yield e["payload"]

    def check(self):
        """Names that would collide in C or TypeScript, references to nothing, missing examples."""
        shapes = list(self.objects.values()) + list(self.shapes())
        tags = [s.c_name for s in shapes] + list(self.enums) + ["room_ref", "command", "event", "bucket"]
        names = [s.ts_name for s in shapes] + [camel(e) for e in self.enums if e != "error"]
        if any(len(s.fields) > 32 for s in shapes):
            fail("more than 32 fields do not fit the masks of proto_rule")
        for name in tags + names:
            if tags.count(name) > 1 or names.count(name) > 1:
                fail(f"two things are called {name}")
        events = {e["name"] for e in self.events}
        for c in self.commands:
            if c["bucket"] not in self.buckets or c["who"] not in self.enums["user_role"]["values"]:
                fail(f"{c['name']}: unknown bucket or role")
            if not set(c["emits"]) <= events:
                fail(f"{c['name']}: emits an unknown event")
        wanted = {"command." + c["name"].replace(":", "-") for c in self.commands}
        wanted |= {"event." + e["name"].replace(":", "-") for e in self.events}
        if wanted != set(self.examples):
            fail(f"protocol/examples does not fit the schema: {sorted(wanted ^ set(self.examples))}")

    def number(self, value):
        return self.limits[value]["value"] if isinstance(value, str) else value


class Field:
    """One field, with its type followed to the ground."""

    def __init__(self, schema, name, spec):
        spec = {"type": spec} if isinstance(spec, str) else spec
        self.name, self.optional = name.rstrip("?"), name.endswith("?")
        self.type, self.doc = spec["type"], spec.get("doc")
        self.list = self.type.startswith("[")
        item = self.type.strip("[]")
        scalar = {} if item in PLAIN else schema.scalars.get(item, {})
        rule = spec if self.list else {**scalar, **spec}
        self.scalar_doc, self.item = scalar.get("doc"), item
        self.base = PLAIN.get(item) or scalar.get("base") or ("enum" if item in schema.enums else "object" if item in schema.raw_objects else None)
        if self.base is None or (self.list and self.item not in ("id", "seq") and self.base != "object"):
            fail(f"{name}: no type {self.type}")
        self.unit, self.format = rule.get("unit", "bytes"), rule.get("format", "any")
        self.loose, self.clip = rule.get("loose", False), rule.get("clip", False)
        self.fallback = schema.number(rule["default"]) if "default" in rule else None
        ceiling = {"int": schema.number("id_max"), "enum": len(schema.enums.get(item, {}).get("values", []))}
        top = schema.number("payload_bytes") if self.list else ceiling.get(self.base, schema.number("payload_bytes"))
        self.min, self.max = schema.number(rule.get("min", 0)), schema.number(rule.get("max", top))
        self.bounded = "max" in rule
        self.enum_size = ceiling["enum"]
        if "last" in spec:
            self.max = schema.enums[item]["values"].index(spec["last"]) + 1
        self.values = schema.enums[item]["values"][: self.max] if self.base == "enum" else []
        self.zero_is_absent = rule.get("zero_is_absent", False) or self.min > 0 or self.fallback is not None
        self.has = self.optional and not self.list and (self.base == "bool" or self.base == "int" and not self.zero_is_absent)
        if self.base == "room":
            self.min, self.max, self.unit = 1, schema.number("slug_chars"), "chars"
        self.check_min, self.check_max = (0, schema.number("history" if self.list else "payload_bytes")) if self.loose else (self.min, self.max)


class Shape:
    """An object, a payload, a result or an event."""

    def __init__(self, schema, ts_name, c_name, spec):
        self.ts_name, self.c_name, self.doc, self.tuple = ts_name, c_name, spec["doc"], spec.get("tuple", False)
        self.fields = [Field(schema, n, f) for n, f in spec["fields"].items()]
        self.rules = [(kind, spec[kind]) for kind in ("at_least_one", "at_most_one", "exactly_one") if kind in spec]

    def rule_mask(self, names):
        return sum(1 << [f.name for f in self.fields].index(n) for n in names)


# --- C ---------------------------------------------------------------------------------------------------------------


def c_comment(text, indent=""):
    """A comment of lines of at most 100 columns."""
    lines, line = [], indent + "/*"
    for word in text.split():
        if len(line) + len(word) + 1 > 97:
            lines.append(line)
            line = indent + " *"
        line += " " + word
    return "\n".join(lines + [line + " */"])


def c_enum_constant(enum, value, spec):
    prefix = "PROTO_" if enum == "error" else f"PROTO_{enum.upper()}_"
    return prefix + spec.get("constants", {}).get(value, value.upper())


def c_enum(name, spec):
    zero = "PROTO_OK" if name == "error" else f"PROTO_{name.upper()}_" + ("UNSET" if "none" in spec["values"] else "NONE")
    values = "".join(f"    {c_enum_constant(name, v, spec)},\n" for v in spec["values"])
    return f"{c_comment(spec['doc'])}\nenum proto_{name} {{\n    {zero} = 0,\n{values}}};\nextern const struct proto_enum proto_{name}_enum;\n"


def c_members(f):
    types = {"str": "struct str ", "json": "struct str ", "int": "int64_t ", "bool": "bool ", "flag": "bool ", "room": "struct proto_room_ref "}
    kind = f"enum proto_{f.item} " if f.base == "enum" else f"struct proto_{snake(f.item)} " if f.base == "object" else types[f.base]
    star = "*" if f.list or f.base == "object" else ""
    doc = f.doc or (f.scalar_doc if f.optional and f.has else None)
    lines = ([c_comment(doc, "    ") + "\n"] if doc else []) + [f"    {kind}{star}{f.name};" + (" /* optional */\n" if f.optional else "\n")]
    if f.list:
        lines.append(f"    size_t {f.name}_count;\n")
    if f.has:
        lines.append(f"    bool has_{f.name};\n")
    return "".join(lines)


def c_struct(shape):
    return (f"{c_comment(shape.doc)}\nstruct proto_{shape.c_name} {{\n{''.join(map(c_members, shape.fields))}}};\n"
            f"extern const struct proto_struct proto_{shape.c_name}_shape;\n")


def c_map(name, rows):
    return f"#define {name}(X) \\\n" + " \\\n".join(f"    X({snake(r['name']).upper()}, {snake(r['name'])})" for r in rows) + "\n"


C_ROWS = """
/* A row of errors.json. */
struct proto_error_row {
    struct str code;
    int http_status;
    struct str text; /* for people, when nothing more precise is known */
};
/* By enum proto_error; the row of PROTO_OK is status 200. */
extern const struct proto_error_row proto_errors[PROTO_ERROR_COUNT];

/* Rate limits: `cost` units of a command are taken from a bucket that holds `burst` and refills. */
struct proto_bucket_row {
    struct str name;
    int burst;
    int per_hour;
};
extern const struct proto_bucket_row proto_buckets[PROTO_BUCKET_COUNT];

/* What the server must know of a command before it looks at the payload. */
struct proto_command_row {
    struct str name;
    enum proto_command command; /* its own index */
    enum proto_user_role who; /* the server role needed at least; of the enum, a smaller value is a higher role */
    int cost;
    enum proto_bucket bucket;
    bool implemented; /* false: answered `unavailable` */
    const struct proto_struct *payload;
    const struct proto_struct *result; /* NULL when the answer's data is {} */
};
/* By enum proto_command; the row of PROTO_COMMAND_NONE is empty. */
extern const struct proto_command_row proto_commands[PROTO_COMMAND_COUNT];
/* The row of a command by the name of its event; NULL when there is none. Any thread. (proto_command.c) */
const struct proto_command_row *proto_command_find(struct str name);

struct proto_event_row {
    struct str name;
    bool durable;    /* in the log, carries `pos` */
    bool has_offset; /* the position as text is the packet's last argument */
    const struct proto_struct *payload;
};
/* By enum proto_event; the row of PROTO_EVENT_NONE is empty. */
extern const struct proto_event_row proto_events[PROTO_EVENT_COUNT];
"""


def c_header(s):
    out = ["/* proto_gen.h: every command, event, object, limit and error of the protocol, as C.\n *\n"
           f" * {HEAD[0].upper() + HEAD[1:]}\n * How a field lies in its struct: proto_table.h.\n *\n * SPDX-License-Identifier: MIT\n */\n"
           "/* clang-format off */\n#pragma once\n\n#include \"proto/proto_table.h\"\n\n/* Limits */\n"]
    out += [f"#define PROTO_LIMIT_{n.upper()} {v['value']} /* {v['doc']} */\n" for n, v in s.limits.items()]
    out.append("\n/* Enumerations: 0 is always `absent` */\n" + "\n".join(c_enum(n, e) for n, e in s.enums.items()))
    out.append(f"#define PROTO_ERROR_COUNT {len(s.errors) + 1}\n")
    upper = lambda rows: "".join(f"    PROTO_{k}_{snake(r['name']).upper()},\n" for k, r in rows)
    out.append("\nenum proto_bucket {\n" + "".join(f"    PROTO_BUCKET_{b.upper()},\n" for b in s.buckets) + "    PROTO_BUCKET_COUNT\n};\n")
    out.append("\n/* Client to server */\nenum proto_command {\n    PROTO_COMMAND_NONE = 0,\n" + upper(("COMMAND", c) for c in s.commands) + "    PROTO_COMMAND_COUNT\n};\n")
    out.append("\n/* Server to client */\nenum proto_event {\n    PROTO_EVENT_NONE = 0,\n" + upper(("EVENT", e) for e in s.events) + "    PROTO_EVENT_COUNT\n};\n")
    out.append("\n/* X(NAME, name) for all commands, for those that are implemented, and for all events. */\n")
    out += [c_map("PROTO_COMMAND_MAP", s.commands), c_map("PROTO_COMMAND_IMPLEMENTED_MAP", [c for c in s.commands if c["implemented"]]), c_map("PROTO_EVENT_MAP", s.events)]
    out.append("\n/* Objects */\n" + "\n".join(map(c_struct, s.objects.values())))
    out.append("\n/* Payloads, results, events */\n" + "\n".join(map(c_struct, s.shapes())) + C_ROWS)
    return "".join(out)


def c_field_row(shape, f):
    kind = ("LIST_" if f.list else "") + f.base.upper()
    cells = [f'"{f.name}"', f'STR_INIT("\\"{f.name}\\":")', f".kind = PROTO_KIND_{kind}", f".offset = offsetof(struct proto_{shape.c_name}, {f.name})"]
    optional = [
        (f.optional, ".optional = true"), (f.clip, ".clip = true"),
        (f.fallback is not None, f".has_fallback = true, .fallback = {f.fallback}"),
        (f.unit == "chars" and not f.loose, ".unit = PROTO_UNIT_CHARS"), (f.format != "any", f".format = PROTO_FORMAT_{f.format.upper()}"),
        (f.has, f".has_offset = offsetof(struct proto_{shape.c_name}, has_{f.name})"),
        (f.list, f".count_offset = offsetof(struct proto_{shape.c_name}, {f.name}_count)"),
        (f.base in ("str", "int", "enum", "room") or f.list, f".min = {max(f.check_min, 1) if f.base == 'enum' else f.check_min}, .max = {f.check_max}"),
        (f.base == "enum", f".enums = &proto_{f.item}_enum"), (f.base == "object", f".shape = &proto_{snake(f.item)}_shape"),
    ]
    return "    {" + ", ".join(cells + [text for wanted, text in optional if wanted]) + "},\n"


def c_shape(shape):
    name, parts, cells = f"proto_{shape.c_name}", [], []
    if shape.fields:
        parts.append(f"static const struct proto_field {shape.c_name}_fields[] = {{\n{''.join(c_field_row(shape, f) for f in shape.fields)}}};\n")
        cells.append(f".fields = {shape.c_name}_fields, .field_count = {len(shape.fields)}")
    if shape.rules:
        rows = "".join(f"    {{PROTO_RULE_{kind.upper()}, {shape.rule_mask(names):#x}}}, /* {', '.join(names)} */\n" for kind, names in shape.rules)
        parts.append(f"static const struct proto_rule {shape.c_name}_rules[] = {{\n{rows}}};\n")
        cells.append(f".rules = {shape.c_name}_rules, .rule_count = {len(shape.rules)}")
    cells = [f'"{shape.c_name}"', f"sizeof(struct {name})"] + [f".tuple = {str(shape.tuple).lower()}"] + cells
    return "".join(parts) + f"const struct proto_struct {name}_shape = {{{', '.join(cells)}}};\n"


def c_enum_table(name, spec):
    texts = "".join(f'    STR_INIT("{v}"),\n' for v in spec["values"])
    return (f"static const struct str {name}_texts[] = {{\n    {{NULL, 0}},\n{texts}}};\n"
            f'const struct proto_enum proto_{name}_enum = {{"{name}", {name}_texts, {len(spec["values"]) + 1}}};\n')


def c_source(s):
    q = json.dumps
    errors = "".join(f'    {{STR_INIT("{e["code"]}"), {e["status"]}, STR_INIT({q(e["text"])})}},\n' for e in s.errors)
    buckets = "".join(f'    {{STR_INIT("{n}"), {b["burst"]}, {b["per_hour"]}}},\n' for n, b in s.buckets.items())
    commands = "".join(
        f'    [PROTO_COMMAND_{snake(c["name"]).upper()}] = {{STR_INIT("{c["name"]}"), PROTO_COMMAND_{snake(c["name"]).upper()}, PROTO_USER_ROLE_{c["who"].upper()}, {c["cost"]}, PROTO_BUCKET_{c["bucket"].upper()}, '
        f'{str(c["implemented"]).lower()}, &proto_{c["payload"].c_name}_shape, {"&proto_" + c["data"].c_name + "_shape" if "data" in c else "NULL"}}},\n' for c in s.commands)
    events = "".join(
        f'    [PROTO_EVENT_{snake(e["name"]).upper()}] = {{STR_INIT("{e["name"]}"), {str(e["durable"]).lower()}, '
        f'{str(e.get("offset", e["durable"])).lower()}, &proto_{e["payload"].c_name}_shape}},\n' for e in s.events)
    return "\n".join([
        "/* proto_gen.c: the tables of proto_gen.h.\n *\n" f" * {HEAD[0].upper() + HEAD[1:]}\n *\n * SPDX-License-Identifier: MIT\n */\n"
        '/* clang-format off */\n#include "proto/gen/proto_gen.h"\n\n#include <stddef.h>\n',
        "/* STR() is a compound literal, which a static initializer may not hold. */\n#define STR_INIT(literal) {(literal), sizeof(literal) - 1}\n",
        "\n".join(c_enum_table(n, e) for n, e in s.enums.items()),
        "\n".join(map(c_shape, s.objects.values())), "\n".join(map(c_shape, s.shapes())),
        f'const struct proto_error_row proto_errors[PROTO_ERROR_COUNT] = {{\n    {{STR_INIT("ok"), 200, STR_INIT("")}},\n{errors}}};\n',
        f"const struct proto_bucket_row proto_buckets[PROTO_BUCKET_COUNT] = {{\n{buckets}}};\n",
        f"const struct proto_command_row proto_commands[PROTO_COMMAND_COUNT] = {{\n{commands}}};\n",
        f"const struct proto_event_row proto_events[PROTO_EVENT_COUNT] = {{\n{events}}};\n"])


# --- TypeScript ------------------------------------------------------------------------------------------------------


def ts_type(f):
    plain = {"str": "string", "int": "number", "bool": "boolean", "flag": "boolean", "room": "RoomRef", "json": "unknown"}
    if f.base == "enum":
        name = "ErrorCode" if f.item == "error" else camel(f.item)
        return name if f.max == f.enum_size else " | ".join(f"'{v}'" for v in f.values)
    kind = f.item if f.base == "object" else plain[f.base]
    return kind + ("[]" if f.list else "")


def ts_interface(shape):
    doc = f"/** {shape.doc} */\n"
    if shape.tuple:
        return f"{doc}export type {shape.ts_name} = [{', '.join(f'{f.name}: {ts_type(f)}' for f in shape.fields)}];\n"
    if not shape.fields:
        return f"{doc}export type {shape.ts_name} = Record<string, never>;\n"
    rows = "".join((f"    /** {f.doc} */\n" if f.doc else "") + f"  {f.name}{'?' if f.optional else ''}: {ts_type(f)};\n" for f in shape.fields)
    return f"{doc}export interface {shape.ts_name} {{\n{rows}}}\n"


TS_TAIL = """
export type CommandName = keyof Commands;
export type EventName = keyof Events;
export type Payload<C extends CommandName> = Commands[C]['payload'];
export type Data<C extends CommandName> = Commands[C]['data'];

/** The answer to a command. */
export type Ack<Data> = { ok: true; data: Data } | { ok: false; error: ErrorBody };

/** For Socket<ServerToClientEvents, ClientToServerEvents>: `offset` comes with durable events and with `ready`. */
export type ServerToClientEvents = { [E in EventName]: (payload: Events[E], offset?: string) => void };
export type ClientToServerEvents = {
    [C in CommandName]: (payload: Payload<C>, ack: (answer: Ack<Data<C>>) => void) => void;
};
"""


def typescript(s):
    out = [f"// {HEAD}\n// SPDX-License-Identifier: MIT\n\n/** A room by its id or its slug. */\nexport type RoomRef = number | string;\n\n"]
    out.append("export const limits = {\n" + "".join(f"    /** {v['doc']} */\n    {n}: {v['value']},\n" for n, v in s.limits.items()) + "} as const;\n\n")
    for name, e in s.enums.items():
        ts, const = ("ErrorCode", "errorCodes") if name == "error" else (camel(name), camel(name)[0].lower() + camel(name)[1:] + "Values")
        values = ", ".join(f"'{v}'" for v in e["values"])
        more = " | (string & {})" if e.get("open") else ""
        out.append(f"/** {e['doc']} */\nexport const {const} = [{values}] as const;\nexport type {ts} = (typeof {const})[number]{more};\n\n")
    out.append("\n".join(map(ts_interface, s.objects.values())) + "\n" + "\n".join(map(ts_interface, s.shapes())))
    data = lambda c: c["data"].ts_name if "data" in c else "Record<string, never>"
    out.append("\nexport interface Commands {\n" + "".join(f"    /** {c['doc']} */\n    '{c['name']}': {{ payload: {c['payload'].ts_name}; data: {data(c)} }};\n" for c in s.commands) + "}\n")
    out.append("\nexport interface Events {\n" + "".join(f"    /** {e['doc']} */\n    '{e['name']}': {e['payload'].ts_name};\n" for e in s.events) + "}\n" + TS_TAIL)
    return "".join(out)


def ts_examples(s):
    pick = lambda kind, rows: json.dumps({r["name"]: s.examples[f"{kind}.{r['name'].replace(':', '-')}"] for r in rows}, indent=4, ensure_ascii=False)
    return (f"// {HEAD}\n// One golden example of every command and event: fixtures for tests, and the proof that the types fit them.\n"
            "// SPDX-License-Identifier: MIT\n\nimport type { Commands, Events } from './protocol';\n\n"
            f"export const commandExamples: Commands = {pick('command', s.commands)};\n\nexport const eventExamples: Events = {pick('event', s.events)};\n")


# --- docs/protocol.md ------------------------------------------------------------------------------------------------


def md_range(low, high, unit):
    return f"{low:,} to {high:,} {unit}" if 0 < low < high else f"up to {high:,} {unit}" if low < high else f"{high:,} {unit}"


def md_type(f):
    """For the reference: what may stand there, with its bounds."""
    if f.base == "enum" and f.item != "error":
        return " ".join(f"`{v}`" for v in f.values)
    if f.base == "object":
        return f"{'list of ' if f.list else ''}[{f.item}](#{f.item.lower()})"
    if f.list:
        return f"list of {f.item}" + (f", {md_range(f.min, f.max, 'items')}" if f.bounded else "")
    if f.base == "str" and f.bounded and f.format != "color":
        return "str, " + md_range(f.min, f.max, "code points" if f.unit == "chars" else "bytes")
    return {"flag": "`true`", "room": "id or slug", "enum": "error code"}.get(f.base, f.item)


def md_rows(fields, first=""):
    doc = lambda f: f.doc or (f.scalar_doc if f.base == "str" else None) or ""
    return "".join(f"| {first}`{f.name}`{'?' if f.optional else ''} | {md_type(f)} | {doc(f)} |\n" for f in fields)


def md_fields(shape):
    return "| field | type | |\n| --- | --- | --- |\n" + md_rows(shape.fields)


def md_command(c):
    later = "" if c["implemented"] else " *Not implemented yet: answers `unavailable`.*"
    who = "" if c["who"] == "guest" else f" · at least {c['who']} of the server"
    emits = f" · emits {', '.join(f'`{e}`' for e in c['emits'])}" if c["emits"] else ""
    words = {"at_least_one": "At least one of", "at_most_one": "At most one of", "exactly_one": "Exactly one of"}
    rules = "".join(f" {words[kind]} {', '.join(f'`{n}`' for n in names)}." for kind, names in c["payload"].rules)
    rows = md_rows(c["payload"].fields, "payload | ") + (md_rows(c["data"].fields, "data | ") if "data" in c else "")
    table = f"\n| | field | type | |\n| --- | --- | --- | --- |\n{rows}" if rows else ""
    return f"#### `{c['name']}`\n\n{c['doc']}{rules}{later}\n\nCost {c['cost']} of `{c['bucket']}`{who}{emits}\n{table}"


def md_scalar(name, spec, number):
    low, high = number(spec["min"]), number(spec["max"])
    unit = {"chars": "code points", "bytes": "bytes"}.get(spec.get("unit"), "")
    high = "2^53 - 1" if high == number("id_max") else f"{high:,}"
    return name, spec["base"], f"{low} to {high} {unit}".rstrip(), spec.get("doc", "")


def md_event(e):
    durable = "durable" if e["durable"] else "not kept, with offset" if e.get("offset") else "not kept"
    return f"#### `{e['name']}`\n\n{e['doc']}\n\nTo {e['to']}; {durable}.\n\n{md_fields(e['payload'])}"


def md_routes(s):
    link = lambda n: f"[{n}](#{n.lower()})" if n else "–"
    rows = []
    for r in s.routes:
        data = f"as `{r['command']}`" if "command" in r else link(r.get("data"))
        doc = r["doc"] + ("" if r.get("implemented", True) else " *Not implemented yet.*")
        rows.append(f"| `{r['method']} {r['path']}` | {link(r.get('body'))} | {r['status']} | {data} | {doc} |\n")
    return "| request | body | status | data | |\n| --- | --- | --- | --- | --- |\n" + "".join(rows)


def markdown(s):
    table = lambda head, rows: f"| {' | '.join(head)} |\n|{' --- |' * len(head)}\n" + "".join(f"| {' | '.join(map(str, r))} |\n" for r in rows)
    parts = lambda kind, one: "\n".join(f"### {name.capitalize()} {kind}\n\n{p['doc']}\n\n" + "\n".join(map(one, p[kind])) for name, p in s.parts.items())
    objects = "\n".join(f"### {o.ts_name}\n\n{o.doc}{' Written as an array.' if o.tuple else ''}\n\n{md_fields(o)}" for o in s.objects.values())
    sections = {
        "commands": parts("commands", md_command), "events": parts("events", md_event), "objects": objects, "routes": md_routes(s),
        "errors": s.errors_doc + "\n\n" + table(["code", "HTTP", "text", ""], [(f"`{e['code']}`", e["status"], e["text"], e["doc"]) for e in s.errors]),
        "limits": table(["limit", "value", ""], [(f"`{n}`", f"{v['value']:,}", v["doc"]) for n, v in s.limits.items()]),
        "rates": table(["bucket", "at once", "refill per hour", ""], [(f"`{n}`", b["burst"], f"{b['per_hour']:,}", b["doc"]) for n, b in s.buckets.items()]),
        "scalars": table(["name", "type", "bounds", ""], [md_scalar(n, v, s.number) for n, v in s.scalars.items()]),
        "values": table(["name", "values", ""], [(n, " ".join(f"`{v}`" for v in e["values"]), e["doc"]) for n, e in s.enums.items() if n != "error"]),
    }
    text = f"<!-- {HEAD} The prose is protocol/guide.md. -->\n{s.guide}"
    for name, content in sections.items():
        text = text.replace("{{" + name + "}}\n", content)
    if "{{" in text:
        fail("guide.md has a place that nothing fills")
    return text


def main():
    schema = Schema(ROOT / "protocol")
    outputs = {
        "backend/src/proto/gen/proto_gen.h": c_header(schema), "backend/src/proto/gen/proto_gen.c": c_source(schema),
        "frontend/src/lib/protocol/gen/protocol.ts": typescript(schema), "frontend/src/lib/protocol/gen/examples.ts": ts_examples(schema),
        "docs/protocol.md": markdown(schema),
    }
    stale = [name for name, text in outputs.items() if not (ROOT / name).exists() or (ROOT / name).read_text() != text]
    if "--check" in sys.argv[1:]:
        print("\n".join(stale), end="\n" if stale else "")
        sys.exit(1 if stale else 0)
    for name in stale:
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(outputs[name])
        print(f"wrote {name}")


main()
