package progress

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"cahier/notebooks/display"
)

// notebook is a sink that keeps what each display shows, with a cell that ends.
type notebook struct {
	mu      sync.Mutex
	order   []string
	shown   map[string]display.Data
	changes int
	ends    []func()
}

func (n *notebook) Display(d display.Data) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.shown == nil {
		n.shown = map[string]display.Data{}
	}
	n.order = append(n.order, d.DisplayID)
	n.shown[d.DisplayID] = d
	n.changes++
}

func (n *notebook) Update(d display.Data) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.shown[d.DisplayID] = d
	n.changes++
}

func (n *notebook) ClearOutput(bool) {}

func (n *notebook) AtEnd(f func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ends = append(n.ends, f)
}

// end ends the cell.
func (n *notebook) end() {
	for len(n.ends) > 0 {
		f := n.ends[0]
		n.ends = n.ends[1:]
		f()
	}
}

// texts are the displays as text.
func (n *notebook) texts() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var list []string
	for _, id := range n.order {
		list = append(list, n.shown[id].String())
	}
	return list
}

// clockwork is a Progress whose time goes on by hand.
func clockwork() (*Progress, *notebook, func(time.Duration)) {
	n := &notebook{}
	p := On(display.Bind(n))
	var mu sync.Mutex
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	p.now = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}
	return p, n, func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(d)
	}
}

