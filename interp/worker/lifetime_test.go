package worker_test

import (
	"context"
	"fmt"
	"os"

	"cahier/interp"
	"cahier/interp/worker"
)

// superviseAndWait is a kernel that will be killed: it starts a worker, has it
// start a program, and prints both ids.
func superviseAndWait() {
	s, err := worker.Start(worker.Options{Command: []string{os.Args[0]}, Env: []string{envWorker + "=yes"}})
	if err != nil {
		exitWith(err)
	}
	out := newRecord()
	res := s.Execute(context.Background(), interp.Cell{Code: "program", Number: 1}, out)
	if res.Err != nil {
		exitWith(res.Err)
	}
	fmt.Println(s.Processes()[0], out.text("stdout"))
	select {}
}
