// Every kind of figure in JupyterLab, drawn by its own Vega-Lite, in both themes. Used by browser.mjs, which hands over what a check needs.

const waves = 'xs, ys := []float64{}, []float64{}\nfor i := range 60 {\n\txs, ys = append(xs, float64(i)/6), append(ys, 1.5+math.Sin(float64(i)/6))\n}\n' +
  'hills := make([][]float64, 12)\nfor i := range hills {\n\tfor j := range 16 {\n\t\thills[i] = append(hills[i], math.Sin(float64(i)/3)*math.Cos(float64(j)/4))\n\t}\n}';
const figures = {
  line: 'plot.Line(xs, ys).Name("sine").Add(plot.HLine(1), plot.Band(xs, ys, ys)).Title("line 线").XLabel("x").YLabel("y")',
  scatter: 'plot.Scatter(xs, ys).Title("scatter")',
  bar: 'plot.Bar([]string{"eins", "zwei", "三"}, []int{3, -1, 5}).Title("bar")',
  histogram: 'plot.Histogram(ys).Title("histogram")',
  'heat map': 'plot.HeatMap(hills).Title("heat map")',
  box: 'plot.Box([]string{"a", "b"}, ys, append([]float64{9}, ys...)).Title("box")',
  contour: 'plot.Contour(hills).Title("contour")',
  confusion: 'plot.Confusion([][]int{{50, 2}, {3, 40}}, []string{"cat", "dog"}).Title("confusion")',
  logarithmic: 'plot.Line(xs[1:], ys[1:]).XLog().YLog().Title("logarithmic")',
  facets: 'plot.Facets(2, plot.Line(ys).Title("one"), plot.Scatter(ys).Title("two"))',
};

export default async function plots({ go, page, check, expect, until, open, runAll, ended, seen, error, shot, run }) {
  if (!go) return; // the control has figures of its own
  await check('every kind of figure', async () => {
    const names = Object.keys(figures);
    await open('plots', [waves, ...Object.values(figures)]);
    await runAll();
    await ended(60000);
    const all = await seen();
    const bad = all.find(error);
    expect(!bad, bad && `${error(bad).ename}: ${error(bad).evalue}`);
    for (const [n, name] of names.entries()) {
      expect(all[n + 1].outputs[0]?.data?.['application/vnd.vegalite.v5+json'], `${name}: no Vega-Lite`);
      // What is drawn, of a size, with something else than its background.
      await until(`${name} to be drawn`, async () => {
        await page.evaluate(i => window.jupyterapp.shell.currentWidget.content.scrollToItem(i, 'center'), n + 1);
        return page.evaluate(i => {
          const area = window.jupyterapp.shell.currentWidget.content.widgets[i].node.querySelector('.vega-embed');
          const drawn = area?.querySelector('canvas, svg.marks');
          if (!drawn || drawn.clientWidth < 150 || drawn.clientHeight < 100) return false;
          if (drawn.tagName !== 'CANVAS') return drawn.querySelectorAll('path, rect, text').length > 5;
          const dots = drawn.getContext('2d').getImageData(0, 0, drawn.width, drawn.height).data;
          const colours = new Set();
          for (let at = 0; at < dots.length && colours.size < 4; at += 4) if (dots[at + 3] > 40) colours.add(`${dots[at]} ${dots[at + 1]} ${dots[at + 2]}`);
          return colours.size > 1;
        }, n + 1);
      });
    }
    for (const [theme, name] of [['JupyterLab Dark', 'dark'], ['JupyterLab Light', 'light']]) {
      await run('apputils:change-theme', { theme });
      for (const [part, cell] of [1, 5, 8].entries()) {
        await page.evaluate(i => window.jupyterapp.shell.currentWidget.content.scrollToItem(i, 'start'), cell);
        await page.waitForTimeout(700);
        await shot(`plots-${name}-${part}`);
      }
    }
    return `${names.length} kinds`;
  });
}
