// Judges people one by one with cql-execution: node run.mjs <folder> <definition file> <service> <as-of day>
// The folder holds model.json (the types of the records) and people.ndjson (a person's records a line).
// Writes answers-<definition file>.ndjson there and prints the seconds that judging took, once everything is compiled and warm.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CqlTranslator, LibraryManager, ModelManager, createModelInfoProvider, stringAsSource } from "@cqframework/cql/cql-to-elm";
import cql from "cql-execution";

const [folder, definition, service, asOf] = process.argv.slice(2);
const here = import.meta.dirname;
const model = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
const NAMES = 'xmlns:m="urn:hl7-org:elm-modelinfo:r1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

const fields = (told) => Object.entries(told).map(([name, type]) => `<m:element name="${name}" elementType="System.${type}"/>`);
const kind = (name, told = {}, above = "System.Any", more = "") =>
  `<m:typeInfo xsi:type="m:ClassInfo" name="${name}" baseType="${above}"${more}>${fields(told).join("")}</m:typeInfo>`;

const simple = ["Boolean", "Integer", "Long", "Decimal", "String", "DateTime", "Date", "Time"];
const systemModel = `<m:modelInfo name="System" version="1.0.0" url="urn:hl7-org:elm-types:r1" targetQualifier="system" ${NAMES}>
<m:typeInfo xsi:type="m:SimpleTypeInfo" name="System.Any"/>
${simple.map((name) => `<m:typeInfo xsi:type="m:SimpleTypeInfo" name="System.${name}" baseType="System.Any"/>`).join("\n")}
${kind("System.Quantity", { value: "Decimal", unit: "String" })}
${kind("System.Ratio", { numerator: "Quantity", denominator: "Quantity" })}
${kind("System.Code", { code: "String", system: "String", version: "String", display: "String" })}
${kind("System.Concept", { display: "String" })}
${kind("System.Vocabulary", { id: "String", version: "String", name: "String" })}
${kind("System.CodeSystem", {}, "System.Vocabulary")}
${kind("System.ValueSet", {}, "System.Vocabulary")}
</m:modelInfo>`;
const recordModel = `<m:modelInfo name="Handrail" version="1" url="urn:handrail:records" patientClassName="Person" ${NAMES}>
<m:requiredModelInfo name="System" version="1.0.0"/>
${Object.entries(model).map(([name, told]) => kind(`Handrail.${name}`, told, "System.Any", ' retrievable="true"')).join("\n")}
<m:contextInfo name="Person" keyElement="person_id"><m:contextType namespace="Handrail" name="Person"/></m:contextInfo>
</m:modelInfo>`;

function compile() {
  const models = new ModelManager();
  const known = { System: systemModel, Handrail: recordModel };
  models.modelInfoLoader.registerModelInfoProvider(createModelInfoProvider((name) => (known[name] ? stringAsSource(known[name]) : null)));
  const text = ["facts.cql", definition].map((file) => readFileSync(join(here, file), "utf8")).join("\n");
  const elm = JSON.parse(CqlTranslator.fromText(text, new LibraryManager(models)).toJson());
  const errors = elm.library.annotation.filter((note) => note.errorSeverity === "error");
  if (errors.length) throw new Error(errors.map((note) => `line ${note.startLine}: ${note.message}`).join("\n"));
  return elm;
}

class Row {
  constructor(type, told) {
    for (const [name, kind] of Object.entries(model[type])) {
      const value = told[name] ?? null;
      this[name] = kind === "Date" && value !== null ? cql.Date.parse(value) : value;
    }
  }
  get(field) { return this[field]; }
  getId() { return this.person_id; }
  getCode() { return undefined; }
  getDate(field) { return this[field]; }
  getDateOrInterval(field) { return this[field]; }
}

class Person extends Row {
  constructor(told) {
    super("Person", told.Person[0]);
    this.records = Object.fromEntries(Object.keys(model).map((type) => [type, (told[type] ?? []).map((row) => new Row(type, row))]));
  }
  findRecords(profile, details) { return this.records[(details?.datatype ?? profile).split("}").pop()] ?? []; }
}

class People {
  constructor(people) { this.people = people; this.at = 0; }
  currentPatient() { return this.people[this.at]; }
  nextPatient() { this.at += 1; return this.people[this.at]; }
}

const library = new cql.Library(compile(), new cql.Repository({}));
const executor = new cql.Executor(library, new cql.CodeService({}), { AsOf: cql.Date.parse(asOf), Service: service });
const people = readFileSync(join(folder, "people.ndjson"), "utf8").trim().split("\n").map((line) => new Person(JSON.parse(line)));
const judge = (some) => executor.exec_expression("Judged", new People(some));
await judge(people.slice(0, 50));
const started = process.hrtime.bigint();
const { patientResults } = await judge(people);
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
const rows = Object.values(patientResults).flatMap((told) => told.Judged).map((one) => {
  const { admission_id, ...verdicts } = one.verdicts;
  const named = Object.entries(verdicts).map(([clause, said]) => [`verdict:${clause.replaceAll("_", "-")}`, said]);
  return { admission_id, ...Object.fromEntries(named), "answer:admission": one.answer, "paths:admission": one.paths ?? "" };
});
writeFileSync(join(folder, `answers-${definition}.ndjson`), rows.map((row) => JSON.stringify(row)).join("\n") + "\n");
console.log(JSON.stringify({ seconds, people: people.length, rows: rows.length }));
