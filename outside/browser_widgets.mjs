// The Jupyter widgets in a real JupyterLab: what the page says, not what messages say. Called by browser.mjs with its tools.
import { execFileSync } from 'child_process';
import fs from 'fs';
import os from 'os';
import path from 'path';

export default async function widgets({ check, open, page, run, runAll, ended, select, seen, plain, error, until, expect, shot, go, env }) {
  if (!go) return; // package widget is Go's
  const cell = n => page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').nth(n);
  const says = (n, what) => until(`"${what}" in cell ${n}`, async () => (await cell(n).locator('.jp-OutputArea').first().innerText()).includes(what));
  // Brings a notebook to the front, also while JupyterLab restores others.
  const front = async name => {
    await until(name, async () => {
      await run('docmanager:open', { path: `${name}.ipynb` });
      await page.waitForTimeout(300);
      return page.evaluate(n => window.jupyterapp.shell.currentWidget?.context?.path === n + '.ipynb', name);
    });
    await page.evaluate(() => window.jupyterapp.shell.currentWidget.context.ready);
  };
  const ok = async () => {
    await runAll();
    await ended();
    const bad = (await seen()).find(error);
    expect(!bad, bad && `${error(bad).ename}: ${error(bad).evalue}\n${error(bad).traceback.join('\n')}`);
  };
  // Runs cell n, which may take a moment: its prompt must change first.
  const value = async n => {
    const before = (await seen())[n].count;
    await select(n);
    await run('notebook:run-cell').catch(() => {});
    await until(`cell ${n}`, async () => { const c = (await seen())[n]; return c.count !== null && c.count !== before && !c.prompt.includes('*'); });
    return plain((await seen())[n]);
  };

  await check('widgets: a slider moves a variable and a figure', async () => {
    await open('slider', [
      'freq := 1.0\nfigure := func() display.Data {\n\tvar xs, ys []float64\n\tfor i := range 200 {\n\t\tx := float64(i) / 200\n\t\txs, ys = append(xs, x), append(ys, math.Sin(2*math.Pi*freq*x))\n\t}\n\treturn display.SVG(plot.Line(xs, ys).Size(300, 160).SVG())\n}\n' +
      's := widget.FloatSlider(0, 10).WithDescription("frequency")\nlabel := widget.Label("start")\ns.OnChange(func(v float64) {\n\tfreq = v\n\tlabel.SetValue(fmt.Sprintf("frequency is %.1f", v))\n\tdisplay.Update("fig", figure())\n})\nwidget.VBox(s, label)',
      'display.Show(figure().WithID("fig"))', 'freq']);
    await ok();
    await says(0, 'start');
    const handle = cell(0).locator('.noUi-handle').first();
    const box = await handle.boundingBox();
    const track = await cell(0).locator('.noUi-target').first().boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(track.x + track.width * 0.5, box.y + box.height / 2, { steps: 12 });
    await page.mouse.up();
    await says(0, 'frequency is ');
    await page.waitForTimeout(500);
    const dragged = Number(await value(2));
    expect(dragged > 4 && dragged < 6, `after dragging to the middle freq is ${dragged}`);
    await says(0, `frequency is ${dragged.toFixed(1)}`);
    // From a key on the slider to another picture on the page.
    await page.evaluate(() => {
      window.times = [];
      let pressed = 0;
      document.addEventListener('keydown', () => { pressed = performance.now(); }, true);
      const area = [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')][1].querySelector('.jp-OutputArea');
      new MutationObserver(() => { if (pressed) { window.times.push(performance.now() - pressed); pressed = 0; } }).observe(area, { childList: true, subtree: true, attributes: true });
    });
    await handle.focus();
    for (let i = 1; i <= 20; i++) {
      await page.keyboard.press('ArrowRight');
      await until('the figure', () => page.evaluate(n => window.times.length >= n, i), 5000);
      await page.waitForTimeout(120);
    }
    const times = (await page.evaluate(() => window.times)).sort((a, b) => a - b);
    const after = Number(await value(2));
    expect(after > dragged, `after 20 keys freq is ${after}, as before ${dragged}`);
    await shot('widgets-slider');
    return `from key to figure: median ${times[10].toFixed(0)} ms, worst ${times[times.length - 1].toFixed(0)} ms`;
  });

  await check('widgets: checkbox, dropdown, button, text, tabs, output', async () => {
    await open('controls', [
      'status, out := widget.Label(""), widget.Output()\nagree := widget.Checkbox("agree")\ncolor := widget.Dropdown("red", "green", "blue").WithDescription("color")\nb := widget.Button("Press me").WithButtonStyle("primary")\nname := widget.Text("").WithDescription("name")\n' +
      'tab := widget.Tab(widget.VBox(agree, color), widget.VBox(b, name)).WithTitles("choices", "actions")\nnote := func() { status.SetValue(fmt.Sprint(agree.Value(), " ", color.Value(), " ", name.Value(), " ", tab.SelectedIndex())) }\n' +
      'agree.OnChange(func(bool) { note() })\ncolor.OnChange(func(string) { note() })\nname.OnChange(func(string) { note() })\ntab.OnSelect(func(int) { note() })\n' +
      'presses := 0\nb.OnClick(func() {\n\tpresses++\n\tfmt.Println("below the cell", presses)\n\tout.Run(func() {\n\t\tfmt.Println("inside", presses)\n\t\tdisplay.Show(display.HTML("<b>rich</b>"))\n\t\tif presses == 2 {\n\t\t\tvar list []int\n\t\t\t_ = list[presses]\n\t\t}\n\t})\n})\nwidget.VBox(tab, status, out)', 'presses']);
    await ok();
    await cell(0).locator('input[type=checkbox]').click();
    await says(0, 'true red');
    await cell(0).locator('select').selectOption('blue');
    await says(0, 'true blue');
    await cell(0).locator('.lm-TabBar-tab', { hasText: 'actions' }).click();
    await says(0, 'true blue 1');
    await cell(0).locator('input[type=text]:visible').fill('小明');
    await says(0, 'true blue 小明 1');
    await cell(0).locator('button', { hasText: 'Press me' }).click();
    await says(0, 'inside 1');
    await says(0, 'rich');
    await says(0, 'below the cell 1');
    await cell(0).locator('button', { hasText: 'Press me' }).click();
    await says(0, 'index out of range');
    expect(await value(1) === '2', 'presses are ' + plain((await seen())[1]));
    await shot('widgets-controls');
  });

  await check('widgets: interact and an ESM front end', async () => {
    await open('interact', [
      'widget.Interact(func(n int, kind string, loud bool) string {\n\tword := strings.Repeat(kind+" ", n)\n\tif loud {\n\t\tword = strings.ToUpper(word)\n\t}\n\tfmt.Println("called with", n)\n\treturn word\n}, 2, []string{"miau", "wuff"})',
      'counter := widget.ESM(`export default { render({ model, el }) {\n\tconst b = document.createElement("button");\n\tconst draw = () => { b.textContent = "clicked " + model.get("count") + " bytes " + model.get("raw").byteLength; };\n\tb.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };\n\tmodel.on("change:count", draw); draw(); el.append(b);\n} }`, "button { color: teal }", map[string]any{"count": 1, "raw": []byte{1, 2, 3}})\ntotal := 0.0\ncounter.Observe("count", func(v any) { total = v.(float64) })\ncounter',
      'counter.Set("count", 10)', 'total']);
    await ok();
    await says(0, 'miau miau');
    await cell(0).locator('select').selectOption('wuff');
    await says(0, 'wuff wuff');
    await cell(0).locator('input[type=checkbox]').click();
    await says(0, 'WUFF WUFF');
    await says(1, 'clicked 10 bytes 3');
    await cell(1).locator('button', { hasText: 'clicked' }).click();
    await says(1, 'clicked 11');
    expect(await value(3) === '11', 'total is ' + plain((await seen())[3]));
    await shot('widgets-interact');
  });

  await check('widgets: what cahier run saved is shown without the kernel that made it', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'widgets-'));
    const [from, to] = ['in.ipynb', 'out.ipynb'].map(n => path.join(folder, n));
    try {
      const cells = ['s := widget.FloatSlider(0, 10).WithDescription("saved slider")\nout := widget.Output()\npix := image.NewGray(image.Rect(0, 0, 48, 16))\nvar file bytes.Buffer\npng.Encode(&file, pix)\nwidget.VBox(s, out, widget.Image(file.Bytes(), "png"))',
        'for i := range 1000 {\n\ts.SetValue(float64(i) / 200)\n}\nout.Run(func() { fmt.Println("saved output") })'];
      fs.writeFileSync(from, JSON.stringify({ cells: cells.map((c, i) => ({ id: 'c' + i, cell_type: 'code', metadata: {}, source: c, outputs: [], execution_count: null })),
        metadata: { kernelspec: { name: 'cahier', display_name: 'Go (cahier)' } }, nbformat: 4, nbformat_minor: 5 }));
      execFileSync(path.join(env.MODULES, 'bin', 'cahier'), ['run', from, '-o', to]);
      const content = JSON.parse(fs.readFileSync(to, 'utf8'));
      const put = await page.request.put(`${env.BASE}/api/contents/saved.ipynb?token=${env.TOKEN}`, { data: { type: 'notebook', format: 'json', content } });
      expect(put.ok(), `the notebook could not be written: ${put.status()}`);
      await front('saved');
      await says(0, 'saved slider'); // as plain HTML: the notebook is not trusted
      expect(await cell(0).locator('.noUi-handle').count() === 0, 'a notebook that is not trusted shows live widgets');
      // To trust is to save: before the widgets are restored JupyterLab would save that there are none.
      await page.evaluate(() => window.jupyterapp.shell.currentWidget.sessionContext.ready);
      await until('the kernel', () => page.evaluate(() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'));
      await page.waitForTimeout(1500);
      await page.evaluate(() => { window.jupyterapp.commands.execute('notebook:trust'); });
      await page.click('.jp-Dialog .jp-mod-accept', { timeout: 10000 });
      await cell(0).locator('.noUi-handle').first().waitFor({ timeout: 20000 });
      await says(0, 'saved slider');
      await says(0, 'saved output');
      expect((await cell(0).locator('.widget-readout').first().innerText()).trim() === '5.00', 'the slider shows another value');
      await until('the picture', () => page.evaluate(() => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) img.widget-image')].some(i => i.complete && i.naturalWidth === 48)));
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });

  await check('widgets: all of them, in a light and a dark theme', async () => {
    await open('all', [
      'pix := image.NewGray(image.Rect(0, 0, 32, 16))\nvar png0 bytes.Buffer\npng.Encode(&png0, pix)\nday := time.Date(2024, 2, 29, 13, 30, 0, 0, time.UTC)\n' +
      'left := widget.VBox(widget.IntSlider(0, 10).WithDescription("IntSlider").WithValue(3), widget.FloatLogSlider(-2, 2).WithDescription("LogSlider"), widget.IntRangeSlider(0, 9).WithDescription("Range"), widget.FloatProgress(0, 1).WithValue(0.6).WithDescription("Progress").WithBarStyle("success"), widget.BoundedIntText(0, 9).WithDescription("Bounded"), widget.FloatText(2.5).WithDescription("FloatText"), widget.Text("text").WithDescription("Text"), widget.Password().WithDescription("Password"), widget.Textarea("several\\nlines").WithDescription("Textarea"), widget.Combobox("a", "b").WithDescription("Combobox"), widget.Play(0, 10), widget.Valid(true).WithDescription("Valid"), widget.HTMLMath("<b>HTML</b> and $e^{i\\\\pi}$"))\n' +
      'right := widget.VBox(widget.Dropdown("one", "two").WithDescription("Dropdown"), widget.RadioButtons("one", "two").WithDescription("Radio"), widget.Select("one", "two").WithDescription("Select"), widget.SelectMultiple("one", "two").WithDescription("Multiple"), widget.SelectionSlider("one", "two", "three").WithDescription("Selection"), widget.ToggleButtons("one", "two").WithDescription("Toggles"), widget.ToggleButton("toggle").WithIcon("check"), widget.Button("Button").WithButtonStyle("warning"), widget.ColorPicker("teal").WithDescription("Color"), widget.DatePicker().WithValue(day).WithDescription("Date"), widget.TimePicker().WithValue(day).WithDescription("Time"), widget.NaiveDatetimePicker().WithValue(day).WithDescription("Datetime"), widget.FileUpload(), widget.TagsInput("go", "jupyter"), widget.ColorsInput("red", "teal"), widget.Image(png0.Bytes(), "png"))\n' +
      'widget.VBox(widget.HBox(left, right), widget.Accordion(widget.Label("folded")).WithTitles("Accordion"), widget.Stack(widget.Label("on top"), widget.Label("below")).WithSelectedIndex(0))']);
    await ok();
    for (const word of ['IntSlider', 'Range', 'Progress', 'Combobox', 'Dropdown', 'Radio', 'Toggles', 'Accordion', 'on top', 'go', 'jupyter', 'Upload']) await says(0, word);
    const broken = await cell(0).locator('.jupyter-widgets-error-widget, .jp-mod-error').count();
    expect(broken === 0, `${broken} widgets show an error`);
    const fields = await page.evaluate(() => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea input')].map(i => `${i.type}=${i.value}`));
    for (const f of ['date=2024-02-29', 'number=2.5', 'text=text']) expect(fields.includes(f), `${f} is not on the page: ${fields.join(' ')}`);
    expect(fields.some(f => f.startsWith('time=13:30')) && fields.some(f => f.startsWith('datetime-local=2024-02-29T13:30')), 'times: ' + fields.join(' '));
    await page.evaluate(() => window.jupyterapp.commands.execute('application:toggle-left-area').catch(() => {}));
    await page.waitForTimeout(500);
    await shot('widgets-light');
    await run('apputils:change-theme', { theme: 'JupyterLab Dark' });
    await until('the dark theme', () => page.evaluate(() => document.body.dataset.jpThemeLight === 'false'));
    await page.waitForTimeout(1000);
    await shot('widgets-dark');
    await run('apputils:change-theme', { theme: 'JupyterLab Light' });
    await page.waitForTimeout(300);
  });

  // The last one: JupyterLab opens notebooks of before again, after a while.
  await check('widgets: a page that is loaded again finds them', async () => {
    await open('reload', ['k := 0\ns := widget.IntSlider(0, 10).WithDescription("kept")\ns.OnChange(func(v int) { k = v; fmt.Println("moved to", v) })\ns', 'k']);
    await ok();
    await cell(0).locator('.noUi-handle').first().focus();
    await page.keyboard.press('ArrowRight');
    await says(0, 'moved to 1');
    await page.evaluate(() => window.jupyterapp.shell.currentWidget.context.save());
    const file = await (await page.request.get(`${env.BASE}/api/contents/reload.ipynb?token=${env.TOKEN}`)).json();
    const states = Object.values(file.content.metadata.widgets?.['application/vnd.jupyter.widget-state+json']?.state || {});
    expect(states.some(s => s.model_name === 'IntSliderModel' && s.state.value === 1), 'JupyterLab has not saved the slider: ' + JSON.stringify(states).slice(0, 300));
    await page.reload();
    await page.waitForFunction(() => window.jupyterapp && window.jupyterapp.restored, null, { timeout: 60000 });
    await page.evaluate(() => window.jupyterapp.restored.then(() => true));
    await front('reload');
    await page.evaluate(() => window.jupyterapp.shell.currentWidget.sessionContext.ready);
    await cell(0).locator('.noUi-handle').first().waitFor({ timeout: 20000 });
    await says(0, 'kept');
    expect((await cell(0).locator('.widget-readout').first().innerText()).trim() === '1', 'the slider has forgotten its value');
    await cell(0).locator('.noUi-handle').first().focus();
    await page.keyboard.press('ArrowRight');
    await until('the variable', async () => await value(1) === '2');
  });
}
