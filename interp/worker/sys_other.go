//go:build !linux && !darwin

package worker

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

const pipeAtomic = 512

var errPlatform = fmt.Errorf("a worker process is not supported on %s; run cells in process: %w", runtime.GOOS, errors.ErrUnsupported)

var endSignals []os.Signal

type standard struct{}

func socketPair() (ours, theirs *os.File, err error)             { return nil, nil, errPlatform }
func prepare(*exec.Cmd)                                          {}
func killGroup(int)                                              {}
func killOwnGroup()                                              {}
func awaitExit(int)                                              {}
func widenPipe(*os.File)                                         {}
func exitSignal(*os.ProcessState) (syscall.Signal, string, bool) { return 0, "", false }
func openControl() (control, crash *os.File, err error)          { return nil, nil, errPlatform }
func keepStandard() (*standard, error)                           { return nil, errPlatform }
func (s *standard) restore()                                     {}
func (s *standard) write(int, []byte) error                      { return errPlatform }
func limitData(uint64) error                                     { return errPlatform }
