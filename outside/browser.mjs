// Works in a real JupyterLab 4 in headless Chromium as a person would, and prints one line a check. Started by browser.py.
// From the environment: BASE (server), TOKEN, KERNEL, CHROMIUM, MODULES (folder with node_modules), SHOTS (folder for pictures);
// CHECKS, a regular expression, chooses checks by their names.
import fs from 'fs';
import os from 'os';
import path from 'path';
import { createRequire } from 'module';
import { tensors } from './browser_tensor.mjs';
import widgets from './browser_widgets.mjs';
import displays from './browser_display.mjs';
import plots from './browser_plot.mjs';

const env = process.env;
const { chromium } = createRequire(path.resolve(env.MODULES) + '/')('playwright-core');
const go = env.KERNEL !== 'python3';
const pick = (inGo, inPython) => (go ? inGo : inPython);

let passed = 0, failed = 0;
const fail = message => { throw new Error(message); };
const expect = (ok, message) => { if (!ok) fail(message); };

const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'chromium-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: env.CHROMIUM, headless: true, viewport: { width: 1280, height: 1100 },
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const page = await browser.newPage();
const noise = [];
page.on('pageerror', e => noise.push('pageerror ' + e.message.slice(0, 200)));
page.on('console', m => { if (m.type() === 'error') noise.push('console ' + m.text().slice(0, 200)); });

const code = source => ({ cell_type: 'code', metadata: {}, source, outputs: [], execution_count: null });
const text = source => ({ cell_type: 'markdown', metadata: {}, source });

// The widget of the notebook in front.
const run = (name, args) => page.evaluate(([n, a]) => window.jupyterapp.commands.execute(n, a).then(() => true), [name, args || {}]);
const seen = () => page.evaluate(() => window.jupyterapp.shell.currentWidget.content.widgets.map(w => {
  const m = w.model.toJSON();
  return { type: m.cell_type, count: m.execution_count, outputs: m.outputs || [], prompt: w.node.querySelector('.jp-InputPrompt')?.innerText || '',
    page: (w.node.querySelector('.jp-OutputArea')?.innerText || '').trim() };
}));
const stream = cell => cell.outputs.filter(o => o.output_type === 'stream' && o.name === 'stdout').map(o => [].concat(o.text).join('')).join('');
const plain = cell => cell.outputs.filter(o => o.output_type === 'execute_result').map(o => [].concat(o.data['text/plain']).join('')).join('');
const error = cell => cell.outputs.find(o => o.output_type === 'error');
const shot = name => page.screenshot({ path: path.join(env.SHOTS, `${env.KERNEL}-${name}.png`) });

async function until(what, condition, timeout = 20000) {
  const end = Date.now() + timeout;
  for (;;) {
    const got = await condition();
    if (got) return got;
    if (Date.now() > end) fail(`${what}: not within ${timeout / 1000} s`);
    await page.waitForTimeout(50);
  }
}

