// Every kind of display, a live plot and progress in JupyterLab, in both themes, and the same notebook as nbconvert writes it.
// Used by browser.mjs, which hands over what a check needs.
import { execFileSync } from 'child_process';
import fs from 'fs';
import os from 'os';
import path from 'path';

const cells = [
  'type City struct {\n\tName string\n\tPeople int\n\tArea float64\n\tFounded time.Time\n\tTags []string\n\tnote string\n}\n' +
    'cities := []City{{"Oslo", 709037, 454.12, time.Date(1040, 1, 1, 0, 0, 0, 0, time.UTC), []string{"fjord"}, ""}, {"上海 <b>", 24870895, 6340.5, time.Date(1292, 1, 1, 0, 0, 0, 0, time.UTC), nil, ""}}\ncities',
  'many := make([]City, 1000)\nfor i := range many {\n\tmany[i] = City{Name: fmt.Sprint("city ", i), People: i * i}\n}\nmany',
  'map[string]float64{"alpha": 0.5, "beta": -1.25, "gamma": 1e-9}',
  'display.Show(display.Markdown("**bold** and $e^{i\\\\pi}=-1$"), display.Latex(`\\sum_{i=1}^n i = \\frac{n(n+1)}{2}`), display.HTML(`<b id="rich">rich</b> 富文本`))',
  'display.SVG(`<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><rect width="120" height="40" rx="8" fill="#5b8"/><circle cx="60" cy="20" r="12" fill="#fff"/></svg>`)',
  'display.JSON(map[string]any{"layers": []int{8, 10}, "name": "net", "deep": map[string]any{"a": nil, "b": true}})',
  'img := image.NewGray(image.Rect(0, 0, 64, 16))\nfor i := range img.Pix {\n\timg.Pix[i] = uint8(4 * (i % 64))\n}\nimg',
  'tone := make([]float64, 8000)\nfor i := range tone {\n\ttone[i] = math.Sin(2 * math.Pi * 440 * float64(i) / 8000)\n}\ndisplay.Audio(tone, display.AudioOptions{Rate: 8000})',
  'display.Video("film.webm", display.VideoOptions{Width: 160})',
  '[][]float64{{1, 0.5}, {-2, 1e6}}',
  'display.Show(display.Link("https://go.dev/", "Go"), errors.New("no <b>such</b> layer"), &cities[0])',
  'curve := plot.Live("loss")\nfor step := range 30 {\n\tcurve.Push(step, 1/float64(step+1))\n\ttime.Sleep(20 * time.Millisecond)\n}',
  'epochs := progress.Table("epoch", "loss", "accuracy").Lowest("loss")\nfor e := range progress.Range(3, "epoch") {\n\tfor range progress.Range(100, "batch") {\n\t\ttime.Sleep(10 * time.Millisecond)\n\t}\n\tepochs.Row(e+1, 1/float64(e+2), 0.8+0.05*float64(e))\n}',
  'for i := range progress.Range(50, "stopped") {\n\tif i == 20 {\n\t\tbreak\n\t}\n}',
];

