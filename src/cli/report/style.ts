/** The report's style sheet: light and dark by the reader's setting, no font or file from elsewhere. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --ink: #1c1d1f; --soft: #5b5f66; --rule: #d9d9d3; --panel: #f4f4ef;
  --caution: #8a4b00; --caution-paper: #fdf3e1; --caution-rule: #e69f00; --link: #00568a;
  --c0: #0072b2; --c1: #d55e00; --c2: #008662; --c3: #b0518b; --c4: #c98300; --c5: #3a93c8; --c6: #6b6b6b; --c7: #1c1d1f;
  --v0: #443a83; --v1: #31688e; --v2: #21908d; --v3: #35b779; --v4: #8fd744; --v5: #d8c318;
  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
  --serif: Charter, 'Bitstream Charter', 'Sitka Text', 'Iowan Old Style', Cambria, Georgia, serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --ink: #e7e6e1; --soft: #a3a7ad; --rule: #373b41; --panel: #1d2024;
    --caution: #f0c27a; --caution-paper: #2a2217; --caution-rule: #a87410; --link: #7cc4ee;
    --c0: #56b4e9; --c1: #f0803c; --c2: #2fc79b; --c3: #dd92bd; --c4: #e69f00; --c5: #8ccdf2; --c6: #a3a7ad; --c7: #e7e6e1;
    --v0: #7a6fc4; --v1: #4f8fbd; --v2: #2fb0ab; --v3: #4fd08f; --v4: #a5e361; --v5: #fde725;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.55 var(--serif); }
main, header.top, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
header.top { padding-top: 44px; }
.brand { font: 600 12px/1 var(--sans); letter-spacing: .14em; text-transform: uppercase; color: var(--soft); margin: 0 0 18px; }
h1 { font-size: clamp(27px, 4.2vw, 42px); line-height: 1.14; margin: 0 0 8px; font-weight: 600; text-wrap: balance; overflow-wrap: anywhere; }
.subtitle { font-size: 19px; color: var(--soft); margin: 0 0 6px; overflow-wrap: anywhere; }
.made { font: 13px/1.5 var(--sans); color: var(--soft); margin: 0 0 22px; }
.summary { max-width: 44em; }
.summary p { margin: 0 0 .8em; }
h2 { font-size: 25px; line-height: 1.25; font-weight: 600; margin: 54px 0 6px; padding-top: 14px; border-top: 1px solid var(--rule); }
h3 { font: 600 15px/1.4 var(--sans); margin: 26px 0 8px; }
a { color: var(--link); }
nav ol { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 22px 0 0; padding: 12px 0; border-block: 1px solid var(--rule); font: 14px/1.5 var(--sans); }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
nav .without a { color: var(--soft); }
.lead { max-width: 44em; color: var(--soft); margin: 0 0 8px; }
.absent { font: 15px/1.5 var(--sans); color: var(--soft); background: var(--panel); border-left: 3px solid var(--rule); padding: 10px 14px; margin: 14px 0; max-width: 44em; }

.numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 22px 26px; margin: 24px 0 26px; padding: 0; font-family: var(--sans); font-variant-numeric: tabular-nums; }
.numbers > div { border-top: 2px solid var(--ink); padding-top: 8px; }
.numbers dt { font-size: 13.5px; line-height: 1.35; color: var(--soft); }
.numbers dd { margin: 0; font-size: 13px; line-height: 1.45; color: var(--soft); overflow-wrap: anywhere; }
.numbers dd.value { font-size: 27px; line-height: 1.3; color: var(--ink); font-weight: 600; letter-spacing: -.01em; }
.numbers dd.value small { font-size: 16px; font-weight: 400; color: var(--soft); margin-left: .25em; }
.numbers dd.truth { color: var(--ink); }

.figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 34px 40px; align-items: start; margin-top: 20px; }
figure { margin: 0; min-width: 0; }
figure.wide, figure.beside { grid-column: 1 / -1; }
@media (min-width: 761px) {
  figure.beside { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); column-gap: 40px; grid-template-rows: auto 1fr; }
  figure.beside .picture { grid-row: 1 / 3; }
  figure.beside figcaption { margin-top: 0; padding-top: 14px; }
}
.picture { overflow-x: auto; }
figcaption { font-size: 15px; line-height: 1.5; max-width: 44em; margin-top: 8px; overflow-wrap: anywhere; }
figcaption p { margin: 0 0 6px; }
figcaption b { font-family: var(--sans); font-size: 14px; }
.cautions { list-style: none; margin: 8px 0 0; padding: 8px 12px; background: var(--caution-paper); border-left: 3px solid var(--caution-rule); color: var(--caution); font: 13.5px/1.45 var(--sans); }
.cautions li { padding-left: 1.5em; text-indent: -1.5em; }
.cautions li + li { margin-top: 4px; }
.cautions li::before { content: '\\26A0\\FE0E'; display: inline-block; width: 1.5em; text-indent: 0; }
details { font: 13px/1.5 var(--sans); margin-top: 8px; }
summary { cursor: pointer; color: var(--soft); width: fit-content; }
summary:focus-visible, a:focus-visible, video:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.scroll { overflow-x: auto; max-height: 420px; overflow-y: auto; margin-top: 6px; }
table { border-collapse: collapse; font: 13px/1.4 var(--sans); font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
th:first-child { text-align: left; font-weight: 500; }
thead th { color: var(--soft); font-weight: 500; position: sticky; top: 0; background: var(--paper); }
table.words td, table.words th { text-align: left; overflow-wrap: anywhere; }
table.words th, table.words td { min-width: 7.5em; }
code { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }

svg.chart { display: block; width: 100%; height: auto; font: 12.5px var(--sans); font-variant-numeric: tabular-nums; }
figure:not(.wide) svg.chart { max-width: 560px; }
svg.chart text { fill: var(--ink); }
svg.chart .tick, svg.chart .legend { fill: var(--soft); }
svg.chart .name { fill: var(--ink); }
.grid { stroke: var(--rule); stroke-width: 1; fill: none; }
.axis, .tickmark { stroke: var(--soft); stroke-width: 1; }
.s0 { --c: var(--c0); } .s1 { --c: var(--c1); } .s2 { --c: var(--c2); } .s3 { --c: var(--c3); }
.s4 { --c: var(--c4); } .s5 { --c: var(--c5); } .s6 { --c: var(--c6); } .s7 { --c: var(--c7); }
.line { fill: none; stroke: var(--c, var(--soft)); stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
.line.strong { stroke-width: 2.6; }
.line.faint { stroke: var(--soft); stroke-width: 1; opacity: .45; }
.line.ideal { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 5 4; }
.line.truth-path, .truth-path { fill: none; stroke: var(--soft); stroke-width: 3.4; opacity: .42; stroke-linejoin: round; }
.band { fill: var(--c); opacity: .2; }
.mark { stroke: var(--ink); stroke-width: 1.1; stroke-dasharray: 3 3; }
.dot { fill: var(--c); stroke: var(--paper); stroke-width: .8; }
.dot.open { fill-opacity: .55; stroke: var(--c); stroke-width: .9; }
.dot.faint { fill-opacity: .45; stroke: none; }
.nullband { fill: var(--soft); fill-opacity: .28; } .line.ceiling { stroke: var(--ink); stroke-width: 2; }
.heat { fill: #0072b2; stroke: var(--soft); stroke-opacity: .35; } svg.chart .on-heat { fill: #fff; }
.dot.hollow { fill: var(--paper); stroke: var(--c); stroke-width: 1.6; }
.dot.of-truth { fill: var(--soft); fill-opacity: .32; stroke: none; }
.whisker { stroke: var(--c); stroke-width: 1.6; }
.spikes { fill: none; stroke: var(--ink); stroke-width: .8; }
.bar { fill: var(--c); opacity: .75; }
.sample { fill: var(--c0, currentColor); opacity: .5; }
.quartiles { stroke: var(--ink); stroke-width: 2.6; }
.median { fill: var(--paper); stroke: var(--ink); stroke-width: 2.2; }
.field { fill: var(--panel); stroke: var(--rule); }
.speed { fill: none; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
.v0 { --v: var(--v0); } .v1 { --v: var(--v1); } .v2 { --v: var(--v2); } .v3 { --v: var(--v3); } .v4 { --v: var(--v4); } .v5 { --v: var(--v5); }
.speed { stroke: var(--v); } .speed.faint { stroke: var(--soft); } .key { fill: var(--v); }
.start { fill: var(--paper); stroke: var(--ink); stroke-width: 2; }
.end { fill: var(--ink); stroke: var(--paper); stroke-width: 1; }
.scalebar { fill: none; stroke: var(--ink); stroke-width: 1.6; }
.stance { fill: var(--c); }
.true-stance { fill: var(--soft); opacity: .65; }
.rim { fill: none; stroke: var(--soft); }
.vector { stroke: var(--c); stroke-width: 3; }
.true-phase { fill: none; stroke: var(--ink); stroke-width: 1.4; }
figure.wide svg.chart { min-width: 620px; }

.frames { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 18px; }
.frame p { font: 13px/1.4 var(--sans); color: var(--soft); margin: 6px 0 0; overflow-wrap: anywhere; }
.frame b { color: var(--ink); font-weight: 600; }
svg.photo { display: block; width: 100%; height: auto; background: #000; }
svg.photo .label { fill: none; stroke: #56e0ff; stroke-width: calc(1.6 * var(--mark)); }
svg.photo .prediction { fill: none; stroke: #ff7a1a; stroke-width: calc(2 * var(--mark)); }
svg.photo .halo { fill: none; stroke: #000; stroke-opacity: .55; stroke-width: calc(4 * var(--mark)); }
svg.photo .offset { stroke: #fff; stroke-opacity: .8; stroke-width: var(--mark); }
video { display: block; width: 100%; max-width: 800px; height: auto; background: #000; }
footer { font: 13px/1.5 var(--sans); color: var(--soft); margin-top: 60px; padding-top: 14px; padding-bottom: 40px; }
@media (max-width: 760px) {
  body { font-size: 16px; }
  main, header.top, footer { padding-left: 16px; padding-right: 16px; }
  header.top { padding-top: 26px; }
  .figures { grid-template-columns: minmax(0, 1fr); }
  .numbers { grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 18px; }
  .numbers dd.value { font-size: 23px; }
  .frames { grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 12px; }
  h2 { font-size: 22px; margin-top: 40px; }
}
@media print {
  body { font-size: 10.5pt; }
  nav, video, details { display: none; }
  figure, .numbers > div { break-inside: avoid; }
}
`;