func TestRangeRunsAndEnds(t *testing.T) {
	p, n, pass := clockwork()
	sum := 0
	for i := range p.Range(1000, "training") {
		sum += i
		pass(10 * time.Millisecond)
	}
	n.end()
	if sum != 499500 {
		t.Errorf("sum %d", sum)
	}
	want := []string{"training  100% |████████████████████| 1,000 of 1,000, 10 s, 100/s"}
	if got := n.texts(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for i := range p.Range(0) {
		t.Errorf("ran %d", i)
	}
	for i := range p.Slice([]string{"a", "b"}) {
		sum += i
	}
	n.end()
	if got := n.texts(); len(got) != 3 || got[1] != "100% |████████████████████| 0 of 0, 0.0 s" || sum != 499501 {
		t.Errorf("%q, sum %d", got, sum)
	}
}

func TestLeavingEarlyShowsWhere(t *testing.T) {
	p, n, pass := clockwork()
	for i := range p.Range(10, "broken") {
		pass(time.Second)
		if i == 3 {
			break
		}
	}
	func() {
		defer func() { _ = recover() }()
		for i := range p.Range(10, "panics") {
			if i == 5 {
				panic("no")
			}
		}
	}()
	func() {
		for range p.Range(2, "outer") {
			for i := range p.Range(100, "inner") {
				if i == 50 {
					return
				}
			}
		}
	}()
	n.end()
	want := []string{
		"broken   30% |██████              | 3 of 10, stopped after 4.0 s, 0.8/s",
		"panics   50% |██████████          | 5 of 10, stopped after 0.0 s",
		"outer    0% |                    | 0 of 2, stopped after 0.0 s\ninner   50% |██████████          | 50 of 100, stopped after 0.0 s",
	}
	for i, text := range n.texts() {
		if strings.ReplaceAll(text, "1.3 s each", "0.8/s") != want[i] {
			t.Errorf("got\n%s\nwant\n%s", text, want[i])
		}
	}
}

func TestNestedBarsShareADisplay(t *testing.T) {
	p, n, _ := clockwork()
	most := 0
	for range p.Range(3, "epoch") {
		for range p.Range(5, "batch") {
			p.mu.Lock()
			most = max(most, len(p.current.bars))
			p.mu.Unlock()
		}
		for range p.Range(5, "validation") {
			p.mu.Lock()
			most = max(most, len(p.current.bars))
			p.mu.Unlock()
		}
	}
	n.end()
	if got := n.texts(); most != 2 || len(got) != 1 || !strings.HasPrefix(got[0], "epoch  100%") || strings.Contains(got[0], "batch") {
		t.Errorf("%d bars at once, %q", most, got)
	}
	if p.current != nil {
		t.Error("the group goes on")
	}
}

func TestBarByHand(t *testing.T) {
	p, n, pass := clockwork()
	b := p.New(200, "files")
	pass(2 * time.Second)
	b.Add(50)
	b.Note("loss %.2f", 0.5)
	if got := b.String(); got != "files   25% |█████               | 50 of 200, 2.0 s, 6.0 s left, 25.0/s, loss 0.50" {
		t.Errorf("got %q", got)
	}
	n.end() // the cell ends, the bar does not
	if got := n.texts()[0]; !strings.Contains(got, "stopped after 2.0 s") {
		t.Errorf("left: %q", got)
	}
	b.Set(200) // a goroutine goes on
	pass(time.Second)
	b.Done()
	b.Done()
	b.Stop()
	if got := n.texts()[0]; !strings.HasPrefix(got, "files  100%") || strings.Contains(got, "stopped") {
		t.Errorf("done: %q", got)
	}
	u := p.New(0)
	u.Add(1234567)
	pass(time.Second)
	u.Done()
	n.end()
	if got := n.texts()[1]; got != "1,234,567, 1.0 s, 1.23 million/s" {
		t.Errorf("unknown total: %q", got)
	}
	short := p.New(10)
	short.Add(4)
	short.Done()
	if got := short.String(); !strings.Contains(got, "4 of 10, stopped") {
		t.Errorf("done too soon: %q", got)
	}
	n.end()
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestReader(t *testing.T) {
	p, n, _ := clockwork()
	all, err := io.ReadAll(p.Reader(strings.NewReader(strings.Repeat("x", 3<<20)), 3<<20, "download"))
	if err != nil || len(all) != 3<<20 {
		t.Fatal(len(all), err)
	}
	if _, err := io.ReadAll(p.Reader(failing{}, 100)); err == nil {
		t.Error("the error is lost")
	}
	r := p.Reader(strings.NewReader("abc"), 0)
	_, _ = r.Read(make([]byte, 2))
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	n.end()
	got := n.texts()
	for i, want := range []string{"download  100% |████████████████████| 3.0 MiB of 3.0 MiB, 0.0 s", "  0% |                    | 0 B of 100 B, stopped after 0.0 s", "2 B, stopped after 0.0 s"} {
		if got[i] != want {
			t.Errorf("got %q, want %q", got[i], want)
		}
	}
}

func TestManyGoroutines(t *testing.T) {
	p, n, _ := clockwork()
	whole := p.New(64, "all")
	var w sync.WaitGroup
	for range 8 {
		w.Go(func() {
			for range 8 {
				for range p.Range(100, "part <b>") {
				}
				whole.Add(1)
			}
		})
	}
	w.Wait()
	whole.Done()
	n.end()
	if got := n.texts(); len(got) != 1 || !strings.Contains(got[0], "64 of 64") {
		t.Errorf("%q", got)
	}
}

// TestUpdatesAreHeldBack: ten a second, whatever is counted.
func TestUpdatesAreHeldBack(t *testing.T) {
	n := &notebook{}
	p := On(display.Bind(n))
	start := time.Now()
	count := 0
	for i := range p.Range(1_000_000) {
		if count = i; i%1000 == 0 && time.Since(start) > 500*time.Millisecond {
			break
		}
	}
	took := time.Since(start)
	n.end()
	if most := int(took/(100*time.Millisecond)) + 4; n.changes > most || count < 1000 {
		t.Errorf("%d changes in %v for %d steps, want at most %d", n.changes, took, count, most)
	}
}

func TestPagesAreEscapedAndBounded(t *testing.T) {
	p, n, _ := clockwork()
	b := p.New(3, "<script>"+strings.Repeat("long ", 100)+"\n\x1b[2J")
	b.Note("<img>\n&")
	b.Add(5)
	for range 50 {
		p.New(1, "x")
	}
	n.end()
	d := n.shown[n.order[0]]
	page := d.MIME["text/html"].(string)
	if strings.Contains(page, "<script") || strings.Contains(page, "<img") || strings.Contains(page, "\x1b") || len(page) > 20_000 || !strings.Contains(page, "and 39 more") {
		t.Errorf("%d bytes: %s", len(page), page)
	}
	if d.Metadata[Live] != true {
		t.Error("it is not marked as live")
	}
	if text := regexp.MustCompile("<[^>]*>").ReplaceAllString(page, ""); !strings.Contains(text, "100% 5 of 3") {
		t.Errorf("without tags: %s", text)
	}
}

func TestMisuse(t *testing.T) {
	p, _, _ := clockwork()
	for want, f := range map[string]func(){
		"progress.Range: got -1, want 0 or more":                                      func() { p.Range(-1) },
		"progress.Range: got 2 labels, want one at most":                              func() { p.Range(1, "a", "b") },
		"progress.Slice: got a int, want a slice":                                     func() { p.Slice(3) },
		"progress.Slice: got a <nil>, want a slice":                                   func() { p.Slice(nil) },
		"progress.Table: got 0 columns":                                               func() { p.Table() },
		`progress.Table: got the column "a" twice`:                                    func() { p.Table("a", "a") },
		`progress.TrainingTable.Lowest: got "b", want one of the columns ["a"]`:       func() { p.Table("a").Lowest("b") },
		"progress.TrainingTable.Row: got 2 values, want one for each of the 1 column": func() { p.Table("a").Row(1, 2) },
	} {
		func() {
			defer func() {
				if err, ok := recover().(*Error); !ok || !strings.HasPrefix(err.Error(), want) {
					t.Errorf("got %v, want %s", err, want)
				}
			}()
			f()
		}()
	}
}

func TestTable(t *testing.T) {
	p, n, _ := clockwork()
	table := p.Table("epoch", "loss", "accuracy").Lowest("loss").Highest("accuracy")
	table.Row(1, 0.123456, 0.9)
	table.Row(2, 0.0512345, 0.95)
	table.Row(3, 1e-9, "none <b>")
	n.end()
	want := "epoch     loss  accuracy\n    1   0.1235  0.9\n    2  0.05123  0.95*\n    3   1e-09*  none <b>"
	if got := n.texts()[0]; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	page := n.shown[n.order[0]].MIME["text/html"].(string)
	if !strings.Contains(page, "<b>1e-09</b>") || !strings.Contains(page, "none &lt;b&gt;") {
		t.Error(page)
	}
	for i := range 100_000 {
		table.Row(i, 1.0/float64(i+1), 0.5)
	}
	n.end()
	if d := n.shown[n.order[0]]; len(d.String()) > 10_000 || !strings.Contains(d.String(), "99999") || len(table.kept) > tableRows {
		t.Errorf("%d rows, %d bytes", len(table.kept), len(d.String()))
	}
}

func TestTerminal(t *testing.T) {
	var b strings.Builder
	p := onTerminal(place{&b, 90})
	for range p.Range(3, "outer") {
		for range p.Range(2, "inner") {
		}
	}
	if got := b.String(); !strings.HasPrefix(got, "\r\x1b[J") || strings.Count(got, "\n") > 3 || !strings.HasSuffix(got, "/s\n") || !strings.Contains(got, "3 of 3") {
		t.Errorf("on a terminal: %q", got)
	}
	for line := range strings.SplitSeq(b.String(), "\n") {
		for _, state := range strings.Split(line, "\r\x1b[J") {
			if len([]rune(state)) > 96 {
				t.Errorf("too long for the terminal: %q", state)
			}
		}
	}
	b.Reset()
	p = onTerminal(place{&b, 0})
	for range p.Range(300, "outer") {
		for range p.Range(2, "inner") {
		}
	}
	if got := b.String(); strings.Count(got, "\n") != 1 || strings.Contains(got, "\r") || strings.Contains(got, "\x1b") || !strings.HasPrefix(got, "outer  100%") {
		t.Errorf("elsewhere: %q", got)
	}
	b.Reset()
	p.rows = &b
	table := p.Table("epoch", "loss")
	table.Row(1, 0.123456)
	table.Row(2, 0.1)
	if got := b.String(); got != "   epoch      loss\n       1    0.1235\n       2       0.1\n" {
		t.Errorf("rows: %q", got)
	}
}

func BenchmarkRange(b *testing.B) {
	n := &notebook{}
	p := On(display.Bind(n))
	for range p.Range(b.N) {
	}
	n.end()
}
