// Looks into tensors in JupyterLab as a person would: points at cells, moves the slider, in light and in dark. Part of browser.mjs, whose
// helpers it gets.
export async function tensors({ page, check, open, run, runAll, ended, seen, error, until, expect, shot, close, go }) {
  const view = n => page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .cahier-tensor').nth(n);
  const said = n => view(n).locator('.cahier-tensor-at').innerText();
  const frame = n => view(n).locator('.cahier-tensor-frame');
  const sheet = n => frame(n).locator('img').evaluate(i => ({ left: i.style.left, top: i.style.top, width: i.style.width, loaded: i.complete && i.naturalWidth > 0 }));
  const theme = async name => {
    await run('apputils:change-theme', { theme: name });
    await until('the theme', () => page.evaluate(n => document.body.dataset.jpThemeName === n, name));
    await page.waitForTimeout(1000);
  };
  async function point(n, fx, fy) {
    await frame(n).scrollIntoViewIfNeeded();
    const box = await frame(n).boundingBox();
    await page.mouse.move(box.x + fx * box.width, box.y + fy * box.height);
  }
  async function ran(name, cells) {
    await open(name, cells);
    await runAll();
    await ended(60000);
    const bad = (await seen()).find(error);
    expect(!bad, bad && `${error(bad).ename}: ${error(bad).evalue}`);
    await until('the views', async () => await view(0).count() === 1 && (await sheet(0)).loaded);
  }

  await check('a tensor one can look into', async () => {
    if (!go) return 'not tried with the control';
    await ran('tensor', [
      'x := ops.Zeros(6, 20, 30)\nvalues := x.Float64s()\nfor i := range values {\n\tvalues[i] = math.Sin(float64(i%30)/4) * math.Cos(float64(i/30%20)/3) * float64(1+i/600)\n}\nvalues[3*600+5*30+7] = math.NaN()\nx = ops.Wrap64(values, 6, 20, 30)\nx',
      'nn.Named(nn.Sequential(nn.Conv2D(1, 8, 3), nn.ReLU(), nn.Linear(30, 10)))',
    ]);
    await page.waitForTimeout(500);
    await shot('tensor-grid');
    const grid = await sheet(0);
    expect(await view(0).locator('.cahier-tensor-tile:visible').count() === 6, 'the grid has not 6 pictures');

    const slider = view(0).locator('input[type=range]');
    expect(await slider.count() === 1, 'there is no slider');
    const track = await slider.boundingBox();
    await page.mouse.move(track.x + 8, track.y + track.height / 2);
    await page.mouse.down();
    await page.mouse.move(track.x + 0.4 * track.width, track.y + track.height / 2, { steps: 5 });
    await page.mouse.up();
    expect(await view(0).locator('.cahier-tensor-controls b').innerText() === '2', 'the slider was drawn to ' + await view(0).locator('.cahier-tensor-controls b').innerText());
    await page.keyboard.press('ArrowRight'); // a shortcut of JupyterLab elsewhere
    const alone = await sheet(0);
    expect(alone.left !== grid.left && alone.width !== grid.width, 'the slider does not move the picture: ' + JSON.stringify([grid, alone]));
    expect(await view(0).locator('.cahier-tensor-controls b').innerText() === '3', 'the slider does not say 3');
    await point(0, 7.5 / 30, 5.5 / 20);
    expect(await said(0) === '[3, 5, 7] = NaN', 'the cell with NaN says ' + await said(0));
    await point(0, 0.5 / 30, 0.5 / 20);
    expect(await said(0) === '[3, 0, 0] = 0', 'the first cell says ' + await said(0));
    await point(0, 29.5 / 30, 19.5 / 20);
    const want = +(Math.sin(29 / 4) * Math.cos(19 / 3) * 4).toPrecision(6);
    expect(await said(0) === `[3, 19, 29] = ${want}`, `the last cell says ${await said(0)}, want ${want}`);
    await shot('tensor-slider');

    await view(0).locator('input[type=checkbox]').check();
    expect(JSON.stringify(await sheet(0)) === JSON.stringify(grid), 'back in the grid it looks different');
    const tile = await view(0).locator('.cahier-tensor-tile').nth(4).boundingBox();
    await page.mouse.click(tile.x + tile.width / 2, tile.y + tile.height / 2);
    expect(await view(0).locator('.cahier-tensor-controls b').innerText() === '4', 'a click does not choose the picture');
    return await said(0);
  });

  await check('tensors in the dark, attention, feature maps', async () => {
    if (!go) return 'not tried with the control';
    await theme('JupyterLab Dark');
    try {
      await ran('attention', [
        'tokens := strings.Fields("the little cat sat down on the old mat .")\nops.Seed(1)\nscores := ops.Randn(4, 10, 10).Mul(2)\ndisplay.Attention(ops.Softmax(scores, -1), display.AttentionOptions{Tokens: tokens})',
        'img := ops.Rand(2, 1, 16, 16)\ndisplay.FeatureMaps(nn.Conv2D(1, 6, 3).Forward(img))',
        'display.Filters(ops.Randn(8, 3, 5, 5), display.TensorOptions{Colors: display.RGB})',
        'ops.Randn(4, 5)',
      ]);
      await page.waitForTimeout(500);
      await shot('tensor-dark');
      await view(0).locator('input[type=range]').first().focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await point(0, 2.5 / 10, 1.5 / 10);
      expect(/^\[2, 1, 2\] = 0\.\d+ +"little" → "cat"$/.test(await said(0)), 'attention says ' + await said(0));
      const ink = await view(0).locator('.cahier-tensor-rows span').first().evaluate(s => getComputedStyle(s).color);
      expect(/rgba?\((2\d\d|1[5-9]\d)/.test(ink), 'the labels are dark on dark: ' + ink);
      await shot('tensor-attention');
      await view(2).scrollIntoViewIfNeeded();
      await page.waitForTimeout(300);
      await shot('tensor-dark-end');
      return await said(0);
    } finally {
      await theme('JupyterLab Light');
    }
  });

  await check('a tensor in a notebook that is not trusted', async () => {
    if (!go) return 'not tried with the control';
    await ran('trusted', ['ops.Seed(1)\nops.Randn(6, 20, 20)']);
    const outputs = (await seen())[0].outputs;
    await close(); // its style is on the page
    await open('untrusted', [{ cell_type: 'code', metadata: {}, source: 'x', outputs, execution_count: 1 }]);
    await page.waitForTimeout(1500);
    const img = page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea img').first();
    const box = await img.boundingBox();
    await shot('tensor-untrusted');
    expect(box && box.width > 300 && box.height > 100, 'the picture is not there: ' + JSON.stringify(box));
    expect(await page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .cahier-tensor-rows').count() === 0, 'indices of one picture stand beside the grid');
    return `${box.width} x ${box.height}`;
  });

  await check('a tensor of 10 million elements', async () => {
    if (!go) return 'not tried with the control';
    await ran('large', ['big := ops.Rand(10, 1000, 1000)\nbig', 'big.Reshape(2500, 4000)']);
    const size = (await seen()).map(c => JSON.stringify(c.outputs).length);
    expect(size.every(n => n < 400000), 'the outputs take ' + size);
    await point(1, 0.5, 0.5);
    expect(/^\[\d+:\d+, \d+:\d+\] mean 0\.\d+$/.test(await said(1)), 'a block says ' + await said(1));
    await shot('tensor-large');
    return `${size.join(', ')} characters; ${await said(1)}`;
  });
}