// Opens a notebook with these cells; its kernel is up when this returns.
async function open(name, cells) {
  const notebook = { cells: cells.map((c, i) => ({ id: 'c' + i, ...(typeof c === 'string' ? code(c) : c) })),
    metadata: { kernelspec: { name: env.KERNEL, display_name: env.KERNEL } }, nbformat: 4, nbformat_minor: 5 };
  const put = await page.request.put(`${env.BASE}/api/contents/${name}.ipynb?token=${env.TOKEN}`, { data: { type: 'notebook', format: 'json', content: notebook } });
  expect(put.ok(), `the notebook could not be written: ${put.status()}`);
  await run('docmanager:open', { path: `${name}.ipynb` });
  await page.waitForFunction(n => window.jupyterapp.shell.currentWidget?.context?.path === n + '.ipynb', name, { timeout: 20000 });
  await page.evaluate(() => window.jupyterapp.shell.currentWidget.context.ready);
  await page.evaluate(() => window.jupyterapp.shell.currentWidget.sessionContext.ready);
  await until('the kernel', () => page.evaluate(() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'), 30000);
}
const close = async () => {
  await page.evaluate(async () => {
    const w = window.jupyterapp.shell.currentWidget;
    await w.context.save();
    await w.sessionContext.shutdown();
    w.close();
  });
};
const runAll = () => page.evaluate(() => { window.ran = 'running'; window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => { window.ran = 'done'; }); });
const ended = (timeout = 30000) => until('the end of all cells', async () => await page.evaluate(() => window.ran) === 'done', timeout);
const select = async n => {
  await page.evaluate(i => { const c = window.jupyterapp.shell.currentWidget.content; c.activeCellIndex = i; c.deselectAll(); }, n);
};

async function check(name, body) {
  if (env.CHECKS && !new RegExp(env.CHECKS).test(name)) return;
  const start = Date.now();
  try {
    const remark = await body();
    passed++;
    console.log(`ok   ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)${remark ? ': ' + remark : ''}`);
  } catch (e) {
    failed++;
    console.log(`FAIL ${name} (${((Date.now() - start) / 1000).toFixed(1)} s): ${e.message}`);
    await shot('failed-' + name.replace(/\W+/g, '-')).catch(() => {});
    await page.keyboard.press('Escape').catch(() => {});
  }
  await close().catch(() => {});
}

try {
  await page.goto(`${env.BASE}/lab?token=${env.TOKEN}`);
  await page.waitForFunction(() => window.jupyterapp && window.jupyterapp.restored, null, { timeout: 120000 });
  await page.evaluate(() => window.jupyterapp.restored.then(() => true));

  await check('run all cells', async () => {
    await open('all', [
      text('# Hello · 你好\n\nA *valid* convolution: $y_{ij} = \\sum_{u,v} x_{i+u,j+v}\\,w_{uv}$ · 有效卷积'),
      pick('fmt.Println("hello from Go · 来自 Go 的问候")', 'print("hello from Go · 来自 Go 的问候")'),
      pick('type Point struct {\n\tX, Y int\n}\np := Point{3, 4}\np', 'p = (3, 4)\np'),
      pick('x := ops.From([][]float64{{1, 2, 3}, {4, 5, 6}})\nx', 'x = [[1, 2, 3], [4, 5, 6]]\nx'),
      pick('display.Show(display.HTML(`<b style="color:teal">rich</b> 富文本`))', 'from IPython.display import HTML, display\ndisplay(HTML(\'<b style="color:teal">rich</b> 富文本\'))'),
      pick('display.Show(display.Markdown("**bold** and $e^{i\\\\pi}=-1$"))', 'from IPython.display import Markdown\ndisplay(Markdown("**bold** and $e^{i\\\\pi}=-1$"))'),
      pick('img := image.NewGray(image.Rect(0, 0, 128, 32))\nfor i := range img.Pix {\n\timg.Pix[i] = uint8(2 * (i % 128))\n}\nvar buf bytes.Buffer\npng.Encode(&buf, img)\ndisplay.Show(display.PNG(buf.Bytes()))',
        'import struct, zlib\nfrom IPython.display import Image\nchunk = lambda t, d: struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d))\nraw = b"".join(b"\\0" + bytes(2 * x for x in range(128)) for _ in range(32))\ndisplay(Image(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 128, 32, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")))'),
      pick('fmt.Fprintln(os.Stderr, "to stderr")', 'import sys; print("to stderr", file=sys.stderr)'),
      pick('map[string]int{"one": 1, "two": 2}', '{"one": 1, "two": 2}'),
    ]);
    await runAll();
    await ended();
    const cells = await seen();
    const bad = cells.find(error);
    expect(!bad, bad && `${error(bad).ename}: ${error(bad).evalue}`);
    expect(stream(cells[1]) === 'hello from Go · 来自 Go 的问候\n', 'first cell printed ' + JSON.stringify(stream(cells[1])));
    expect(cells[1].page.includes('来自 Go 的问候'), 'the Chinese text is not on the page');
    expect(cells.slice(1).every((c, i) => c.count === i + 1), 'execution counts ' + cells.map(c => c.count));
    expect(/4.*5.*6/s.test(cells[3].page), 'the tensor is not on the page: ' + cells[3].page);
    expect(cells[4].page.includes('rich'), 'the HTML is not on the page');
    await until('the picture', () => page.evaluate(() => [...document.querySelectorAll('.jp-OutputArea img')].some(i => i.complete && i.naturalWidth === 128)));
    await page.waitForTimeout(1000);
    await shot('run-all');
    await page.evaluate(() => document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer')?.scrollTo(0, 1e6));
    await page.waitForTimeout(500);
    await shot('run-all-end');
  });

  await check('an error in the middle aborts the rest', async () => {
    await open('error', [pick('a := 1\na', 'a = 1\na'), pick('func half(x int) int {\n\treturn 10 / x\n}\nhalf(0)', 'def half(x):\n  return 10 / x\nhalf(0)'),
      pick('fmt.Println("not run")', 'print("not run")'), pick('fmt.Println("nor this")', 'print("nor this")')]);
    await runAll();
    await ended();
    await page.waitForTimeout(1000);
    const cells = await seen();
    expect(plain(cells[0]) === '1', 'first cell shows ' + plain(cells[0]));
    expect(error(cells[1]), 'second cell should fail');
    for (const c of cells.slice(2)) expect(c.outputs.length === 0 && c.count === null, 'a cell after the error ran: ' + JSON.stringify(c.outputs));
    await shot('error');
    return `${error(cells[1]).ename}: ${error(cells[1]).evalue}`;
  });

  await check('an error of the compiler', async () => {
    await open('compile', [pick('a := 1\nb := a + "text"\nundefinedName(a)', 'a = 1\nb = a +'), pick('6*7', '6*7')]);
    await runAll();
    await ended();
    expect(error((await seen())[0]), 'the cell should fail');
    await shot('compile-error');
    return `${error((await seen())[0]).ename}: ${error((await seen())[0]).evalue}`;
  });

  await check('interrupt a loop and keep the variables', async () => {
    await open('interrupt', [pick('kept := 99', 'kept = 99'), pick('for {\n}', 'while True: pass'), 'kept']);
    await select(0);
    await run('notebook:run-cell-and-select-next');
    await page.evaluate(() => { window.jupyterapp.commands.execute('notebook:run-cell'); });
    await until('busy', async () => (await seen())[1].prompt.includes('*'));
    await page.waitForTimeout(1000);
    await page.click('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"], .jp-NotebookPanel:not(.lm-mod-hidden) .jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"] button, .jp-NotebookPanel:not(.lm-mod-hidden) .jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"] jp-button');
    await until('the error of the interrupted cell', async () => error((await seen())[1]));
    await page.waitForTimeout(500);
    await select(2);
    await run('notebook:run-cell');
    await until('the variable', async () => plain((await seen())[2]) === '99');
    await shot('interrupt');
    return error((await seen())[1]).ename;
  });

  await check('restart forgets the variables', async () => {
    await open('restart', [pick('kept := 99', 'kept = 99'), 'kept', '6*7']);
    await select(0);
    await run('notebook:run-cell');
    await page.evaluate(() => { window.jupyterapp.commands.execute('notebook:restart-kernel'); });
    await page.click('.jp-Dialog .jp-mod-accept', { timeout: 10000 });
    await until('idle', () => page.evaluate(() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'));
    await page.waitForTimeout(500);
    await select(1);
    await run('notebook:run-cell').catch(() => {});
    await until('the error', async () => error((await seen())[1]));
    await select(2);
    await page.waitForTimeout(500);
    await run('notebook:run-cell');
    await until('the next cell', async () => plain((await seen())[2]) === '42');
    expect((await seen())[2].count <= 3, 'the execution count starts again');
  });

  await check('completion with Tab', async () => {
    await open('complete', [pick('import "strings"', 'import textwrap'), '']);
    await select(0);
    await run('notebook:run-cell-and-select-next');
    await run('notebook:enter-edit-mode');
    await page.keyboard.type(pick('strings.ToU', 'textwrap.'));
    await page.keyboard.press('Tab');
    await page.waitForSelector('.jp-Completer:not(.lm-mod-hidden) .jp-Completer-item', { timeout: 10000 });
    await page.waitForTimeout(1500);
    const items = await page.$$eval('.jp-Completer-item', all => all.map(i => i.innerText.replace(/\s+/g, ' ')));
    await shot('completion');
    expect(items.some(i => i.includes(pick('ToUpper', 'dedent'))), 'the completer shows ' + items.slice(0, 10).join(', '));
    await page.keyboard.press('Enter');
    await page.waitForTimeout(300);
    const source = await page.evaluate(() => window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.source);
    expect(source.startsWith(pick('strings.ToUpper', 'textwrap.')) && source !== pick('strings.ToU', 'textwrap.'), 'after Enter the cell is ' + source);
    return items.slice(0, 4).join(', ');
  });

  await check('tooltip with Shift Tab', async () => {
    await open('tooltip', [pick('ops.Conv2D', 'print')]);
    await select(0);
    await run('notebook:enter-edit-mode');
    await page.keyboard.press('End');
    await page.keyboard.press('Shift+Tab');
    const tip = await page.waitForSelector('.jp-Tooltip', { timeout: 10000 });
    await page.waitForTimeout(500);
    const said = await tip.innerText();
    await shot('tooltip');
    expect(said.includes(pick('Conv2D', 'Prints')), 'the tooltip says ' + said.slice(0, 300));
    return said.split('\n')[0].slice(0, 100);
  });

  await check('contextual help', async () => {
    await open('help', [pick('strings.ToUpper("a")', 'print("a")')]);
    await run('inspector:open');
    await page.evaluate(() => { const app = window.jupyterapp; app.shell.activateById([...app.shell.widgets('main')].find(w => w.context?.path === 'help.ipynb').id); });
    await page.waitForTimeout(800);
    await select(0);
    await run('notebook:enter-edit-mode');
    await page.keyboard.press('Home');
    for (let i = 0; i < pick(12, 3); i++) await page.keyboard.press('ArrowRight');
    const said = await until('the help', () => page.evaluate(w => { const t = document.querySelector('.jp-Inspector')?.innerText || ''; return t.includes(w) && t; }, pick('ToUpper', 'Prints')));
    await page.waitForTimeout(500);
    await shot('help');
    await page.evaluate(() => [...window.jupyterapp.shell.widgets('main')].find(w => w.node.querySelector('.jp-Inspector') || w.node.classList.contains('jp-Inspector'))?.close());
    await page.evaluate(() => { const app = window.jupyterapp; app.shell.activateById([...app.shell.widgets('main')].find(w => w.context?.path === 'help.ipynb').id); });
    return said.replace(/\s+/g, ' ').slice(0, 120);
  });

  await check('an input prompt', async () => {
    await open('input', [pick('fmt.Print("your name? ")\nvar name string\nfmt.Scanln(&name)\nfmt.Println("hello", name)', 'print("hello", input("your name? "))')]);
    await select(0);
    await page.evaluate(() => { window.jupyterapp.commands.execute('notebook:run-cell'); });
    const field = await page.waitForSelector('.jp-Stdin-input', { timeout: 15000 });
    await page.waitForTimeout(300);
    await shot('input');
    await field.fill('小明');
    await field.press('Enter');
    await until('the answer', async () => stream((await seen())[0]).includes('hello 小明'));
    await shot('input-done');
  });

  await check('a crash is explained and the next cell runs', async () => {
    if (!go) return 'not tried with the control';
    await open('crash', ['kept := 41', 'go func() {\n\tvar m map[string]int\n\tm["a"] = 1\n}()\ntime.Sleep(time.Second)', '6*7', '%replay', 'kept']);
    for (const n of [0, 1, 2, 3, 4]) {
      await select(n);
      await run('notebook:run-cell').catch(() => {});
      await until(`cell ${n}`, async () => { const c = (await seen())[n]; return c.count !== null && !c.prompt.includes('*'); });
      await page.waitForTimeout(300);
    }
    const cells = await seen();
    await shot('crash');
    expect(error(cells[1]), 'the crash should be an error');
    expect(plain(cells[2]) === '42', 'the next cell shows ' + JSON.stringify(cells[2].outputs));
    expect(plain(cells[4]) === '41', 'after %replay: ' + JSON.stringify(cells[4].outputs));
    return `${error(cells[1]).ename}: ${error(cells[1]).evalue}`;
  });

  await check('100,000 lines do not freeze the page', async () => {
    await open('lines', [pick('for i := 0; i < 100000; i++ {\n\tfmt.Println("line", i)\n}', 'for i in range(100000): print("line", i)'), '6*7']);
    await runAll();
    await ended(60000);
    const cells = await seen();
    expect(stream(cells[0]).endsWith('line 99999\n') && stream(cells[0]).split('\n').length === 100001, `${stream(cells[0]).split('\n').length - 1} lines arrived`);
    expect(plain(cells[1]) === '42', 'the next cell');
  });

  await tensors({ page, check, open, run, runAll, ended, seen, error, until, expect, shot, close, go });
  await plots({ page, check, open, run, runAll, ended, seen, error, until, expect, shot, go });
  await displays({ env, page, check, open, run, runAll, ended, seen, error, until, expect, shot, go });
  await widgets({ check, open, page, run, runAll, ended, select, seen, plain, error, until, expect, shot, go, env }); // at the end: it loads the page again

} catch (e) {
  failed++;
  console.log('FAIL JupyterLab: ' + e.message);
  await shot('failed').catch(() => {});
} finally {
  await Promise.race([browser.close(), new Promise(r => setTimeout(r, 10000))]); // a hung browser must not hang the test
  fs.rmSync(profile, { recursive: true, force: true });
}
if (failed && noise.length) console.log('the browser said:\n  ' + [...new Set(noise)].slice(0, 12).join('\n  '));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
