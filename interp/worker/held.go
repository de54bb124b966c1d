package worker

import (
	"regexp"
	"strings"
)

// maxReport bounds what is kept of a crash report.
const maxReport = 1 << 20

// headLine is a line that stands in front of what a fatal error copies.
var headLine = regexp.MustCompile(`^(fatal error: |fatal: |runtime: |unexpected fault address |panic: |\t|\[signal )`)

// splitReport takes what standard error brought from the beginning of a crash
// report to the end, and what the runtime copied to the crash pipe. It returns
// the report, the frames that the interpreter wrote before it, and what of the
// text is neither: what other goroutines wrote meanwhile. Without a copy (the
// crash pipe is not there) the whole text is the report.
func splitReport(text, copied string) (report string, frames []string, rest string) {
	frames = interpretedFrames(text)
	if copied == "" {
		return text, frames, ""
	}
	known := make(map[string]bool)
	for l := range strings.Lines(copied) {
		known[strings.TrimRight(l, "\n")] = true
	}
	// The copy of a fatal error lacks its first line and what comes before.
	complete := crashBegin.MatchString(copied)
	var head, other strings.Builder
	for l := range strings.Lines(text) {
		bare := strings.TrimRight(l, "\n")
		switch {
		case known[bare], interpretedFrame(bare) != "":
		case !complete && headLine.MatchString(bare):
			head.WriteString(l)
		default:
			other.WriteString(l)
		}
	}
	return head.String() + copied, frames, other.String()
}
