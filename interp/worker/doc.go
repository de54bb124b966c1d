// Package worker runs cells in a child process and outlives it.
//
// A goroutine's panic, a full stack, a concurrent map write, os.Exit, or running
// out of memory ends any Go process, and nothing in the process can prevent it.
// So the kernel keeps user code in a child: [Supervisor] is the kernel's side
// and implements [interp.Executor], [Main] is the child's side and wraps any
// other Executor. When the child dies, the running cell gets an error that says
// why, another child starts at once (a few milliseconds and what the executor
// takes; there is no spare child, because a spare costs as much memory as the
// child itself), and everything else stays.
//
//	s, err := worker.Start(worker.Options{Command: []string{exe, "worker"}})
//	result := s.Execute(ctx, interp.Cell{Code: "1 + 1", Number: 1}, out)
//
// # Between the two
//
// Frames (length, kind, request, JSON, buffers) go both ways over a socket pair;
// the child moves its end out of the way of code that closes descriptors, and
// programs that cells start do not inherit it. Text goes through two pipes, the
// child's descriptors 1 and 2. So whatever writes (the executor, compiled code,
// C, a program started by a cell, the runtime that reports a crash), the text
// arrives, and it is in the pipe when the write returns: nothing is lost when
// the child dies the next moment. The supervisor reads at the speed at which its
// [interp.Output] takes; a child that writes faster waits.
//
// # Order
//
// One place has to be found for each frame among the text. Before a frame that
// has a place (a display, a result, a request for input) the child writes a
// numbered marker to both pipes; the supervisor hands the frame on when it has
// come to the marker in both, and nothing behind the marker before that. The
// marker begins with a random nonce that only the two know, and it is written at
// once with no more than PIPE_BUF bytes, so that no text can come in between.
// When the executor's text changes from one stream to the other, a marker
// without a frame keeps the order of the two. (Text that goes past the executor
// to both descriptors between two markers has no order.)
//
// # Whose text
//
// Text that the executor gives to the [interp.Output] of the running cell goes
// into the pipe as it is. Text for another one, that of a goroutine that has
// outlived its cell, follows a marker with the cell's number and the length.
// Text that goes past the executor belongs to the running cell, or to the last
// one when none runs. When nothing in the child holds an Output any more (a
// cleanup of the garbage collector says so), the supervisor drops the real one.
//
// # Death
//
// The runtime's crash report comes twice: on standard error, and on a pipe of
// its own (debug.SetCrashOutput). What looks like the beginning of a report on
// standard error is held back for a moment; if the other pipe brings one, too,
// the report becomes the cell's error, with the frames of cells if it has any,
// and what else was written stays text. The child is the leader of a process
// group: whatever it has started dies with it. When the supervisor's process
// dies, the child sees the end of its socket (on Linux it gets a signal, too)
// and ends its group itself.
//
// A child that dies while no cell runs reports that on the standard error of the
// last cell, whose goroutine it probably was, and the next cell begins with a
// notice. A cell that was given to a child that died before it began is given to
// the next child.
//
// # Memory
//
// The supervisor looks at the child's resident memory every 25 ms while a cell
// runs, and ends it when it uses more than the limit, or when it is large and
// the machine has nothing left. The child bounds its own writable mappings far
// above the limit (RLIMIT_DATA; programs that it starts inherit that), so that
// one absurd allocation fails before it touches a page; its garbage collector
// works harder near the limit.
//
// # Replay
//
// The supervisor keeps the source of the cells that have succeeded. The cell
// %replay runs those again that ran in a child that is no more, in order;
// %replay 3-7 runs these. Results are not shown, text and displays are. It stops
// at the first cell that fails.
//
// # Systems
//
// Linux and macOS. Where the system is no Unix, Start and Main refuse with an
// error that wraps [errors.ErrUnsupported]; cells can run in process there.
package worker
