// schema.mjs: protocol/*.json as an oracle for what the server sends.
//
// Every event and every answer that a test's client receives goes through here. Something undeclared (an event, a
// field, a value out of its range) or a field missing is a violation; violations are gathered and asserted when the
// test's server stops, so that one wrong frame does not hide the test's own finding. What was seen is
// written to $PARLEY_SEEN, and tools/run_tests.py's suite `schema` fails for what is declared and never came.
//
// SPDX-License-Identifier: MIT
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../protocol");
const load = (name) => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
const types = load("types");
const parts = ["session", "account", "room", "message", "moderation", "personal", "presence", "server"].map(load);

export const objects = Object.assign({}, types.objects, ...parts.map((part) => part.objects ?? {}));
export const commands = new Map(parts.flatMap((part) => part.commands).map((row) => [row.name, row]));
export const events = new Map(parts.flatMap((part) => part.events).map((row) => [row.name, row]));
export const routes = parts.flatMap((part) => part.routes ?? []);
export const errorCodes = load("errors").errors.map((row) => row.code);
export const limit = (name) => types.limits[name].value;

const number = (value) => (typeof value === "string" ? limit(value) : value);
const kinds = { str: "string", int: "number", bool: "boolean", flag: "boolean" };

// The complaint about one value, or an empty list. `where` is its path, for people.
function checkValue(value, spec, where) {
  const type = typeof spec === "string" ? spec : spec.type;
  if (type.startsWith("[")) {
    if (!Array.isArray(value)) return [`${where}: is no list`];
    const most = number(spec.max ?? Infinity);
    const tooMany = value.length > most ? [`${where}: ${value.length} items, at most ${most}`] : [];
    return tooMany.concat(...value.map((item, i) => checkValue(item, type.slice(1, -1), `${where}[${i}]`)));
  }
  if (type === "json") return [];
  if (objects[type]) return checkObject(value, objects[type], where);
  if (type === "error") return errorCodes.includes(value) ? [] : [`${where}: ${JSON.stringify(value)} is no error code`];
  if (types.enums[type]) {
    const known = types.enums[type].open ? typeof value === "string" : types.enums[type].values.includes(value);
    return known ? [] : [`${where}: ${JSON.stringify(value)} is no ${type}`];
  }
  return checkScalar(value, { ...types.scalars[type], ...(typeof spec === "string" ? {} : spec) }, type, where);
}

function checkScalar(value, rule, type, where) {
  const base = rule.base ?? type;
  if (base === "room") return Number.isInteger(value) || typeof value === "string" ? [] : [`${where}: is no room`];
  if (typeof value !== kinds[base]) return [`${where}: ${JSON.stringify(value)} is no ${base}`];
  if (base === "int") {
    const fits = Number.isInteger(value) && value >= number(rule.min ?? 0) && value <= number(rule.max ?? "id_max");
    return fits ? [] : [`${where}: ${value} is out of range`];
  }
  if (base !== "str" || rule.max === undefined) return [];
  const length = rule.unit === "chars" ? [...value].length : Buffer.byteLength(value);
  return length <= number(rule.max) ? [] : [`${where}: ${length} ${rule.unit}, at most ${number(rule.max)}`];
}

function checkTuple(value, fields, where) {
  const specs = Object.entries(fields);
  if (!Array.isArray(value) || value.length !== specs.length) return [`${where}: is no list of ${specs.length}`];
  return specs.flatMap(([name, spec], i) => checkValue(value[i], spec, `${where}.${name}`));
}

export function checkObject(value, shape, where) {
  const fields = shape.fields ?? shape;
  if (shape.tuple) return checkTuple(value, fields, where);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${where}: is no object`];
  const found = Object.entries(fields).flatMap(([key, spec]) => {
    const name = key.replace("?", "");
    if (value[name] !== undefined) return checkValue(value[name], spec, `${where}.${name}`);
    return key.endsWith("?") ? [] : [`${where}.${name}: is missing`];
  });
  const declared = new Set(Object.keys(fields).map((key) => key.replace("?", "")));
  return found.concat(Object.keys(value).filter((name) => !declared.has(name)).map((name) => `${where}.${name}: is not declared`));
}

// args: all that stands behind the event's name, the offset included.
export function checkEvent(name, args) {
  const row = events.get(name);
  if (!row) return [`event ${name}: is not declared`];
  const offset = row.durable || row.offset ? [String(args[0]?.pos)] : [];
  const rest = args.slice(1);
  const wrong = rest.length !== offset.length || rest[0] !== offset[0];
  return checkObject(args[0], row.payload, name).concat(wrong ? [`${name}: offset is ${JSON.stringify(rest)}, not ${JSON.stringify(offset)}`] : []);
}

const errorFields = { code: "error", message: "str", "field?": "str", "retry_after_ms?": "positive", "suggestion?": "str" };

export const checkError = (error, where) => checkObject(error, errorFields, where);

export function checkAck(command, ack) {
  if (ack?.ok === true) return checkObject(ack, { ok: "bool", data: "json" }, `${command} ack`).concat(checkObject(ack.data, commands.get(command)?.data ?? {}, `${command} data`));
  return checkObject(ack, { ok: "bool", error: "json" }, `${command} ack`).concat(checkError(ack?.error, `${command} error`));
}

const seen = new Set();

// what: "event message:new", "command room:join", "error conflict".
export function note(what) {
  if (seen.has(what) || !process.env.PARLEY_SEEN) return;
  seen.add(what);
  mkdirSync(process.env.PARLEY_SEEN, { recursive: true });
  appendFileSync(join(process.env.PARLEY_SEEN, `${process.pid}.txt`), `${what}\n`);
}