export default async function displays({ go, env, page, check, expect, until, open, runAll, ended, seen, error, shot, run }) {
  if (!go) return; // the control has displays of its own
  const within = selector => page.evaluate(s => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) ' + s)].length, selector);
  const scroll = to => page.evaluate(y => document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer')?.scrollTo(0, y), to);
  let saved;

  await check('every kind of display, a live plot and progress', async () => {
    // A film that this browser can play, made by it.
    const film = await page.evaluate(() => new Promise((done, bad) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
      const ink = canvas.getContext('2d');
      const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm' });
      const parts = [];
      recorder.ondataavailable = e => parts.push(e.data);
      recorder.onstop = () => { const r = new FileReader(); r.onload = () => done(r.result.split(',')[1]); r.onerror = bad; r.readAsDataURL(new Blob(parts)); };
      let n = 0;
      const draw = setInterval(() => { ink.fillStyle = `hsl(${n++ * 20} 80% 50%)`; ink.fillRect(0, 0, 64, 48); }, 40);
      recorder.start();
      setTimeout(() => { clearInterval(draw); recorder.stop(); }, 700);
    }));
    const put = await page.request.put(`${env.BASE}/api/contents/film.webm?token=${env.TOKEN}`, { data: { type: 'file', format: 'base64', content: film } });
    expect(put.ok(), `the film could not be written: ${put.status()}`);
    await open('display', cells);
    const watched = new Set();
    await runAll();
    await until('progress to move', async () => {
      const c = (await seen())[12];
      const d = c.outputs.map(o => [].concat(o.data?.['text/plain'] || '').join('')).find(t => t.startsWith('epoch') && t.includes('batch'));
      if (d) watched.add(d.match(/batch.*?(\d+)%/)?.[1]);
      return watched.size >= 4;
    }, 60000);
    await page.evaluate(() => window.jupyterapp.shell.currentWidget.content.scrollToItem(12, 'end'));
    await page.waitForTimeout(500);
    await shot('display-running');
    await ended(60000);
    const all = await seen();
    const bad = all.find(error);
    expect(!bad, bad && `${error(bad).ename}: ${error(bad).evalue}`);
    const data = n => all[n].outputs.map(o => o.data || {});
    expect(data(0)[0]['text/html'].includes('上海 &lt;b&gt;') && !String(data(0)[0]['text/plain']).includes('note'), 'the table: ' + JSON.stringify(data(0)[0]));
    expect(String(data(1)[0]['text/plain']).includes('… 970 rows more …'), 'the long table says nothing of what is left out');
    expect(data(3).length === 3 && data(3)[1]['text/latex'] && data(3)[0]['text/markdown'], 'Markdown and LaTeX');
    const last = String(data(12)[0]['text/plain']), table = String(data(12)[1]?.['text/plain']);
    expect(data(12).length === 2 && data(12).some(d => /^epoch +100%.*3 of 3/.test(String(d['text/plain']))), 'progress ends with ' + last + ' / ' + table);
    expect(/20 of 50, stopped after/.test(String(data(13)[0]['text/plain'])), 'a broken loop shows ' + data(13)[0]['text/plain']);
    for (let y = 0, step = 0; step < 12; step++, y += 500) { // cells are drawn when they come into sight
      await scroll(y);
      await page.waitForTimeout(120);
    }
    for (const [what, selector] of [['mathematics', 'mjx-container'], ['the SVG', '.jp-RenderedSVG img'], ['the picture', '.jp-RenderedImage img'], ['the tree', '.jp-RenderedJSON'],
      ['the live plot', '.vega-embed, .jp-RenderedVegaCommon5']]) {
      await until(what, async () => { for (let y = 0; y < 6000; y += 400) { await scroll(y); await page.waitForTimeout(40); if (await within(selector)) return true; } return false; });
    }
    await until('the sound', async () => { for (let y = 0; y < 6000; y += 400) { await scroll(y); await page.waitForTimeout(60); if (await page.evaluate(() => [...document.querySelectorAll('audio')].some(a => a.readyState > 0 && Math.abs(a.duration - 1) < 0.01))) return true; } return false; });
    await until('the film', async () => { for (let y = 0; y < 6000; y += 400) { await scroll(y); await page.waitForTimeout(60); if (await page.evaluate(() => [...document.querySelectorAll('video')].some(v => v.readyState > 0 && v.videoWidth === 64 && v.clientWidth === 160))) return true; } return false; });
    for (const [theme, name] of [['JupyterLab Dark', 'dark'], ['JupyterLab Light', 'light']]) {
      await run('apputils:change-theme', { theme });
      await page.waitForTimeout(800);
      for (let part = 0; part < 5; part++) {
        await scroll(part < 4 ? part * 900 : 1e6);
        await page.waitForTimeout(500);
        await shot(`display-${name}-${part}`);
      }
    }
    await run('docmanager:save');
    saved = await (await page.request.get(`${env.BASE}/api/contents/display.ipynb?token=${env.TOKEN}`)).json();
    return `batches at ${[...watched].join(', ')} %`;
  });

  await check('the same notebook as HTML', async () => {
    expect(saved, 'the notebook was not saved');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nbconvert-'));
    try {
      fs.writeFileSync(path.join(folder, 'display.ipynb'), JSON.stringify(saved.content));
      execFileSync('jupyter', ['nbconvert', '--to', 'html', '--log-level', 'ERROR', path.join(folder, 'display.ipynb')], { stdio: ['ignore', 'ignore', 'inherit'] });
      const other = await page.context().newPage();
      await other.goto('file://' + path.join(folder, 'display.html'), { waitUntil: 'domcontentloaded' });
      const words = await other.evaluate(() => document.body.innerText);
      for (const want of ['上海 <b>', '… 970 rows more …', '3 of 3', '20 of 50, stopped after', 'no <b>such</b> layer', 'accuracy']) expect(words.includes(want), `"${want}" cannot be read in it`);
      expect(await other.evaluate(() => document.querySelectorAll('audio').length === 1 && document.querySelectorAll('video').length === 1), 'the players are not in it');
      await other.screenshot({ path: path.join(env.SHOTS, `${env.KERNEL}-display-nbconvert.png`), fullPage: true });
      await other.close();
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
    await open('converted', ['1']);
  });
}
