/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The box in the bar: names, titles and headings with all the words typed. `places` comes from places.js:
 * [text, address, where it is]. */
"use strict";

const SHOWN = 12;
const box = document.getElementById("search");
const list = document.getElementById("found");

/* A smaller number is a better place; undefined where a word is missing. */
function rank(text, words) {
    const small = text.toLowerCase();
    if (!words.every(word => small.includes(word)))
        return undefined;
    const whole = small === words[0] || small === "ae_" + words[0];
    const start = small.startsWith(words[0]) || small.startsWith("ae_" + words[0]);
    return (whole ? 0 : start ? 1 : 2) * 1000 + text.length;
}

function search() {
    const words = box.value.toLowerCase().replace(/[(),]/g, " ").split(" ").filter(word => word !== "");
    const hits = words.length === 0 ? [] : places
        .map(place => [rank(place[0], words), place])
        .filter(hit => hit[0] !== undefined)
        .sort((a, b) => a[0] - b[0])
        .slice(0, SHOWN);
    list.replaceChildren(...hits.map(([, [text, address, where]]) => {
        const link = document.createElement("a");
        const page = document.createElement("span");
        link.href = address;
        link.textContent = text;
        page.textContent = where;
        link.append(page);
        return link;
    }));
    list.hidden = words.length === 0;
    if (words.length > 0 && hits.length === 0)
        list.textContent = "Nothing of this name";
}

box.addEventListener("input", search);
box.addEventListener("focus", search);
document.addEventListener("keydown", event => {
    if (event.key === "/" && document.activeElement !== box) {
        event.preventDefault();
        box.focus();
    } else if (event.key === "Escape") {
        list.hidden = true;
    } else if (event.key === "Enter" && document.activeElement === box && list.querySelector("a")) {
        list.querySelector("a").click();
    }
});
document.addEventListener("click", event => {
    if (event.target !== box)
        list.hidden = true;
});
