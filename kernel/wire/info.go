package wire

// KernelInfoRequest asks what the kernel is. It comes on shell and on control.
// (Section "Kernel info".)
type KernelInfoRequest struct{}

// MsgType returns kernel_info_request.
func (*KernelInfoRequest) MsgType() string { return TypeKernelInfoRequest }

// KernelInfoReply answers a KernelInfoRequest.
type KernelInfoReply struct {
	Outcome
	ProtocolVersion       string         `json:"protocol_version"`
	Implementation        string         `json:"implementation"`
	ImplementationVersion string         `json:"implementation_version"`
	LanguageInfo          LanguageInfo   `json:"language_info"`
	Banner                string         `json:"banner"`
	HelpLinks             List[HelpLink] `json:"help_links"`
	SupportedFeatures     List[string]   `json:"supported_features"`
	// Debugger is deprecated in favour of SupportedFeatures, but older
	// JupyterLabs read nothing else.
	Debugger bool `json:"debugger"`
}

// MsgType returns kernel_info_reply.
func (*KernelInfoReply) MsgType() string { return TypeKernelInfoReply }

// MarshalJSON writes the fields that the status asks for.
func (r *KernelInfoReply) MarshalJSON() ([]byte, error) {
	type plain KernelInfoReply
	return r.write((*plain)(r))
}

// LanguageInfo describes the language of the cells; notebooks keep a copy.
type LanguageInfo struct {
	Name          string `json:"name"`
	Version       string `json:"version"`
	MIMEType      string `json:"mimetype"`
	FileExtension string `json:"file_extension"` // with the dot
	PygmentsLexer string `json:"pygments_lexer"`
	// CodeMirrorMode is a string or an object.
	CodeMirrorMode    any    `json:"codemirror_mode"`
	NBConvertExporter string `json:"nbconvert_exporter"`
}

// HelpLink is an entry of a front end's help menu.
type HelpLink struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

// CommInfoRequest asks for the open comms. (Section "Comm info".)
type CommInfoRequest struct {
	// TargetName limits the answer to one target; empty means all.
	TargetName string `json:"target_name,omitempty"`
}

// MsgType returns comm_info_request.
func (*CommInfoRequest) MsgType() string { return TypeCommInfoRequest }

// CommInfoReply answers a CommInfoRequest: comm ids and their targets.
type CommInfoReply struct {
	Outcome
	Comms map[string]CommInfo `json:"comms"`
}

// CommInfo describes one open comm.
type CommInfo struct {
	TargetName string `json:"target_name"`
}

// MsgType returns comm_info_reply.
func (*CommInfoReply) MsgType() string { return TypeCommInfoReply }

// MarshalJSON writes the fields that the status asks for; comms is never null.
func (r *CommInfoReply) MarshalJSON() ([]byte, error) {
	type plain CommInfoReply
	p := plain(*r)
	if p.Comms == nil {
		p.Comms = map[string]CommInfo{}
	}
	return r.write(p)
}

// ConnectRequest asks for the ports; it is deprecated. (Section "Connect".)
type ConnectRequest struct{}

// MsgType returns connect_request.
func (*ConnectRequest) MsgType() string { return TypeConnectRequest }

// ConnectReply answers a ConnectRequest.
type ConnectReply struct {
	Outcome
	ShellPort   int `json:"shell_port"`
	IOPubPort   int `json:"iopub_port"`
	StdinPort   int `json:"stdin_port"`
	HBPort      int `json:"hb_port"`
	ControlPort int `json:"control_port"`
}

// MsgType returns connect_reply.
func (*ConnectReply) MsgType() string { return TypeConnectReply }

// MarshalJSON writes the fields that the status asks for.
func (r *ConnectReply) MarshalJSON() ([]byte, error) {
	type plain ConnectReply
	return r.write((*plain)(r))
}

// UsageRequest asks for the use of memory and processor. It is not in the
// specification; ipykernel answers it and JupyterLab's resource sidebar asks.
type UsageRequest struct{}

// MsgType returns usage_request.
func (*UsageRequest) MsgType() string { return TypeUsageRequest }

// UsageReply answers a UsageRequest. Fields that the system does not tell are
// left out.
type UsageReply struct {
	Outcome
	Hostname string `json:"hostname"`
	PID      int    `json:"pid"`
	// KernelCPU is in percent of one processor since the request before; it
	// may exceed 100.
	KernelCPU    *float64 `json:"kernel_cpu,omitempty"`
	KernelMemory *uint64  `json:"kernel_memory,omitempty"` // bytes
	CPUCount     int      `json:"cpu_count"`
	// HostCPUPercent is in percent of all processors since the request before.
	HostCPUPercent    *float64       `json:"host_cpu_percent,omitempty"`
	HostVirtualMemory *VirtualMemory `json:"host_virtual_memory,omitempty"`
}

// MsgType returns usage_reply.
func (*UsageReply) MsgType() string { return TypeUsageReply }

// MarshalJSON writes the fields that the status asks for.
func (r *UsageReply) MarshalJSON() ([]byte, error) {
	type plain UsageReply
	return r.write((*plain)(r))
}

// VirtualMemory is the machine's memory in bytes, with psutil's names.
type VirtualMemory struct {
	Total     uint64  `json:"total"`
	Available uint64  `json:"available"`
	Percent   float64 `json:"percent"` // in use
	Used      uint64  `json:"used"`
	Free      uint64  `json:"free"`
}
