// What another implementation of Mustache makes of templates: a list of
// {template, data} on stdin, a list of texts on stdout.
import fs from "node:fs";
import Mustache from "mustache";

// Lists and maps are no text; Mustache leaves it open what they show.
function silence(value) {
  if (value !== null && typeof value === "object") {
    Object.defineProperty(value, "toString", { value: () => "" });
    Object.values(value).forEach(silence);
  }
  return value;
}

const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const made = asked.map(({ template, data }) =>
  Mustache.render(template, silence(data)));
process.stdout.write(JSON.stringify(made));
