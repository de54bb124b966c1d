package kerneltest

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the kernel sends into the transcripts")

func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts (%v)", err)
	}
	over := []Transport{OverMemory, OverTCP}
	if *update {
		over = over[:1]
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		for _, transport := range over {
			t.Run(name+"/"+string(transport), func(t *testing.T) { Transcript(t, file, transport, *update) })
		}
	}
}
