package worker

import (
	"regexp"
	"strings"
)

// maxReport bounds what is kept of a crash report.
const maxReport = 1 << 20

var reportLine = regexp.MustCompile(`^(panic: |fatal error: |runtime: |goroutine \d+ |\[signal |created by |exit status |runtime stack:|\t|rax |SIG[A-Z]+: |PC=)`)

// splitReport takes what standard error brought from the beginning of a crash
// report to the end, and what the runtime copied to the crash pipe. It returns
// the report and what of the text is not of it: what other goroutines wrote
// meanwhile. Without a copy (the crash pipe is not there) all is the report.
func splitReport(text, copied string) (report, rest string) {
	if copied == "" {
		return text, ""
	}
	known := make(map[string]bool)
	for l := range strings.Lines(copied) {
		known[strings.TrimRight(l, "\n")] = true
	}
	var head, other strings.Builder
	for l := range strings.Lines(text) {
		bare := strings.TrimRight(l, "\n")
		switch {
		case known[bare]:
		case reportLine.MatchString(bare):
			head.WriteString(l)
		default:
			other.WriteString(l)
		}
	}
	if crashBegin.MatchString(copied) {
		return copied, other.String()
	}
	// The copy lacks the "fatal error:" line and what comes before it.
	return head.String() + copied, other.String()
}
