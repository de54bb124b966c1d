// Package kerneltest tests kernels: a scriptable [Executor], sockets in memory,
// a [FrontEnd] that sorts what it receives, and transcripts.
//
// A transcript is a text archive (golang.org/x/tools/txtar) that tests one
// behaviour, which its first lines describe. Its sections are steps:
//
//	-- send shell execute_request a --
//	{"code": "print hi"}
//	-- iopub a --
//	status {"execution_state":"busy"}
//	execute_input {"code":"print hi","execution_count":1}
//	stream {"name":"stdout","text":"hi\n"}
//	status {"execution_state":"idle"}
//	-- shell a --
//	execute_reply {"status":"ok","execution_count":1,"payload":[],"user_expressions":{}}
//
// The steps:
//
//	send CHANNEL TYPE ID [from=NAME] [parent=request] [metadata=JSON] [buffers=A,B]
//	    sends a message with this msg_id and the body as its content; from names
//	    another front end, parent=request answers the last input_request
//	CHANNEL ID [from=NAME]
//	    waits for these messages, in this order, with ID as their parent; - is no
//	    parent. "*" stands for any JSON value
//	raw CHANNEL
//	    sends frames, one a line as a Go string, or DELIMITER, or SIGNATURE for the
//	    right one of the four frames that follow
//	again CHANNEL
//	    sends the frames of the last message again
//	release NAME
//	    lets the fake executor's commands that wait for NAME go on
//	waiting N
//	    waits until N requests wait for the running cell
//	dropped
//	    checks the counters: lines of a reason, a colon and a number
//	ping
//	    expects the heartbeat to echo the body
//	stopped
//	    waits until the kernel has ended
//
// Besides what is written in it, every transcript checks what holds for all
// messages: genuine signatures, one session, no id twice, dates, the parent
// header byte for byte, busy first and idle last for every request, and, over
// memory, where there is one order for all channels, that the outputs precede the
// reply and the reply precedes idle.
package kerneltest
