package wire

import "encoding/json"

// CommOpen opens a comm at the other side. It comes on shell and goes out on
// iopub, like the other two comm messages; none is answered. (Section "Custom
// Messages".)
type CommOpen struct {
	CommID     string          `json:"comm_id"`
	TargetName string          `json:"target_name"`
	Data       json.RawMessage `json:"data"` // a JSON object; empty stands for {}
}

// MsgType returns comm_open.
func (*CommOpen) MsgType() string { return TypeCommOpen }

// MarshalJSON writes {} for absent data.
func (c *CommOpen) MarshalJSON() ([]byte, error) {
	type plain CommOpen
	p := plain(*c)
	p.Data = rawObject(p.Data)
	return marshal(p)
}

// CommMsg carries data between the two sides of a comm.
type CommMsg struct {
	CommID string          `json:"comm_id"`
	Data   json.RawMessage `json:"data"`
}

// MsgType returns comm_msg.
func (*CommMsg) MsgType() string { return TypeCommMsg }

// MarshalJSON writes {} for absent data.
func (c *CommMsg) MarshalJSON() ([]byte, error) {
	type plain CommMsg
	p := plain(*c)
	p.Data = rawObject(p.Data)
	return marshal(p)
}

// CommClose ends a comm.
type CommClose struct {
	CommID string          `json:"comm_id"`
	Data   json.RawMessage `json:"data"`
}

// MsgType returns comm_close.
func (*CommClose) MsgType() string { return TypeCommClose }

// MarshalJSON writes {} for absent data.
func (c *CommClose) MarshalJSON() ([]byte, error) {
	type plain CommClose
	p := plain(*c)
	p.Data = rawObject(p.Data)
	return marshal(p)
}
