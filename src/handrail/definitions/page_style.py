"""The style of a definition's page: light and dark, on a screen and on paper, from one short sheet."""

STYLE = """
:root { --ink: #1d2430; --soft: #55606f; --paper: #ffffff; --tint: #f3f5f8; --rule: #cfd6df; --link: #0b4f8a;
  --accent: #14532d; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #a9b4c2; --paper: #14181f; --tint: #1e242d;
  --rule: #3a4452; --link: #8ec1f5; --accent: #9fdcb4; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 60rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
a { color: var(--link); }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; padding: .5rem 1rem; background: var(--paper); border: 2px solid var(--link); }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .5rem 0 1rem; }
h2 { font-size: 1.4rem; margin: 3rem 0 .75rem; padding-bottom: .3rem; border-bottom: 2px solid var(--rule); }
h3 { font-size: 1.15rem; margin: 2.25rem 0 .75rem; }
h4 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
.rows, .soft { color: var(--soft); font-weight: normal; font-size: .875rem; }
code { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.head, .conditions { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: .75rem 0; }
.head dt, .conditions dt { color: var(--soft); }
.head dd, .conditions dd, .facts dd, .answers dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; margin: 1.25rem 0 0; padding: .75rem 0;
  border-block: 1px solid var(--rule); }
table { width: 100%; border-collapse: collapse; font-size: .94rem; }
caption { text-align: left; color: var(--soft); font-size: .875rem; padding: 0 0 .5rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--rule); }
td { min-width: 5rem; }
td code, th code { overflow-wrap: normal; }
.wide { overflow-x: auto; }
.wide:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
thead th { color: var(--soft); font-size: .875rem; }
tbody th { font-weight: normal; }
.clause { margin: 0 0 1rem; padding: .9rem 1.1rem; border: 1px solid var(--rule); border-left: 4px solid var(--accent);
  border-radius: 4px; break-inside: avoid; }
.clause.should { border-left-style: dashed; }
.clause.could { border-left-style: dotted; }
.clause header { display: flex; flex-wrap: wrap; gap: .2rem .9rem; align-items: baseline; }
.duty { font-weight: 600; color: var(--accent); }
.says { margin: .35rem 0 .5rem; font-size: 1.06rem; }
.conditions { background: var(--tint); padding: .6rem .8rem; border-radius: 4px; margin: .5rem 0; }
.values { margin: .15rem 0 0; padding: 0; list-style: none; color: var(--soft); font-size: .875rem; }
.facts { margin: .5rem 0 0; font-size: .9rem; }
.facts div { padding: .15rem 0; }
.facts dt { display: inline; }
.facts dd { display: inline; color: var(--soft); }
.facts dt::after { content: " \\2014  "; color: var(--soft); }
.tree, .tree ul { list-style: none; margin: 0; padding-left: 1.4rem; border-left: 1px solid var(--rule); }
.tree { padding-left: .25rem; border: 0; }
.tree li { padding: .12rem 0; }
.path { font-weight: 600; color: var(--accent); }
.answers { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
.answers dt { font-weight: 600; }
@media (max-width: 36rem) { .head, .conditions, .answers { grid-template-columns: 1fr; gap: 0 0; }
  .head dd, .conditions dd { margin-bottom: .5rem; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; background: #fff; color: #000; }
  nav, .skip { display: none; } h2 { break-after: avoid; } h3, h4 { break-after: avoid; } a { color: inherit;
  text-decoration: none; } }
"""
"""Plain CSS; the same words carry every meaning that a colour or a line shows."""
