package wire

// InputRequest asks the user of a front end for a line of text: the kernel
// sends it. (Section "Messages on the stdin channel".)
type InputRequest struct {
	Prompt   string `json:"prompt"`
	Password bool   `json:"password"` // what is typed is not shown
}

// MsgType returns input_request.
func (*InputRequest) MsgType() string { return TypeInputRequest }

// InputReply answers an InputRequest. Its parent header may be empty: jupyter
// console sends none.
type InputReply struct {
	Value string `json:"value"`
}

// MsgType returns input_reply.
func (*InputReply) MsgType() string { return TypeInputReply }

// EndOfInput is the value that stands for the end of input (control-D).
const EndOfInput = "\x04"
