(() => {
  const root = document.currentScript && document.currentScript.closest('.cahier-tensor');
  if (!root || !root.dataset.view) return;
  const v = JSON.parse(root.dataset.view), part = name => root.querySelector('.cahier-tensor-' + name);
  const raw = atob(root.dataset.values), bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  const value = { 1: i => view.getUint8(i), 4: i => view.getFloat32(4 * i, true), 8: i => view.getFloat64(8 * i, true) }[v.bytes];
  if (v.ticks) part('plot').insertAdjacentHTML('afterbegin', v.ticks);
  const frame = part('frame'), img = frame.querySelector('img'), at = part('at'), mark = document.createElement('div'), controls = part('controls');
  mark.className = 'cahier-tensor-mark';
  frame.append(mark);
  const tiles = frame.querySelectorAll('.cahier-tensor-tile'), ticks = root.querySelectorAll('.cahier-tensor-rows, .cahier-tensor-cols');
  const pictures = v.lead.reduce((n, a) => n * a.keep.length, 1);
  let page = pictures > 1 ? -1 : 0; // -1: the grid

  const place = n => [n % v.columns * (v.w + v.gapX) + v.gapX, Math.floor(n / v.columns) * (v.h + v.gapY) + v.gapY];
  const zoom = () => page < 0 ? [v.zoomX, v.zoomY] : [v.pageX, v.pageY];
  const lead = n => { // positions in keep, outer axis first
    const list = [];
    for (let k = v.lead.length - 1; k >= 0; k--) {
      list.unshift(n % v.lead[k].keep.length);
      n = Math.floor(n / v.lead[k].keep.length);
    }
    return list;
  };

  const sliders = [];
  let all;
  function show() {
    const [zx, zy] = zoom(), [x, y] = page < 0 ? [0, 0] : place(page);
    const width = v.columns * (v.w + v.gapX), height = v.rows * (v.h + v.gapY);
    img.style.width = width * zx + 'px';
    img.style.height = height * zy + 'px';
    img.style.left = -x * zx + 'px';
    img.style.top = -y * zy + 'px';
    frame.style.width = (page < 0 ? width * zx + 1 : v.w * zx) + 'px';
    frame.style.height = (page < 0 ? height * zy + 1 : v.h * zy) + 'px';
    frame.classList.toggle('cahier-tensor-one', page >= 0);
    tiles.forEach(t => { t.hidden = page >= 0; });
    ticks.forEach(t => { t.hidden = page < 0; });
    mark.hidden = true;
    if (all) all.checked = page < 0;
    const where = lead(Math.max(page, 0));
    sliders.forEach(s => {
      s.input.value = where[s.k];
      s.text.textContent = page < 0 ? '' : v.lead[s.k].keep[where[s.k]];
    });
  }
  function choose() { // what the sliders say
    let n = 0;
    v.lead.forEach((a, k) => {
      const s = sliders.find(s => s.k === k);
      n = n * a.keep.length + (s ? +s.input.value : 0);
    });
    page = n;
    show();
  }
  if (pictures > 1) {
    const label = document.createElement('label');
    all = document.createElement('input');
    all.type = 'checkbox';
    label.append(all, 'all');
    all.addEventListener('change', () => { if (all.checked) { page = -1; show(); } else choose(); });
    v.lead.forEach((a, k) => {
      if (a.keep.length < 2) return;
      const box = document.createElement('label'), input = document.createElement('input'), text = document.createElement('b');
      input.type = 'range';
      input.setAttribute('data-lm-suppress-shortcuts', 'true'); // arrow keys are JupyterLab's elsewhere
      input.min = 0;
      input.max = a.keep.length - 1;
      input.value = 0;
      input.addEventListener('input', choose);
      box.append(a.name, input, text);
      controls.append(box);
      sliders.push({ k, input, text });
    });
    controls.append(label);
  }

  const blocks = b => b.size <= 1 || b.n <= 2 ? b.n : 2 + Math.ceil((b.n - 2) / b.size);
  const span = (b, i) => {
    if (b.size <= 1 || b.n <= 2) return [i, i + 1];
    if (i === 0) return [0, 1];
    if (i === blocks(b) - 1) return [b.n - 1, b.n];
    return [1 + (i - 1) * b.size, Math.min(1 + i * b.size, b.n - 1)];
  };
  const index = ([from, to]) => to - from > 1 ? from + ':' + to : '' + from;
  const number = x => v.dtype === 'Bool' && Number.isInteger(x) ? String(x !== 0) : Number.isNaN(x) ? 'NaN' : x === Infinity ? '+Inf' : x === -Infinity ? '-Inf' :
    Number.isInteger(x) && Math.abs(x) < 2 ** 53 ? String(x) : (v.dtype === 'Int64' && Number.isInteger(x) ? '≈ ' : '') + String(+x.toPrecision(6));

  // The cell under a point: picture, row and column.
  function cell(e) {
    const box = frame.getBoundingClientRect(), [zx, zy] = zoom();
    const x = Math.floor((e.clientX - box.left) / zx), y = Math.floor((e.clientY - box.top) / zy);
    if (page >= 0) return x >= 0 && y >= 0 && x < v.w && y < v.h ? [page, y, x] : null;
    const c = Math.floor(x / (v.w + v.gapX)), r = Math.floor(y / (v.h + v.gapY)), n = r * v.columns + c;
    const dx = x % (v.w + v.gapX) - v.gapX, dy = y % (v.h + v.gapY) - v.gapY;
    return c < 0 || c >= v.columns || n < 0 || n >= pictures || dx < 0 || dy < 0 ? null : [n, dy, dx];
  }
  function say(e) {
    const hit = cell(e);
    mark.hidden = !hit;
    if (!hit) return;
    const [n, y, x] = hit, [zx, zy] = zoom(), [left, top] = page < 0 ? place(n) : [0, 0];
    mark.style.cssText = `left:${(left + x) * zx}px;top:${(top + y) * zy}px;width:${zx}px;height:${zy}px`;
    const r = span(v.y, y), c = span(v.x, x), list = lead(n).map((i, k) => v.lead[k].keep[i]);
    const values = [];
    for (let p = 0; p < v.planes; p++) values.push(number(value(((n * v.planes + p) * v.h + y) * v.w + x)));
    if (v.planes > 1) list.push(':');
    if (v.vector) list.push(index(c));
    else list.push(index(r), index(c));
    const mean = (r[1] - r[0]) * (c[1] - c[0]) > 1;
    let text = `[${list.join(', ')}] ${mean ? 'mean' : '='} ${values.join(', ')}`;
    if (v.tokens) text += `   ${JSON.stringify(v.tokens[0][y])} → ${JSON.stringify(v.tokens[1][x])}`;
    at.textContent = text;
  }
  frame.addEventListener('pointermove', say);
  frame.addEventListener('pointerdown', say);
  frame.addEventListener('pointerleave', () => { mark.hidden = true; });
  frame.addEventListener('click', e => {
    const hit = page < 0 && cell(e);
    if (hit) { page = hit[0]; show(); }
  });
  at.textContent = 'point at a cell for its value' + (pictures > 1 ? ', click a picture to see it alone' : '');
  show();
})();
