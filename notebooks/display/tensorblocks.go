package display

import "cahier/ops"

// blocking divides the n indices of an axis into blocks: the first and the last
// index alone, size of them in each block between.
type blocking struct{ n, size int }

// count is the number of blocks.
func (b blocking) count() int {
	if b.size <= 1 || b.n <= 2 {
		return b.n
	}
	return 2 + (b.n-2+b.size-1)/b.size
}

// span returns the indices of block i: [from, to).
func (b blocking) span(i int) (from, to int) {
	if b.size <= 1 || b.n <= 2 {
		return i, i + 1
	}
	switch i {
	case 0:
		return 0, 1
	case b.count() - 1:
		return b.n - 1, b.n
	}
	from = 1 + (i-1)*b.size
	return from, min(from+b.size, b.n-1)
}

// of returns the block of an index.
func (b blocking) of(i int) int {
	switch {
	case b.size <= 1 || b.n <= 2:
		return i
	case i == 0:
		return 0
	case i == b.n-1:
		return b.count() - 1
	}
	return 1 + (i-1)/b.size
}

// atMost returns the blocking with the smallest blocks of which there are at most
// limit, which is at least 3.
func atMost(n, limit int) blocking {
	if n <= limit {
		return blocking{n, 1}
	}
	return blocking{n, (n - 2 + limit - 3) / (limit - 2)}
}

// blocked divides rows and columns into at most about cells blocks, as square
// as they can be.
func blocked(h, w, cells int) (rows, cols blocking) {
	rows, cols = atMost(h, viewRows), atMost(w, viewColumns)
	for cells = max(cells, 9); rows.count()*cols.count() > cells; {
		if rows.count() > 3 && (rows.size <= cols.size || cols.count() <= 3) {
			rows.size++
		} else {
			cols.size++
		}
	}
	return rows, cols
}

// means returns the means of the blocks of a matrix. The mean of a block with an
// element that is not finite is not finite either.
func means(t *ops.Tensor, rows, cols blocking) []float64 {
	if rows.size <= 1 && cols.size <= 1 {
		return t.Float64s()
	}
	width := cols.count()
	out := make([]float64, rows.count()*width)
	weight := make([]float64, width) // of an element, so that sums cannot overflow
	column := make([]int32, cols.n)
	for x := range column {
		column[x] = int32(cols.of(x))
	}
	for i := range weight {
		from, to := cols.span(i)
		weight[i] = 1 / float64(to-from)
	}
	h, w := t.Size(0), t.Size(1)
	stepX := min(w, chunkLen)
	stepY := max(chunkLen/w, 1)
	for y := 0; y < h; y += stepY {
		high := min(stepY, h-y)
		band := t.Slice(0, y, y+high)
		for x := 0; x < w; x += stepX {
			wide := min(stepX, w-x)
			part := band
			if wide < w {
				part = band.Slice(1, x, x+wide)
			}
			values := part.Float64s()
			for r := range high {
				block := rows.of(y + r)
				from, to := rows.span(block)
				share := 1 / float64(to-from)
				sums := out[block*width : (block+1)*width]
				for c, e := range values[r*wide : (r+1)*wide] {
					i := column[x+c]
					sums[i] += e * (weight[i] * share)
				}
			}
		}
	}
	return out
}
