//go:build !linux

package worker

import "errors"

// availableMemory is not known here.
func availableMemory() (uint64, bool) { return 0, false }

// residentMemory reads how much memory a process uses: not here, where the
// child measures itself.
type residentMemory struct{}

func openResident(int) (*residentMemory, error) { return nil, errors.ErrUnsupported }

func (*residentMemory) read() (uint64, error) { return 0, errors.ErrUnsupported }

func (*residentMemory) close() {}
