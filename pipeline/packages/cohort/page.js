
"use strict";
// Sorts, filters and opens the municipalities; without it the page shows them all, in alphabetical order.
(() => {
  const byId = (id) => document.getElementById(id);
  const table = byId("municipalities");
  const groups = [...table.tBodies];
  const headings = [...table.tHead.rows[0].cells];
  const choices = ["state", "county", "system"].map(byId);
  const MISSING = 3; // the column where what has most comes first
  let sorted = { column: 0, direction: 1 };

  // Upper and lower case are alike, and Sami letters like those they are made from; æ, ø and å are letters of their own.
  const struck = { đ: "d", ŋ: "n", ŧ: "t" };
  const fold = (text) =>
    [...text.normalize("NFC").toLowerCase()]
      .map((one) => ("æøå".includes(one) ? one : struck[one] || one.normalize("NFD")[0]))
      .join("");
  const words = new Map(groups.map((group) => [group, fold(group.dataset.words)]));
  const ranks = new Map(groups.map((group) => [group, group.dataset.ranks.split(" ").map(Number)]));

  const tell = () => {
    const shown = groups.filter((group) => !group.hidden).length;
    const heading = headings[sorted.column].textContent.toLowerCase();
    const direction = sorted.direction > 0 ? "stigende" : "synkende";
    byId("shown").textContent =
      `Viser ${shown} av ${groups.length} kommuner, sortert etter ${heading}, ${direction}.`;
  };

  const filter = () => {
    const sought = fold(byId("words").value).split(/\s+/);
    for (const group of groups) {
      const fits = choices.every((choice) => !choice.value || group.dataset[choice.id] === choice.value);
      group.hidden = !(fits && sought.every((word) => words.get(group).includes(word)));
    }
    tell();
  };

  const sort = (column) => {
    const first = column === MISSING ? -1 : 1;
    sorted = { column, direction: sorted.column === column ? -sorted.direction : first };
    const difference = (one, other) => ranks.get(one)[column] - ranks.get(other)[column];
    const order = (one, other) =>
      sorted.direction * difference(one, other) || ranks.get(one)[0] - ranks.get(other)[0];
    table.append(...groups.sort(order));
    headings.forEach((heading, index) => {
      if (index !== column) heading.removeAttribute("aria-sort");
      else heading.setAttribute("aria-sort", sorted.direction > 0 ? "ascending" : "descending");
    });
    tell();
  };

  const open = (all) => {
    for (const group of groups) {
      if (!group.hidden || !all) group.querySelector("details").open = all;
    }
  };

  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    button.addEventListener("click", () => sort(column));
    heading.replaceChildren(button);
  });
  headings[0].setAttribute("aria-sort", "ascending");
  byId("words").addEventListener("input", filter);
  for (const choice of choices) choice.addEventListener("change", filter);
  byId("reset").addEventListener("click", () => {
    for (const control of [byId("words"), ...choices]) control.value = "";
    filter();
  });
  byId("open").addEventListener("click", () => open(true));
  byId("close").addEventListener("click", () => open(false));
  byId("filters").hidden = false;
  filter();
})();
