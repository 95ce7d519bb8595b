/* Colours for code, by highlight.js, read from lowlight's tree: no markup is made on the way. A chunk of its own, with
 * the languages that are talked about most. */
import { createLowlight } from 'lowlight';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import type { CodePart } from './coloured';

const lowlight = createLowlight({ bash, c, cpp, css, diff, go, ini, java, javascript, json, python, rust, sql, typescript, xml, yaml });

/* By the first part of highlight.js's class: `hljs-title function_` is a name. */
const ROLES: Record<string, CodePart['role']> = {
    keyword: 'word',
    built_in: 'word',
    literal: 'word',
    'selector-tag': 'word',
    deletion: 'word',
    string: 'text',
    regexp: 'text',
    addition: 'text',
    number: 'number',
    symbol: 'number',
    bullet: 'number',
    title: 'name',
    name: 'name',
    attr: 'name',
    attribute: 'name',
    property: 'name',
    section: 'name',
    type: 'name',
    meta: 'remark',
    comment: 'remark',
    quote: 'remark',
};

interface Node {
    type: string;
    value?: string;
    properties?: { className?: unknown };
    children?: readonly Node[];
}

/** The parts of some code; nothing when the language is not known here. */
export function highlight(text: string, language: string): CodePart[] | undefined {
    if (!lowlight.registered(language)) return undefined;
    return partsOf(lowlight.highlight(language, text) as Node, undefined);
}

function partsOf(node: Node, outer: CodePart['role']): CodePart[] {
    if (node.value !== undefined) return [{ text: node.value, role: outer }];
    const role = roleOf(node.properties?.className) ?? outer;
    return (node.children ?? []).flatMap((child) => partsOf(child, role));
}

function roleOf(className: unknown): CodePart['role'] {
    const [first] = Array.isArray(className) ? className : [];
    return typeof first === 'string' ? ROLES[first.replace(/^hljs-/, '')] : undefined;
}
